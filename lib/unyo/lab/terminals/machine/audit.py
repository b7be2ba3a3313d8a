"""The audit policy by subcategory; its names are in the machine's language, its GUIDs are not."""

from __future__ import annotations

from dataclasses import dataclass

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table

CATEGORIES: dict[str, tuple[str, str]] = {
    "System": ("{69979848-797A-11D9-BED3-505054503030}", "システム"),
    "Logon/Logoff": ("{69979849-797A-11D9-BED3-505054503030}", "ログオン/ログオフ"),
    "Object Access": ("{6997984A-797A-11D9-BED3-505054503030}", "オブジェクト アクセス"),
    "Privilege Use": ("{6997984B-797A-11D9-BED3-505054503030}", "特権の使用"),
    "Detailed Tracking": ("{6997984C-797A-11D9-BED3-505054503030}", "詳細追跡"),
    "Policy Change": ("{6997984D-797A-11D9-BED3-505054503030}", "ポリシーの変更"),
    "Account Management": ("{6997984E-797A-11D9-BED3-505054503030}", "アカウント管理"),
    "DS Access": ("{6997984F-797A-11D9-BED3-505054503030}", "DS アクセス"),
    "Account Logon": ("{69979850-797A-11D9-BED3-505054503030}", "アカウント ログオン"),
}
"""English name → GUID and Japanese name."""
SETTINGS = {
    "en-US": ("No Auditing", "Success", "Failure", "Success and Failure"),
    "ja-JP": ("監査なし", "成功", "失敗", "成功および失敗"),
}
SUCCESS, FAILURE = 1, 2


@dataclass(frozen=True, slots=True)
class Subcategory:
    """One kind of events; ``audited`` is the sum of SUCCESS and FAILURE."""

    guid: str
    name: str
    category: str
    audited: int


class AuditPolicy:
    """Subcategories by GUID, in auditpol's order."""

    __slots__ = ("table",)

    def __init__(self, base: Table[Subcategory], mark: Mark) -> None:
        self.table: Overlay[Subcategory] = Overlay(base, mark)

    def find(self, guid_or_name: str) -> Subcategory | None:
        """By GUID with braces, or by the name in the machine's language."""
        found = self.table.get(guid_or_name)
        if found is not None:
            return found
        wanted = guid_or_name.lower()
        return next((s for s in self.table.values() if s.name.lower() == wanted), None)

    def set(self, guid: str, audited: int) -> None:
        kept = self.table[guid]
        self.table[guid] = Subcategory(kept.guid, kept.name, kept.category, audited)
