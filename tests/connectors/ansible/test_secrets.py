"""A secret is where it is needed and nowhere else: not on a command line, in an environment, a file, a result."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.plays import (
    CANARY,
    CANARY_VALUE,
    CONNECTION_VALUE,
    Eye,
    Stage,
    descendants,
    in_results,
    local_hosts,
    processes_naming,
)
from unyo.connectors.ansible.desk import Desk
from unyo.core.errors import NotFound
from unyo.core.playbook import PlayHost
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text

# These tests look at all processes of the machine, so none of their kind runs beside them.
pytestmark = pytest.mark.xdist_group("plays-that-sleep")

USE = """
- name: Use the secret
  ansible.builtin.command:
    argv: [sha256sum]
    stdin: "{{ lookup('unyo_secret', secret) }}"
    stdin_add_newline: false
  no_log: true
  changed_when: false
  register: used
- name: Say only its digest
  ansible.builtin.assert:
    that: used.stdout[:64] == digest
"""
SHOW = """
- name: Say it aloud
  ansible.builtin.fail:
    msg: "the secret is {{ lookup('unyo_secret', secret) }}"
"""
# A number of its own, by which this run's sleepers are told from others on the machine.
NAP = f"60.{os.getpid()}"
HOLD = """
- name: Hold the secret
  ansible.builtin.command:
    argv: [sleep, "NAP"]
    stdin: "{{ lookup('unyo_secret', secret) }}"
  no_log: true
""".replace("NAP", NAP)
DIGEST = hashlib.sha256(CANARY_VALUE.encode()).hexdigest()
FORMS = (CANARY_VALUE, json.dumps(CANARY_VALUE)[1:-1], "canary-Q7", CONNECTION_VALUE)


def hosts(*names: str) -> list[PlayHost]:
    return local_hosts(*names or ("pc-1",), secret=CANARY.as_state(), digest=DIGEST)


def test_the_task_gets_the_secret_and_nobody_else_sees_it(stage: Stage) -> None:
    stage.write("try", USE)
    with Eye(FORMS, stage.private) as eye:
        results = stage.playbooks.play("try", hosts("pc-1", "pc-2"))
    assert [result.error for result in results] == [None, None]
    assert stage.opened == ["lab/canary"]
    assert eye.seen == set()
    assert len(eye.processes) >= 4
    assert {"ansible.cfg", "hosts.json", "command"} <= eye.files
    assert "canary-Q7" not in in_results(results)


def test_a_task_that_says_a_secret_aloud_is_quoted_without_it(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.write("try", SHOW)
    with Eye(FORMS, stage.private) as eye:
        (result,) = stage.playbooks.play("try", hosts())
    assert result.error is not None
    assert result.error.detail == "the secret is …"
    assert "canary-Q7" not in in_results([result])
    assert "canary-Q7" not in "".join(capfd.readouterr())
    assert eye.seen == set()


def test_out_of_time_leaves_no_trace_of_it(stage: Stage) -> None:
    stage.write("try", HOLD)
    with Eye(FORMS, stage.private) as eye:
        (result,) = stage.playbooks.play("try", hosts(), timeout=3)
    assert result.error is not None
    assert result.error.code == "ansible.timeout"
    assert eye.seen == set()
    assert "canary-Q7" not in in_results([result])


def test_ansible_playbook_killed_leaves_no_trace_of_it(stage: Stage) -> None:
    stage.write("try", HOLD)
    with Eye(FORMS, stage.private) as eye, _Killer(stage) as killer:
        (result,) = stage.playbooks.play("try", hosts(), timeout=60)
    assert killer.killed
    assert result.error is not None
    assert result.error.code == "ansible.died"
    assert eye.seen == set()
    assert "canary-Q7" not in in_results([result])


class _Killer:
    """Kills ansible-playbook, not its supervisor, as soon as the task has its secret."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._thread = threading.Thread(target=self._kill)
        self.killed = False

    def __enter__(self) -> _Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def _kill(self) -> None:
        _wait(lambda: bool(processes_naming("sleep\0" + NAP)))
        (place,) = self._stage.private.iterdir()
        supervisor = int((place / "supervisor").read_text())
        os.kill(descendants(supervisor)[0], signal.SIGKILL)
        self.killed = True


