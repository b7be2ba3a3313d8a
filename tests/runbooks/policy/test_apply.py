"""The baseline is applied: planned, guarded, read back, repeated without effect, and taken back exactly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runbooks.policy.conftest import BASIC, DENY, LENGTH, LLMNR, PPL, SYSTEM, Office, findings, seen
from support.journey import outcomes, worked
from unyo.core.errors import Refused
from unyo.core.terminal import Way

FRESH = {LENGTH: 0, DENY: [], f"{SYSTEM}|consentpromptbehavioradmin": 5}
WANTED = {
    LENGTH: 14,
    DENY: ["S-1-5-32-546"],
    f"{SYSTEM}|consentpromptbehavioradmin": 2,
    LLMNR: 0,
    BASIC: 0,
    PPL: 2,
}


def without_note(values: dict[str, object]) -> dict[str, object]:
    """Without what unyo itself notes on the terminal."""
    return {place: value for place, value in values.items() if "unyo" not in place}


def test_a_fresh_terminal_gets_what_the_pack_wants_and_waits_for_its_restart(office: Office) -> None:
    terminal = office.terminal("1", values=dict(FRESH))
    job = office.applied()

    assert without_note(terminal.values) == WANTED
    assert (job.state, job.steps.get().waiting_for) == ("RUNNING", "reboot")
    office.clock.step(timedelta(hours=1))
    assert worked(office.road, job).state == "RUNNING"
    office.terminals.restart("1")
    office.clock.step(timedelta(hours=1))
    assert (worked(office.road, job).state, outcomes(job)) == ("DONE", {"PC-1": "DONE"})


def test_without_a_rule_that_needs_a_restart_it_is_done_at_once(office: Office) -> None:
    office.terminal("1", values={**FRESH, PPL: 1})
    job = office.applied()
    assert (job.state, outcomes(job)) == ("DONE", {"PC-1": "DONE"})


def test_a_second_run_changes_nothing(office: Office) -> None:
    office.terminal("1", values={**FRESH, PPL: 2})
    office.applied()
    plays = len(office.terminals.plays)
    job = office.asked()
    assert (job.plan["changes"], job.plan["unchanged"]) == (0, 1)
    office.done(job)
    assert len(office.terminals.plays) == plays


def test_a_stronger_value_is_left_and_remembered_as_approved(office: Office) -> None:
    terminal = office.terminal("1", values={**FRESH, LENGTH: 20, PPL: 1})
    office.applied()
    assert (terminal.values[LENGTH], terminal.values[PPL]) == (20, 1)
    assert office.road.tools.assets.approved(["1"])["1"].values["password-length"] == 20


def test_the_plan_holds_the_before_value_of_every_rule(office: Office) -> None:
    office.terminal("1", values=dict(FRESH))
    before = office.asked().steps.get().change["before"]
    assert {rule: value for rule, value in before.items() if not rule.startswith("_")} == {
        "password-length": 0,
        "llmnr-off": None,
        "lsa-protection": None,
        "winrm-service-basic-off": None,
        "right-deny-network": [],
        "service-snmp": None,
        "uac-prompt-administrators": 5,
    }


def test_an_undo_returns_exactly_to_the_former_values_absent_ones_too(office: Office) -> None:
    terminal = office.terminal("1", values={**FRESH, PPL: 1})
    job = office.applied()
    undo = office.undone(job)
    assert outcomes(undo) == {"PC-1": "DONE"}
    assert without_note(terminal.values) == {**FRESH, PPL: 1}


def test_an_undo_may_come_before_the_restart_and_waits_for_one_itself(office: Office) -> None:
    terminal = office.terminal("1", values=dict(FRESH))
    job = office.applied()
    office.clock.step(timedelta(days=15))
    worked(office.road, job)
    assert outcomes(job) == {"PC-1": "PENDING_REBOOT"}
    undo = office.undone(job)
    assert without_note(terminal.values) == FRESH
    assert undo.steps.get().waiting_for == "reboot"


def test_one_rule_alone_is_taken_back(office: Office) -> None:
    terminal = office.terminal("1", values={**FRESH, PPL: 2})
    undo = office.undone(office.applied(), "llmnr-off")
    assert outcomes(undo) == {"PC-1": "DONE"}
    assert without_note(terminal.values) == {place: v for place, v in WANTED.items() if place != LLMNR}


def test_an_undo_is_refused_where_the_rule_has_come_to_mean_something_else(office: Office) -> None:
    office.terminal("1", values={**FRESH, PPL: 2})
    job = office.applied()
    pack = (office.site / "baselines/office.yml").read_text(encoding="utf-8")
    office.file("office.yml", pack.replace("llmnr-off, ", "") + OTHER_MEANING)
    office.file(
        "windows11.yml", "title: {en: x, ja: あ}\nincludes: [{pack: shipped/windows11, except: [llmnr-off]}]"
    )
    for name in ("windows11-domain", "windows-server"):
        office.file(f"{name}.yml", "title: {en: x, ja: あ}\nincludes: [{pack: windows11}]")
    with pytest.raises(Refused, match="llmnr-off was about another setting"):
        office.undone(job)


OTHER_MEANING = """
rules:
  - id: llmnr-off
    title: {en: Another, ja: 別}
    why: {en: Another, ja: 別}
    reference: CIS
    severity: low
    setting: {kind: registry, key: 'HKLM:\\SOFTWARE\\Other', name: Another, type: dword}
    wanted: 0
