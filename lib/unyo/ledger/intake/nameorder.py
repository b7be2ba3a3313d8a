"""Do family and given names, names and kana, stand in the columns they belong to?"""

from __future__ import annotations

from collections.abc import Sequence

from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.ledger.intake.columns import Columns
from unyo.ledger.intake.mapping import ColumnMapping
from unyo.ledger.intake.naming import is_decidable, order_doubt
from unyo.ledger.intake.notes import Notes
from unyo.ledger.intake.rowfaults import BadRow
from unyo.ledger.intake.rows import PersonRow
from unyo.ledger.intake.surnames import SURNAMES


def check_name_order(
    rows: Sequence[PersonRow], columns: Columns, mapping: ColumnMapping, notes: Notes
) -> list[BadRow]:
    """Single rows become findings or bad rows; a whole file in the wrong order is refused (BadInput)."""
    doubts = [(row, order_doubt(row.name)) for row in rows]
    doubted = [(row, doubt) for row, doubt in doubts if doubt]
    decidable = sum(1 for row in rows if is_decidable(row.name))
    said = mapping.name_order is not None or mapping.kana_order is not None
    if len(doubted) >= 2 and len(doubted) * 2 > decidable and not said:
        raise _whole_file(doubted[0][0], len(doubted), decidable)
    faults = []
    for row, doubt in doubts:
        if doubt == "crossed" and not said:
            faults.append(_crossed(row, columns))
        elif doubt:
            notes.odd("name.order", _doubtful(row), f"line {row.line}")
        elif row.name.family in SURNAMES and row.name.family_kana not in SURNAMES[row.name.family]:
            usual = SURNAMES[row.name.family][0]
            notes.note(
                "name.reading",
                Text(
                    f"{row.name.family} is read {row.name.family_kana} (usual: {usual})",
                    f"「{row.name.family}」の読みが {row.name.family_kana} です (通常: {usual})",
                ),
                f"line {row.line}",
            )
    return faults


def refuse_swapped_kana(swapped: int, rows: int, columns: Columns) -> None:
    """BadInput where most rows hold kana in the name's column and the name in the kana's."""
    if swapped < 2 or swapped * 2 <= rows:
        return
    name = columns.heading("name" if "name" in columns.at else "family_name")
    kana = columns.heading("name_kana" if "name_kana" in columns.at else "family_kana")
    raise BadInput(
        "people.file.swapped_columns",
        Text(
            f"in {swapped} of {rows} rows {name} holds the kana and {kana} the name",
            f"{rows} 行中 {swapped} 行で「{name}」にカナ、「{kana}」に漢字が入っています",
        ),
        Text(
            f"have the file corrected, or say in the mapping file columns: name: {kana}, name_kana: {name}",
            f"ファイルの訂正を依頼するか、対応表の columns: に name: {kana}, name_kana: {name} と指定してください",
        ),
    )


def _whole_file(row: PersonRow, doubted: int, decidable: int) -> BadInput:
    return BadInput(
        "people.file.name_order",
        Text(
            f"family and given names look exchanged in {doubted} of {decidable} rows that can be judged, "
            f"for example line {row.line}: {_shown(row)}",
            f"判定できる {decidable} 行中 {doubted} 行で姓と名が逆のようです (例: {row.line} 行目 {_shown(row)})",
        ),
        Text(
            "say which is right in the mapping file, name_order: and kana_order: (family_first or given_first)",
            "対応表の name_order: と kana_order: に正しい順序 (family_first / given_first) を指定してください",
        ),
    )


def _crossed(row: PersonRow, columns: Columns) -> BadRow:
    field = "family_name" if "family_name" in columns.at else "name"
    name = row.name
    return BadRow(
        row.line,
        columns.heading(field),
        _shown(row),
        Text("name and kana stand in opposite order", "氏名とカナで姓・名の順序が逆です"),
        Text(
            "family name first in both",
            "氏名・カナとも姓を先に記入"
            + (f" (例: {name.given} {name.family})" if name.given in SURNAMES else ""),
        ),
        row.staff_number,
    )


def _doubtful(row: PersonRow) -> Text:
    return Text(
        f"family and given name may be exchanged: {_shown(row)}",
        f"姓と名が逆の可能性があります: {_shown(row)}",
    )


def _shown(row: PersonRow) -> str:
    name = row.name
    return f"{name.family} {name.given} / {name.family_kana} {name.given_kana}"