def test_unyo_killed_leaves_nothing_at_all(stage: Stage) -> None:
    playbook = stage.write("try", HOLD)
    words = [sys.executable, "-m", "support.plays", str(stage.place), str(stage.private), playbook]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with Eye(FORMS, stage.private) as eye:
        unyo = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        _wait(lambda: len(processes_naming("sleep\0" + NAP)) == 2)
        unyo.kill()
        output, _ = unyo.communicate(timeout=10)
        _wait(lambda: not processes_naming(str(stage.private)) and not processes_naming("sleep\0" + NAP))
        _wait(lambda: not list(stage.private.iterdir()))
    assert eye.seen == set()
    assert b"canary" not in output


def test_a_secret_that_the_vault_does_not_have_is_named(stage: Stage) -> None:
    def refuse(ref: SecretRef) -> Secret:
        raise NotFound("vault.none", Text("no", "ない"), Text("seal it", "登録する"), target=ref.path)

    stage.write("try", USE)
    playbooks = stage.playbooks
    playbooks._open_secret = refuse
    (result,) = playbooks.play("try", hosts())
    assert result.error is not None
    assert result.error.detail == "secret not opened: lab/canary (vault.none)"


def test_a_reference_that_the_play_was_not_given_is_not_answered(stage: Stage) -> None:
    stage.write("try", SHOW.replace("secret)", "'directory/bind')"))
    (result,) = stage.playbooks.play("try", hosts())
    assert stage.opened == []
    assert result.error is not None
    assert "this play was not given that reference" in str(result.error.detail)


def test_the_connection_password_comes_from_the_vault_when_it_is_needed(stage: Stage) -> None:
    tasks = '- name: Compare\n  ansible.builtin.assert:\n    that: ansible_password == "%s"\n'
    assert stage.play(tasks % CONNECTION_VALUE)[0].error is None


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, {"a/b": lambda: Secret(CANARY_VALUE)})


ASK = """
import json, socket, sys
wire = socket.socket(socket.AF_UNIX)
wire.connect(sys.argv[1])
wire.sendall(json.dumps({"secret": sys.argv[2]}).encode() + b"\\n")
print(wire.makefile().readline(), end="")
"""


def ask(desk: Path, path: str, *before: str) -> str:
    words = [*before, sys.executable, "-c", ASK, str(desk / "desk"), path]
    return subprocess.run(words, capture_output=True, text=True, timeout=10, check=False).stdout


def test_the_desk_answers_a_descendant_of_ours(desk: Desk, tmp_path: Path) -> None:
    with desk:
        assert json.loads(ask(tmp_path, "a/b")) == {"value": CANARY_VALUE}


def test_the_desk_does_not_answer_a_process_that_is_not_ours(desk: Desk, tmp_path: Path) -> None:
    # The shell ends at once, so that its child comes to belong to the first process of the machine.
    answer = tmp_path / "answer"
    orphan = ["sh", "-c", '(sleep 0.3; "$0" "$@" >"$OUT" 2>&1; echo ended >>"$OUT") & exit']
    words = [*orphan, sys.executable, "-c", ASK, str(tmp_path / "desk"), "a/b"]
    with desk:
        subprocess.run(words, env=os.environ | {"OUT": str(answer)}, check=True)
        _wait(lambda: answer.exists() and answer.read_text().endswith("ended\n"))
    assert "value" not in answer.read_text()


def test_the_desk_is_for_its_owner_only_and_closes_with_the_play(desk: Desk, tmp_path: Path) -> None:
    with desk:
        assert (tmp_path / "desk").stat().st_mode & 0o777 == 0o600
    with pytest.raises(OSError, match="refused"), socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(tmp_path / "desk"))


def test_a_desk_may_lie_deeper_than_the_kernel_lets_a_socket_be_named(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / ("e" * 90)
    deep.mkdir(parents=True)
    with Desk(deep, {}) as desk:
        assert (deep / "desk").is_socket()
        assert desk.refused == {}


def _wait(ready: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until
        time.sleep(0.05)
