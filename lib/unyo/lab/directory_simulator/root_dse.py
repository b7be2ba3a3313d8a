"""What the server says of itself before anybody has bound: a directory, and a simulation of one."""

from __future__ import annotations

from collections.abc import Callable

from unyo.lab.directory_simulator import ber
from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Values
from unyo.lab.directory_simulator.messages import Control, Search
from unyo.lab.directory_simulator.refusal import Code, Refusal
from unyo.lab.directory_simulator.searching import PAGED
from unyo.lab.directory_simulator.values import generalized

VENDOR = "unyo directory SIMULATOR"
PERMISSIVE = "1.2.840.113556.1.4.1413"
DOMAIN_SCOPE = "1.2.840.113556.1.4.1339"
POLICY_HINTS = "1.2.840.113556.1.4.2239"
CONTROLS = (PAGED, PERMISSIVE, DOMAIN_SCOPE, POLICY_HINTS)
START_TLS = "1.3.6.1.4.1.1466.20037"
WHO_AM_I = "1.3.6.1.4.1.4203.1.11.3"
_CAPABILITIES = ("1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1670", "1.2.840.113556.1.4.1935")


def root_dse(domain: Domain, request: Search) -> list[tuple[str, Values]]:
    """The attributes asked for; ``*`` and an empty list mean all of them."""
    asked = {name.lower() for name in request.attributes}
    everything = not asked or "*" in asked or "+" in asked
    return [
        (name, () if request.types_only else make(domain))
        for name, make in _SHOWN.items()
        if everything or name.lower() in asked
    ]


def hints_ask_for_history(control: Control) -> bool:
    """PolicyHintsRequestValue: Flags 1 asks that a reset is held to the history (MS-ADTS 3.1.1.3.4.1.27)."""
    if control.oid != POLICY_HINTS:
        return False
    try:
        ((tag, content),) = ber.parts(control.value)
        ((kind, flags),) = ber.parts(content)
    except (ValueError, IndexError):
        raise Refusal(Code.PROTOCOL_ERROR, "SIMULATOR: a malformed policy hints value") from None
    if (tag, kind) != (ber.SEQUENCE, ber.INTEGER):
        raise Refusal(Code.PROTOCOL_ERROR, "SIMULATOR: a malformed policy hints value")
    return bool(ber.number(flags) & 1)


def _fixed(*values: str) -> Callable[[Domain], Values]:
    return lambda _: tuple(value.encode() for value in values)


def _of(make: Callable[[Domain], str]) -> Callable[[Domain], Values]:
    return lambda domain: (make(domain).encode(),)


def _base(domain: Domain) -> str:
    return domain.tree.root.dn


def _short(domain: Domain) -> str:
    return domain.host.split(".")[0]


def _server(domain: Domain) -> str:
    sites = f"CN=Sites,CN=Configuration,{_base(domain)}"
    return f"CN={_short(domain).upper()},CN=Servers,CN=Default-First-Site-Name,{sites}"


_SHOWN: dict[str, Callable[[Domain], Values]] = {
    "vendorName": _fixed(VENDOR),
    "vendorVersion": _fixed("a simulation: not Windows, not Samba"),
    "defaultNamingContext": _of(_base),
    "rootDomainNamingContext": _of(_base),
    "configurationNamingContext": _of(lambda domain: f"CN=Configuration,{_base(domain)}"),
    "schemaNamingContext": _of(lambda domain: f"CN=Schema,CN=Configuration,{_base(domain)}"),
    "namingContexts": _of(_base),
    "dnsHostName": _of(lambda domain: domain.host),
    "ldapServiceName": _of(
        lambda domain: f"{domain.dns}:{_short(domain)}$@{domain.dns.upper()}",
    ),
    "serverName": _of(_server),
    "dsServiceName": _of(lambda domain: f"CN=NTDS Settings,{_server(domain)}"),
    "currentTime": lambda domain: (generalized(domain.now()),),
    "highestCommittedUSN": _of(lambda domain: str(domain.tree.usn)),
    "supportedLDAPVersion": _fixed("3"),
    "supportedControl": _fixed(*CONTROLS),
    "supportedExtension": _fixed(START_TLS, WHO_AM_I),
    "supportedCapabilities": _fixed(*_CAPABILITIES),
    "isSynchronized": _fixed("TRUE"),
    "isGlobalCatalogReady": _fixed("TRUE"),
    "domainFunctionality": _fixed("7"),
    "forestFunctionality": _fixed("7"),
    "domainControllerFunctionality": _fixed("7"),
}
