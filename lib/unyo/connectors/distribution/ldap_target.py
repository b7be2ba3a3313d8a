"""People as entries of another directory, found by the attribute that holds the staff number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unyo.core.directory import Add, Delete, Directory, Entry, Modify, Move, Write
from unyo.core.distribution import Attributes, OtherSystem, Value
from unyo.core.dn import escape_filter, escape_rdn
from unyo.core.errors import TargetSaidNo
from unyo.core.text import Text

FEW = 20


@dataclass(frozen=True, slots=True)
class LdapChannel:
    """One directory; entries are made below ``system.base`` and only the given attributes are changed."""

    system: OtherSystem
    directory: Directory

    def held(self, keys: Sequence[str]) -> Mapping[str, Attributes]:
        return {key: self._attributes(entry) for key, entry in self._entries(keys).items()}

    def put(self, key: str, attributes: Attributes) -> str:
        entry = self._entries([key]).get(key)
        values = {name: _values(value) for name, value in attributes.items()}
        if entry is not None:
            return self._change(entry, attributes, values)
        dn = f"{self.system.rdn}={escape_rdn(self._rdn_value(key, attributes))},{self.system.base}"
        present = {name: value for name, value in values.items() if value}
        made = {"objectClass": self.system.object_classes, **present, self.system.key: (key,)}
        self._send(Add(dn, made))
        return dn

    def remove(self, key: str) -> str:
        entry = self._entries([key]).get(key)
        if entry is None:
            return "absent"
        self._send(Delete(entry.dn))
        return f"{entry.dn} removed"

    def _change(self, entry: Entry, attributes: Attributes, values: Mapping[str, tuple[str, ...]]) -> str:
        rdn, dn = self.system.rdn, entry.dn
        new = attributes.get(rdn)
        if new and entry.first(rdn) != new:
            relative = f"{rdn}={escape_rdn(str(new))}"
            self._send(Move(dn, relative))
            dn = f"{relative},{self.system.base}"
        self._send(Modify(dn, {name: value for name, value in values.items() if name != rdn}))
        return dn

    def _rdn_value(self, key: str, attributes: Attributes) -> str:
        return str(attributes.get(self.system.rdn) or key)

    def _entries(self, keys: Sequence[str]) -> dict[str, Entry]:
        key = self.system.key
        text = f"({key}=*)" if len(keys) > FEW else "".join(f"({key}={escape_filter(k)})" for k in keys)
        found: dict[str, Entry] = {}
        asked = [*dict.fromkeys([key, *self.system.headings])]
        for entry in self.directory.search(self.system.base, f"(|{text})", asked):
            number = entry.first(key) or ""
            if number in found:
                raise self._twice(number)
            found[number] = entry
        return {number: found[number] for number in keys if number in found}

    def _attributes(self, entry: Entry) -> dict[str, Value]:
        return {name: entry.first(name) for name in self.system.headings}

    def _send(self, write: Write) -> None:
        (error,) = self.directory.send([write])
        if error is not None:
            raise error

    def _twice(self, number: str) -> TargetSaidNo:
        return TargetSaidNo(
            "distribution.clash",
            Text("it holds the staff number twice", "同じ職員番号のエントリーが複数あります"),
            Text(
                f"leave one entry with {self.system.key}={number}, then run again",
                f"{self.system.key}={number} のエントリーを1件にして再実行する",
            ),
            target=f"{self.system.name}/{number}",
        )


def _values(value: Value) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE",)
    return (value,)
