"""What a play gives back: tasks with their differences, answers, errors with a name; real ansible-playbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from support.plays import Stage, local_hosts
from unyo.core.errors import NotFound, TargetSaidNo, UnyoError
from unyo.core.outcome import Outcome
from unyo.core.playbook import TaskStatus

WRITE = """
- name: Write the notice
  ansible.builtin.copy:
    dest: "{{ path }}-{{ unyo_name }}"
    content: "{{ text }}"
    mode: "0600"
"""
LOOP = """
- name: Make folders
  ansible.builtin.file:
    path: "{{ path }}-{{ item }}"
    state: directory
    mode: "0700"
  loop: [a, b]
"""


def test_a_task_that_changes_shows_before_and_after(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "n-pc-1").write_text("old")
    (result,) = stage.play(WRITE, path=str(tmp_path / "n"), text="new")
    (task,) = result.tasks
    assert (task.task, task.status, task.before, task.after) == (
        "Write the notice",
        TaskStatus.CHANGED,
        "old",
        "new",
    )
    assert (tmp_path / "n-pc-1").read_text() == "new"


def test_check_mode_says_the_same_and_writes_nothing(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "n-pc-1").write_text("old")
    (result,) = stage.play(WRITE, check=True, path=str(tmp_path / "n"), text="new")
    (task,) = result.tasks
    assert (task.status, task.before, task.after, task.foreseen) == (TaskStatus.CHANGED, "old", "new", True)
    assert (tmp_path / "n-pc-1").read_text() == "old"


def test_a_second_run_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    stage.play(WRITE, path=str(tmp_path / "n"), text="new")
    (again,) = stage.play(WRITE, path=str(tmp_path / "n"), text="new")
    assert not again.changed
    assert again.error is None


def test_results_come_in_the_order_of_the_hosts(stage: Stage, tmp_path: Path) -> None:
    results = stage.play(WRITE, "pc-9", "pc-1", "pc-5", path=str(tmp_path / "n"), text="x")
    assert [result.changed for result in results] == [True, True, True]
    assert {file.name for file in tmp_path.glob("n-*")} == {"n-pc-9", "n-pc-1", "n-pc-5"}


def test_each_item_of_a_loop_is_a_result_of_its_own(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "d-a").mkdir(mode=0o700)
    (result,) = stage.play(LOOP, path=str(tmp_path / "d"))
    assert [(task.item, task.status) for task in result.tasks] == [
        ("a", TaskStatus.OK),
        ("b", TaskStatus.CHANGED),
    ]


def test_a_task_that_check_mode_skips_is_not_foreseen(stage: Stage) -> None:
    (result,) = stage.play('- name: Run\n  ansible.builtin.command: "true"\n', check=True)
    assert [(task.status, task.foreseen) for task in result.tasks] == [(TaskStatus.SKIPPED, False)]


def test_a_module_without_check_mode_is_not_foreseen(stage: Stage) -> None:
    (result,) = stage.play("- name: Raw\n  ansible.builtin.raw: 'true'\n", check=True)
    assert [task.foreseen for task in result.tasks] == [False]


def test_a_task_skipped_by_its_condition_is_foreseen(stage: Stage) -> None:
    (result,) = stage.play(
        '- name: Run\n  ansible.builtin.command: "true"\n  when: unyo_kind == "server"\n', check=True
    )
    assert [(task.status, task.foreseen) for task in result.tasks] == [(TaskStatus.SKIPPED, True)]


def test_a_task_that_would_not_be_needed_is_foreseen(stage: Stage) -> None:
    tasks = '- name: Run\n  ansible.builtin.command:\n    cmd: "true"\n    creates: /proc\n'
    (result,) = stage.play(tasks, check=True)
    assert [task.foreseen for task in result.tasks] == [True]


def test_a_condition_on_a_task_that_was_not_foreseen_is_none_either(stage: Stage) -> None:
    tasks = """
- name: Run
  ansible.builtin.command: "true"
  register: ran
- name: Follow
  ansible.builtin.debug:
    msg: x
  when: ran is changed
"""
    (result,) = stage.play(tasks, check=True)
    assert [task.foreseen for task in result.tasks] == [False, False]


def test_a_failed_task_is_the_targets_refusal_and_ends_only_its_host(stage: Stage) -> None:
    tasks = """
- name: Insist
  ansible.builtin.assert:
    that: unyo_name == "pc-1"
    fail_msg: this is not pc-1
- name: Go on
  ansible.builtin.debug:
    msg: x
