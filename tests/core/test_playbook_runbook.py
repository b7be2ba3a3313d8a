"""A playbook as a runbook: planned in check mode, run for real, looked at again; on this very machine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from support.plays import LOCAL, Stage, terminal
from unyo.core.change import Change
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.outcome import Outcome
from unyo.core.params import option
from unyo.core.playbook import HostResult, PlayHost
from unyo.core.playbook_runbook import PlaybookRunbook
from unyo.core.terminal import Selection, Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools

WRITE = """
- name: Write the notice
  ansible.builtin.copy:
    dest: "{{ place }}/{{ unyo_name }}"
    content: "{{ notice }}"
    mode: "0600"
"""
BLIND_TASK = '- name: Tell somebody\n  ansible.builtin.command: "true"\n'
RELAPSE = """
- name: Write
  ansible.builtin.copy:
    dest: "{{ place }}/{{ unyo_name }}"
    content: "{{ notice }}"
    mode: "0600"
- name: Spoil
  ansible.builtin.file:
    path: "{{ place }}/{{ unyo_name }}"
    state: absent
  when: not ansible_check_mode
"""


@dataclass(frozen=True, kw_only=True)
class NoticeParams(Selection):
    notice: str = option(Text("text", "文"))


class Notice(PlaybookRunbook[NoticeParams]):
    title = Text("notice", "掲示文")
    Params = NoticeParams
    playbook = "notice"
    place = Path()

    def variables(self, terminal: Terminal, params: NoticeParams, tools: Tools) -> Mapping[str, Any]:
        away = {"ansible_connection": "winrm", "ansible_port": 9} if terminal.name == "pc-away" else LOCAL
        return {**away, "place": str(self.place), "notice": params.notice}


class Confirmed(Notice):
    confirmed_by_running = ("Tell somebody",)


class Ledger:
    """Four terminals; the last is away."""

    terminals_of_ours = tuple(terminal(name) for name in ("pc-1", "pc-2", "pc-3", "pc-away"))

    def select(self, selection: Selection) -> Sequence[Terminal]:
        return [t for t in self.terminals_of_ours if t.name in selection.terminal]

    def terminals(self, serials: Collection[str]) -> Mapping[str, Terminal]:
        return {t.serial: t for t in self.terminals_of_ours if t.serial in serials}

    def in_service(self) -> int:
        return 4


class Office:
    """The runbook, its playbook and its tools."""

    def __init__(self, stage: Stage, room: Path, kind: type[Notice] = Notice) -> None:
        self.stage, self.room = stage, room
        self.runbook = kind()
        self.runbook.place = room
        tools = SimpleNamespace(playbooks=stage.playbooks, assets=Ledger(), progress=lambda *_: None)
        self.tools = cast(Tools, tools)

    def plan(self, *names: str, notice: str = "hello") -> Any:
        return self.runbook.plan(NoticeParams(terminal=names, notice=notice), self.tools)

    def outcomes(self, changes: Sequence[Change], recovering: bool = False) -> list[Outcome]:
        results = self.runbook.apply(changes, self.tools, recovering)
        return [result.outcome for result in results]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    private = Path(tempfile.mkdtemp(prefix="unyo-test-", dir="/dev/shm"))
    yield Stage(tmp_path, private)
    shutil.rmtree(private)


@pytest.fixture
def office(stage: Stage, tmp_path: Path) -> Office:
    (tmp_path / "room").mkdir()
    stage.write("notice", WRITE)
    return Office(stage, tmp_path / "room")


def test_the_plan_shows_each_task_before_and_after_and_writes_nothing(office: Office) -> None:
    (office.room / "pc-1").write_text("old")
    plan = office.plan("pc-1", "pc-2")
    shown = [[(d.key, d.before, d.after) for d in change.differences()] for change in plan.changes]
    assert shown == [[("Write the notice", "old", "hello")], [("Write the notice", "", "hello")]]
    assert [change.undoable for change in plan.changes] == [False, False]
    assert plan.foreseen_share == 1.0
    assert [file.name for file in office.room.iterdir()] == ["pc-1"]


def test_a_terminal_as_wanted_is_unchanged(office: Office) -> None:
    office.outcomes(office.plan("pc-1").changes)
    plan = office.plan("pc-1", "pc-2")
    assert [target.label for target in plan.unchanged] == ["pc-1"]
    assert [change.target.label for change in plan.changes] == ["pc-2"]


def test_the_same_world_gives_the_same_digest_and_another_text_another(office: Office) -> None:
    assert office.plan("pc-1").digest == office.plan("pc-1").digest
    assert office.plan("pc-1").digest != office.plan("pc-1", notice="other").digest


def test_what_was_run_and_seen_again_is_done(office: Office) -> None:
    plan = office.plan("pc-1", "pc-2")
    stored = [Change.from_json(change.as_json()) for change in plan.changes]
    results = office.runbook.apply(stored, office.tools, recovering=False)
    assert [result.outcome for result in results] == [Outcome.DONE, Outcome.DONE]
    assert results[0].seen == {"Write the notice": "hello"}
    assert (office.room / "pc-2").read_text() == "hello"


def test_a_second_run_finds_nothing_to_do(office: Office) -> None:
    changes = office.plan("pc-1").changes
    assert office.outcomes(changes) == [Outcome.DONE]
    assert office.outcomes(changes) == [Outcome.UNCHANGED]
    assert office.outcomes(changes, recovering=True) == [Outcome.DONE]


def test_a_terminal_that_was_changed_after_the_plan_is_not_touched(office: Office) -> None:
    changes = office.plan("pc-1", "pc-2").changes
    (office.room / "pc-1").write_text("somebody else's")
    results = office.runbook.apply(changes, office.tools, recovering=False)
    assert [(result.outcome, result.code) for result in results] == [
        (Outcome.SKIPPED, "step.moved"),
        (Outcome.DONE, ""),
    ]
    assert (office.room / "pc-1").read_text() == "somebody else's"


def test_a_terminal_that_is_away_is_planned_blind_and_named(office: Office) -> None:
    plan = office.plan("pc-1", "pc-away")
    assert [change.foreseen for change in plan.changes] == [True, False]
    assert [(finding.code, finding.where) for finding in plan.findings] == [
        ("playbook.blind", "SN-pc-away pc-away")
    ]
    assert office.outcomes(plan.changes) == [Outcome.DONE, Outcome.UNREACHABLE]


def test_a_blind_change_is_carried_out_once_the_terminal_answers(office: Office) -> None:
    (blind,) = office.plan("pc-away").changes
    here = replace(blind, after={**blind.after, "_variables": {**blind.after["_variables"], **LOCAL}})
    assert office.outcomes([here]) == [Outcome.DONE]
    assert (office.room / "pc-away").read_text() == "hello"


def test_a_task_that_cannot_be_foreseen_is_named_in_the_plan(office: Office) -> None:
    office.stage.write("notice", WRITE + BLIND_TASK)
    plan = office.plan("pc-1", "pc-2")
    assert [change.foreseen for change in plan.changes] == [False, False]
    (finding,) = plan.findings
    assert "Tell somebody" in finding.text.ja
    assert finding.where == "pc-1, pc-2"


def test_a_task_that_cannot_be_looked_at_again_is_not_confirmed(office: Office) -> None:
    office.stage.write("notice", WRITE + BLIND_TASK)
    (result,) = office.runbook.apply(office.plan("pc-1").changes, office.tools, recovering=False)
    assert (result.outcome, result.code, result.detail) == (
        Outcome.UNVERIFIED,
        "playbook.left",
        "Tell somebody",
    )


def test_unless_its_own_success_is_its_proof(office: Office) -> None:
    office.stage.write("notice", WRITE + BLIND_TASK)
    confirmed = Office(office.stage, office.room, Confirmed)
    assert confirmed.outcomes(confirmed.plan("pc-1").changes) == [Outcome.DONE]


def test_such_a_task_that_fails_is_not_excused_by_a_clean_look(office: Office) -> None:
    office.stage.write("notice", WRITE + BLIND_TASK.replace('"true"', '"false"'))
    confirmed = Office(office.stage, office.room, Confirmed)
    (result,) = confirmed.runbook.apply(confirmed.plan("pc-1").changes, confirmed.tools, recovering=False)
    assert (result.outcome, result.code) == (Outcome.FAILED, "ansible.task_failed")


def test_what_a_second_look_still_finds_is_unverified(office: Office) -> None:
    office.stage.write("notice", RELAPSE)
    (result,) = office.runbook.apply(office.plan("pc-1").changes, office.tools, recovering=False)
    assert (result.outcome, result.detail) == (Outcome.UNVERIFIED, "Write")


def test_an_error_after_the_work_was_done_is_settled_by_the_second_look(office: Office) -> None:
    broken = "- name: Break\n  ansible.builtin.fail:\n  when: not ansible_check_mode\n"
    office.stage.write("notice", WRITE + broken)
    assert office.outcomes(office.plan("pc-1").changes) == [Outcome.DONE]


def test_settling_says_how_each_terminal_stands(office: Office) -> None:
    changes = office.plan("pc-1", "pc-2", "pc-3").changes
    (office.room / "pc-1").write_text("hello")
    (office.room / "pc-1").chmod(0o600)
    (office.room / "pc-3").write_text("half")
    results = office.runbook.settle(changes, office.tools)
    assert [result.outcome for result in results] == [Outcome.DONE, Outcome.SKIPPED, Outcome.UNVERIFIED]


def test_a_playbook_that_matches_no_host_plans_nothing(office: Office) -> None:
    office.stage.write("notice", WRITE, hosts="printers")
    with pytest.raises(UnyoError, match=r"ansible\.no_host"):
        office.plan("pc-1")


class Refusing:
    """Terminals that all refuse the account; how many were asked."""

    asked = 0

    def play(self, playbook: str, hosts: Sequence[PlayHost], **_: Any) -> list[HostResult]:
        self.asked += len(hosts)
        refused = TargetSaidNo("terminals.logon", Text("refused", "拒否"), Text("mend it", "直す"))
        return [HostResult((), {}, refused) for _ in hosts]


def test_an_account_that_the_first_terminals_refuse_is_not_tried_on_all(office: Office) -> None:
    refusing = Refusing()
    names = [f"pc-{number}" for number in range(50)]
    many = SimpleNamespace(select=lambda _: [terminal(name) for name in names])
    office.tools = cast(Tools, SimpleNamespace(playbooks=refusing, assets=many, progress=lambda *_: None))
    with pytest.raises(TargetSaidNo, match=r"terminals\.logon"):
        office.plan(*names)
    assert refusing.asked == 3
