"""What goes wrong with network devices, and what to do then."""

from __future__ import annotations

from collections.abc import Sequence

from unyo.core.credential import Credential
from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable
from unyo.core.text import Text

LOGON = "network.logon"


def no_driver(credential: Credential, known: Sequence[str]) -> BadSetting:
    names = ", ".join(known)
    return BadSetting(
        "network.driver",
        Text(
            f"passwords of this type of device cannot be set: {credential.driver}",
            f"この機種のパスワードは設定できません: {credential.driver}",
        ),
        Text(
            f"known types: {names}; see docs/passwords.md", f"対応機種: {names}。docs/passwords.ja.md を参照"
        ),
        target=credential.label,
    )


def no_role(credential: Credential, known: Sequence[str]) -> BadSetting:
    names = ", ".join(known)
    return BadSetting(
        "network.role",
        Text(
            f"this type of device ({credential.driver}) has no password of role {credential.role}",
            f"この機種 ({credential.driver}) に種類 {credential.role} のパスワードはありません",
        ),
        Text(f"roles of this type: {names}", f"この機種で使える種類: {names}"),
        target=credential.label,
    )


def telnet(credential: Credential) -> BadSetting:
    return BadSetting(
        "network.telnet",
        Text("Telnet would send passwords in clear", "Telnet はパスワードを平文で送るため使えません"),
        Text("enable SSH on the device", "機器で SSH を有効にする"),
        target=credential.label,
    )


def not_answering(credential: Credential, detail: str) -> Unreachable:
    return Unreachable(
        "network.unreachable",
        Text(
            "it does not answer over SSH, or refuses new connections (no free line, or log-ons are blocked)",
            "SSH で応答しないか、新しい接続を拒否しています(回線の空きなし、またはログオン制限中)",
        ),
        Text(
            "check address, free vty lines and `show login` at its console",
            "アドレス、vty の空き、コンソールの show login を確認する",
        ),
        target=credential.label,
        detail=detail,
    )


def line_lost(credential: Credential, detail: str) -> Unreachable:
    return Unreachable(
        "network.line_lost",
        Text("the connection broke in the middle", "作業の途中で接続が切れました"),
        Text(
            "nothing by hand: the next run looks which password works",
            "手作業は不要です。次の実行でどのパスワードが有効か確認します",
        ),
        target=credential.label,
        detail=detail,
    )


def logon_refused(credential: Credential, account: str) -> TargetSaidNo:
    return TargetSaidNo(
        LOGON,
        Text(f"it refused the log-on of {account}", f"{account} のログオンが拒否されました"),
        Text(
            "find the password in force: unyo run passwords.verify",
            "有効なパスワードを確認: unyo run passwords.verify",
        ),
        target=credential.label,
    )


def not_privileged(credential: Credential, account: str) -> TargetSaidNo:
    return TargetSaidNo(
        "network.rights",
        Text(
            f"{account} may not change the configuration",
            f"{account} には設定変更の権限がありません",
        ),
        Text(
            "give it privilege 15, or name the device's secret for enable in the account's option `enable`",
            "権限レベル 15 を与えるか、option の enable に enable パスワードの保管名を指定する",
        ),
        target=credential.label,
    )


def no_such_account(credential: Credential) -> TargetSaidNo:
    return TargetSaidNo(
        "network.account",
        Text("the device has no such local account", "機器にこのローカルアカウントがありません"),
        Text("check the name in the list of devices", "機器一覧のアカウント名を確認する"),
        target=credential.label,
    )


def readable(credential: Credential) -> TargetSaidNo:
    return TargetSaidNo(
        "network.readable",
        Text(
            "the device keeps this password in a readable form (type 0 or 7), which a secret cannot replace",
            "復元できる形式(type 0 / 7)で保存されており、secret では置き換えられません",
        ),
        Text(
            "at the device: remove the account and make it again with `secret`",
            "機器側でアカウントを削除し、secret で作り直す",
        ),
        target=credential.label,
    )


def said_no(credential: Credential) -> TargetSaidNo:
    """Its own words are not quoted: they may repeat the command."""
    return TargetSaidNo(
        "network.refused",
        Text("the device did not take the new password", "機器が新しいパスワードを受け付けませんでした"),
        Text(
            "compare its own rules (minimum length, common criteria policy) with passwords.yml",
            "機器側の規則(最小長など)と passwords.yml を比べる",
        ),
        target=credential.label,
    )


def put_back(credential: Credential, why: Text) -> TargetSaidNo:
    return TargetSaidNo(
        "network.put_back",
        Text(f"{why.en}; the old password was put back", f"{why.ja}。元のパスワードに戻しました"),
        Text("mend the cause at the device, then run again", "機器側の原因を直して再実行する"),
        target=credential.label,
    )


NOT_PROVEN = Text(
    "no log-on with the new password was possible", "新しいパスワードでのログオンを確認できませんでした"
)
NOT_SAVED = Text(
    "the device could not write its start-up configuration", "スタートアップコンフィグに保存できませんでした"
)


def unknown(credential: Credential, why: Text) -> TargetSaidNo:
    return TargetSaidNo(
        "network.unknown",
        Text(
            f"{why.en}, and whether the old one is back is unknown",
            f"{why.ja}。元に戻ったかどうかは不明です",
        ),
        Text(
            "nothing by hand: the next run looks which password works",
            "手作業は不要です。次の実行でどのパスワードが有効か確認します",
        ),
        target=credential.label,
    )


def nothing_to_sign_on(credential: Credential) -> BadSetting:
    return BadSetting(
        "network.sign_on",
        Text("no password to sign on with is known", "接続に使うパスワードが分かりません"),
        Text("adopt it: unyo passwords adopt", "登録する: unyo passwords adopt"),
        target=credential.label,
    )


def no_via(credential: Credential) -> BadSetting:
    return BadSetting(
        "network.via",
        Text(
            "an account whose shell is vtysh cannot change its own password",
            "シェルが vtysh のアカウントは自分のパスワードを変更できません",
        ),
        Text(
            "name an account of the router with a shell as `via` (root, or one with sudo)",
            "via にシェルを持つアカウント(root または sudo 可)を指定する",
        ),
        target=credential.label,
    )
