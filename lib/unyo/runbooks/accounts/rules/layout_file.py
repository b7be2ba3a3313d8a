"""Lines of a file in another system's layout and encoding, and files taken apart into lines again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unyo.core.canonical import digest
from unyo.core.distribution import Value
from unyo.runbooks.accounts.rules.layouts import FileForm, Layout

_QUOTING = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "none": csv.QUOTE_NONE}


@dataclass(frozen=True, slots=True)
class Written:
    """One line, the letters replaced by the declared table, and those that the encoding lacks."""

    line: str
    replaced: tuple[tuple[str, str], ...]
    lacking: tuple[str, ...]


def written(layout: Layout, cells: Sequence[Value]) -> Written:
    """One line without its end; line breaks inside a cell become blanks."""
    form, replaced, lacking = layout.file, [], []
    texts = []
    for cell in cells:
        letters = []
        for letter in " ".join(str(cell).splitlines()):
            if _has(form, letter):
                letters.append(letter)
            elif letter in form.replace:
                replaced.append((letter, form.replace[letter]))
                letters.append(form.replace[letter])
            else:
                lacking.append(letter)
        texts.append("".join(letters))
    return Written(_joined(form, texts), tuple(replaced), tuple(lacking))


def _has(form: FileForm, letter: str) -> bool:
    try:
        letter.encode(form.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _joined(form: FileForm, texts: Sequence[str]) -> str:
    target = io.StringIO()
    escape = "\\" if form.quoting == "none" else None
    # The csv module names its styles by number; the type stubs want the literals.
    writer = csv.writer(
        target,
        delimiter=form.delimiter,
        quoting=_QUOTING[form.quoting],  # type: ignore[arg-type]
        escapechar=escape,
        lineterminator="",
    )
    writer.writerow(texts)
    return target.getvalue()


def cells_of(layout: Layout, line: str) -> dict[str, str]:
    """A line's cells by heading; missing ones are left out."""
    escape = "\\" if layout.file.quoting == "none" else None
    row = next(csv.reader([line], delimiter=layout.file.delimiter, escapechar=escape), [])
    return dict(zip((column.heading for column in layout.columns), row, strict=False))


def line_digest(layout: Layout, line: str) -> str:
    """What a receipt covers: the line without the columns that speak of the file only."""
    cells = cells_of(layout, line)
    return digest([cells.get(column.heading) for column in layout.columns if not column.is_volatile])


def content(layout: Layout, lines: Mapping[str, str]) -> bytes:
    """The whole file: header if wanted, then the lines (staff number → line) in the layout's order."""
    form = layout.file

    def place(item: tuple[str, str]) -> tuple[list[str], str]:
        cells = cells_of(layout, item[1]) if form.order else {}
        return [cells.get(heading, "") for heading in form.order], item[0]

    ordered = [line for _, line in sorted(lines.items(), key=place)]
    if form.header:
        ordered.insert(0, _joined(form, [column.heading for column in layout.columns]))
    return "".join(line + form.newline for line in ordered).encode(form.encoding)


def lines_in(layout: Layout, whole: bytes | None) -> dict[str, str]:
    """Staff number → line of a file in this layout; empty where there is none or it is another layout's."""
    form = layout.file
    try:
        lines = (whole or b"").decode(form.encoding).split(form.newline)
    except UnicodeDecodeError:
        return {}
    if form.header and lines.pop(0) != _joined(form, [column.heading for column in layout.columns]):
        return {}
    return {cells_of(layout, line).get(layout.key_heading, ""): line for line in lines if line}