"""


def test_a_plan_made_after_the_pack_has_changed_is_refused(office: Office) -> None:
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job
    from unyo.runbooks.policy.apply import ApplyParams

    office.terminal("1", values=dict(FRESH))
    params = ApplyParams(everything=True, pack="office")
    job = request_job(office.road, "policy.apply", params, "tanaka", "baseline")
    office.file("office.yml", "title: {en: x, ja: あ}\nincludes: [{pack: windows11, rules: [llmnr-off]}]")
    with pytest.raises(Refused, match="have changed since"):
        plan_job(office.road, job)


def test_what_somebody_else_changed_since_the_plan_is_not_overwritten(office: Office) -> None:
    terminal = office.terminal("1", values=dict(FRESH))
    job = office.asked()
    terminal.values[LLMNR] = 1
    office.done(job)
    assert (outcomes(job), job.steps.get().code) == ({"PC-1": "SKIPPED"}, "step.moved")


def test_a_terminal_that_is_off_keeps_its_step_and_gets_it_later(office: Office) -> None:
    office.terminal("1", values={**FRESH, PPL: 2})
    away = office.terminal("2", values={**FRESH, PPL: 2, LENGTH: 18}, on=False)
    job = office.asked()
    assert findings(job, "baseline.unseen") == [
        "1 terminals could not be read; what changes there is seen when they can: PC-2"
    ]
    office.done(job)
    assert outcomes(job) == {"PC-1": "DONE", "PC-2": ""}
    away.on = True
    office.clock.step(timedelta(hours=1))
    assert worked(office.road, job).state == "DONE"
    assert (away.values[LLMNR], away.values[LENGTH]) == (0, 18)
    office.undone(job)
    assert without_note(away.values) == {**FRESH, PPL: 2, LENGTH: 18}


def test_a_reply_that_was_lost_after_the_change_is_no_failure_and_the_guard_is_told(office: Office) -> None:
    terminal = office.terminal("1", values={**FRESH, PPL: 2}, loses_replies=1)
    job = office.applied()
    assert outcomes(job) == {"PC-1": "DONE"}
    assert terminal.guard is None


def test_rules_that_could_cut_the_way_are_confirmed_over_a_new_connection(office: Office) -> None:
    terminal = office.terminal("1", values={**FRESH, PPL: 2})
    job = office.asked()
    assert findings(job, "baseline.guarded") == [
        "could cut WinRM, remote desktop or log-on; applied last, under guard: "
        "right-deny-network, winrm-service-basic-off"
    ]
    office.done(job)
    assert terminal.guard is None
    office.clock.step(timedelta(hours=1))
    terminal.tick(office.clock.now())
    assert terminal.values[BASIC] == 0


def test_a_terminal_that_unyo_is_shut_out_of_takes_the_settings_back_by_itself(office: Office) -> None:
    office.terminals.way = Way("basic", "winrm", "https", "unyo-admin")
    terminal = office.terminal(
        "1", values={**FRESH, PPL: 2, BASIC: 1}, lets_in=lambda values: values.get(BASIC) != 0
    )
    job = office.asked()
    (warning,) = findings(job, "baseline.own_way")
    assert warning.startswith("winrm-service-basic-off would shut unyo itself out (basic, unyo-admin)")
    office.done(job)
    step = job.steps.get()
    assert (step.outcome, step.code) == ("UNVERIFIED", "baseline.not_confirmed")
    assert "by 12:10" in step.message["en"]
    assert terminal.values[BASIC] == 0

    office.clock.step(timedelta(minutes=10))
    terminal.tick(office.clock.now())
    assert (terminal.values[BASIC], terminal.values[LLMNR]) == (1, 0)


def test_with_an_exception_the_next_run_converges(office: Office) -> None:
    terminal = office.terminal(
        "1", values={**FRESH, PPL: 2, BASIC: 1}, lets_in=lambda values: values.get(BASIC) != 0
    )
    office.applied()
    office.clock.step(timedelta(minutes=11))
    office.file("exceptions.yml", exception("winrm-service-basic-off", "2028-03-31"))
    job = office.applied()
    assert job.state == "DONE"
    assert without_note(terminal.values) == {**WANTED, BASIC: 1}


def exception(rule: str, expires: str) -> str:
    return (
        f"exceptions: [{{rules: [{rule}], scope: {{terminal: [PC-1]}}, reason: {{en: old, ja: 旧}}, "
        f"owner: 佐藤, expires: {expires}}}]"
    )


def test_a_valid_exception_leaves_its_rule_out_and_the_plan_says_so(office: Office) -> None:
    terminal = office.terminal("1", values={**FRESH, PPL: 2})
    office.terminal("2", values={**FRESH, PPL: 2})
    office.file("exceptions.yml", exception("llmnr-off", "2027-03-25"))
    job = office.asked()
    assert findings(job, "baseline.exempt") == ["1 times a valid exception leaves a rule out: llmnr-off"]
    office.done(job)
    assert LLMNR not in terminal.values
    assert office.terminals.by_serial["2"].values[LLMNR] == 0


def test_an_expired_exception_is_named_and_its_rule_applied(office: Office) -> None:
    terminal = office.terminal("1", values={**FRESH, PPL: 2})
    office.file("exceptions.yml", exception("llmnr-off", "2027-03-24"))
    job = office.asked()
    assert findings(job, "baseline.exception_expired") == [
        "the exception from llmnr-off expired on 2027-03-24 (owner: 佐藤); it will be applied to PC-1"
    ]
    office.done(job)
    assert terminal.values[LLMNR] == 0


def test_what_the_domain_will_set_back_is_said_before_it_is_approved(office: Office) -> None:
    office.terminal("1", values={**FRESH, LLMNR: 1}, domain={LLMNR: 1})
    assert findings(office.asked(), "baseline.group_policy") == [
        "group policy sets llmnr-off to 1 on PC-1: the domain will set this back"
    ]


def test_a_rule_that_cannot_be_read_is_left_out_there_and_named(office: Office) -> None:
    terminal = office.terminal("1", values={**FRESH, PPL: 2}, errors={LENGTH: "secedit ended with 1"})
    job = office.asked()
    assert findings(job, "baseline.not_read") == [
        "password-length could not be read on PC-1; it is left out there"
    ]
    office.done(job)
    assert (terminal.values[LENGTH], terminal.values[LLMNR]) == (0, 0)


def test_check_mode_is_compared_on_one_terminal(office: Office) -> None:
    office.terminal("1", values={**FRESH, PPL: 2})
    office.terminal("2", values={**FRESH, PPL: 2})
    job = office.asked()
    assert findings(job, "baseline.check_mode") == [
        "Ansible's check mode on PC-1 foresees the same 5 changes"
    ]
    assert office.terminals.plays == [(True, 1)]
    office.asked(check_mode=False)
    assert office.terminals.plays == [(True, 1)]


def test_where_check_mode_foresees_something_else_the_plan_says_so(office: Office) -> None:
    office.terminal("1", values={**FRESH, PPL: 2})
    office.terminals.check_says = {"llmnr-off": 1}
    assert findings(office.asked(), "baseline.check_mode") == [
        "llmnr-off on PC-1: unyo foresees (not set) → 0, Ansible's check mode (not set) → 1"
    ]


def test_only_the_chosen_rules_are_applied(office: Office) -> None:
    terminal = office.terminal("1", values=dict(FRESH))
    office.applied(rule=("llmnr-off",))
    assert terminal.values == {**FRESH, LLMNR: 0}


def test_a_fleet_is_read_and_written_in_batches(office: Office) -> None:
    for number in range(12):
        office.terminal(str(number), values={**FRESH, PPL: 2})
    job = office.asked(check_mode=False)
    assert office.terminals.runs == [("settings", 12)]
    office.done(job)
    assert office.terminals.plays == [(False, 1), (False, 11)]
    assert set(outcomes(job).values()) == {"DONE"}


def test_what_was_settled_without_confirming_says_that_it_goes_back(office: Office) -> None:
    from unyo.core.change import Change

    terminal = office.terminal("1", values={**FRESH, PPL: 2})
    job = office.asked()
    change = Change.from_json(job.steps.get().change)
    terminal.values |= WANTED
    terminal.guard = ({BASIC: None}, office.clock.now() + timedelta(minutes=9))
    runbook = office.road.find_runbook("policy.apply")
    (settled,) = runbook.settle([change], office.road.tools)
    assert (settled.outcome, settled.code) == ("UNVERIFIED", "baseline.not_confirmed")
    (resumed,) = runbook.apply([change], office.road.tools, True)
    assert resumed.outcome == "DONE"
    assert not terminal.guard
    assert seen(job, "1") is None
