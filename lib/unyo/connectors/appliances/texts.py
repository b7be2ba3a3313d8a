"""What goes wrong with appliances, and what to do then."""

from __future__ import annotations

from unyo.core.credential import Credential
from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable
from unyo.core.text import Text


def wrong(credential: Credential) -> TargetSaidNo:
    return TargetSaidNo(
        "appliances.logon",
        Text("the device refused the password in the books", "記録されたパスワードを機器が拒否しました"),
        Text(
            "find the password in force: unyo run passwords.verify",
            "有効なパスワードを確認: unyo run passwords.verify",
        ),
        target=credential.label,
    )


def refused(credential: Credential, detail: str) -> TargetSaidNo:
    return TargetSaidNo(
        "appliances.refused",
        Text("the device did not take the new password", "機器が新しいパスワードを受け付けませんでした"),
        Text(
            "compare its own rules with kind appliance in passwords.yml; may the account change itself?",
            "機器側の規則と passwords.yml の appliance を比べ、アカウントの変更権限も確認する",
        ),
        target=credential.label,
        detail=detail or None,
    )


def not_reached(credential: Credential, detail: str) -> Unreachable:
    return Unreachable(
        "appliances.unreachable",
        Text("the device does not answer", "機器が応答しません"),
        Text("check that it is on, its address and its port", "電源・アドレス・ポートを確認する"),
        target=credential.label,
        detail=detail or None,
    )


def lost(credential: Credential, detail: str) -> Unreachable:
    return Unreachable(
        "appliances.lost",
        Text(
            "the new password was sent and no answer came",
            "新しいパスワードの送信後、応答がありませんでした",
        ),
        Text(
            "nothing by hand: the next run looks which password works",
            "手作業は不要です。次の実行でどのパスワードが有効か確認します",
        ),
        target=credential.label,
        detail=detail or None,
    )


def not_accepted(credential: Credential) -> TargetSaidNo:
    return TargetSaidNo(
        "appliances.not_accepted",
        Text(
            "the device said that the password was set, but refuses it",
            "機器は設定完了と応答しましたが、新しいパスワードを拒否しています",
        ),
        Text(
            "nothing by hand: the next run looks which password works",
            "手作業は不要です。次の実行でどのパスワードが有効か確認します",
        ),
        target=credential.label,
    )


def no_old(credential: Credential) -> BadSetting:
    return BadSetting(
        "appliances.sign_on",
        Text("no password to sign on with is known", "接続に使うパスワードが分かりません"),
        Text("adopt it: unyo passwords adopt", "登録する: unyo passwords adopt"),
        target=credential.label,
    )


UNSAVED = Text(
    "the device may forget the new password at its next restart",
    "機器の再起動で新しいパスワードが失われる可能性があります",
)


def unsaved(credential: Credential, detail: str) -> TargetSaidNo:
    return TargetSaidNo(
        "appliances.unsaved",
        UNSAVED,
        Text("run the exchange again", "もう一度変更を実行する"),
        target=credential.label,
        detail=detail or None,
    )
