"""Cutting off and releasing over real WinRM: the way to unyo stays open, the rest is shut, and all is put back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.fleet import FreshFleet
from support.terminal_town import TerminalTown, codes, ends, step_of
from unyo.core.errors import BadInput, BadSetting, Refused
from unyo.ledger.models import IsolationRecord
from unyo.runbooks.terminals.isolate import IsolateParams
from unyo.runbooks.terminals.release import ReleaseParams

PROBE = "keep: [192.0.2.2]\nprobe: {address: 192.0.2.1, port: 445}\nhours: 24\n"
Town = Callable[[int], TerminalTown]


@pytest.fixture
def town_of(sqlite_ledger: Path, tmp_path: Path, fresh_fleet: FreshFleet) -> Town:
    def build(count: int) -> TerminalTown:
        town = TerminalTown(fresh_fleet(count), tmp_path)
        town.policy("isolation", PROBE)
        return town

    return build


def cut(town: TerminalTown, *serials: str, **more: Any) -> Any:
    return town.run("terminals.isolate", IsolateParams(terminal=serials, **more))


def freed(town: TerminalTown, *serials: str) -> Any:
    return town.run("terminals.release", ReleaseParams(terminal=serials))


def rules(town: TerminalTown, serial: str) -> list[str]:
    found = town.state(serial)["rules"]
    return sorted(name for name, rule in found.items() if name.startswith("unyo") and not rule["allow"])


def open_record(serial: str) -> Any:
    return IsolationRecord.objects.filter(serial=serial, released_at=None).first()


def test_a_terminal_is_cut_off_and_comes_back_and_the_probe_proves_both(town_of: Town) -> None:
    town = town_of(6)
    serial, *others = town.serials
    job = cut(town, serial)
    assert (job.risk, ends(job)) == ("ROUTINE", {serial: "DONE"})
    until = town.clock.now().replace(microsecond=0) + timedelta(hours=24)
    seen = step_of(job, serial).seen
    assert (seen["isolated"], seen["probe"], open_record(serial).until) == (True, "closed", until)
    assert len(rules(town, serial)) == 2
    assert not any(rules(town, other) for other in others)

    back = freed(town, serial)
    assert (back.risk, ends(back), step_of(back, serial).seen["probe"]) == (
        "GUARDED",
        {serial: "DONE"},
        "open",
    )
    assert (rules(town, serial), open_record(serial)) == ([], None)
    assert freed(town, serial).plan["unchanged"] == 1


def test_a_release_takes_a_colleague(town_of: Town) -> None:
    from unyo.flow.approval import approve, approve_by_rule

    town = town_of(6)
    cut(town, town.serials[0])
    job = town.asked("terminals.release", ReleaseParams(terminal=(town.serials[0],)))
    with pytest.raises(Refused):
        approve_by_rule(town.road, job)
    with pytest.raises(Refused, match="the requester cannot approve"):
        approve(town.road, job, "tanaka", "it is mine", job.digest)


def test_the_terminal_heals_by_itself_when_the_time_is_over(town_of: Town) -> None:
    town = town_of(6)
    serial = town.serials[1]
    cut(town, serial, hours=2)
    # Both clocks go on by three hours.
    town.fleet.knob(serial, "clock_skew_seconds", 3 * 3600)
    town.clock.step(timedelta(hours=3))
    job = town.asked("terminals.release", ReleaseParams(terminal=(serial,)))
    assert job.plan["unchanged"] == 1
    assert rules(town, serial) == []
    assert "unyo-isolation-end" not in str(town.state(serial)["tasks"])


def test_a_second_cut_extends_the_first(town_of: Town) -> None:
    town = town_of(6)
    serial = town.serials[0]
    cut(town, serial, hours=2)
    again = cut(town, serial, hours=72)
    assert (ends(again), len(rules(town, serial)), IsolationRecord.objects.count()) == (
        {serial: "DONE"},
        2,
        1,
    )
    town.fleet.knob(serial, "clock_skew_seconds", 3 * 3600)
    assert town.asked("terminals.release", ReleaseParams(terminal=(serial,))).plan["changes"] == 1


def test_the_cut_survives_a_restart_and_so_does_the_way_out_of_it(town_of: Town) -> None:
    town = town_of(6)
    serial = town.serials[0]
    cut(town, serial, hours=2)
    town.fleet.knob(serial, "reboot_seconds", 0)
    town.fleet.order("restart", serial)
    assert len(rules(town, serial)) == 2
    town.fleet.knob(serial, "clock_skew_seconds", 3 * 3600)
    assert town.asked("terminals.release", ReleaseParams(terminal=(serial,))).plan["unchanged"] == 1


def test_a_firewall_that_was_off_is_switched_on_for_it_and_off_again(
    sqlite_ledger: Path, tmp_path: Path, fresh_fleet: FreshFleet
) -> None:
    scenario = tmp_path / "scenario.yml"
    scenario.write_text("count: 6\nterminals: [{number: 1, locale: ja-JP, drifts: [public_firewall_off]}]\n")
    town = TerminalTown(fresh_fleet(scenario=scenario), tmp_path)
    town.policy("isolation", PROBE)
    serial = town.serials[0]

    def enabled() -> set[str]:
        return {profile["enabled"] for profile in town.state(serial)["firewall"]["profiles"].values()}

    assert "False" in enabled()
    cut(town, serial)
    assert enabled() == {"True"}
    cut(town, serial, hours=48)
    freed(town, serial)
    assert town.state(serial)["firewall"]["profiles"]["public"]["enabled"] == "False"


def test_more_than_ten_terminals_are_cut_off_only_by_the_officer(town_of: Town) -> None:
    town = town_of(12)
    job = town.asked("terminals.isolate", IsolateParams(terminal=tuple(town.serials[:11])))
    assert job.risk == "GRAVE"
    assert set(ends(town.done(job)).values()) == {"DONE"}


def test_a_terminal_that_is_off_is_cut_off_when_it_is_back(town_of: Town) -> None:
    town = town_of(6)
    away = town.serials[0]
    town.fleet.knob(away, "powered_off", True)
    job = town.later(cut(town, away), seconds=10)
    assert (ends(job), step_of(job, away).waiting_for, open_record(away)) == ({away: ""}, "answer", None)
    town.fleet.knob(away, "powered_off", False)
    assert ends(town.later(job, hours=1)) == {away: "DONE"}
    assert (len(rules(town, away)), open_record(away) is not None) == (2, True)


def test_a_reply_that_was_lost_is_no_second_cut_and_no_failure(town_of: Town) -> None:
    town = town_of(6)
    serial = town.serials[0]
    job = town.asked("terminals.isolate", IsolateParams(terminal=(serial,)))
    town.fleet.knob(serial, "lose_reply_after_change", 1)
    assert ends(town.done(job)) == {serial: "DONE"}
    assert len(rules(town, serial)) == 2


def test_without_a_probe_the_plan_says_that_the_cut_is_only_read(town_of: Town) -> None:
    town = town_of(6)
    town.policy("isolation", "keep: []\nprobe:\nhours: 24\n")
    job = cut(town, town.serials[0])
    assert (codes(job), set(ends(job).values())) == (["isolation.no_probe"], {"DONE"})


@pytest.mark.parametrize(
    "text",
    [
        "hours: soon\n",
        "probe: {port: 445}\n",
        "keep: [not-an-address]\n",
        "probe: x\n",
        "hours: 0\n",
        "keep: [0.0.0.0/0]\n",
        "keep: [192.0.2.0/24]\nprobe: {address: 192.0.2.1, port: 445}\n",
    ],
)
def test_a_policy_that_cannot_be_used_is_named(town_of: Town, text: str) -> None:
    town = town_of(1)
    town.policy("isolation", text)
    with pytest.raises(BadSetting) as refused:
        town.asked("terminals.isolate", IsolateParams(terminal=(town.serials[0],)))
    assert "isolation.yml" in str(refused.value)


def test_a_time_that_is_over_or_no_time_is_refused_by_name(town_of: Town) -> None:
    town = town_of(1)
    with pytest.raises(BadInput, match="this time is over already"):
        cut(town, town.serials[0], until=town.clock.now() - timedelta(minutes=1))
    with pytest.raises(BadInput, match="not a time"):
        IsolateParams(terminal=("x",), hours=-1).check()


DEAF = """
count: 6
policy: [{kind: firewall, where: Domain, name: Enabled, value: "False"}]
terminals: [{number: 1, domain: true}]
"""


def test_a_terminal_whose_policy_keeps_its_firewall_off_is_not_called_cut_off(
    sqlite_ledger: Path, tmp_path: Path, fresh_fleet: FreshFleet
) -> None:
    scenario = tmp_path / "scenario.yml"
    scenario.write_text(DEAF)
    town = TerminalTown(fresh_fleet(scenario=scenario), tmp_path)
    serial = town.serials[0]
    step = step_of(cut(town, serial), serial)
    assert (step.outcome, step.code, step.detail) == ("FAILED", "isolation.overruled", "Domain")
    assert ("switch" in step.next_step["en"], open_record(serial)) == (True, None)
