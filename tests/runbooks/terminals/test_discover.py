"""The asset ledger against terminals and directory: gaps are filled, differences said, nothing overwritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock
from support.staffing import employ
from unyo.core.directory import Entry
from unyo.core.errors import BadInput, Refused, Unreachable, UnyoError
from unyo.core.params import params_from_json
from unyo.core.plan import Plan
from unyo.core.terminal import Errand
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.opening import set_up_django
from unyo.runbooks import load
from unyo.runbooks.terminals.discover import DiscoverParams

set_up_django()

from unyo.ledger.assets import LedgerAssets  # noqa: E402
from unyo.ledger.models import TerminalChange, TerminalRecord  # noqa: E402
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out  # noqa: E402

NOON = datetime(2027, 3, 25, 3, tzinfo=timezone.utc)


def facts(name: str, model: str = "EliteBook 840", **more: Any) -> dict[str, Any]:
    """What facts.ps1 answers; a single adapter comes without its list."""
    return {
        "identity": {"name": name, "manufacturer": "HP", "model": model, "kind": "client"},
        "system": {"build": "26100.2314"},
        "network": {"mac": "00-1A-2B-3C-4D-5E", "addresses": ["10.1.3.11", "fe80::1"]},
        "errors": {},
        **more,
    }


@dataclass
class Office:
    """The tools of a runbook: a real ledger; terminals and a directory that say what they are told to."""

    clock: SetClock
    output: Path
    answers: dict[str, dict[str, Any] | UnyoError] = field(default_factory=dict)
    computers: list[Entry] | UnyoError = field(default_factory=list)
    base_dn: str = "DC=example"

    @property
    def assets(self) -> LedgerAssets:
        return LedgerAssets(self.clock)

    @property
    def terminals(self) -> Office:
        return self

    @property
    def directory(self) -> Office:
        return self

    def run(self, script: str, errands: Sequence[Errand], *, timeout: float = 60) -> list[Any]:
        assert script == "facts"
        return [self.answers.get(errand.terminal.serial, SILENT) for errand in errands]

    def search(self, base: str, text: str, attributes: Sequence[str]) -> Iterator[Entry]:
        if isinstance(self.computers, UnyoError):
            raise self.computers
        return iter(self.computers)

    def progress(self, text: str, done: int, total: int) -> None: ...


SILENT = Unreachable("terminals.no_answer", Text("no answer", "応答なし"), Text("wait", "待つ"))


def add(serial: str, name: str, **values: Any) -> None:
    given = {"name": name, "address": name.lower(), "state": "in_use", "kind": "client"}
    carry_out([Amendment(TerminalRecord(serial=serial), given | values, True)], Hand("tanaka", "test", NOON))


def computer(name: str, control: int = 0x1000, logon: datetime | None = NOON) -> Entry:
    attributes: dict[str, tuple[str, ...]] = {"cn": (name,), "userAccountControl": (str(control),)}
    if logon is not None:
        ticks = int((logon - datetime(1601, 1, 1, tzinfo=timezone.utc)).total_seconds()) * 10_000_000
        attributes["lastLogonTimestamp"] = (str(ticks),)
    return Entry(f"CN={name},OU=PCs,DC=example", attributes)


@pytest.fixture
def office(sqlite_ledger: Path, tmp_path: Path) -> Office:
    employ()
    return Office(SetClock(NOON), tmp_path)


def planned(office: Office, **params: Any) -> Plan:
    runbook = load("terminals.discover")
    plan: Plan = runbook.plan(params_from_json(DiscoverParams, params), office)  # type: ignore[arg-type]
    return plan


def codes(plan: Plan) -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in plan.findings]


def changes(plan: Plan) -> Mapping[str, Mapping[str, Any] | None]:
    return {change.target.key: change.after for change in plan.changes}


def test_gaps_are_filled_and_differences_only_said(office: Office) -> None:
    add("SN-1", "PC-0001", model="EliteBook 830", manufacturer="HP")
    office.answers["SN-1"] = facts("pc-0001")
    plan = planned(office, directory=False)

    assert changes(plan) == {
        "SN-1": {"os_build": "26100.2314", "mac_addresses": "00:1a:2b:3c:4d:5e", "ip_addresses": "10.1.3.11"}
    }
    assert codes(plan) == [("discover.model", "SN-1 PC-0001")]
    assert TerminalRecord.objects.get().os_build == ""
    assert TerminalRecord.objects.get().last_seen == NOON


def test_accepted_fields_are_taken_over_with_history_and_can_be_taken_back(office: Office) -> None:
    from unyo.flow.approval import approve_by_rule
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job
    from unyo.flow.undo import request_undo
    from unyo.flow.worker import Worker

    add("SN-1", "PC-0001", model="EliteBook 830", manufacturer="HP", os_build="26100.1")
    office.answers["SN-1"] = facts("PC-0001")
    road = Road(office, load, office.output / "anchor")  # type: ignore[arg-type]
    params = DiscoverParams(accept=("model",), directory=False)
    job = request_job(road, "terminals.discover", params, "tanaka", "monthly check")
    plan_job(road, job)
    approve_by_rule(road, job)
    Worker(road).run_until_idle()
    record = TerminalRecord.objects.get()
    assert (record.model, record.os_build) == ("EliteBook 840", "26100.1")
    history = TerminalChange.objects.filter(field="model", source="terminals.discover")
    assert list(history.values_list("before", "after")) == [("EliteBook 830", "EliteBook 840")]

    job.refresh_from_db()
    back = request_undo(road, job, "tanaka", "the label was right", only=["model"])
    plan_job(road, back)
    approve_by_rule(road, back)
    Worker(road).run_until_idle()
    record.refresh_from_db()
    assert (record.model, record.ip_addresses) == ("EliteBook 830", ["10.1.3.11"])


def test_a_terminal_that_is_as_noted_is_no_change(office: Office) -> None:
    noted = {"model": "EliteBook 840", "manufacturer": "HP", "os_build": "26100.2314"}
    add("SN-1", "PC-0001", mac_addresses=["00:1a:2b:3c:4d:5e"], ip_addresses=["10.1.3.11"], **noted)
    office.answers["SN-1"] = facts("PC-0001")
    plan = planned(office, directory=False)
    assert (plan.changes, plan.findings, len(plan.unchanged)) == ((), (), 1)


def test_a_swapped_terminal_with_the_same_name_is_recognised_by_its_serial(office: Office) -> None:
    add("SN-1", "PC-0001")
    add("SN-9", "", state="stock")
    swapped = Text("another terminal", "別の端末")
    office.answers["SN-1"] = Refused("terminals.swapped", swapped, swapped, detail="SN-1 → SN-9")
    plan = planned(office, directory=False, accept=["name", "model"])
    (finding,) = plan.findings

    assert (finding.code, finding.where) == ("discover.swapped", "SN-1 PC-0001")
    assert "SN-9" in finding.text.en
    assert "stock" in finding.text.en
    assert plan.changes == ()


def test_one_that_does_not_answer_is_named_and_stays_as_it_is(office: Office) -> None:
    add("SN-1", "PC-0001")
    plan = planned(office, directory=False)
    assert codes(plan) == [("discover.not_compared", "SN-1 PC-0001")]
    assert (plan.changes, TerminalRecord.objects.get().last_seen) == ((), None)


def test_ledger_and_directory_are_held_against_each_other(office: Office) -> None:
    for number, state in enumerate(("in_use", "in_use", "in_use", "retired", "stock"), 1):
        add(f"SN-{number}", f"PC-000{number}", state=state)
    office.computers = [
        computer("PC-0001", logon=NOON - timedelta(days=200)),
        computer("pc-0002", control=0x1002),
        computer("PC-0004"),
        computer("GUEST-1"),
        computer("DC1", control=0x82000),
    ]
    found = [pair for pair in codes(planned(office)) if pair[0] != "discover.not_compared"]

    assert found == [
        ("discover.unknown_computer", "GUEST-1"),
        ("discover.idle", "SN-1 PC-0001"),
        ("discover.disabled", "SN-2 PC-0002"),
        ("discover.retired_enabled", "SN-4 PC-0004"),
        ("discover.not_in_directory", "SN-3 PC-0003"),
    ]


def test_a_choice_of_terminals_narrows_the_directory_too(office: Office) -> None:
    add("SN-1", "PC-0001")
    add("SN-2", "PC-0002")
    office.computers = [computer("GUEST-1")]
    found = [pair for pair in codes(planned(office, terminal=["PC-0002"])) if "compared" not in pair[0]]
    assert found == [("discover.not_in_directory", "SN-2 PC-0002")]


def test_a_directory_that_is_away_ends_nothing(office: Office) -> None:
    add("SN-1", "PC-0001")
    office.answers["SN-1"] = facts("PC-0001")
    office.computers = SILENT
    plan = planned(office)
    assert ("discover.no_directory", "") in codes(plan)
    assert len(plan.changes) == 1


def test_only_what_a_terminal_can_tell_may_be_accepted() -> None:
    with pytest.raises(BadInput, match="os_build"):
        params_from_json(DiscoverParams, {"accept": ["seat"]})
