"""The fixed words of reports in both languages, and values as people read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from unyo.core.dates import era_text, in_jst
from unyo.core.outcome import Outcome
from unyo.core.secret import SecretRef
from unyo.core.text import Language, Text
from unyo.reports.figures import WAITING

SORTS = {
    "joiner": Text("joiner", "採用"),
    "mover": Text("mover", "異動"),
    "leaver": Text("leaver", "退職"),
    "rename": Text("rename", "改姓"),
    "concurrent": Text("concurrent post", "兼務"),
    "seconded_out": Text("secondment out", "出向(転出)"),
    "seconded_in": Text("secondment in", "出向(受入)"),
    "on_leave": Text("leave of absence", "休職"),
    "return": Text("return", "復帰"),
    "correction": Text("correction", "訂正"),
    "create": Text("new", "新規"),
    "update": Text("change", "変更"),
    "change": Text("change", "変更"),
    "delete": Text("deletion", "削除"),
    "undo": Text("undo", "取消(元へ戻す)"),
    "department": Text("department", "部署"),
    "department_rename": Text("department renamed", "部署の改称"),
    "department_closed": Text("department closed", "部署の廃止"),
    "group": Text("group", "グループ"),
    "group_rename": Text("group renamed", "グループの改称"),
    "handover_end": Text("end of handover", "引継ぎ期間の終了"),
    "disable": Text("disabling", "無効化"),
    "suspend": Text("suspension", "利用停止"),
    "restore": Text("restoration", "利用再開"),
    "groups": Text("group membership", "所属グループ"),
    "remote_access": Text("remote access", "リモート接続"),
    "remote_access_end": Text("end of remote access", "リモート接続の終了"),
    "list": Text("list", "一覧"),
    "file": Text("file", "ファイル"),
    "new": Text("new", "新規"),
    "gone": Text("gone", "対象外"),
    "receipt": Text("receipt only", "受領記録のみ"),
}
ACTIONS = {
    "create": Text("make", "作成"),
    "update": Text("change", "変更"),
    "delete": Text("delete", "削除"),
}
ORIGINS = {
    "resume": Text("goes on with", "次のジョブの続き:"),
    "undo": Text("takes back", "次のジョブの取消:"),
    "request": Text("belongs to", "関連ジョブ:"),
}
_WAITS = Text("waits", "待機中")


def sort_word(sort: str, language: Language) -> str:
    return SORTS[sort].in_language(language) if sort in SORTS else sort


def outcome_word(outcome: str, language: Language) -> str:
    return (_WAITS if outcome == WAITING else Outcome(outcome).label).in_language(language)


def clock(instant: datetime | None) -> str:
    """2026-04-01 00:00:03, Japan time."""
    return f"{in_jst(instant):%Y-%m-%d %H:%M:%S}" if instant else "–"


def long_time(instant: datetime | None, language: Language) -> str:
    """The instant in Japan time, in Japanese with the era's date."""
    if instant is None:
        return "–"
    local = in_jst(instant)
    if language is Language.JA:
        return f"{era_text(local.date())} {local:%H:%M:%S}({local:%Y-%m-%d})"
    return f"{local:%Y-%m-%d %H:%M:%S} JST ({era_text(local.date())})"


def duration(start: datetime | None, end: datetime | None, language: Language) -> str:
    if start is None or end is None:
        return "–"
    seconds = (end - start).total_seconds()
    minutes, rest = divmod(round(seconds), 60)
    if language is Language.JA:
        return f"{minutes} 分 {rest} 秒" if minutes else f"{seconds:.1f} 秒"
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def value_text(value: Any, language: Language) -> str:
    """A value of a state; a secret shows as the place where it is sealed."""
    ref = SecretRef.from_state(value)
    if ref is not None:
        sealed = Text("sealed in the vault", "保管庫に封入").in_language(language)
        return f"({sealed}: {ref.path})"
    if value is None:
        return Text("(none)", "(なし)").in_language(language)
    if isinstance(value, bool):
        return (
            Text("yes", "はい").in_language(language) if value else Text("no", "いいえ").in_language(language)
        )
    if isinstance(value, (list, tuple)):
        return (
            "、".join(str(item) for item in value) if language is Language.JA else ", ".join(map(str, value))
        )
    return str(value)
