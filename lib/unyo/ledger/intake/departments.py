"""Departments out of the rows: one name and one parent a code, variants noted, contradictions refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from unyo.core.person import Department, Person
from unyo.core.text import Text
from unyo.ledger.intake.characters import fold
from unyo.ledger.intake.columns import Columns
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.rowfaults import BadRow
from unyo.ledger.intake.rows import PersonRow

Use = tuple[PersonRow, str, str]
"""A row, the code that it uses and what it says of that code."""


def find_departments(
    rows: Sequence[PersonRow], columns: Columns, notes: Notes
) -> tuple[dict[str, Department], list[BadRow]]:
    """Departments by code; the majority's name and parent win, the other rows are bad."""
    faults: list[BadRow] = []
    names = _names(rows, columns, notes, faults)
    parents = _parents(rows, columns, faults)
    for row in rows:
        if row.parent_code and row.parent_code not in names:
            what = Text(
                "no department has this code, and it has no name here", "この部コードの部署も名称もありません"
            )
            right = Text("a code with its name", "名称を伴う部コード")
            faults.append(_bad(row, columns, "parent_code", row.parent_code, what, right))
    known = {code: parent for code, parent in parents.items() if parent in names}
    faults.extend(_circles(rows, known, columns))
    _tell_same_names(names, known, notes)
    departments = {code: Department(code, name, known.get(code, "")) for code, name in sorted(names.items())}
    return departments, faults


def _names(rows: Sequence[PersonRow], columns: Columns, notes: Notes, faults: list[BadRow]) -> dict[str, str]:
    uses: list[Use] = [(row, row.department_code, row.department_name) for row in rows if row.department_code]
    uses += [(row, row.parent_code, row.parent_name) for row in rows if row.parent_code and row.parent_name]
    names: dict[str, str] = {}
    for code, said in _by_code(uses).items():
        spellings = Counter(name for _, _, name in said)
        if len(spellings) == 1:
            names[code] = said[0][2]
            continue
        meant = Counter(fold(name) for _, _, name in said).most_common(1)[0][0]
        names[code] = next(name for name, _ in spellings.most_common() if fold(name) == meant)
        for row, _, name in said:
            if fold(name) != meant:
                field = "department_name" if row.department_code == code else "parent_name"
                what = Text(
                    f"code {code} is {names[code]} elsewhere",
                    f"コード {code} は他の行では「{names[code]}」です",
                )
                right = Text("one name for one code", "1 つのコードに 1 つの名称")
                faults.append(_bad(row, columns, field, name, what, right))
            elif name != names[code]:
                notes.odd(
                    "department.spelling",
                    Text(
                        f"{code}: {name} kept as {names[code]}",
                        f"{code}: 「{name}」を「{names[code]}」に統一",
                    ),
                    f"line {row.line}",
                    code,
                )
    return names


def _parents(rows: Sequence[PersonRow], columns: Columns, faults: list[BadRow]) -> dict[str, str]:
    uses: list[Use] = [(row, row.department_code, row.parent_code) for row in rows if row.department_code]
    parents: dict[str, str] = {}
    for code, said in _by_code(uses).items():
        spellings = Counter(parent for _, _, parent in said)
        parent = spellings.most_common(1)[0][0]
        if parent != code:
            parents[code] = parent
        if len(spellings) > 1:
            for row, _, other in said:
                if other != parent:
                    what = Text(
                        f"{code} lies below {parent or '-'} elsewhere",
                        f"{code} は他の行では {parent or 'なし'} の下です",
                    )
                    right = Text("one parent for one code", "1 つの所属に 1 つの上位所属")
                    faults.append(_bad(row, columns, "parent_code", other, what, right))
    return parents


def _by_code(uses: Iterable[Use]) -> dict[str, list[Use]]:
    grouped: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        grouped[use[1]].append(use)
    return grouped


def _circles(rows: Sequence[PersonRow], parents: dict[str, str], columns: Columns) -> list[BadRow]:
    circular = {code for code in parents if _is_below_circle(code, parents)}
    what = Text("the departments lie below each other in a circle", "上位所属の関係が循環しています")
    right = Text("a parent that is not below this department", "自所属の下位でない上位所属")
    return [
        _bad(row, columns, "parent_code", row.parent_code, what, right)
        for row in rows
        if row.department_code in circular
    ]


def _is_below_circle(code: str, parents: dict[str, str]) -> bool:
    seen = {code}
    above = parents.get(code, "")
    while above and above not in seen:
        seen.add(above)
        above = parents.get(above, "")
    return bool(above)


def _tell_same_names(names: dict[str, str], parents: dict[str, str], notes: Notes) -> None:
    codes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, name in names.items():
        codes[fold(name), parents.get(code, "")].append(code)
    for same in codes.values():
        if len(same) > 1:
            listed = ", ".join(sorted(same))
            name = names[same[0]]
            notes.odd(
                "department.same_name",
                Text(
                    f"{name} stands under several codes: {listed}",
                    f"「{name}」に複数のコードがあります: {listed}",
                ),
            )


def in_use(departments: dict[str, Department], persons: Iterable[Person]) -> dict[str, Department]:
    """The departments that these people belong to, and all above them."""
    used: set[str] = set()
    for person in persons:
        for post in person.posts:
            code = post.department_code
            while code and code not in used:
                used.add(code)
                code = departments[code].parent_code
    return {code: department for code, department in departments.items() if code in used}


def _bad(row: PersonRow, columns: Columns, field: str, value: str, what: Text, right: Text) -> BadRow:
    return BadRow(row.line, columns.heading(field), value, what, right, row.staff_number)
