"""What a directory's answers mean and what to do next, by the hexadecimal text that Windows and Samba share."""

from __future__ import annotations

import re
from typing import Any

from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.text import Text

# Matched on the diagnostic text and not on the result code: Samba says 19 where Windows says 53.
_BY_HEX: dict[str, tuple[str, Text, Text]] = {
    "0000052D": (
        "directory.password.policy",
        Text("the password breaks the domain's rules", "パスワードがドメインの規則に合いません"),
        Text(
            "check length, complexity, history and minimum age: unyo doctor shows the rules",
            "長さ・複雑さ・履歴・変更禁止期間を確認(規則は unyo doctor で表示)",
        ),
    ),
    "0000001F": (
        "directory.password.channel",
        Text(
            "the controller takes passwords only over an encrypted channel",
            "暗号化された接続でないためパスワードを設定できません",
        ),
        Text("use ldaps:// or StartTLS", "ldaps:// または StartTLS を使う"),
    ),
    "00000056": (
        "directory.password.old",
        Text("the old password is wrong", "現在のパスワードが違います"),
        Text("reset instead of change", "変更ではなくリセットする"),
    ),
    "00000524": (
        "directory.exists.sam",
        Text("another account has this log-on name", "同じログオン名のアカウントがあります"),
        Text("choose another name and plan again", "別の名前にして計画し直す"),
    ),
    "000021C7": (
        "directory.exists.spn",
        Text("another account has this service name", "同じサービス名のアカウントがあります"),
        Text("find and remove the other one", "重複しているアカウントを確認する"),
    ),
    "000021C8": (
        "directory.exists.upn",
        Text("another account has this user principal name", "同じ UPN のアカウントがあります"),
        Text("choose another name and plan again", "別の名前にして計画し直す"),
    ),
    "0000202F": (
        "directory.exists.unique",
        Text(
            "a value that must be unique is taken (user principal name?)",
            "一意であるべき値が使用済みです(UPN など)",
        ),
        Text("find the other account and plan again", "重複しているアカウントを確認して計画し直す"),
    ),
    "00002071": (
        "directory.exists",
        Text("an entry of this name exists", "同じ名前のエントリがあります"),
        Text("choose another name and plan again", "別の名前にして計画し直す"),
    ),
}

_SCHEMA = (
    "directory.schema",
    Text("the directory does not know this attribute", "ディレクトリにない属性です"),
    Text("check the attribute names in the policy", "ポリシーの属性名を確認する"),
)

