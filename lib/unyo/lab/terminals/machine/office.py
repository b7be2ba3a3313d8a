"""An office full of terminals by chance: models, languages, places, ages and drifts."""

from __future__ import annotations

import uuid
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine import identity as who
from unyo.lab.terminals.machine.accounts import ADMINISTRATORS, GUESTS, USERS, User
from unyo.lab.terminals.machine.machine import Machine

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.fleet import Fleet

MODELS = (
    who.Model("Dell Inc.", "Latitude 5440", 16, 256, True, "1.21.0"),
    who.Model("HP", "HP EliteDesk 800 G9 Desktop Mini PC", 16, 512, False, "U21 Ver. 02.15.01"),
    who.Model("LENOVO", "ThinkPad L14 Gen 4", 16, 256, True, "R22ET71W (1.41 )"),
    who.Model("FUJITSU CLIENT COMPUTING LIMITED", "LIFEBOOK U7413/P", 16, 256, True, "Version 2.17"),
    who.Model("NEC", "VersaPro VKT44/X", 8, 256, True, "121H1F00"),
)
SERVER_MODEL = who.Model("Dell Inc.", "PowerEdge R350", 32, 960, False, "1.9.2")


def furnish(fleet: Fleet, count: int) -> None:
    """Put ``count`` terminals into the fleet; every twentieth is a server, two of five speak Japanese."""
    rng = Random(fleet.seed)
    for number in range(1, count + 1):
        server = number % 20 == 0
        windows = who.SERVER_2022 if server else rng.choice((who.WINDOWS_11_23H2, who.WINDOWS_11_24H2))
        model = SERVER_MODEL if server else rng.choice(MODELS)
        locale: who.Locale = "ja-JP" if number % 5 in (0, 2) else "en-US"
        seat = place(number)
        fleet.add(make(fleet, number, model, windows, locale, seat))


def place(number: int) -> who.Seat:
    """Seats in turn: 24 to a room, four rooms to a floor, six floors to a site."""
    room, seat = divmod(number - 1, 24)
    floor, room = divmod(room, 4)
    site, floor = divmod(floor, 6)
    return who.Seat(
        ("本庁舎", "分庁舎", "研修所")[site % 3],
        f"{floor + 1}F",
        f"{floor + 1}{room + 1:02d}",
        f"{seat + 1:02d}",
    )


def make(
    fleet: Fleet, number: int, model: who.Model, windows: who.Windows, locale: who.Locale, seat: who.Seat
) -> Machine:
    """One terminal with its built-in accounts; number decides name, serial number and address."""
    rng = Random(f"{fleet.seed}/{number}")
    kind: who.Kind = "server" if windows.product_type != 1 else "client"
    machine_sid = "S-1-5-21-" + "-".join(str(rng.randrange(10**8, 2**32)) for _ in range(3))
    serial = "".join(rng.choices("BCDFGHJKLMNPQRSTVWXYZ0123456789", k=3)) + f"{number:05d}"
    identity = who.Identity(
        serial,
        str(uuid.UUID(int=rng.getrandbits(128), version=4)).upper(),
        model,
        windows,
        locale,
        kind,
        machine_sid,
    )
    name = f"{'SV' if kind == 'server' else 'PC'}{number:05d}"
    machine = Machine(fleet, identity, name, address(number), seat)
    _accounts(machine)
    machine.changed = False
    return machine


def address(number: int) -> str:
    """A loopback address of its own from 127.16.0.1 on, never ending in .0 or .255."""
    rest, last = divmod(number - 1, 254)
    second, third = divmod(rest, 256)
    return f"127.{16 + second}.{third}.{last + 1}"


def _accounts(machine: Machine) -> None:
    sid, accounts = machine.identity.machine_sid, machine.accounts
    client = machine.kind == "client"
    accounts.put_user(
        User("Administrator", f"{sid}-500", "Built-in.0500", enabled=not client, password_expires=False)
    )
    accounts.put_user(
        User("Guest", f"{sid}-501", enabled=False, password_expires=False, password_required=False)
    )
    accounts.put_user(User("DefaultAccount", f"{sid}-503", enabled=False, password_expires=False))
    accounts.put_user(User("WDAGUtilityAccount", f"{sid}-504", enabled=False))
    admin = User(machine.fleet.user, accounts.new_sid(), machine.fleet.password, password_expires=False)
    accounts.put_user(replace(admin, password_set=machine.now()))
    for group, members in (
        (ADMINISTRATORS, (f"{sid}-500", admin.sid)),
        (GUESTS, (f"{sid}-501",)),
        (USERS, ("S-1-5-4", "S-1-5-11", admin.sid)),
    ):
        accounts.set_members(accounts.groups[group], members)
