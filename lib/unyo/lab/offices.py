"""The made-up organisation: two departments (部) and the sections (課) below them."""

from __future__ import annotations

from collections.abc import Iterable

from unyo.core.person import Department, Person

_PARENTS = (("01000", "管理部"), ("02000", "政策部"))
_SECTIONS = [
    "総務課",
    "政策調整課",
    "人事課",
    "制度課",
    "会計課",
    "取引対策課",
    "情報システム課",
    "表示対策課",
    "広報課",
    "相談業務課",
    "企画課",
    "調査課",
    "法規課",
    "食品表示課",
    "監査課",
    "地方協力課",
    "研修課",
    "国際課",
    "施設課",
    "審査課",
    "厚生課",
    "統計課",
    "公文書管理課",
    "安全課",
]


def organisation(sections: int) -> dict[str, Department]:
    """Two parents and ``sections`` below them in turn; codes of five digits with a leading zero."""
    made = {code: Department(code, name) for code, name in _PARENTS}
    for i in range(sections):
        parent = _PARENTS[i % 2][0]
        code = (
            f"{int(parent) + 10 * (i // 2 + 1):05d}" if sections < 190 else f"{int(parent) + i // 2 + 1:05d}"
        )
        name = _SECTIONS[i] if i < len(_SECTIONS) else f"第{i - len(_SECTIONS) + 1}業務室"
        made[code] = Department(code, name, parent)
    return made


def in_use(departments: dict[str, Department], people: Iterable[Person]) -> dict[str, Department]:
    """Only departments that somebody belongs to, and those above them: a file of people names no others."""
    used = {post.department_code for person in people for post in person.posts}
    used |= {departments[code].parent_code for code in used}
    return {code: department for code, department in sorted(departments.items()) if code in used}