_BY_RESULT: dict[int, tuple[str, Text, Text]] = {
    8: (
        "directory.channel",
        Text("the controller demands an encrypted channel", "暗号化された接続が必要です"),
        Text("use ldaps:// or StartTLS", "ldaps:// または StartTLS を使う"),
    ),
    4: (
        "directory.size_limit",
        Text("the controller cut the answer off", "コントローラが応答を打ち切りました"),
        Text("search below a smaller unit", "検索範囲を狭める"),
    ),
    12: (
        "directory.control",
        Text(
            "the controller does not know a control that unyo needs", "必要な制御にコントローラが未対応です"
        ),
        Text("use another controller", "別のコントローラを使う"),
    ),
    16: _SCHEMA,
    17: _SCHEMA,
    19: (
        "directory.constraint",
        Text("a value breaks a rule of the directory", "値がディレクトリの制約に合いません"),
        Text("look at the answer, mend the row and plan again", "応答を確認し、行を直して計画し直す"),
    ),
    20: (
        "directory.value_exists",
        Text("the value is there already", "その値は設定済みです"),
        Text("plan again", "計画し直す"),
    ),
    21: (
        "directory.syntax",
        Text("a value has the wrong form", "値の形式が正しくありません"),
        Text("look at the answer and mend the value", "応答を確認し、値を直す"),
    ),
    32: (
        "directory.no_such_object",
        Text("the entry or its parent does not exist", "エントリまたはその上位がありません"),
        Text("make the department first, or plan again", "先に部署を作成するか計画し直す"),
    ),
    34: (
        "directory.bad_name",
        Text("the name has the wrong form", "名前 (DN) の形式が正しくありません"),
        Text("mend the name and plan again", "名前を直して計画し直す"),
    ),
    50: (
        "directory.rights",
        Text("unyo's account lacks the right for this", "unyo のアカウントに権限がありません"),
        Text("delegate the right named in the administrator's page", "管理者向け文書にある権限を委任する"),
    ),
    51: (
        "directory.busy",
        Text("the controller is busy", "コントローラが高負荷です"),
        Text("wait, then run: unyo jobs resume", "時間をおいて unyo jobs resume を実行"),
    ),
    52: (
        "directory.unavailable",
        Text("the controller is starting or stopping", "コントローラが起動中または停止中です"),
        Text("wait, then run: unyo jobs resume", "時間をおいて unyo jobs resume を実行"),
    ),
    53: (
        "directory.unwilling",
        Text("the controller is unwilling", "コントローラが要求を拒否しました"),
        Text("look at the answer", "応答の内容を確認する"),
    ),
    65: (
        "directory.class",
        Text(
            "the entry lacks or must not have an attribute",
            "エントリに必須属性がないか、許されない属性があります",
        ),
        Text(
            "look at the answer and check the policy's attributes", "応答を確認し、ポリシーの属性を確認する"
        ),
    ),
    66: (
        "directory.not_empty",
        Text("the unit is not empty", "組織単位が空ではありません"),
        Text("move what is in it, then run again", "中のものを移してから再実行する"),
    ),
    68: (
        "directory.exists",
        Text("an entry of this name exists", "同じ名前のエントリがあります"),
        Text("choose another name and plan again", "別の名前にして計画し直す"),
    ),
}


def refusal(dn: str, result: dict[str, Any]) -> UnyoError | None:
    """The error that an LDAP result stands for, or None for success."""
    code = int(result["result"])
    if code == 0:
        return None
    if code == 10:
        return referred(dn, result)
    message = str(result.get("message") or "").strip("\x00 \n")
    found = next(
        (_BY_HEX[key] for key in re.findall(r"\b[0-9A-Fa-f]{8}\b", message.upper()) if key in _BY_HEX), None
    )
    named, what, next_step = found or _BY_RESULT.get(code) or _unknown(code)
    nearest = f" (nearest: {result['dn']})" if code == 32 and result.get("dn") else ""
    detail = f"{code} {result.get('description', '')} {message}".strip()[:300] + nearest
    return TargetSaidNo(named, what, next_step, target=dn, detail=detail)


def referred(dn: str, result: dict[str, Any]) -> UnyoError:
    """The server does not hold this part; it is not chased, because the next server was not approved."""
    servers = ", ".join(str(url) for url in result.get("referrals") or ())[:200]
    return TargetSaidNo(
        "directory.referral",
        Text("another server holds this part of the directory", "この部分は別のサーバが保持しています"),
        Text(
            f"put that server into [directory] urls: {servers}",
            f"そのサーバを [directory] urls に設定する: {servers}",
        ),
        target=dn,
        detail=servers,
    )


def malformed(dn: str, error: Exception) -> UnyoError:
    """A request that cannot even be written down; it was not sent."""
    return TargetSaidNo(
        "directory.request",
        Text("the request is malformed; it was not sent", "要求の形式が正しくないため送信していません"),
        Text("check names and filter", "名前と検索条件を確認する"),
        target=dn,
        detail=f"{type(error).__name__}: {error}"[:200],
    )


def _unknown(code: int) -> tuple[str, Text, Text]:
    return (
        f"directory.result.{code}",
        Text(f"the directory refused (result {code})", f"ディレクトリが拒否しました(結果 {code})"),
        Text("look at the answer", "応答の内容を確認する"),
    )
