"""What a freshly installed Windows has, built once per release and language and shared by all machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from unyo.lab.terminals.machine.accounts import Group
from unyo.lab.terminals.machine.audit import Subcategory
from unyo.lab.terminals.machine.default_registry import default_keys
from unyo.lab.terminals.machine.defaults import rows, worded
from unyo.lab.terminals.machine.features import Feature
from unyo.lab.terminals.machine.files import File, clean
from unyo.lab.terminals.machine.firewall import PROFILES, ProfileName, Rule
from unyo.lab.terminals.machine.identity import Locale, Windows
from unyo.lab.terminals.machine.overlay import Table
from unyo.lab.terminals.machine.registry import Key
from unyo.lab.terminals.machine.running import ANYWHERE, Connection, Process
from unyo.lab.terminals.machine.services import Service, StartMode


@dataclass(frozen=True, slots=True)
class Template:
    """Defaults by folded name."""

    groups: Table[Group]
    services: Table[Service]
    rules: Table[Rule]
    registry: Table[Key]
    audit: Table[Subcategory]
    features: Table[Feature]
    files: Table[File]
    processes: Table[Process]
    listeners: Table[Connection]


@lru_cache(maxsize=8)
def template(windows: Windows, locale: Locale) -> Template:
    """The defaults of one release in one language."""
    kind = "client" if windows.product_type == 1 else "server"
    services = {s.name.lower(): s for s in _services(kind, locale)}
    return Template(
        {g.sid.lower(): g for g in _groups(locale)},
        services,
        {r.name.lower(): r for r in _rules(kind, locale)},
        default_keys(windows, kind, services.values()),
        {s.guid.lower(): s for s in _audit(kind, locale)},
        {f.name.lower(): f for f in _features(kind)},
        _files(),
        {str(p.id): p for p in _processes()},
        {f"{c.local_address}:{c.local_port} 0.0.0.0:0": c for c in _listeners()},
    )


def _groups(locale: Locale) -> Iterator[Group]:
    for sid, name, english, japanese in rows("groups.txt"):
        yield Group(name, sid, worded(english, japanese, locale))


def _services(kind: str, locale: Locale) -> Iterator[Service]:
    for name, where, mode, state, account, needs, path, english, japanese in rows("services.txt"):
        if where in (kind, "both"):
            starts: StartMode = (
                "Auto" if mode.startswith("Auto") else "Manual" if mode == "Manual" else "Disabled"
            )
            yield Service(
                name,
                worded(english, japanese, locale),
                starts,
                "running" in state,
                account,
                path,
                mode == "Auto-delayed",
                "fixed" not in state,
                tuple(needs.split()),
            )


def _rules(kind: str, locale: Locale) -> Iterator[Rule]:
    for name, where, enabled, way, profiles, protocol, ports, remote, program, service, texts, group in rows(
        "rules.txt"
    ):
        if where not in (kind, "both"):
            continue
        english, japanese = (text.strip() for text in texts.split("//"))
        group_id, group_english, group_japanese = (text.strip() for text in group.split("//"))
        names: tuple[ProfileName, ...] = (
            PROFILES if profiles == "Any" else tuple(p for p in PROFILES if p in profiles.split())
        )
        yield Rule(
            name,
            worded(english, japanese, locale),
            group_id,
            worded(group_english, group_japanese, locale),
            "",
            enabled == "True",
            way == "Inbound",
            True,
            names,
            protocol,
            tuple(ports.split()),
            ("Any",),
            ("Any",),
            tuple(remote.split()),
            program,
            service,
        )


def _audit(kind: str, locale: Locale) -> Iterator[Subcategory]:
    for category, guid, client, server, english, japanese in rows("audit.txt"):
        audited = client if kind == "client" else server
        yield Subcategory(guid, worded(english, japanese, locale), category, int(audited))


def _features(kind: str) -> Iterator[Feature]:
    for name, where, state, restart in rows("features.txt"):
        if where in (kind, "both"):
            yield Feature(name, "Enabled" if state == "Enabled" else "Disabled", restart == "True")


def _files() -> dict[str, File]:
    made: dict[str, File] = {}
    for path, size, text in rows("files.txt"):
        if size or text:
            content = f"{text}\r\n".encode() if text else b"MZ" + path.encode()
            made[path.lower()] = File(path, content=content, size=int(size or 0))
        else:
            made[path.lower()] = File(path, folder=True)
    for file in list(made.values()):
        above = clean(file.parent)
        while above.lower() not in made:
            made[above.lower()] = File(above, folder=True)
            above = clean(File(above).parent)
    return made


def _processes() -> Iterator[Process]:
    for number, name, path, line, parent, owner, memory in rows("processes.txt"):
        yield Process(int(number), name, path, line, int(parent), None, owner, int(memory) << 20)


def _listeners() -> Iterator[Connection]:
    for address, port, process in rows("listeners.txt"):
        yield Connection(address, int(port), ANYWHERE, 0, "Listen", int(process))
