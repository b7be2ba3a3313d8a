"""A fresh domain: its head, the built-in containers, groups and accounts, and one administrator."""

from __future__ import annotations

import hashlib

from unyo.core.secret import Secret
from unyo.core.tools import Clock
from unyo.lab.directory_simulator.accounts import NEW_USER, new_group
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry, Passwords, Values
from unyo.lab.directory_simulator.passwords import digest
from unyo.lab.directory_simulator.schema import KINDS
from unyo.lab.directory_simulator.tree import Tree
from unyo.lab.directory_simulator.values import generalized, sid_bytes, ticks

# What a new Windows domain has: seven characters, complex, 24 remembered, 1 to 42 days, no lock-out.
_POLICY = {
    "minpwdlength": 7,
    "pwdproperties": 1,
    "pwdhistorylength": 24,
    "minpwdage": -864_000_000_000,
    "maxpwdage": -36_288_000_000_000,
    "lockoutthreshold": 0,
    "lockoutduration": -18_000_000_000,
    "lockoutobservationwindow": -18_000_000_000,
    "ms-ds-machineaccountquota": 10,
    "msds-behavior-version": 7,
}
_GLOBAL, _LOCAL = -0x80000000 | 2, -0x80000000 | 5
_GROUPS = (
    ("Domain Admins", 512, "Users"),
    ("Domain Users", 513, "Users"),
    ("Domain Guests", 514, "Users"),
    ("Domain Computers", 515, "Users"),
    ("Administrators", 544, "Builtin"),
    ("Users", 545, "Builtin"),
    ("Guests", 546, "Builtin"),
    ("Account Operators", 548, "Builtin"),
)


def fresh_domain(clock: Clock, dns: str, netbios: str, host: str, seed: str, password: Secret) -> Domain:
    """Identities follow from the seed alone, times from the clock."""
    base = ",".join(f"DC={part}" for part in dns.split("."))
    numbers = hashlib.sha256(seed.encode()).digest()
    sid = "S-1-5-21-" + "-".join(str(int.from_bytes(numbers[i : i + 4], "big")) for i in (0, 4, 8))
    head = Entry(KINDS["domaindns"], dns.split(".")[0], None, {"distinguishedname": (base.encode(),)})
    domain = Domain(Tree(head, seed), clock, dns, netbios, host, sid)
    policy: dict[str, Values] = {name: (str(value).encode(),) for name, value in _POLICY.items()}
    _complete(domain, head, {**policy, "dc": (head.rdn.encode(),), "objectsid": (sid_bytes(sid),)})
    _fill(domain, head, password)
    return domain


def _fill(domain: Domain, head: Entry, password: Secret) -> None:
    places = {name: _place(domain, head, name) for name in ("Users", "Builtin", "Computers", "System")}
    _born(domain, head, "organizationalunit", "Domain Controllers", {})
    groups = {name: _group(domain, places[place], name, rid) for name, rid, place in _GROUPS}
    admin = _account(domain, places["Users"], "Administrator", 500, b"66048")
    _account(domain, places["Users"], "Guest", 501, b"66082")
    _account(domain, places["Users"], "krbtgt", 502, b"514")
    admin.passwords = Passwords((digest(domain, password.reveal()),))
    for name in ("Domain Admins", "Administrators"):
        domain.tree.link(groups[name], "member", admin)
    domain.tree.link(groups["Administrators"], "member", groups["Domain Admins"])
    domain.tree.link(groups["Users"], "member", groups["Domain Users"])


def _place(domain: Domain, head: Entry, name: str) -> Entry:
    return _born(domain, head, "container", name, {})


def _group(domain: Domain, place: Entry, name: str, rid: int) -> Entry:
    builtin = place.rdn == "Builtin"
    scope = {} if builtin else new_group({"grouptype": (str(_GLOBAL).encode(),)})
    given: dict[str, Values] = {
        "grouptype": (str(_LOCAL).encode(),),
        "samaccounttype": (b"536870912",),
        **scope,
        "samaccountname": (name.encode(),),
        "objectsid": (sid_bytes(f"S-1-5-32-{rid}") if builtin else domain.sid_with(rid),),
    }
    return _born(domain, place, "group", name, given)


def _account(domain: Domain, place: Entry, name: str, rid: int, control: bytes) -> Entry:
    given: dict[str, Values] = {
        **NEW_USER,
        "samaccountname": (name.encode(),),
        "useraccountcontrol": (control,),
        "pwdlastset": (str(ticks(domain.now())).encode(),),
        "objectsid": (domain.sid_with(rid),),
    }
    return _born(domain, place, "user", name, given)


def _born(domain: Domain, parent: Entry, kind: str, name: str, given: dict[str, Values]) -> Entry:
    entry = Entry(KINDS[kind], name, parent, {})
    domain.tree.attach(entry)
    _complete(domain, entry, {**given, entry.kind.rdn: (name.encode(),)})
    return entry


def _complete(domain: Domain, entry: Entry, given: dict[str, Values]) -> None:
    now = (generalized(domain.now()),)
    usn = (str(domain.tree.next_usn()).encode(),)
    own: dict[str, Values] = {
        "objectclass": entry.kind.classes,
        "name": (entry.rdn.encode(),),
        "objectguid": (domain.tree.new_guid(),),
        "objectcategory": (domain.category(entry.kind.category),),
        "instancetype": (b"4",),
        "iscriticalsystemobject": (b"TRUE",),
        "whencreated": now,
        "whenchanged": now,
        "usncreated": usn,
        "usnchanged": usn,
    }
    domain.tree.replace(entry, {**entry.attributes, **own, **given})
