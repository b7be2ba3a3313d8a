"""What a module was given stands in no log of the simulator, whether it works, fails or is refused."""

from __future__ import annotations

import json

import pytest

from support.ansible_desk import Desk
from unyo.lab.terminals.ansible.payload import decode

CANARY = "canary-Q7-words"
USER, SHELL = "ansible.windows.win_user", "ansible.windows.win_shell"


def everything_kept(desk: Desk) -> str:
    """All that the fleet and the terminal keep of a task but the passwords of accounts themselves."""
    machine = desk.machine
    return repr((machine.fleet.unsupported, list(machine.fired), machine.events.all))


def test_a_password_that_is_set_is_in_no_log(strict: Desk) -> None:
    answer = strict.run(USER, name="kim", password=CANARY, update_password="on_create")
    assert CANARY not in json.dumps(dict(answer))
    assert CANARY not in everything_kept(strict)


def test_a_refused_option_does_not_tell_the_others(strict: Desk) -> None:
    answer = strict.run(USER, name="kim", password=CANARY, home_directory="H:\\")
    assert answer["msg"] == "SIMULATOR: unsupported ansible.windows.win_user: home_directory"
    assert CANARY not in everything_kept(strict)


def test_an_unknown_module_does_not_tell_its_arguments(strict: Desk) -> None:
    strict.run("ansible.windows.win_credential", name="x", secret=CANARY, type="domain_password")
    assert CANARY not in everything_kept(strict)


def test_a_fault_of_the_simulation_tells_its_place_and_no_value(
    strict: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name_or_sid: str) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr(type(strict.machine.accounts), "user", lambda self, name: broken(name))
    answer = strict.run(USER, name="kim", password=CANARY)
    assert "KeyError at" in answer["msg"]
    assert CANARY not in answer["msg"] + everything_kept(strict)


def test_a_refused_command_line_is_not_repeated(strict: Desk) -> None:
    strict.run(SHELL, _raw_params=f"net user kim {CANARY} | more", executable="cmd")
    strict.run("ansible.windows.win_command", _raw_params=f"nosuchprogram.exe {CANARY}")
    assert strict.machine.fleet.unsupported
    assert CANARY not in everything_kept(strict)


def test_a_decoded_payload_shows_nothing(strict: Desk) -> None:
    sent = decode(strict.payloads.module(USER, {"name": "kim", "password": CANARY}))
    assert sent.arguments["password"] == CANARY
    assert CANARY not in repr(sent)
