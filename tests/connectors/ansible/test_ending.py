"""Plays that do not end well: no ansible, no time, a wish to stop, a killed owner."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from support.plays import Stage, descendants, local_hosts, processes_naming
from unyo.connectors.ansible.private import PREFIX
from unyo.core.errors import BadSetting, UnyoError

# These tests look at all processes of the machine, so none of their kind runs beside them.
pytestmark = pytest.mark.xdist_group("plays-that-sleep")

NAP = f"61.{os.getpid()}"
SLEEP = f'- name: Sleep\n  ansible.builtin.command: sleep {NAP}\n  when: unyo_name == "pc-2"\n'


def test_without_an_interpreter_the_setting_is_named(stage: Stage) -> None:
    stage.write("try", SLEEP)
    with pytest.raises(BadSetting, match=r"ansible\.missing"):
        stage.with_interpreter("/nowhere/python").playbooks.play("try", local_hosts("pc-1"))


def test_without_ansible_the_setting_is_named(stage: Stage, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    stage.write("try", SLEEP)
    with pytest.raises(BadSetting, match=r"ansible\.missing") as caught:
        stage.with_interpreter(str(tmp_path / "bare/bin/python")).playbooks.play("try", local_hosts("pc-1"))
    assert "ansible" in str(caught.value.detail)


def test_an_ansible_that_breaks_at_once_is_an_error_of_the_whole(stage: Stage, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho it is broken\nexit 3\n")
    broken.chmod(0o700)
    stage.write("try", SLEEP)
    with pytest.raises(UnyoError, match=r"ansible\.broken") as caught:
        stage.with_interpreter(str(broken)).playbooks.play("try", local_hosts("pc-1"))
    assert caught.value.detail == "it is broken"


def test_out_of_time_keeps_what_was_heard_and_ends_every_process(stage: Stage) -> None:
    stage.write("try", SLEEP)
    before = set(descendants())
    began = time.monotonic()
    done, slow = stage.playbooks.play("try", local_hosts("pc-1", "pc-2"), timeout=4)
    assert time.monotonic() - began < 12
    assert [task.task for task in done.tasks] == ["Sleep"]
    assert slow.error is not None
    assert slow.error.code == "ansible.timeout"
    assert processes_naming("sleep\0" + NAP) == []
    assert set(descendants()) <= before


def test_cancelled_from_another_thread_ends_every_process(stage: Stage) -> None:
    stage.write("try", SLEEP)
    playbooks = stage.playbooks
    threading.Timer(3, playbooks.cancel).start()
    _, slow = playbooks.play("try", local_hosts("pc-1", "pc-2"), timeout=60)
    assert slow.error is not None
    assert slow.error.code == "ansible.cancelled"
    assert processes_naming("sleep\0" + NAP) == []


def test_what_a_killed_owner_left_is_removed_at_the_next_start(stage: Stage) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    for name in (f"{PREFIX}{dead.pid}-1-x", f"{PREFIX}{os.getpid()}-1-reused"):
        (stage.private / name).mkdir()
        (stage.private / name / "hosts.json").write_text("{}")
    stage.play('- name: Run\n  ansible.builtin.command: "true"\n')
    assert list(stage.private.iterdir()) == []


def test_a_directory_of_a_living_owner_stays(stage: Stage) -> None:
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    other = stage.private / f"{PREFIX}{os.getpid()}-{fields[19]}-other"
    other.mkdir()
    stage.play('- name: Run\n  ansible.builtin.command: "true"\n')
    assert other.is_dir()
    other.rmdir()


def test_a_private_directory_that_cannot_be_used_is_named(stage: Stage) -> None:
    stage.write("try", SLEEP)
    (stage.private / "file").write_text("")
    try:
        with pytest.raises(BadSetting, match=r"ansible\.private_directory"):
            replace(stage, private=stage.private / "file").playbooks.play("try", local_hosts("pc-1"))
    finally:
        (stage.private / "file").unlink()
