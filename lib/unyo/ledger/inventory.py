"""The asset ledger as an Ansible inventory: hosts, their facts, and groups with names that Ansible can bear."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from unyo.core.terminal import Terminal, TerminalState
from unyo.ledger.models import TerminalRecord
from unyo.ledger.terminal_fields import floor_key, key_of, terminal_of

ALL = "terminals"
_PLAIN_HOST = re.compile(r"(?!(?:localhost|all|ungrouped|terminals)$)[a-z0-9][a-z0-9_-]*")


def slug(text: str) -> str:
    """A group name's part for any text: itself where plain, else with eight digits that only it has.

    It depends on the text alone, so that a group keeps its name whatever else the ledger holds.
    """
    folded = " ".join(text.casefold().split())
    plain = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")
    if re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", folded):
        return plain
    mark = hashlib.sha256(key_of(text).encode()).hexdigest()[:8]
    return f"{plain}_{mark}" if plain else mark


def host_name(terminal: Terminal) -> str:
    """Ansible's name of a terminal: its own, or its serial number where that is none."""
    name = terminal.name.lower()
    return name if _PLAIN_HOST.fullmatch(name) else f"serial_{slug(terminal.serial)}"


def groups_of(terminal: Terminal) -> Iterable[tuple[str, Mapping[str, str]]]:
    """Each group that a terminal belongs to, with the words it stands for."""
    place = terminal.place
    if place.site:
        yield f"site_{slug(place.site)}", {"unyo_site": place.site}
    if place.floor:
        at = f"{slug(place.site)}_" if place.site else ""
        words = {"unyo_site": place.site, "unyo_floor": place.floor}
        yield f"floor_{at}{slug(floor_key(place.floor))}", words
    if terminal.department:
        yield f"department_{slug(terminal.department)}", {"unyo_department": terminal.department}
    if terminal.model:
        yield f"model_{slug(terminal.model)}", {"unyo_model": terminal.model}
    yield f"state_{terminal.state}", {"unyo_state": terminal.state.value}
    yield f"kind_{terminal.kind}", {"unyo_kind": terminal.kind}


def host_variables(terminal: Terminal) -> dict[str, Any]:
    """What a play may know of one terminal; its user's staff number is not needed for that."""
    facts = {
        "ansible_host": terminal.address,
        "unyo_serial": terminal.serial,
        "unyo_name": terminal.name,
        "unyo_model": terminal.model,
        "unyo_kind": terminal.kind,
        "unyo_site": terminal.place.site,
        "unyo_floor": terminal.place.floor,
        "unyo_room": terminal.place.room,
        "unyo_department": terminal.department,
        "unyo_state": terminal.state.value,
    }
    return facts | ({"ansible_port": terminal.port} if terminal.port else {})


def reachable_terminals() -> list[Terminal]:
    """Those that a play could be meant for: not retired, with an address, by name."""
    records = TerminalRecord.objects.exclude(state=TerminalState.RETIRED).exclude(address="")
    return [terminal_of(record) for record in records.order_by("name_key", "serial")]


def inventory(terminals: Iterable[Terminal], shared: Mapping[str, Any]) -> dict[str, Any]:
    """What Ansible expects of ``--list``; ``shared`` holds for every terminal."""
    hosts: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {}
    for terminal in terminals:
        name = host_name(terminal)
        hosts[name] = host_variables(terminal)
        for group, words in groups_of(terminal):
            groups.setdefault(group, {"hosts": [], "vars": dict(words)})["hosts"].append(name)
    return {
        "_meta": {"hostvars": hosts},
        ALL: {"hosts": list(hosts), "vars": dict(shared)},
        **dict(sorted(groups.items())),
    }
