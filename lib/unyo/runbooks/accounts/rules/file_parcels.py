"""What should lie in a system's folder: the whole audience, or only what was not sent yet."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.canonical import digest
from unyo.core.change import State
from unyo.core.plan import Finding, Weight
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.runbooks.accounts.rules.audience import Book, audience, farewell, row
from unyo.runbooks.accounts.rules.layout_file import cells_of, content, line_digest, written
from unyo.runbooks.accounts.rules.layouts import Layout
from unyo.runbooks.accounts.rules.parcels import KIND, RECEIPT, Parcel

ROW = "row "
Lines = Mapping[str, str]
"""Staff number → line of a file."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What is known before planning a file: its lines (None: no file) and the receipts that stand."""

    there: Lines | None
    receipts: Mapping[str, str]


def file_name(layout: Layout, book: Book) -> str:
    return layout.system.destination.rpartition("/")[2].replace("{date}", book.on.strftime("%Y%m%d"))


def file_parcel(layout: Layout, book: Book, folder: Folder) -> tuple[Parcel, list[Finding]]:
    """The parcel of a csv system and what the reader of the plan should know of it."""
    name, there = file_name(layout, book), folder.there or {}
    lines, findings = _unsent(layout, book, folder) if layout.delta else _everybody(layout, book)
    expected = receipts_after(layout, folder.receipts, lines)
    target = Target(KIND, f"{layout.system.name}/{name}", layout.system.title.ja)
    settled: dict[str, Any] = {RECEIPT: digest(expected)}
    nothing_new = expected == folder.receipts and folder.there is None
    if nothing_new and (layout.delta or layout.file.taken):
        return Parcel(layout, target, settled), findings
    if layout.delta:
        lines = {**there, **lines}
    elif _shrinks(layout, there, lines):
        findings.append(_shrunk(layout, len(there), len(lines)))
    changed = {ROW + n: lines.get(n) for n in sorted({*lines, *there}) if lines.get(n) != there.get(n)}
    return Parcel(
        layout, target, {**_shape(name, content(layout, lines), lines), **changed, **settled}
    ), findings


def file_state(name: str, whole: bytes | None, there: Lines, receipts: Mapping[str, str]) -> State | None:
    """What lies there line by line, and the digest of the receipts; None where there is neither."""
    state: dict[str, Any] = {}
    if whole is not None:
        state = {**_shape(name, whole, there), **{ROW + number: line for number, line in there.items()}}
    if receipts:
        state[RECEIPT] = digest(dict(receipts))
    return state or None


def lines_after(before: State | None, after: State) -> dict[str, str]:
    """The file's lines after a change that names only the lines that differ."""
    rows = {key: value for key, value in {**(before or {}), **after}.items() if key.startswith(ROW)}
    return {key.removeprefix(ROW): line for key, line in rows.items() if line is not None}


def receipts_after(layout: Layout, receipts: Mapping[str, str], lines: Lines) -> dict[str, str]:
    """The receipts that stand once these lines were taken: staff number → digest."""
    taken = {number: line_digest(layout, line) for number, line in lines.items()}
    if not layout.delta:
        return taken
    deleted = {number for number, line in lines.items() if is_farewell(layout, line)}
    return {number: sum_ for number, sum_ in {**receipts, **taken}.items() if number not in deleted}


def is_farewell(layout: Layout, line: str) -> bool:
    cells = cells_of(layout, line)
    columns = [column for column in layout.columns if column.source == "operation"]
    return any(cells.get(c.heading) == c.values.get("delete", "delete") for c in columns)


def _shape(name: str, whole: bytes, lines: Lines) -> dict[str, Any]:
    return {"file": name, "rows": len(lines), "sha256": hashlib.sha256(whole).hexdigest()}


def _everybody(layout: Layout, book: Book) -> tuple[dict[str, str], list[Finding]]:
    letters = _Letters(layout)
    people = audience(book, layout)
    lines = {n: letters.line(n, row(book, layout, person, "add")) for n, person in people.items()}
    return lines, letters.findings()


def _unsent(layout: Layout, book: Book, folder: Folder) -> tuple[dict[str, str], list[Finding]]:
    letters, lines = _Letters(layout), {}
    people, there, receipts = audience(book, layout), folder.there or {}, folder.receipts
    for number, person in people.items():
        # Somebody announced as new in a file that still lies there must stay new in it.
        new = number not in receipts or _announced_as_new(layout, there.get(number))
        line = letters.line(number, row(book, layout, person, "add" if new else "change"))
        if receipts.get(number) != line_digest(layout, line):
            lines[number] = line
    if layout.gone == "remove":
        for number in sorted(set(receipts) - set(people)):
            lines[number] = letters.line(number, farewell(book, layout, number))
    return lines, letters.findings()


def _announced_as_new(layout: Layout, line: str | None) -> bool:
    columns = [column for column in layout.columns if column.source == "operation"]
    cells = cells_of(layout, line or "")
    return any(cells.get(column.heading) == column.values.get("add", "add") for column in columns)


class _Letters:
    """Collects what the file's encoding could not write."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.replaced: Counter[tuple[str, str]] = Counter()
        self.lacking: dict[str, list[str]] = {}

    def line(self, number: str, cells: Mapping[str, Any]) -> str:
        done = written(self.layout, list(cells.values()))
        self.replaced.update(done.replaced)
        if done.lacking:
            self.lacking[number] = list(done.lacking)
        return done.line

    def findings(self) -> list[Finding]:
        name, encoding = self.layout.system.name, self.layout.file.encoding
        return [
            *(_replacement(name, encoding, pair, count) for pair, count in self.replaced.most_common()),
            *(_lack(name, encoding, number, letters) for number, letters in self.lacking.items()),
        ]


def _replacement(name: str, encoding: str, pair: tuple[str, str], count: int) -> Finding:
    old, new = pair
    return Finding(
        "distribution.replaced",
        Weight.ODD,
        Text(
            f"{old} (U+{ord(old):04X}) does not exist in {encoding}; written as {new!r}, {count} times",
            f"{old}(U+{ord(old):04X})は {encoding} にないため「{new}」に置き換えます({count} か所)",
        ),
        name,
    )


def _lack(name: str, encoding: str, number: str, letters: list[str]) -> Finding:
    named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
    return Finding(
        "distribution.unencodable",
        Weight.REFUSE,
        Text(
            f"{named} cannot be written in {encoding}; declare what stands for it: file.replace in distribution.yml",
            f"{named} は {encoding} で書けません。distribution.yml の file.replace に代わりの文字を定めてください",
        ),
        f"{name}/{number}",
    )


def _shrinks(layout: Layout, there: Lines, lines: Lines) -> bool:
    missing = sum(number not in lines for number in there)
    return missing > layout.file.shrink * len(there)


def _shrunk(layout: Layout, before: int, after: int) -> Finding:
    return Finding(
        "distribution.shrunk",
        Weight.REFUSE,
        Text(
            f"the file would shrink from {before} to {after} people; if that is right, raise file.shrink",
            f"ファイルの人数が {before} 人から {after} 人に減ります。正しい場合は file.shrink を引き上げてください",
        ),
        layout.system.name,
    )
