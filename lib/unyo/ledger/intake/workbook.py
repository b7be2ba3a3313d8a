"""Rows and cells of an Excel workbook, as the text that a person sees in them."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.ledger.intake.tables import LOOKED_AT, Row, Sheet

_MOST_BYTES = 400_000_000
_ZEROS = re.compile(r"0+$")


def is_workbook(data: bytes) -> bool:
    """True for XLSX, and for the older or encrypted kinds that are then refused by name."""
    return data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def read_workbook(data: bytes, fixed: str | None, knows: Callable[[Row], int]) -> Sheet:
    """The one worksheet with known headings, or the one named by the mapping file."""
    if data.startswith(b"\xd0"):
        raise _unreadable(
            Text(
                "an old (.xls) or password-protected workbook",
                "旧形式 (.xls) またはパスワード付きのブックです",
            )
        )
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise _unreadable(Text("the workbook is too large", "ブックが大きすぎます"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            tables = {sheet.title: _rows(sheet) for sheet in visible if fixed in (None, sheet.title)}
    except BadInput:
        raise
    except Exception as error:  # openpyxl lets any kind of exception through on a damaged file
        raise _unreadable(
            Text("the workbook is damaged", "ブックが壊れています"), f"{type(error).__name__}: {error}"
        ) from None
    return _chosen(tables, fixed, knows)


def _chosen(tables: dict[str, tuple[Row, ...]], fixed: str | None, knows: Callable[[Row], int]) -> Sheet:
    best = {title: max(map(knows, rows[:LOOKED_AT]), default=0) for title, rows in tables.items()}
    likely = [title for title, known in best.items() if known >= 2] or list(tables)
    if len(likely) != 1:
        seen = ", ".join(likely) or str(fixed)
        raise BadInput(
            "people.file.worksheet",
            Text(
                f"which worksheet holds the people? candidates: {seen}",
                f"職員のシートを特定できません: {seen}",
            ),
            Text("name it in the mapping file as sheet: NAME", "対応表に sheet: シート名 を指定してください"),
        )
    return Sheet(tables[likely[0]], "xlsx", worksheet=likely[0])


def _rows(sheet: Any) -> tuple[Row, ...]:
    rows = (_row(number, cells) for number, cells in enumerate(sheet.iter_rows(), 1))
    return tuple(row for row in rows if not row.is_blank)


def _row(number: int, cells: Iterable[Any]) -> Row:
    texts, numbers = [], set()
    for position, cell in enumerate(cells):
        value = cell.value
        if value.__class__ is str:
            texts.append(value)
        elif value is None:
            texts.append("")
        else:
            if isinstance(value, int | float) and not isinstance(value, bool):
                numbers.add(position)
            texts.append(_shown(value, cell.number_format))
    return Row(number, tuple(texts), frozenset(numbers))


def _shown(value: object, number_format: str | None) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and _ZEROS.match(number_format or ""):
        return str(value).zfill(len(number_format or ""))
    return str(value)


def _unreadable(what: Text, detail: str | None = None) -> BadInput:
    return BadInput(
        "people.file.workbook",
        what,
        Text(
            "save it as .xlsx without password, or as CSV",
            "パスワードなしの .xlsx または CSV で保存し直してください",
        ),
        detail=detail,
    )
