"""A directory that only seems to change: reads the real one, keeps every write in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from unyo.core.directory import (
    Add,
    Directory,
    DirectoryFacts,
    Entry,
    Logon,
    Modify,
    Move,
    PasswordPolicy,
    Scope,
    Values,
    Write,
)
from unyo.core.dn import fold_dn, is_below, parent_of, rdn_value, same_dn
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text


@dataclass
class _Node:
    dn: str
    attributes: dict[str, Values]


class RehearsalDirectory:
    """For dress rehearsals: every write is checked against what the directory would then hold.

    Knows parents, duplicates and members; what only the server knows (password history, rights on single
    entries) it cannot foresee.
    """

    def __init__(self, real: Directory, attributes: Sequence[str]) -> None:
        self._real = real
        self._nodes: dict[str, _Node] = {}
        for entry in real.search(real.base_dn, "(objectClass=*)", ["objectClass", *attributes]):
            self._nodes[fold_dn(entry.dn)] = _Node(entry.dn, dict(entry.attributes))

    @property
    def base_dn(self) -> str:
        return self._real.base_dn

    def search(
        self, base: str, filter_text: str, attributes: Sequence[str], scope: Scope = "subtree"
    ) -> Iterator[Entry]:
        wanted = _filter(filter_text)
        links = self._back_links()
        for node in list(self._nodes.values()):
            if not _in_scope(node.dn, base, scope):
                continue
            seen = _seen(node, links)
            if wanted(seen):
                asked = {name: seen[name.lower()] for name in attributes if name.lower() in seen}
                yield Entry(node.dn, asked)

    def send(self, writes: Sequence[Write]) -> list[UnyoError | None]:
        return [self._perform(write) for write in writes]

    def try_logon(self, name: str, password: Secret) -> Logon:
        return self._real.try_logon(name, password)

    def password_policy(self) -> PasswordPolicy:
        return self._real.password_policy()

    def facts(self) -> DirectoryFacts:
        return self._real.facts()

    def _back_links(self) -> dict[str, Values]:
        """Folded DN of a member → the groups that hold it."""
        links: dict[str, Values] = {}
        for node in self._nodes.values():
            for dn in _members(node):
                links[fold_dn(dn)] = (*links.get(fold_dn(dn), ()), node.dn)
        return links

    def _perform(self, write: Write) -> UnyoError | None:
        if isinstance(write, Add):
            return self._add(write)
        node = self._nodes.get(fold_dn(write.dn))
        if node is None:
            return _no("directory.no_such_object", write.dn, "does not exist", "存在しません")
        if isinstance(write, Modify):
            return self._modify(node, write)
        if isinstance(write, Move):
            return self._move(node, write)
        return self._delete(node)

    def _add(self, write: Add) -> UnyoError | None:
        if fold_dn(write.dn) in self._nodes:
            return _no("directory.exists", write.dn, "exists already", "すでに存在します")
        if fold_dn(parent_of(write.dn)) not in self._nodes:
            return _no("directory.no_such_object", write.dn, "has no parent", "上位がありません")
        name = (write.attributes.get("sAMAccountName") or ("",))[0].lower()
        taken = {(node.attributes.get("sAMAccountName") or ("",))[0].lower() for node in self._nodes.values()}
        if name and name in taken:
            return _no("directory.exists.sam", write.dn, "log-on name is taken", "ログオン名が使用中です")
        classes = ("top", *write.attributes.get("objectClass", ()))
        person = {"objectCategory": ("person",)} if "user" in classes else {}
        self._nodes[fold_dn(write.dn)] = _Node(
            write.dn, {**write.attributes, **person, "objectClass": classes}
        )
        return None

    def _modify(self, node: _Node, write: Modify) -> UnyoError | None:
        for name, values in write.replace.items():
            node.attributes.pop(name, None)
            if values:
                node.attributes[name] = values
        for name, values in write.remove.items():
            gone = {fold_dn(value) for value in values}
            node.attributes[name] = tuple(v for v in node.attributes.get(name, ()) if fold_dn(v) not in gone)
        for name, values in write.add.items():
            for value in values:
                if name == "member" and fold_dn(value) not in self._nodes:
                    return _no("directory.no_such_object", value, "does not exist", "存在しません")
            node.attributes[name] = tuple(dict.fromkeys((*node.attributes.get(name, ()), *values)))
        return None

    def _move(self, node: _Node, write: Move) -> UnyoError | None:
        parent = write.new_parent or parent_of(node.dn)
        new_dn = f"{write.new_rdn},{parent}"
        if fold_dn(parent) not in self._nodes:
            return _no("directory.no_such_object", parent, "does not exist", "存在しません")
        if not same_dn(new_dn, node.dn) and fold_dn(new_dn) in self._nodes:
            return _no("directory.exists", new_dn, "exists already", "すでに存在します")
        moved = {key: each for key, each in self._nodes.items() if each is node or is_below(each.dn, node.dn)}
        old_dn = node.dn
        for key, each in moved.items():
            del self._nodes[key]
            renamed = new_dn if each is node else each.dn[: len(each.dn) - len(old_dn)] + new_dn
            self._rewrite_members(each.dn, renamed)
            each.dn = renamed
        self._nodes |= {fold_dn(each.dn): each for each in moved.values()}
        return None

    def _rewrite_members(self, old: str, new: str) -> None:
        for node in self._nodes.values():
            if any(same_dn(dn, old) for dn in _members(node)):
                node.attributes["member"] = tuple(new if same_dn(dn, old) else dn for dn in _members(node))

    def _delete(self, node: _Node) -> UnyoError | None:
        if any(is_below(other.dn, node.dn) for other in self._nodes.values()):
            return _no("directory.not_empty", node.dn, "is not empty", "空ではありません")
        del self._nodes[fold_dn(node.dn)]
        return None


def _seen(node: _Node, links: Mapping[str, Values]) -> dict[str, Values]:
    """Lower-case attributes with the node's name and its memberships worked out."""
    found = {name.lower(): values for name, values in node.attributes.items()}
    found[node.dn.partition("=")[0].lower()] = (rdn_value(node.dn),)
    found.pop("memberof", None)
    groups = links.get(fold_dn(node.dn))
    return {**found, "memberof": groups} if groups else found


