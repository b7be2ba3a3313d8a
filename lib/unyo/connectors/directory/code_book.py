"""What the numbers mean that operators meet: of LDAP, of Windows, of log-ons and of Kerberos. Needs no server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class Meaning:
    """One cause, and what to do about it; ``code`` is how it is usually written."""

    code: str
    what: Text
    next_step: Text


_RULES = Meaning(
    "0000052D",
    Text(
        "the new password breaks a rule; the directory does not say which: length, complexity, a name in it, "
        "history (one of the last ones), minimum age (changed too short a while ago), or a password filter",
        "新しいパスワードが規則に合いません。原因は応答に含まれません: 長さ、複雑さ、氏名・ログオン名を含む、"
        "履歴(過去のパスワード)、変更禁止期間(前回の変更から間がない)、パスワードフィルタ",
    ),
    Text(
        "unyo goes through the rules and names the cause where it sets the password; the rules: unyo doctor",
        "unyo で設定した場合は規則を照合して原因を示します。規則の確認: unyo doctor",
    ),
)
_CHANNEL = Meaning(
    "0000001F",
    Text(
        "the connection is not encrypted, or the value is not a quoted UTF-16 text: passwords need LDAPS or StartTLS",
        "接続が暗号化されていない、またはパスワードの形式が不正です(LDAPS か StartTLS が必要)",
    ),
    Text(
        "use ldaps:// or StartTLS with a certificate on the controller",
        "コントローラに証明書を入れ、ldaps:// か StartTLS を使う",
    ),
)
_OLD = Meaning(
    "00000056",
    Text("a change named a wrong present password", "変更時に指定した現在のパスワードが違います"),
    Text("reset instead: unyo passwords reset", "再設定する: unyo passwords reset"),
)
_WRONG = Meaning(
    "52e",
    Text(
        "name or password is wrong; right after a change another controller may not know it yet (replication)",
        "名前またはパスワードが違います。変更直後は、別のコントローラに複製されていない可能性もあります",
    ),
    Text(
        "try at the controller where it was changed, a few minutes later elsewhere; forgotten: unyo passwords reset",
        "変更したコントローラで試す。他では数分待つ。失念した場合は unyo passwords reset",
    ),
)
_NOBODY = Meaning(
    "525",
    Text("there is no such account", "アカウントがありません"),
    Text("check the log-on name", "ログオン名を確認する"),
)
_NOT_NOW = Meaning(
    "530",
    Text(
        "log-on is not allowed at this time (logonHours)",
        "この時間帯のログオンは許可されていません (logonHours)",
    ),
    Text("change the hours, or try then", "ログオン時間を見直すか、許可された時間に試す"),
)
_NOT_HERE = Meaning(
    "531",
    Text(
        "log-on is not allowed from this machine (userWorkstations)",
        "この端末からのログオンは許可されていません (userWorkstations)",
    ),
    Text("change the list of machines", "ログオン先の一覧を見直す"),
)
_PASSWORD_EXPIRED = Meaning(
    "532",
    Text("the password is right and has expired", "パスワードは正しいですが、有効期限が切れています"),
    Text(
        "the person changes it at log-on; a service account: unyo run passwords.rotate",
        "本人がログオン時に変更する。サービスアカウントは unyo run passwords.rotate",
    ),
)
_DISABLED = Meaning(
    "533",
    Text("the account is disabled", "アカウントが無効です"),
    Text(
        "find out why (leave, transfer) before it is enabled: unyo run accounts.restore",
        "理由(休職・異動等)を確認してから有効化: unyo run accounts.restore",
    ),
)
_EXPIRED = Meaning(
    "701",
    Text("the account has expired (accountExpires)", "アカウントの有効期限 (accountExpires) が切れています"),
    Text("extend it if the person is still entitled", "在籍を確認して期限を延長する"),
)
_MUST_CHANGE = Meaning(
    "773",
    Text("the password is right and must be changed first", "パスワードは正しく、先に変更が必要です"),
    Text(
        "log on at a terminal and change it; a mail program cannot",
        "端末でログオンして変更する(メールソフト等では変更できません)",
    ),
)
_LOCKED = Meaning(
    "775",
    Text(
        "the account is locked after too many bad log-ons",
        "ログオン失敗が続き、アカウントがロックされています",
    ),
    Text(
        "unyo passwords unlock tells since when; a phone or a share may hold the old password",
        "unyo passwords unlock で開始時刻を表示。スマートフォンや共有接続の古いパスワードが原因のことがあります",
    ),
)
_SKEW = Meaning(
    "KRB_AP_ERR_SKEW",
    Text(
        "the clocks differ by more than five minutes, so Kerberos refuses every ticket",
        "時刻が5分以上ずれているため、Kerberos がチケットを拒否します",
    ),
    Text(
        "synchronise the clock with the controllers (chrony, w32tm)",
        "コントローラと時刻同期する (chrony、w32tm)",
    ),
)
_UNWILLING = Meaning(
    "53",
    Text(
        "the controller is unwilling; the hexadecimal number in its answer says why (0000052D, 0000001F, …)",
        "コントローラが要求を拒否しました。理由は応答の16進コード(0000052D、0000001F 等)で分かります",
    ),
    Text("unyo passwords explain with that number", "そのコードで unyo passwords explain を実行"),
)
_CONSTRAINT = Meaning(
    "19",
    Text(
        "a value breaks a rule; for a password the same as 0000052D (a change, or another kind of controller)",
        "値が制約に合いません。パスワードの場合は 0000052D と同じです(本人による変更など)",
    ),
    Text("unyo passwords explain 0000052D", "unyo passwords explain 0000052D"),
)
_RIGHTS = Meaning(
    "50",
    Text("unyo's account lacks the right for this", "unyo のアカウントに権限がありません"),
    Text("delegate it: docs/administrator.md", "権限を委任する: docs/administrator.ja.md"),
)
_STRONGER = Meaning(
    "8",
    Text("the controller demands an encrypted or signed connection", "暗号化または署名された接続が必要です"),
    Text("use ldaps:// or StartTLS", "ldaps:// または StartTLS を使う"),
)
_CONTROL = Meaning(
    "12",
    Text("the controller does not know a control that was demanded", "必要な制御にコントローラが未対応です"),
    Text("use another controller", "別のコントローラを使う"),
)
_SPELLINGS: Mapping[Meaning, tuple[str, ...]] = {
    _RULES: ("52d", "1325", "c000006c"),
    _CHANNEL: ("1f", "31"),
    _OLD: ("56", "86"),
    _WRONG: ("52e", "1326", "c000006d", "c000006a", "49"),
    _NOBODY: ("525", "1317", "c0000064"),
    _NOT_NOW: ("530", "1328", "c000006f"),
    _NOT_HERE: ("531", "1329", "c0000070"),
    _PASSWORD_EXPIRED: ("532", "1330", "c0000071"),
    _DISABLED: ("533", "1331", "c0000072"),
    _EXPIRED: ("701", "1793", "c0000193"),
    _MUST_CHANGE: ("773", "1907", "c0000224"),
    _LOCKED: ("775", "1909", "c0000234"),
    _SKEW: ("krb_ap_err_skew", "skew", "37", "80090324", "c0000133", "1398"),
    _UNWILLING: ("53",),
    _CONSTRAINT: ("19",),
    _RIGHTS: ("50",),
    _STRONGER: ("8",),
    _CONTROL: ("12",),
}
_BY_SPELLING = {spelling: meaning for meaning, spellings in _SPELLINGS.items() for spelling in spellings}
_DATA = re.compile(r"data ([0-9a-f]+)")
_WORDS = re.compile(r"[0-9a-z_]+")


def meanings_of(said: str) -> list[Meaning]:
    """What a code, or a whole line of an answer, stands for; empty where nothing in it is known.

    A log-on's answer carries its reason behind ``data``, which then counts alone.
    """
    text = said.lower()
    data = _DATA.search(text)
    if data is not None and _plain(data[1]) in _BY_SPELLING:
        return [_BY_SPELLING[_plain(data[1])]]
    words = [_plain(word) for word in _WORDS.findall(text)]
    if len(words) > 1:
        # In a sentence only long numbers are codes: it may say how many there are of something.
        words = [
            word
            for word, whole in zip(words, _WORDS.findall(text), strict=True)
            if len(whole) >= 8 or "_" in whole
        ]
    return list(dict.fromkeys(_BY_SPELLING[word] for word in words if word in _BY_SPELLING))


def _plain(word: str) -> str:
    return word.removeprefix("0x").lstrip("0") or "0"
