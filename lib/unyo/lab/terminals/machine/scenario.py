"""Fleets out of scenario files: an office by chance, and single terminals as they are described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import yaml

from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.lab.terminals.machine.drift import drift
from unyo.lab.terminals.machine.identity import RELEASES, Seat
from unyo.lab.terminals.machine.office import MODELS, SERVER_MODEL, Order, chosen, finish, make, place
from unyo.lab.terminals.machine.planting import PLANTS, Unreadable, plant, policy_setting
from unyo.lab.terminals.machine.policy import apply_policy

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.fleet import Fleet
    from unyo.lab.terminals.machine.machine import Machine

_TOP = frozenset({"seed", "count", "japanese", "powered_off", "drifted", "policy", "terminals"})
_MODELS = {model.name: model for model in (*MODELS, SERVER_MODEL)}
_IDENTITY = frozenset(
    {"number", "name", "serial", "model", "release", "locale", "domain", "seat", "powered_off"}
)
_KNOWN = _IDENTITY | PLANTS.keys() | {"drifts", "policy", "knobs", "disk_health"}


def read_scenario(fleet: Fleet, path: Path) -> None:
    """Fill a fleet as the file says; a BadSetting error names what cannot be read."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        _check(told, _TOP)
        fleet.seed = str(told.get("seed", fleet.seed))
        _furnish(fleet, told)
    except (OSError, yaml.YAMLError, Unreadable, KeyError, TypeError, ValueError) as problem:
        raise BadSetting(
            "lab.scenario",
            Text(
                f"{path}: the scenario cannot be read: {problem}",
                f"{path}: シナリオを読み取れません: {problem}",
            ),
            Text(
                "correct the file; docs/terminal-simulator.md says what it may hold",
                "ファイルを直す (書式は docs/terminal-simulator.md)",
            ),
        ) from problem


def _check(entry: Any, known: frozenset[str] | set[str]) -> None:
    if not isinstance(entry, Mapping):
        raise Unreadable(f"not a mapping: {entry!r}")
    if unknown := entry.keys() - known:
        raise Unreadable(f"unknown: {', '.join(sorted(map(str, unknown)))}")


def _furnish(fleet: Fleet, told: Mapping[str, Any]) -> None:
    rng = Random(fleet.seed)
    described: dict[int, Mapping[str, Any]] = {}
    count = int(told.get("count", 0))
    for position, entry in enumerate(told.get("terminals", ()), count + 1):
        _check(entry, _KNOWN)
        described[int(entry.get("number", position))] = entry
    policy = tuple(policy_setting(entry) for entry in told.get("policy", ()))
    for number in sorted({*range(1, count + 1), *described}):
        entry = described.get(number, {})
        order = _japanese_share(chosen(fleet, number, rng), told.get("japanese"))
        machine = make(fleet, _described(order, entry, fleet.domain.name))
        if rng.random() < float(told.get("drifted", 0.5)) and "drifts" not in entry:
            drift(machine, rng)
        if machine.domain:
            machine.membership.policy = policy
            apply_policy(machine)
        off = rng.random() < float(told.get("powered_off", 0)) and not entry
        _settle(machine, entry, off=bool(entry.get("powered_off", off)))


def _settle(machine: Machine, entry: Mapping[str, Any], *, off: bool) -> None:
    # The old image is from before anything was planted.
    finish(machine)
    plant(machine, entry)
    machine.knobs.powered_off = off or machine.knobs.powered_off
    machine.power.seen_off = machine.knobs.powered_off
    machine.changed = False


def _japanese_share(order: Order, share: float | None) -> Order:
    if share is None:
        return order
    return replace(order, locale="ja-JP" if order.number * 0.381966 % 1 < float(share) else "en-US")


def _described(order: Order, entry: Mapping[str, Any], domain: str) -> Order:
    """The order with what the file says of this terminal."""
    fields: dict[str, Any] = {
        name: str(entry[name]) for name in ("name", "serial", "locale") if name in entry
    }
    if "release" in entry:
        fields["windows"] = RELEASES[str(entry["release"])]
        fields["seat"] = place(order.number, str(entry["release"]) == "2022")
    if "model" in entry:
        fields["model"] = _MODELS[str(entry["model"])]
    if "domain" in entry:
        fields["domain"] = domain if entry["domain"] else ""
    if "seat" in entry:
        _check(entry["seat"], {"site", "floor", "room", "seat", "department", "user"})
        seat: Seat = fields.get("seat", order.seat)
        fields["seat"] = replace(seat, **{name: str(value) for name, value in entry["seat"].items()})
    return replace(order, **fields)
