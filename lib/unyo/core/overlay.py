"""A directory that only seems to change: reads the real one once, keeps every write in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from unyo.core.directory import (
    Add,
    Delete,
    Directory,
    DirectoryFacts,
    Entry,
    Logon,
    Modify,
    Move,
    PasswordPolicy,
    Scope,
    Write,
)
from unyo.core.dn import fold_dn, join_dn, parent_of, rdn_value
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.search_filter import parse_filter
from unyo.core.secret import Secret
from unyo.core.text import Text

# Windows' limits; values beyond them are refused although the directory behind may be looser.
_LONGEST = {"samaccountname": 20, "cn": 64, "ou": 64}
_UNIQUE = {"samaccountname": "directory.exists.sam", "userprincipalname": "directory.exists.upn"}


@dataclass
class _Node:
    """One entry: attributes by lower-case name, member DNs folded, and the groups it is in."""

    dn: str
    held: dict[str, tuple[str, ...]]
    members: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)

    @property
    def is_group(self) -> bool:
        return "group" in (value.lower() for value in self.held.get("objectclass", ()))


class RehearsalDirectory:
    """For dress rehearsals: every write is checked against what the directory would then hold.

    Knows parents, duplicates, lengths and members; what only the server knows (password history, rights on
    single entries) it cannot foresee. ``attributes`` are all that will be asked for.
    """

    def __init__(self, real: Directory, attributes: Sequence[str]) -> None:
        self._real = real
        self._nodes: dict[str, _Node] = {}
        self._owners: dict[str, dict[str, str]] = {name: {} for name in _UNIQUE}
        for entry in real.search(real.base_dn, "(objectClass=*)", ["objectClass", *attributes]):
            held = {name.lower(): values for name, values in entry.attributes.items()}
            members = {fold_dn(dn) for dn in held.pop("member", ())}
            held.pop("memberof", None)
            self._put(_Node(entry.dn, held, members))
        for folded, node in self._nodes.items():
            for member in node.members:
                if member in self._nodes:
                    self._nodes[member].groups.add(folded)

    @property
    def base_dn(self) -> str:
        return self._real.base_dn

    def search(
        self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope = "subtree"
    ) -> Iterator[Entry]:
        wanted = parse_filter(filter_text)
        by_member = "memberof" in filter_text.lower()
        for folded, node in self._in_scope(base, scope):
            if wanted(self._whole(node) if by_member else node.held):
                yield self._entry(node, folded, attributes)

    def send(self, writes: Sequence[Write]) -> list[UnyoError | None]:
        return [self._perform(write) for write in writes]

    def try_logon(self, name: str, password: Secret) -> Logon:
        return self._real.try_logon(name, password)

    def password_policy(self, dn: str = "") -> PasswordPolicy:
        return self._real.password_policy(dn)

    def facts(self) -> DirectoryFacts:
        return self._real.facts()

    def _in_scope(self, base: str, scope: Scope) -> list[tuple[str, _Node]]:
        top = fold_dn(base)
        if scope == "base":
            return [(top, self._nodes[top])] if top in self._nodes else []
        below = [(folded, node) for folded, node in self._nodes.items() if folded.endswith("," + top)]
        if scope == "one":
            return [(folded, node) for folded, node in below if fold_dn(parent_of(node.dn)) == top]
        return ([(top, self._nodes[top])] if top in self._nodes else []) + below

    def _entry(self, node: _Node, folded: str, attributes: Sequence[str]) -> Entry:
        found = {}
        for name in attributes:
            key = name.lower()
            values = (
                tuple(self._nodes[group].dn for group in sorted(node.groups))
                if key == "memberof"
                else tuple(self._nodes[member].dn for member in sorted(node.members) if member in self._nodes)
                if key == "member"
                else node.held.get(key, ())
            )
            if values:
                found[name] = values
        return Entry(node.dn, found)

    def _whole(self, node: _Node) -> dict[str, tuple[str, ...]]:
        return {**node.held, "memberof": tuple(self._nodes[group].dn for group in node.groups)}

    def _put(self, node: _Node) -> None:
        folded = fold_dn(node.dn)
        self._nodes[folded] = node
        node.held[node.dn.partition("=")[0].strip().lower()] = (rdn_value(node.dn),)
        for name, owners in self._owners.items():
            for value in node.held.get(name, ()):
                owners[value.casefold()] = folded

    def _take(self, folded: str) -> _Node:
        node = self._nodes.pop(folded)
        for name, owners in self._owners.items():
            for value in node.held.get(name, ()):
                owners.pop(value.casefold(), None)
        return node

    def _perform(self, write: Write) -> UnyoError | None:
        if isinstance(write, Add):
            return self._add(write)
        folded = fold_dn(write.dn)
        if folded not in self._nodes:
            return _absent(write.dn)
        if isinstance(write, Modify):
            return self._modify(folded, write)
        if isinstance(write, Move):
            return self._move(folded, write)
        return self._delete(folded, write)

    def _add(self, write: Add) -> UnyoError | None:
        folded = fold_dn(write.dn)
        if folded in self._nodes:
            return _no("directory.exists", write.dn, "exists already", "すでに存在します")
        if fold_dn(parent_of(write.dn)) not in self._nodes:
            return _absent(parent_of(write.dn))
        held = {name.lower(): values for name, values in write.attributes.items() if values}
        classes = ("top", *held.get("objectclass", ()))
        if "user" in classes:
            held["objectcategory"] = ("person",)
        held["objectclass"] = classes
        fault = self._fault(write.dn, folded, {**held, "cn": (rdn_value(write.dn),)})
        if fault is None:
            self._put(_Node(write.dn, held))
        return fault

    def _modify(self, folded: str, write: Modify) -> UnyoError | None:
        node = self._nodes[folded]
        changed = {name.lower(): values for name, values in write.replace.items()}
        for given, join in ((write.remove, False), (write.add, True)):
            for name, values in given.items():
                if name.lower() == "member":
                    fault = self._join(folded, values) if join else self._leave(folded, values)
                    if fault is not None:
                        return fault
                else:
                    had = changed.get(name.lower(), node.held.get(name.lower(), ()))
                    kept = [value for value in had if value not in values]
                    changed[name.lower()] = (*kept, *values) if join else tuple(kept)
        fault = self._fault(write.dn, folded, changed)
        if fault is not None:
            return fault
        self._take(folded)
        node.held |= {name: values for name, values in changed.items() if values}
        for name in [name for name, values in changed.items() if not values]:
            node.held.pop(name, None)
        self._put(node)
        return None

    def _join(self, group: str, values: Sequence[str]) -> UnyoError | None:
        for value in values:
            if fold_dn(value) not in self._nodes:
                return _absent(value)
        for value in values:
            self._nodes[group].members.add(fold_dn(value))
            self._nodes[fold_dn(value)].groups.add(group)
        return None

    def _leave(self, group: str, values: Sequence[str]) -> UnyoError | None:
        for value in values:
            self._nodes[group].members.discard(fold_dn(value))
            if fold_dn(value) in self._nodes:
                self._nodes[fold_dn(value)].groups.discard(group)
        return None

    def _move(self, folded: str, write: Move) -> UnyoError | None:
        node = self._nodes[folded]
        parent = write.new_parent or parent_of(node.dn)
        new_dn = join_dn(write.new_rdn, parent)
        if fold_dn(parent) not in self._nodes:
            return _absent(parent)
        if fold_dn(new_dn) != folded and fold_dn(new_dn) in self._nodes:
            return _no("directory.exists", new_dn, "exists already", "すでに存在します")
        fault = self._fault(write.dn, folded, {"cn": (rdn_value(new_dn),)})
        if fault is not None:
            return fault
        old_dn = node.dn
        for old in [key for key in self._nodes if key == folded or key.endswith("," + folded)]:
            moved = self._take(old)
            moved.dn = new_dn if old == folded else moved.dn[: len(moved.dn) - len(old_dn)] + new_dn
            self._put(moved)
            self._follow(moved, old, fold_dn(moved.dn))
        return None

    def _follow(self, node: _Node, old: str, new: str) -> None:
        """Groups and members go on pointing at an entry that has moved."""
        for group in node.groups:
            self._nodes[group].members.discard(old)
            self._nodes[group].members.add(new)
        for member in node.members:
            if member in self._nodes:
                self._nodes[member].groups.discard(old)
                self._nodes[member].groups.add(new)

    def _delete(self, folded: str, write: Delete) -> UnyoError | None:
        if any(other.endswith("," + folded) for other in self._nodes):
            return _no("directory.not_empty", write.dn, "is not empty", "空ではありません")
        node = self._take(folded)
        for group in node.groups:
            self._nodes[group].members.discard(folded)
        for member in node.members:
            if member in self._nodes:
                self._nodes[member].groups.discard(folded)
        return None

    def _fault(self, dn: str, folded: str, values: Mapping[str, tuple[str, ...]]) -> UnyoError | None:
        is_group = folded in self._nodes and self._nodes[folded].is_group
        is_group = is_group or "group" in (v.lower() for v in values.get("objectclass", ()))
        for name, found in values.items():
            most = None if is_group and name == "samaccountname" else _LONGEST.get(name)
            if most is not None and any(len(value) > most for value in found):
                return _no("directory.too_long", dn, f"{name} is too long", f"{name} が長すぎます")
            for value in found if name in _UNIQUE else ():
                if self._owners[name].get(value.casefold(), folded) != folded:
                    return _no(_UNIQUE[name], dn, f"{name} is taken", f"{name} は使用中です")
        return None


def _absent(dn: str) -> TargetSaidNo:
    return _no("directory.no_such_object", dn, "does not exist", "存在しません")


def _no(code: str, dn: str, en: str, ja: str) -> TargetSaidNo:
    next_step = Text("mend the row and plan again", "行を直して計画し直す")
    return TargetSaidNo(code, Text(en, ja), next_step, target=dn)
