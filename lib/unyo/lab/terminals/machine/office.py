"""An office full of terminals by chance: models, languages, places, ages and drifts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine import identity as who
from unyo.lab.terminals.machine.accounts import ADMINISTRATORS, GUESTS, USERS, User
from unyo.lab.terminals.machine.drift import drift
from unyo.lab.terminals.machine.furnishing import furnish_machine
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
SITES = ("本庁舎", "分庁舎", "研修所")
_DEPARTMENTS = tuple(f"{parent + 10 * number:05d}" for number in range(1, 9) for parent in (1000, 2000))
_OFF_EVERY, _OFF_REST = 33, 17


@dataclass(frozen=True, slots=True)
class Order:
    """One terminal as it is wanted; ``number`` decides its name, serial number and address."""

    number: int
    model: who.Model
    windows: who.Windows
    locale: who.Locale
    seat: who.Seat
    domain: str
    name: str = ""
    serial: str = ""


def furnish(fleet: Fleet, count: int) -> None:
    """Put ``count`` terminals into the fleet.

    Every twentieth is a server, two of five speak Japanese, one of eight stands in a workgroup, three of a
    hundred (never one of the first sixteen) are off.
    """
    rng = Random(fleet.seed)
    for number in range(1, count + 1):
        machine = make(fleet, chosen(fleet, number, rng))
        drift(machine, rng)
        finish(machine, off=number % _OFF_EVERY == _OFF_REST)


def chosen(fleet: Fleet, number: int, rng: Random) -> Order:
    """What the terminal of that number is, by chance."""
    server = number % 20 == 0
    windows = who.SERVER_2022 if server else rng.choice((who.WINDOWS_11_23H2, who.WINDOWS_11_24H2))
    model = SERVER_MODEL if server else rng.choice(MODELS)
    locale: who.Locale = "ja-JP" if number % 5 in (0, 2) else "en-US"
    domain = "" if number % 8 == 3 else fleet.domain.name
    return Order(number, model, windows, locale, place(number, server), domain)


def place(number: int, server: bool = False) -> who.Seat:
    """Seats in turn: 24 to a room, four rooms to a floor, six floors to a site; servers have no user."""
    room, seat = divmod(number - 1, 24)
    floor, room = divmod(room, 4)
    site, floor = divmod(floor, 6)
    floor_name, room_name, seat_name = f"{floor + 1}F", f"{floor + 1}{room + 1:02d}", f"{seat + 1:02d}"
    user = "" if server else f"{number:06d}"
    return who.Seat(
        SITES[site % 3], floor_name, room_name, seat_name, _DEPARTMENTS[number % len(_DEPARTMENTS)], user
    )


def make(fleet: Fleet, order: Order) -> Machine:
    """One terminal with its accounts and its content, in the fleet."""
    rng = Random(f"{fleet.seed}/{order.number}")
    kind: who.Kind = "server" if order.windows.product_type != 1 else "client"
    machine_sid = "S-1-5-21-" + "-".join(str(rng.randrange(10**8, 2**32)) for _ in range(3))
    serial = "".join(rng.choices("BCDFGHJKLMNPQRSTVWXYZ0123456789", k=3)) + f"{order.number:05d}"
    unique = str(uuid.UUID(int=rng.getrandbits(128), version=4)).upper()
    identity = who.Identity(
        order.serial or serial, unique, order.model, order.windows, order.locale, kind, machine_sid
    )
    name = order.name or f"{'SV' if kind == 'server' else 'PC'}{order.number:05d}"
    machine = Machine(fleet, identity, name, address(order.number), order.seat)
    machine.domain = order.domain
    machine.power.boot -= timedelta(hours=rng.choice((2, 9, 30, 75, 200, 900)), minutes=rng.randrange(60))
    _accounts(machine)
    furnish_machine(machine, rng, order.number)
    fleet.add(machine)
    return machine


def finish(machine: Machine, *, off: bool = False) -> None:
    """Everything up to now is how the terminal was found."""
    machine.image = machine.snapshot()
    machine.knobs.powered_off = off
    machine.power.seen_off = off
    machine.changed = False


def address(number: int) -> str:
    """A loopback address of its own from 127.16.0.1 on, never ending in .0 or .255."""
    rest, last = divmod(number - 1, 254)
    second, third = divmod(rest, 256)
    return f"127.{16 + second}.{third}.{last + 1}"


def _accounts(machine: Machine) -> None:
    sid, accounts = machine.identity.machine_sid, machine.accounts
    client = machine.kind == "client"
    made = machine.power.boot
    built_in = User(
        "Administrator", f"{sid}-500", "Built-in.0500", enabled=not client, password_expires=False
    )
    guest = User("Guest", f"{sid}-501", enabled=False, password_expires=False, password_required=False)
    default = User("DefaultAccount", f"{sid}-503", enabled=False, password_expires=False)
    ours = User(machine.fleet.user, accounts.new_sid(), machine.fleet.password, password_expires=False)
    for user in (built_in, guest, default, User("WDAGUtilityAccount", f"{sid}-504", enabled=False), ours):
        accounts.put_user(replace(user, password_set=made if user.password else None))
    for group, members in (
        (ADMINISTRATORS, (f"{sid}-500", ours.sid)),
        (GUESTS, (f"{sid}-501",)),
        (USERS, ("S-1-5-4", "S-1-5-11", ours.sid)),
    ):
        accounts.set_members(accounts.groups[group], members)
