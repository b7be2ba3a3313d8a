"""The attributes and classes of Active Directory's schema, read from the table beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; ``link`` is even for a forward link and odd for its back link."""

    name: str
    syntax: str
    single: bool
    longest: int | None
    link: int | None
    system_only: bool
    constructed: bool
    classes: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A structural class that the simulator can hold; ``letter`` marks its attributes in the table."""

    name: str
    letter: str
    classes: tuple[bytes, ...]
    rdn: str
    parents: tuple[str, ...]
    category: str


_PERSON = (b"top", b"person", b"organizationalPerson")
_PLACES = ("organizationalUnit", "container", "domainDNS")
KINDS = {
    kind.name.lower(): kind
    for kind in (
        Kind("user", "U", (*_PERSON, b"user"), "cn", _PLACES, "Person"),
        Kind("contact", "P", (*_PERSON, b"contact"), "cn", _PLACES, "Person"),
        Kind("group", "G", (b"top", b"group"), "cn", _PLACES, "Group"),
        Kind(
            "organizationalUnit",
            "O",
            (b"top", b"organizationalUnit"),
            "ou",
            ("organizationalUnit", "domainDNS"),
            "Organizational-Unit",
        ),
        Kind("container", "C", (b"top", b"container"), "cn", _PLACES, "Container"),
        Kind("domainDNS", "D", (b"top", b"domain", b"domainDNS"), "dc", (), "Domain-DNS"),
    )
}
UNSIMULATED_CLASSES = frozenset(
    [
        "computer",
        "inetorgperson",
        "builtindomain",
        "domain",
        "locality",
        "country",
        "organization",
        "printqueue",
        "volume",
        "site",
        "msds-groupmanagedserviceaccount",
        "msds-managedserviceaccount",
        "foreignsecurityprincipal",
    ]
)


@cache
def attributes() -> dict[str, Attribute]:
    """All 1,473 attributes of the schema (functional level 2008 R2), by lower-case name."""
    table = resources.files(__package__).joinpath("attributes.tsv").read_text(encoding="utf-8")
    return {row[0].lower(): _attribute(row) for row in (line.split("\t") for line in table.splitlines())}


def _attribute(row: list[str]) -> Attribute:
    name, syntax, single, longest, link, flags, classes = row
    return Attribute(
        name,
        syntax,
        single == "1",
        None if longest == "-" else int(longest),
        None if link == "-" else int(link),
        "s" in flags,
        "c" in flags,
        classes,
    )


@cache
def back_link_of(link: int) -> str:
    """The lower-case name of the attribute that shows a forward link from the other side."""
    return next((key for key, found in attributes().items() if found.link == link + 1), "")


@cache
def forward_link_of(link: int) -> str:
    return next((key for key, found in attributes().items() if found.link == link - 1), "")
