"""What carries commands: input in pieces, long answers, slow commands, lost replies; with a stand-in that runs them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from winrm.exceptions import WinRMOperationTimeoutError
from winrm.protocol import Protocol

from support.terminal_clients import SYSTEM, Shell, opened
from unyo.lab.terminals.machine.fleet import Fleet
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.powershell_process import Finished
from unyo.lab.terminals.wire import winrs
from unyo.lab.terminals.wire.server import FleetServer


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetServer]:
    def run(
        machine: Machine,
        user: str,
        command: str,
        arguments: tuple[str, ...],
        stdin: bytes,
        codepage: int | None,
        *,
        through_cmd: bool,
    ) -> Finished:
        match command:
            case "cat":
                return Finished(stdin)
            case "sleep":
                time.sleep(1.5)
            case "change":
                machine.registry.put(SYSTEM, "Changed", "DWord", 1)
        return Finished(f"{command} {' '.join(arguments)}".encode(), b"err", 5)

    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(winrs, "run_command", run)
    fleet = Fleet.of(2)
    for machine in fleet:
        machine.registry.put(SYSTEM, "LocalAccountTokenFilterPolicy", "DWord", 1)
    running = FleetServer(fleet, tmp_path)
    running.start()
    yield running
    running.stop()


def machine_of(server: FleetServer, number: int = 0) -> Machine:
    return list(server.fleet)[number]


def protocol(server: FleetServer, number: int = 0, seconds: int = 20) -> Protocol:
    return Protocol(
        f"http://{machine_of(server, number).address}:5985/wsman",
        transport="ntlm",
        username=server.fleet.user,
        password=server.fleet.password,
        ca_trust_path=str(server.certificates.ca_file),
        operation_timeout_sec=seconds,
        read_timeout_sec=seconds + 10,
    )


def test_output_errors_and_exit_code_arrive(server: FleetServer) -> None:
    with opened(protocol(server)) as shell:
        assert shell.run("some thing") == (b"some thing ", b"err", 5)


@pytest.mark.parametrize("size", [0, 1, 250_000, 5_000_000])
def test_input_in_pieces_comes_back_whole(server: FleetServer, size: int) -> None:
    sent = bytes(number % 251 for number in range(size))
    with opened(protocol(server)) as shell:
        assert shell.run("cat", sent)[0] == sent


def test_a_slow_command_answers_in_the_end_although_receives_time_out(server: FleetServer) -> None:
    with opened(protocol(server, seconds=1)) as shell:
        command = shell.protocol.run_command(shell.id, "sleep")
        with pytest.raises(WinRMOperationTimeoutError):
            shell.protocol.get_command_output_raw(shell.id, command)
        assert shell.protocol.get_command_output(shell.id, command)[2] == 5


def test_a_slow_command_delays_no_other_terminal(server: FleetServer) -> None:
    with opened(protocol(server)) as slow, opened(protocol(server, 1)) as quick:
        waiting = threading.Thread(target=slow.run, args=("sleep",))
        waiting.start()
        begin = time.monotonic()
        quick.run("some thing")
        assert time.monotonic() - begin < 1
        waiting.join()


def test_two_commands_of_one_shell_run_side_by_side(server: FleetServer) -> None:
    with opened(protocol(server)) as shell:
        first, second = (shell.protocol.run_command(shell.id, "sleep") for _ in range(2))
        begin = time.monotonic()
        other = Shell(protocol(server), shell.id)
        waiting = threading.Thread(target=shell.protocol.get_command_output, args=(shell.id, first))
        waiting.start()
        other.protocol.get_command_output(shell.id, second)
        waiting.join()
        assert time.monotonic() - begin < 2.5


def test_the_reply_to_a_change_is_lost_and_the_change_is_made(server: FleetServer) -> None:
    machine = machine_of(server)
    machine.knobs.lose_reply_after_change = 1
    spoken = protocol(server)
    shell = Shell(spoken, spoken.open_shell())
    with pytest.raises(requests.exceptions.ConnectionError):
        shell.run("change")
    assert machine.registry.data(SYSTEM, "Changed") == 1
    assert machine.knobs.lose_reply_after_change == 0


def test_replies_to_what_changes_nothing_arrive(server: FleetServer) -> None:
    machine_of(server).knobs.lose_reply_after_change = 1
    with opened(protocol(server)) as shell:
        assert shell.run("some thing")[2] == 5
    assert machine_of(server).knobs.lose_reply_after_change == 1


def test_starting_powershell_takes_its_time_and_other_programs_do_not(server: FleetServer) -> None:
    machine_of(server).knobs.powershell_start_seconds = 0.5
    with opened(protocol(server)) as shell:
        begin = time.monotonic()
        shell.run("other program")
        middle = time.monotonic()
        shell.run("powershell.exe -NoProfile -EncodedCommand AAAA")
        end = time.monotonic()
    assert middle - begin < 0.4
    assert end - middle >= 0.5


def test_a_command_whose_output_nobody_asks_for_runs_all_the_same(server: FleetServer) -> None:
    with opened(protocol(server)) as shell:
        command = shell.protocol.run_command(shell.id, "change")
        shell.protocol.cleanup_command(shell.id, command)
    deadline = time.monotonic() + 3
    while machine_of(server).registry.data(SYSTEM, "Changed") != 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert machine_of(server).registry.data(SYSTEM, "Changed") == 1
