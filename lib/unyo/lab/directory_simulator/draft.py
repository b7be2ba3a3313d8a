"""An entry as a request would leave it: all changes are made here first, and only a whole one is kept."""

from __future__ import annotations

from unyo.lab.directory_simulator import passwords as rules
from unyo.lab.directory_simulator.accounts import check_names, settle_user
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry, Values
from unyo.lab.directory_simulator.refusal import (
    Code,
    Refusal,
    Unsupported,
    attribute,
    constraint,
    exists,
    no_object,
    unwilling,
)
from unyo.lab.directory_simulator.schema import Attribute
from unyo.lab.directory_simulator.values import generalized
from unyo.lab.directory_simulator.writable import changed, is_single, writable

_ADD, _DELETE, _REPLACE = 0, 1, 2
_RDN = frozenset({"cn", "ou", "dc", "name"})


class Draft:
    """Changes to one entry, old or new; ``commit`` alone touches the tree."""

    def __init__(self, domain: Domain, entry: Entry, permissive: bool = False, history: bool = False) -> None:
        self.domain = domain
        self.history = history
        self.entry = entry
        self.permissive = permissive
        self.attributes: dict[str, Values] = dict(entry.attributes)
        self.links: dict[str, dict[Entry, None]] = {}
        self.passwords = entry.passwords
        self.touched: set[str] = set()
        self._password_changes: list[tuple[int, tuple[bytes, ...]]] = []

    def change(self, kind: int, name: str, given: Values) -> None:
        plain = name.lower()
        if plain in _RDN and not (plain == "ou" and self.entry.kind.letter != "O"):
            text = f"00002016: UpdErr: DSID-030F1357, problem 6004 (CANT_ON_RDN), data 0, {plain}"
            raise Refusal(Code.ON_RDN, text)
        known = writable(self.entry.kind, name)
        self.touched.add(plain)
        if plain == "unicodepwd":
            self._password_changes.append((kind, given))
        elif known.link is not None:
            self._change_links(known, kind, given)
        else:
            self._keep(
                plain, changed(self.entry.kind, known, self._present(plain), kind, given, self.permissive)
            )

    def _present(self, plain: str) -> Values:
        return self.attributes.get(plain, ())

    def _keep(self, plain: str, values: Values) -> None:
        if values:
            self.attributes[plain] = values
        else:
            self.attributes.pop(plain, None)

    def _change_links(self, known: Attribute, kind: int, given: Values) -> None:
        plain = known.name.lower()
        present = self.links.setdefault(plain, dict(self.entry.links.get(plain, {})))
        if kind == _REPLACE or (kind == _DELETE and not given):
            if kind == _DELETE and not present and not self.permissive:
                raise attribute(Code.NO_ATTRIBUTE, "00002085", "1001 (NO_ATTRIBUTE_OR_VAL)", known.name)
            present.clear()
        for value in given:
            target = self.domain.tree.find(value.decode("utf-8", "replace"))
            if kind == _DELETE:
                self._unlink(known, present, target)
            else:
                self._link(known, present, target)
        if len(present) > 1 and is_single(self.entry.kind, known):
            raise constraint("00002081", known.name)

    def _link(self, known: Attribute, present: dict[Entry, None], target: Entry | None) -> None:
        member = known.name == "member"
        if target is None:
            raise _unknown_member() if member else constraint("000020B5", known.name)
        if member and self._is_primary_of(target):
            raise exists("00000528")
        if target in present and not self.permissive:
            if member:
                raise exists("00000562")
            raise attribute(Code.VALUE_EXISTS, "00002083", "1006 (ATT_OR_VALUE_EXISTS)", known.name)
        present[target] = None

    def _unlink(self, known: Attribute, present: dict[Entry, None], target: Entry | None) -> None:
        if target is not None and target in present:
            del present[target]
        elif not self.permissive:
            if known.name == "member":
                raise unwilling("00000561")
            raise attribute(Code.NO_ATTRIBUTE, "00002085", "1001 (NO_ATTRIBUTE_OR_VAL)", known.name)

    def _is_primary_of(self, target: Entry) -> bool:
        rid = target.number("primarygroupid")
        return bool(rid) and self.domain.primary_of(rid) is self.entry

    def settle(self, is_new: bool) -> None:
        """Apply the rules that look at the entry as a whole; refused where it may not be so."""
        if self.entry.kind.letter == "G" and not is_new and "grouptype" in self.touched:
            raise Unsupported("a change of groupType")
        check_names(self.domain, self.entry, self.attributes)
        if self._password_changes:
            self.passwords = rules.set_password(
                self.domain,
                self.entry,
                self._names(),
                rules.asked(self._password_changes, self.history),
            )
        if self.entry.kind.letter == "U":
            reset = bool(self._password_changes)
            settle_user(self.domain, self.attributes, self.passwords, frozenset(self.touched), reset)
            self._settle_primary_group()

    def _names(self) -> tuple[str, str]:
        sam, shown = self._present("samaccountname"), self._present("displayname")
        return (sam[0] if sam else b"").decode(), (shown[0] if shown else b"").decode()

    def _settle_primary_group(self) -> None:
        """A primary group must have the user as a member; the former one gets it back as an ordinary one."""
        rid = int(self._present("primarygroupid")[0])
        former = self.entry.number("primarygroupid")
        if rid == former or not former:
            return
        group = self.domain.primary_of(rid)
        if group is None or self.entry not in group.linked("member"):
            raise unwilling("00000529")

    def commit(self) -> None:
        tree, entry = self.domain.tree, self.entry
        former = entry.number("primarygroupid")
        self.stamp(self.attributes)
        tree.replace(entry, self.attributes)
        entry.passwords = self.passwords
        for name, wanted in self.links.items():
            present = entry.links.get(name, {})
            for other in [other for other in present if other not in wanted]:
                tree.unlink(entry, name, other)
            for other in [other for other in wanted if other not in present]:
                tree.link(entry, name, other)
        rid = entry.number("primarygroupid")
        if former and rid != former:
            self._swap_primary(former, rid)

    def _swap_primary(self, former: int, present: int) -> None:
        new, old = self.domain.primary_of(present), self.domain.primary_of(former)
        if new is not None and old is not None:
            self.domain.tree.unlink(new, "member", self.entry)
            self.domain.tree.link(old, "member", self.entry)

    def stamp(self, attributes: dict[str, Values]) -> None:
        """Note when and as which change the entry was written."""
        attributes["whenchanged"] = (generalized(self.domain.now()),)
        attributes["usnchanged"] = (str(self.domain.tree.next_usn()).encode(),)


def _unknown_member() -> Refusal:
    refusal = no_object("")
    return Refusal(Code.NO_OBJECT, refusal.text.replace("0000208D", "00000525", 1))