"""
    good, bad = stage.play(tasks, "pc-1", "pc-2")
    assert (good.error, len(good.tasks)) == (None, 2)
    assert isinstance(bad.error, TargetSaidNo)
    assert (bad.error.code, bad.error.target, bad.error.detail) == (
        "ansible.task_failed",
        "pc-2",
        "this is not pc-1",
    )
    assert "Insist" in bad.error.what.en
    assert len(bad.tasks) == 1


def test_a_failed_item_is_quoted(stage: Stage) -> None:
    tasks = "- name: Items\n  ansible.builtin.fail:\n    msg: no {{ item }}\n  loop: [one]\n"
    (result,) = stage.play(tasks)
    assert result.error is not None
    assert result.error.detail == "no one"


def test_ignored_and_rescued_failures_are_no_errors(stage: Stage) -> None:
    tasks = """
- name: Ignored
  ansible.builtin.fail:
  ignore_errors: true
- name: Try
  block:
    - name: Rescued
      ansible.builtin.fail:
  rescue:
    - name: Mend
      ansible.builtin.debug:
        msg: x
"""
    (result,) = stage.play(tasks)
    assert result.error is None
    assert [task.status for task in result.tasks] == [TaskStatus.FAILED, TaskStatus.FAILED, TaskStatus.OK]


def test_a_host_that_does_not_answer_is_unreachable(stage: Stage) -> None:
    away, here = local_hosts("pc-1", "pc-2")
    closed = {"ansible_connection": "winrm", "ansible_port": 9, "ansible_winrm_scheme": "http"}
    stage.write("try", "- name: Look\n  ansible.builtin.raw: 'true'\n")
    first, second = stage.playbooks.play("try", [replace(away, variables=closed), here])
    assert first.error is not None
    assert (first.error.code, first.error.outcome) == ("ansible.unreachable", Outcome.UNREACHABLE)
    assert second.error is None


def test_what_a_task_registers_as_an_answer_is_published(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    module = "#!/usr/bin/python\nimport json\nprint(json.dumps({'changed': False, 'unyo_answer': %s}))\n"
    (tmp_path / "playbooks/library").mkdir(parents=True)
    (tmp_path / "playbooks/library/first.py").write_text(module % "{'values': {'a': 1}, 'changed': ['a']}")
    (tmp_path / "playbooks/library/second.py").write_text(module % "{'values': {'b': 2}, 'changed': ['b']}")
    tasks = "- name: A\n  first:\n  register: role_answer\n- name: B\n  second:\n  register: unyo_answer\n"
    (result,) = stage.play(tasks + "- name: C\n  second:\n  register: other\n")
    assert result.answer == {"values": {"a": 1, "b": 2}, "changed": ["a", "b"]}


def test_a_play_that_matches_no_host_is_an_error(stage: Stage) -> None:
    stage.write("try", "- name: X\n  ansible.builtin.debug:\n", hosts="printers")
    with pytest.raises(UnyoError, match=r"ansible\.no_host"):
        stage.playbooks.play("try", local_hosts("pc-1"))


def test_a_play_for_some_hosts_names_those_of_which_nothing_was_heard(stage: Stage) -> None:
    stage.write("try", "- name: X\n  ansible.builtin.debug:\n", hosts="pc-1")
    one, two = stage.playbooks.play("try", local_hosts("pc-1", "pc-2"))
    assert one.error is None
    assert two.error is not None
    assert two.error.code == "ansible.nothing_heard"


def test_a_playbook_that_cannot_be_read_is_an_error_of_the_whole(stage: Stage) -> None:
    stage.write("try", "- name: X\n  no.such.module:\n")
    with pytest.raises(UnyoError, match=r"ansible\.broken") as caught:
        stage.playbooks.play("try", local_hosts("pc-1"))
    assert caught.value.detail is not None
    assert "no.such.module" in caught.value.detail


def test_an_unknown_playbook_is_named_with_the_places(stage: Stage) -> None:
    with pytest.raises(NotFound, match=r"ansible\.playbook_unknown"):
        stage.playbooks.play("none", local_hosts("pc-1"))


def test_no_host_at_all_costs_nothing(stage: Stage) -> None:
    assert stage.playbooks.play("none", []) == []


def test_texts_of_the_ledger_are_never_templates(stage: Stage, tmp_path: Path) -> None:
    evil = "{{ lookup('pipe', 'touch " + str(tmp_path / "evil") + "') }}"
    stage.play(WRITE, path=str(tmp_path / "n"), text=evil)
    assert (tmp_path / "n-pc-1").read_text() == evil
    assert not (tmp_path / "evil").exists()


def test_names_that_ansible_could_misread_are_replaced(stage: Stage, tmp_path: Path) -> None:
    names = ("pc[1:3]", "localhost", "PC-1", "pc-1", "端末")
    results = stage.play(
        WRITE.replace("unyo_name", "unyo_serial"), *names, path=str(tmp_path / "n"), text="x"
    )
    assert [result.error for result in results] == [None] * 5
    assert (tmp_path / "n-SN-端末").exists()
