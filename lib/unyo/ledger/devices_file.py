"""Reading a list of devices from YAML: every value with its line, every wrong one named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from unyo.core.errors import BadInput
from unyo.core.text import Text

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong field: where it stands, what is wrong, and what would be right."""

    line: int
    entry: str
    field: str
    what: Text
    right: Text

    def sentence(self) -> Text:
        where = f"{self.entry} {self.field}".strip()
        return Text(
            f"line {self.line}, {where}: {self.what.en}; right would be: {self.right.en}",
            f"{self.line} 行目 {where}: {self.what.ja}。正しくは: {self.right.ja}",
        )


@dataclass(frozen=True)
class Entry:
    """One device as it stands in the file; ``lines`` are the lines of its fields by their place in it."""

    number: int
    values: dict[str, Any]
    lines: dict[tuple[str | int, ...], int] = field(repr=False)

    @property
    def shown(self) -> str:
        return str(self.values.get("name") or f"#{self.number}")

    def fault(self, place: tuple[str | int, ...], what: Text, right: Text) -> Fault:
        """The line of the field, or of what it would stand in."""
        known = place
        while known not in self.lines:
            known = known[:-1]
        return Fault(self.lines[known], self.shown, _written(place), what, right)


def read_entries(text: str, filename: str) -> list[Entry]:
    """The file's devices; BadInput where it is no YAML, no list, or says something twice."""
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        values = loader.construct_document(root) if root is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark is not None else type(error).__name__
        raise _unreadable(filename, "is no YAML", "YAML として読めません", line) from None
    finally:
        loader.dispose()
    if isinstance(root, yaml.MappingNode) and isinstance(values, dict) and list(values) == ["devices"]:
        root, values = root.value[0][1], values["devices"]
    if (
        not isinstance(root, yaml.SequenceNode)
        or not isinstance(values, list)
        or not all(isinstance(value, dict) for value in values)
    ):
        raise _unreadable(
            filename,
            "is not a list of devices (- name: …)",
            "機器の一覧(- name: …)になっていません",
            type(values).__name__,
        )
    entries = [
        Entry(number, value, dict(_lines(node, ())))
        for number, (value, node) in enumerate(zip(values, root.value, strict=True), 1)
    ]
    twice = [
        fault for entry, node in zip(entries, root.value, strict=True) for fault in _twice(entry, node, ())
    ]
    if twice:
        raise refuse(filename, twice)
    return entries


def refuse(filename: str, faults: list[Fault]) -> BadInput:
    """The error that names every wrong field."""
    listed = [fault.sentence() for fault in faults[:_LISTED]]
    en = [f"{len(faults)} fields cannot be used; nothing was imported", *(text.en for text in listed)]
    ja = [f"使えない項目が {len(faults)} 件。何も取り込んでいません", *(text.ja for text in listed)]
    if len(faults) > len(listed):
        en.append(f"and {len(faults) - len(listed)} more")
        ja.append(f"ほか {len(faults) - len(listed)} 件")
    return BadInput(
        "devices.file",
        Text("\n    ".join(en), "\n    ".join(ja)),
        Text(
            "mend the file and import again; an example: inventory/devices/devices.example.yml",
            "ファイルを直して取り込み直す。記入例: inventory/devices/devices.example.yml",
        ),
        target=filename,
    )


def _lines(node: yaml.Node, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*place, str(key.value)))
            yield (*place, str(key.value)), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _lines(value, (*place, number))


def _twice(entry: Entry, node: yaml.Node, place: tuple[str | int, ...]) -> Iterator[Fault]:
    """YAML takes the last of two equal keys without a word."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                line, right = key.start_mark.line + 1, Text("each field once", "各項目は1回だけ")
                what = Text("stands there twice", "同じ項目が2回あります")
                yield Fault(line, entry.shown, _written((*place, name)), what, right)
            seen.add(name)
            yield from _twice(entry, value, (*place, name))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _twice(entry, value, (*place, number))


def _written(place: tuple[str | int, ...]) -> str:
    """accounts[2].name: as a person counts, from 1."""
    shown = ""
    for part in place:
        shown += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown


def _unreadable(filename: str, en: str, ja: str, detail: str) -> BadInput:
    return BadInput(
        "devices.file",
        Text(f"the file {en}", f"ファイルが{ja}"),
        Text(
            "an example: inventory/devices/devices.example.yml",
            "記入例: inventory/devices/devices.example.yml",
        ),
        target=filename,
        detail=detail,
    )
