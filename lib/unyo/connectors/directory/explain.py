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

_BY_RESULT: dict[int, tuple[str, Text, Text]] = {
    8: (
        "directory.channel",
        Text("the controller demands an encrypted channel", "暗号化された接続が必要です"),
        Text("use ldaps:// or StartTLS", "ldaps:// または StartTLS を使う"),
    ),
    16: (
        "directory.no_attribute",
        Text("the attribute or value is not there", "属性または値がありません"),
        Text("plan again", "計画し直す"),
    ),
    17: (
        "directory.schema",
        Text("the directory does not know this attribute", "ディレクトリにない属性です"),
        Text("check the attribute names in the policy", "ポリシーの属性名を確認する"),
    ),
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
    32: (
        "directory.no_such_object",
        Text("the entry or its parent does not exist", "エントリまたはその上位がありません"),
        Text("make the department first, or plan again", "先に部署を作成するか計画し直す"),
    ),
    50: (
        "directory.rights",
        Text("unyo's account lacks the right for this", "unyo のアカウントに権限がありません"),
        Text("delegate the right named in the administrator's page", "管理者向け文書にある権限を委任する"),
    ),
    53: (
        "directory.unwilling",
        Text("the controller is unwilling", "コントローラが要求を拒否しました"),
        Text("look at the answer", "応答の内容を確認する"),
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
    message = str(result.get("message") or "").strip("\x00 \n")
    found = next(
        (_BY_HEX[key] for key in re.findall(r"\b[0-9A-Fa-f]{8}\b", message.upper()) if key in _BY_HEX), None
    )
    named, what, next_step = found or _BY_RESULT.get(code) or _unknown(code)
    detail = f"{code} {result.get('description', '')} {message}".strip()
    return TargetSaidNo(named, what, next_step, target=dn, detail=detail[:300])


def _unknown(code: int) -> tuple[str, Text, Text]:
    return (
        f"directory.result.{code}",
        Text(f"the directory refused (result {code})", f"ディレクトリが拒否しました(結果 {code})"),
        Text("look at the answer", "応答の内容を確認する"),
    )
