"""What terminals say of themselves, held against what the ledger says of them."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from unyo.core.plan import Finding, Weight
from unyo.core.terminal import Terminal
from unyo.core.text import Text

PARTS = ("identity", "system", "network")
FIELDS = ("name", "manufacturer", "model", "kind", "os_build", "mac_addresses", "ip_addresses")
"""The ledger's fields that a terminal knows itself."""

_LABELS = {
    "name": Text("name", "端末名"),
    "manufacturer": Text("manufacturer", "メーカー"),
    "model": Text("model", "機種"),
    "kind": Text("kind", "種別"),
    "os_build": Text("OS build", "OSビルド"),
    "mac_addresses": Text("MAC addresses", "MACアドレス"),
    "ip_addresses": Text("IP addresses", "IPアドレス"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One terminal: what is to be written into the ledger, and what only differs."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    findings: tuple[Finding, ...]


def observed(answer: Mapping[str, Any]) -> dict[str, str]:
    """A terminal's answer as texts of the ledger's fields; a part that it could not read is missing."""
    found: dict[str, str] = {}
    identity, system = answer.get("identity") or {}, answer.get("system") or {}
    for field in ("name", "manufacturer", "model", "kind"):
        found[field] = " ".join(str(identity.get(field) or "").split())
    found["os_build"] = str(system.get("build") or "")
    adapters = _listed(answer.get("network"))
    macs = {str(adapter["mac"]).replace("-", ":").lower() for adapter in adapters if adapter.get("mac")}
    addresses = {text for adapter in adapters for text in _listed(adapter.get("addresses")) if _counts(text)}
    found["mac_addresses"] = " ".join(sorted(macs))
    found["ip_addresses"] = " ".join(sorted(addresses))
    return {field: text for field, text in found.items() if text}


def _listed(value: Any) -> list[Any]:
    """PowerShell gives a single thing where there is only one."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _counts(address: str) -> bool:
    """Addresses that a terminal gives itself say nothing about its place."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (found.is_link_local or found.is_loopback or found.is_unspecified)


def compare(
    terminal: Terminal, noted: Mapping[str, str], seen: Mapping[str, str], accepted: Collection[str]
) -> Comparison:
    """What is empty in the ledger is filled, what was accepted is taken over, the rest is only said."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    findings = []
    for field, now, then in _differences(noted, seen):
        if not then or field in accepted:
            before[field], after[field] = then, now
        else:
            findings.append(_differs(terminal, field, then, now))
    return Comparison(before, after, tuple(findings))


def _differences(noted: Mapping[str, str], seen: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for field in FIELDS:
        now, then = seen.get(field, ""), noted.get(field, "")
        # Windows does not tell a name's capital letters apart.
        same = now.casefold() == then.casefold() if field == "name" else now == then
        if now and not same:
            yield field, now, then


def _differs(terminal: Terminal, field: str, then: str, now: str) -> Finding:
    label = _LABELS[field]
    # An address that is handed out changes by itself.
    weight = Weight.NOTE if field in ("ip_addresses", "os_build") else Weight.ODD
    return Finding(
        f"discover.{field}",
        weight,
        Text(
            f"{label.en}: the ledger says {then}, the terminal {now}",
            f"{label.ja}: 台帳は {then}、端末は {now}",
        ),
        terminal.target.shown,
    )
