"""What a freshly installed Windows has, built once per release and language and shared by all machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from unyo.lab.terminals.machine.accounts import Group
from unyo.lab.terminals.machine.firewall import PROFILES, ProfileName, Rule
from unyo.lab.terminals.machine.identity import Locale, Windows
from unyo.lab.terminals.machine.overlay import Table
from unyo.lab.terminals.machine.registry import Key, table
from unyo.lab.terminals.machine.services import Service, StartMode


@dataclass(frozen=True, slots=True)
class Template:
    """Defaults by folded name."""

    groups: Table[Group]
    services: Table[Service]
    rules: Table[Rule]
    registry: Table[Key]


@lru_cache(maxsize=8)
def template(windows: Windows, locale: Locale) -> Template:
    """The defaults of one release in one language."""
    kind = "client" if windows.product_type == 1 else "server"
    return Template(
        {g.sid.lower(): g for g in _groups(locale)},
        {s.name.lower(): s for s in _services(kind, locale)},
        {r.name.lower(): r for r in _rules(kind, locale)},
        table([Key("HKLM\\SOFTWARE\\Microsoft"), Key("HKLM\\SYSTEM\\CurrentControlSet"), Key("HKU")]),
    )


def rows(name: str) -> Iterator[list[str]]:
    """The cells of a table of defaults; lines that begin with # are comments."""
    text = files(__package__).joinpath("defaults", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def worded(english: str, japanese: str, locale: Locale) -> str:
    """The Japanese text on Japanese machines where there is one."""
    return japanese if locale == "ja-JP" and japanese else english


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
