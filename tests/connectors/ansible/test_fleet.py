"""The shipped playbooks and roles on the simulated terminals, Japanese ones among them, over both protocols."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest

from support.fleet_plays import FleetPlays
from support.plays import Eye, in_results
from unyo.core.errors import Refused, TargetSaidNo, Unreachable, UnyoError
from unyo.core.playbook import HostResult, PlayHost, TaskStatus
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Terminal
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.lab.terminals.machine.domain import Domain
from unyo.lab.terminals.machine.knobs import Knobs

INSTALLER = {
    "id": "installer",
    "kind": "registry",
    "key": r"HKLM:\SOFTWARE\Policies\Microsoft\Windows\Installer",
    "name": "AlwaysInstallElevated",
    "type": "dword",
    "value": 0,
}
LOGON_AUDIT = {
    "id": "audit",
    "kind": "audit",
    "guid": "{0CCE9215-69AE-11D9-BED3-505054503030}",
    "value": "both",
}
FIREWALL = {"id": "firewall", "kind": "firewall", "profile": "Private", "name": "LogBlocked", "value": "True"}
SETTINGS = {"terminal_baseline_settings": [INSTALLER, LOGON_AUDIT]}
GUARDED = {
    "terminal_baseline_channel_settings": [FIREWALL],
    "terminal_baseline_guard_id": "job-7",
}
JOIN = SecretRef("directory/join")
DOMAIN = Domain()


@pytest.fixture(scope="module")
def lab() -> Iterator[FleetProcess]:
    with FleetProcess(count=3) as running:
        for facts in running.terminals:
            running.order("domain", facts["serial"], "")
            running.order("keep", facts["serial"])
        yield running


@pytest.fixture(params=["winrm", "psrp"])
def both(lab: FleetProcess, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FleetPlays]:
    yield from _lent(FleetPlays(lab, tmp_path, request.param))


@pytest.fixture
def plays(lab: FleetProcess, tmp_path: Path) -> Iterator[FleetPlays]:
    yield from _lent(FleetPlays(lab, tmp_path))


def _lent(plays: FleetPlays) -> Iterator[FleetPlays]:
    fresh = Knobs(reboot_seconds=0, longest_shutdown_delay_seconds=0.3)
    for terminal in plays.terminals:
        for knob in fields(Knobs):
            plays.fleet.knob(terminal.serial, knob.name, getattr(fresh, knob.name))
        plays.fleet.order("restore", terminal.serial)
    yield plays


def errors(results: list[HostResult]) -> list[str]:
    return [str(result.error) for result in results if result.error]


def named(result: HostResult, task: str) -> Any:
    return next(found for found in result.tasks if found.task == task)


def test_the_baseline_is_foreseen_applied_and_then_left_alone(both: FleetPlays) -> None:
    foreseen = both.play("policy.apply", SETTINGS, check=True)
    applied = both.play("policy.apply", SETTINGS)
    again = both.play("policy.apply", SETTINGS)
    assert errors(foreseen) + errors(applied) + errors(again) == []
    for before, after, last in zip(foreseen, applied, again, strict=True):
        plan, task = named(before, "Apply the settings"), named(after, "Apply the settings")
        assert (plan.status, plan.foreseen) == (TaskStatus.CHANGED, True)
        assert (plan.before, plan.after) == (task.before, task.after)
        assert task.after["audit"] == "both"
        assert after.answer["values"] == {"installer": 0, "audit": "both"}
        assert not last.changed


def test_check_mode_writes_nothing(plays: FleetPlays) -> None:
    first = plays.play("policy.apply", SETTINGS, check=True)
    second = plays.play("policy.apply", SETTINGS, check=True)
    assert [result.changed for result in (*first, *second)] == [True] * 6
    assert [result.answer["values"] for result in first] == [result.answer["values"] for result in second]


def test_settings_that_could_cut_the_terminal_off_are_applied_under_a_guard(plays: FleetPlays) -> None:
    results = plays.play("policy.apply", SETTINGS | GUARDED, plays.terminals[:1])
    assert errors(results) == []
    assert results[0].answer["armed"] is True
    assert results[0].answer["values"] == {"installer": 0, "audit": "both", "firewall": "True"}


def test_a_setting_that_cannot_be_read_fails_the_host_and_is_named(plays: FleetPlays) -> None:
    wrong = {"id": "odd", "kind": "nonsense", "value": 1}
    (result,) = plays.play(
        "policy.apply", {"terminal_baseline_settings": [INSTALLER, wrong]}, plays.terminals[:1]
    )
    assert isinstance(result.error, TargetSaidNo)
    assert "odd: unknown kind of setting" in str(result.error.detail)
    assert result.answer["values"]["installer"] == 0


def test_a_terminal_swapped_for_another_is_refused_and_only_that_one(plays: FleetPlays) -> None:
    swapped = replace(plays.terminals[0], serial="LEDGER-1")
    first, second, third = plays.play("policy.apply", SETTINGS, [swapped, *plays.terminals[1:]])
    assert isinstance(first.error, Refused)
    assert first.error.code == "terminals.swapped"
    assert first.error.detail == f"LEDGER-1 → {plays.terminals[0].serial}"
    assert first.answer == {}
    assert (second.error, third.error) == (None, None)


def test_a_terminal_that_is_off_is_unreachable_and_the_others_go_on(both: FleetPlays) -> None:
    both.fleet.knob(both.terminals[1].serial, "powered_off", True)
    first, second, third = both.play("policy.apply", SETTINGS)
    assert isinstance(second.error, Unreachable)
    assert (first.error, third.error) == (None, None)


def test_a_wrong_password_is_the_terminals_no_and_is_not_tried_again(both: FleetPlays) -> None:
    both.fleet.knob(both.terminals[0].serial, "wrong_password", True)
    first, second, _ = both.play("policy.apply", SETTINGS)
    assert isinstance(first.error, TargetSaidNo)
    assert first.error.code == "terminals.logon"
    assert second.error is None


@dataclass(frozen=True)
class Own:
    """Passwords of terminals; the change of one was cut off."""

    kept: Mapping[str, Secret]
    cut_off: str

    def of(self, serials: Collection[str]) -> dict[str, Secret | UnyoError]:
        return {serial: self.kept[serial] for serial in serials if serial in self.kept}

    def unsettled(self, serials: Collection[str]) -> set[str]:
        return {self.cut_off} & set(serials)


def test_each_host_gets_its_own_password_and_a_cut_off_change_is_named(plays: FleetPlays) -> None:
    own, cut_off, _shared = (terminal.serial for terminal in plays.terminals)
    canary = Secret("Canary-own.0002")
    for serial in (own, cut_off):
        plays.fleet.order("password", serial, plays.fleet.user, canary.reveal())
    plays.own_passwords = Own({own: canary}, cut_off)
    first, second, third = plays.play("policy.apply", SETTINGS, check=True)
    assert (first.error, third.error) == (None, None)
    assert isinstance(second.error, TargetSaidNo)
    assert "passwords.rotate" in second.error.next_step.en
    assert canary.reveal() not in repr((first, second, third))


def test_an_expired_certificate_is_named(both: FleetPlays) -> None:
    both.fleet.knob(both.terminals[0].serial, "certificate", "expired")
    first, *_ = both.play("policy.apply", SETTINGS)
    assert first.error is not None
    assert first.error.code == "terminals.certificate.expired"


def test_after_a_lost_reply_the_next_run_converges(plays: FleetPlays) -> None:
    plays.fleet.knob(plays.terminals[0].serial, "lose_reply_after_change", 1)
    first, *_ = plays.play("policy.apply", SETTINGS)
    assert first.error is not None
    assert first.error.code == "terminals.reply_lost"
    (again,) = plays.play("policy.apply", SETTINGS, plays.terminals[:1])
    (last,) = plays.play("policy.apply", SETTINGS, plays.terminals[:1])
    assert again.answer["values"] == {"installer": 0, "audit": "both"}
    assert (again.error, last.error, last.changed) == (None, None, False)


SHARE = r"\\files\packages\viewer.msi"
VIEWER = {"name": "a viewer", "path": SHARE, "product_id": "{VIEWER-1}"}
JOINING = {
    "terminal_identity_domain": DOMAIN.name,
    "terminal_identity_join_user": f"{DOMAIN.user}@{DOMAIN.name}",
    "terminal_identity_join_password": JOIN.as_state(),
}
IDEMPOTENT: list[tuple[str, dict[str, Any]]] = [
    ("terminal_baseline", SETTINGS),
    ("terminal_identity", {"terminal_identity_name": "GA-0001"}),
    ("terminal_identity", JOINING),
    ("terminal_software", {"terminal_software_packages": [VIEWER]}),
    ("terminal_updates", {"terminal_updates_accept": ["KB"]}),
    ("terminal_restart", {}),
]


@pytest.mark.parametrize(("role", "variables"), IDEMPOTENT, ids=[f"{r}-{len(v)}" for r, v in IDEMPOTENT])
def test_a_second_run_of_each_role_changes_nothing(
    plays: FleetPlays, role: str, variables: dict[str, Any]
) -> None:
    plays.secrets[JOIN.path] = Secret(DOMAIN.password)
    plays.fleet.order("share", SHARE, {"product_id": "{VIEWER-1}", "name": "Viewer"})
    one: list[Terminal] = plays.terminals[:1]
    first = plays.play(plays.role(role), variables, one)
    second = plays.play(plays.role(role), variables, one)
    assert errors(first) + errors(second) == []
    assert first[0].changed is (role != "terminal_restart")
    assert [task.task for task in second[0].tasks if task.status is TaskStatus.CHANGED] == []


def test_a_restart_that_is_due_is_made_once(plays: FleetPlays) -> None:
    one = plays.terminals[:1]
    name = {"terminal_identity_name": "GA-0002", "terminal_identity_restart": False}
    assert errors(plays.play(plays.role("terminal_identity"), name, one)) == []
    foreseen = plays.play("terminals.restart", {}, one, check=True)
    restarted = plays.play("terminals.restart", {}, one)
    again = plays.play("terminals.restart", {}, one)
    assert [foreseen[0].changed, restarted[0].changed, again[0].changed] == [True, True, False]
    assert errors(restarted) + errors(again) == []


def test_terminals_are_prepared_in_one_play_and_no_password_is_seen(plays: FleetPlays) -> None:
    plays.secrets[JOIN.path] = Secret(DOMAIN.password)
    plays.fleet.order("share", SHARE, {"product_id": "{VIEWER-1}", "name": "Viewer"})
    variables = JOINING | SETTINGS | {"terminal_software_packages": [VIEWER]}
    wanted = [variables | {"terminal_identity_name": f"GA-100{n}"} for n in range(2)]
    hosts = [PlayHost(t, v) for t, v in zip(plays.terminals, wanted, strict=False)]
    with Eye((DOMAIN.password, plays.fleet.password.reveal()), Path("/dev/shm")) as eye:
        first = plays.playbooks.play("terminals.prepare", hosts, timeout=300)
    again = plays.playbooks.play("terminals.prepare", hosts, timeout=300)
    assert errors(first) + errors(again) == []
    assert [result.changed for result in (*first, *again)] == [True, True, False, False]
    assert first[0].answer["values"] == {"installer": 0, "audit": "both"}
    assert eye.seen == set()
    assert DOMAIN.password not in in_results(first)


def test_a_join_that_is_refused_says_nothing_of_its_password(plays: FleetPlays) -> None:
    plays.secrets[JOIN.path] = Secret("wrong-canary-P4")
    with Eye(("wrong-canary-P4",), Path("/dev/shm")) as eye:
        (result,) = plays.play(plays.role("terminal_identity"), JOINING, plays.terminals[:1])
    assert isinstance(result.error, TargetSaidNo)
    assert "Join the domain" in result.error.what.en
    assert eye.seen == set()
    assert "canary" not in in_results([result])