def _members(node: _Node) -> Values:
    return node.attributes.get("member", ())


def _in_scope(dn: str, base: str, scope: Scope) -> bool:
    if scope == "base":
        return same_dn(dn, base)
    if scope == "one":
        return same_dn(parent_of(dn), base)
    return same_dn(dn, base) or is_below(dn, base)


Check = Callable[[Mapping[str, Values]], bool]


def _filter(text: str) -> Check:
    """A test for the few filters that unyo writes: and, or, not, presence, equality."""
    inner = text[1:-1]
    if inner[0] == "!":
        (part,) = (_filter(each) for each in _split(inner[1:]))
        return lambda seen: not part(seen)
    if inner[0] in "&|":
        parts = [_filter(each) for each in _split(inner[1:])]
        join = all if inner[0] == "&" else any
        return lambda seen: join(each(seen) for each in parts)
    name, _, value = inner.partition("=")
    if value == "*":
        return lambda seen: bool(seen.get(name.lower()))
    plain = re.sub(r"\\([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), value).lower()
    return lambda seen: any(_equal(name, plain, item) for item in seen.get(name.lower(), ()))


def _equal(name: str, wanted: str, value: str) -> bool:
    if name.lower() == "objectcategory":
        return value.lower() == wanted or value.lower().startswith(f"cn={wanted},")
    return value.lower() == wanted


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            parts.append(text[start : place + 1])
            start = place + 1
    return parts


def _no(code: str, dn: str, en: str, ja: str) -> TargetSaidNo:
    return TargetSaidNo(
        code, Text(en, ja), Text("mend the row and plan again", "行を直して計画し直す"), target=dn
    )
