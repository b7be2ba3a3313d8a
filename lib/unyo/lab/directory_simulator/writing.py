"""Adding, changing, renaming and deleting entries of the simulated directory."""

from __future__ import annotations

from unyo.core.dn import parent_of, rdn_of, split_dn, unescape_rdn
from unyo.lab.directory_simulator.accounts import NEW_USER, new_group
from unyo.lab.directory_simulator.comparing import fold
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.draft import Draft
from unyo.lab.directory_simulator.entry import Entry, Values
from unyo.lab.directory_simulator.messages import Add, Modify, Rename
from unyo.lab.directory_simulator.refusal import (
    Code,
    Refusal,
    Unsupported,
    bad_name,
    exists,
    no_object,
    unknown_attribute,
    unwilling,
)
from unyo.lab.directory_simulator.schema import KINDS, UNSIMULATED_CLASSES, Kind, attributes
from unyo.lab.directory_simulator.values import check, generalized

_ADD, _REPLACE = 0, 2


def add(domain: Domain, request: Add) -> None:
    kind = _kind(request)
    if not split_dn(request.dn):
        raise bad_name(request.dn)
    parent = domain.tree.find(parent_of(request.dn))
    if parent is None:
        raise _no_parent(domain, parent_of(request.dn))
    rdn = _rdn(kind, rdn_of(request.dn))
    _check_place(kind, parent)
    entry = Entry(kind, rdn, parent, {})
    if entry.key in parent.children:
        raise exists("00002071")
    entry.attributes = _born(domain, kind, rdn)
    draft = Draft(domain, entry)
    given = dict(_given(kind, rdn, request))
    if kind.letter == "U":
        draft.attributes.update(NEW_USER)
        draft.touched.add("useraccountcontrol")
    if kind.letter in "UG" and "samaccountname" not in given:
        raise Unsupported("a generated sAMAccountName")
    for name, values in given.items():
        draft.change(_REPLACE, name, values)
    if kind.letter == "G":
        draft.attributes.update(new_group(draft.attributes))
    draft.settle(is_new=True)
    domain.tree.attach(entry)
    draft.commit()
    entry.attributes["usncreated"] = entry.attributes["usnchanged"]


def _kind(request: Add) -> Kind:
    classes = [
        value.decode("utf-8", "replace")
        for name, values in request.attributes
        if name.lower() == "objectclass"
        for value in values
    ]
    named = [name.lower() for name in classes]
    beyond = UNSIMULATED_CLASSES.intersection(named)
    if beyond:
        raise Unsupported(f"object class {sorted(beyond)[0]}")
    kind = next((KINDS[name] for name in reversed(named) if name in KINDS), None)
    structural = {name.decode().lower() for name in kind.classes} if kind is not None else {"top"}
    if not set(named) <= structural:
        raise unknown_attribute()
    if kind is None or kind.letter == "D":
        text = "0000207B: UpdErr: DSID-0315166D, problem 6002 (OBJ_CLASS_VIOLATION), data 0"
        raise Refusal(Code.CLASS, text)
    return kind


def _rdn(kind: Kind, rdn: str) -> str:
    name, _, value = rdn.partition("=")
    if name.strip().lower() != kind.rdn:
        raise Refusal(
            Code.NAMING, "00002037: NameErr: DSID-0305117B, problem 2005 (NAMING_VIOLATION), data 0"
        )
    plain = unescape_rdn(value)
    check(attributes()[kind.rdn], plain.encode())
    return plain


def _check_place(kind: Kind, parent: Entry) -> None:
    if parent.kind.name not in kind.parents:
        raise Refusal(
            Code.NAMING, "00002099: NameErr: DSID-030500F3, problem 2003 (ILLEGAL_SUPERIOR), data 0"
        )


def _no_parent(domain: Domain, dn: str) -> Refusal:
    try:
        domain.tree.get(dn)
    except Refusal as refusal:
        return refusal
    return no_object("")


def _born(domain: Domain, kind: Kind, rdn: str) -> dict[str, Values]:
    """What the directory itself gives a new entry."""
    now = (generalized(domain.now()),)
    guid = domain.tree.new_guid()
    born: dict[str, Values] = {
        "objectclass": kind.classes,
        kind.rdn: (rdn.encode(),),
        "name": (rdn.encode(),),
        "instancetype": (b"4",),
        "whencreated": now,
        "objectguid": (guid,),
        "objectcategory": (domain.category(kind.category),),
    }
    if kind.letter in "UG":
        born["objectsid"] = (domain.new_sid(),)
    return born


def _given(kind: Kind, rdn: str, request: Add) -> list[tuple[str, Values]]:
    """What the client gave, without the class and a repeated relative name."""
    given: list[tuple[str, Values]] = []
    for name, values in request.attributes:
        plain = name.lower()
        if plain == "objectclass" or (plain in (kind.rdn, "name") and values == (rdn.encode(),)):
            continue
        if plain == kind.rdn:
            raise bad_name(request.dn)
        given.append((plain, values))
    return given


def modify(domain: Domain, request: Modify, permissive: bool, history: bool = False) -> None:
    """``history``: a password that is reset is held to the history as well."""
    draft = Draft(domain, domain.tree.get(request.dn), permissive, history)
    for kind, name, values in request.changes:
        draft.change(kind, name, values)
    draft.settle(is_new=False)
    draft.commit()


def rename(domain: Domain, request: Rename) -> None:
    """Give a new relative name, a new parent or both; the GUID and all links stay."""
    tree = domain.tree
    entry = tree.get(request.dn)
    if entry.parent is None or not request.delete_old:
        raise unwilling("00002035")
    parent = tree.get(request.new_parent) if request.new_parent is not None else entry.parent
    rdn = _rdn(entry.kind, request.new_rdn)
    if parent.is_below(entry):
        raise unwilling("00002035")
    _check_place(entry.kind, parent)
    other = parent.children.get(f"{entry.kind.rdn}={fold(rdn)}")
    if other is not None and other is not entry:
        raise exists("00002071")
    tree.move(entry, rdn, parent)
    named: dict[str, Values] = {entry.kind.rdn: (rdn.encode(),), "name": (rdn.encode(),)}
    draft = Draft(domain, entry)
    draft.attributes.update(named)
    draft.commit()


def delete(domain: Domain, dn: str) -> None:
    entry = domain.tree.get(dn)
    if entry.children:
        text = "00002015: UpdErr: DSID-030A043C, problem 6003 (CANT_ON_NON_LEAF), data 0"
        raise Refusal(Code.NON_LEAF, text)
    if entry.parent is None or entry.first("iscriticalsystemobject") == b"TRUE":
        raise Unsupported("deleting a built-in object")
    if entry.kind.letter == "G" and _is_primary(domain, entry):
        raise Unsupported("deleting a group that is somebody's primary group")
    domain.tree.detach(entry)
    domain.tree.next_usn()


def _is_primary(domain: Domain, group: Entry) -> bool:
    sid = group.first("objectsid") or b""
    rid = (str(int.from_bytes(sid[-4:], "little")).encode(),)
    return any(entry.attributes.get("primarygroupid") == rid for entry in domain.tree.below(domain.tree.root))
