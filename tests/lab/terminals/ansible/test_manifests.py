"""Ansible's manifest on stdin: decoded, the arguments checked against the module's own spec, answered in JSON."""

from __future__ import annotations

import json

from support.ansible_desk import Desk


def test_ping_answers(desk: Desk) -> None:
    assert desk.run("ansible.windows.win_ping")["ping"] == "pong"


def test_an_argument_that_the_module_does_not_know_is_refused_as_ansible_does(desk: Desk) -> None:
    answer = desk.run("ansible.windows.win_ping", dada="x")
    assert answer["msg"] == (
        "Unsupported parameters for (ansible.windows.win_ping) module: dada. Supported parameters include: data"
    )


def test_a_missing_argument_is_named(desk: Desk) -> None:
    assert desk.run("ansible.windows.win_regedit")["msg"] == "missing required arguments: path"


def test_a_value_outside_the_choices_is_refused(desk: Desk) -> None:
    answer = desk.run("ansible.windows.win_user", name="x", state="gone")
    assert answer["msg"] == "value of state must be one of: present, absent, query. Got no match for: gone"


def test_arguments_that_exclude_each_other_are_refused(desk: Desk) -> None:
    answer = desk.run("ansible.windows.win_group", name="g", members={"set": ["a"], "add": ["b"]})
    assert answer["msg"] == "parameters are mutually exclusive: set, add found in members"


def test_an_alias_stands_for_its_option(desk: Desk) -> None:
    answer = desk.run("ansible.windows.win_regedit", key="HKLM:\\SOFTWARE\\Unyo", entry="A", data="x")
    assert answer["changed"]
    assert desk.machine.registry.data("HKLM\\SOFTWARE\\Unyo", "A") == "x"


def test_a_legacy_module_names_its_missing_argument(desk: Desk) -> None:
    answer = desk.run("community.windows.win_security_policy", section="System Access", key="X")
    assert answer["msg"] == "Get-AnsibleParam: Missing required argument: value"


def test_a_no_log_value_never_comes_back(desk: Desk) -> None:
    answer = desk.run(
        "ansible.windows.win_user", name="kim", password="Secret-42-words!", update_password="on_create"
    )
    assert answer["changed"]
    assert "Secret-42-words!" not in json.dumps(answer)


def test_a_module_that_is_not_simulated_fails_and_is_remembered(strict: Desk) -> None:
    answer = strict.run("ansible.windows.win_route", destination="192.0.2.0/24", gateway="192.0.2.1")
    assert answer["msg"] == "SIMULATOR: unsupported module ansible.windows.win_route"
    assert strict.machine.fleet.unsupported == [f"{strict.machine.name}: {answer['msg']}"]


def test_something_else_on_stdin_is_refused(strict: Desk) -> None:
    assert "SIMULATOR: unsupported standard input" in strict.answer(b"hello")["msg"]


def test_a_module_that_cannot_run_in_check_mode_is_skipped(desk: Desk) -> None:
    assert desk.foresee("ansible.windows.win_command", _raw_params="whoami")["skipped"]


def test_a_background_task_leaves_its_result_for_async_status(desk: Desk) -> None:
    started = desk.answer(desk.payloads.module("ansible.windows.win_ping", {"data": "later"}, seconds=60))
    job = started["ansible_job_id"]
    folder = str(started["results_file"]).removesuffix(f"\\{job}")
    status = desk.run("ansible.windows.async_status", jid=job, mode="status", _async_dir=folder)
    assert (started["finished"], status["finished"], status["ping"]) == (0, 1, "later")
