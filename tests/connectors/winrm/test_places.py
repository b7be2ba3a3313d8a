"""Services and tasks on terminals that run under accounts of a directory."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from support.hands import Drawer
from support.windows_hand import credential_of, settings_of
from unyo.connectors.winrm.fleet import WinrmTerminals
from unyo.connectors.winrm.signing_on import terminal_of
from unyo.connectors.winrm.uses import TerminalPlaces
from unyo.core.hand import Use
from unyo.core.secret import Secret
from unyo.core.terminal import Terminal
from unyo.lab.terminals.fleet_process import FleetProcess

pytestmark = pytest.mark.xdist_group("password_fleet")
BACKUP = ("EXAMPLE\\svc-backup", "svc-backup@example.jp")


@pytest.fixture
def serials(lent_fleet: FleetProcess) -> list[str]:
    return [str(facts["serial"]) for facts in lent_fleet.terminals]


@pytest.fixture
def places(lent_fleet: FleetProcess, serials: list[str]) -> TerminalPlaces:
    known = {serial: terminal_of(credential_of(lent_fleet, serial)) for serial in serials}

    def by_serial(wanted: Collection[str]) -> dict[str, Terminal]:
        return {serial: known[serial] for serial in wanted if serial in known}

    hands = WinrmTerminals(settings_of(lent_fleet), lambda: lent_fleet.password, Drawer().open)
    return TerminalPlaces(hands, lambda: list(known.values()), by_serial)


def stored(fleet: FleetProcess, serial: str, kind: str, name: str, account: str) -> Use:
    entry = {"kind": kind, "name": name, "account": account, "password": "Old-pass.0001"}
    fleet.order("plant", serial, {"stored_passwords": [entry]})
    return Use(kind, serial, name)


def test_an_account_is_found_and_renewed_wherever_it_is_used(
    lent_fleet: FleetProcess, serials: list[str], places: TerminalPlaces
) -> None:
    uses = (
        stored(lent_fleet, serials[0], "service", "Backup", BACKUP[0].lower()),
        stored(lent_fleet, serials[1], "task", r"\Nightly", "svc-backup"),
        stored(lent_fleet, serials[1], "pool", "Intranet", BACKUP[1]),
    )
    stored(lent_fleet, serials[2], "service", "Mail", "EXAMPLE\\svc-mail")
    (found, notes), (nothing, _) = places.find([BACKUP, ("EXAMPLE\\svc-none",)])
    assert (set(found), notes, nothing) == (set(uses), (), ())
    gone = Use("service", serials[3], "Vanished")
    assert places.renew(BACKUP, (*uses, gone), Secret("Canary-new.0002")) == uses


def test_a_bare_name_means_the_local_account_where_there_is_one(
    lent_fleet: FleetProcess, serials: list[str], places: TerminalPlaces
) -> None:
    lent_fleet.order("plant", serials[0], {"users": [{"name": "svc-backup", "password": "Local-pass.01"}]})
    stored(lent_fleet, serials[0], "task", r"\Local", "svc-backup")
    assert places.find([BACKUP])[0][0] == ()


def test_terminals_that_are_off_are_named(
    lent_fleet: FleetProcess, serials: list[str], places: TerminalPlaces
) -> None:
    lent_fleet.knob(serials[4], "powered_off", True)
    _, notes = places.find([BACKUP])[0]
    assert str(lent_fleet.named(serials[4])["name"]) in notes[0].en
