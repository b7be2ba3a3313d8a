"""PowerShell over the wire: as a process under WinRS, and in runspaces."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import requests
import winrm
from pypsrp.exceptions import WinRMError
from pypsrp.powershell import PowerShell, RunspacePool

from support.terminal_clients import SYSTEM, Terminal, opened


def encoded(script: str) -> str:
    return base64.b64encode(script.encode("utf-16-le")).decode()


def session(terminal: Terminal) -> winrm.Session:
    return winrm.Session(
        terminal.url("http"),
        auth=(terminal.fleet.user, terminal.fleet.password.reveal()),
        transport="ntlm",
        ca_trust_path=str(terminal.fleet.ca_file),
    )


def test_pywinrm_runs_a_script(terminal: Terminal) -> None:
    done = session(terminal).run_ps("'sum: ' + (1 + 2)")
    assert (done.status_code, done.std_out, done.std_err) == (0, b"sum: 3\r\n", b"")


def test_an_exit_code_comes_back(terminal: Terminal) -> None:
    assert session(terminal).run_ps("exit 9").status_code == 9


def test_an_error_comes_as_clixml_that_pywinrm_reads(terminal: Terminal) -> None:
    done = session(terminal).run_ps("throw 'broken thing'")
    assert done.status_code == 1
    assert b"broken thing" in done.std_err
    assert b"CLIXML" not in done.std_err


@pytest.mark.parametrize(
    "line", ["powershell.exe -NoProfile -Command -", "powershell -", "powershell -File -"]
)
def test_a_script_may_come_on_standard_input(terminal: Terminal, line: str) -> None:
    with opened(terminal.protocol()) as shell:
        assert shell.run(line, b"'from ' + 'stdin'")[0] == b"from stdin\r\n"


def test_a_script_reads_its_standard_input(terminal: Terminal) -> None:
    line = f"powershell -NoProfile -EncodedCommand {encoded('[Console]::In.ReadToEnd().Length')}"
    with opened(terminal.protocol()) as shell:
        assert shell.run(line, b"x" * 300_000)[0] == b"300000\r\n"


def test_input_lines_are_the_pipeline_of_a_script(terminal: Terminal) -> None:
    script = "$input | ForEach-Object { '<' + $_ + '>' }"
    with opened(terminal.protocol()) as shell:
        line = f"powershell -EncodedCommand {encoded(script)}"
        assert shell.run(line, b"one\r\ntwo\r\n")[0] == b"<one>\r\n<two>\r\n"


def test_japanese_text_goes_both_ways(japanese: Terminal) -> None:
    with opened(japanese.protocol(), codepage=932) as shell:
        line = f"powershell -EncodedCommand {encoded('$input')}"
        assert shell.run(line, "運用\r\n".encode("cp932"))[0].decode("cp932") == "運用\r\n"


def test_a_runspace_takes_arguments_and_input_and_gives_objects(terminal: Terminal) -> None:
    with terminal.client(auth="ntlm") as client, RunspacePool(client.wsman) as pool:
        shell = PowerShell(pool)
        shell.add_script("param($Add) $input | ForEach-Object { $_ + $Add }")
        shell.add_parameter("Add", 10)
        given: Any = [1, 2]
        assert shell.invoke(given) == [11, 12]
        assert not shell.had_errors


def test_a_table_and_an_object_keep_their_fields(terminal: Terminal) -> None:
    with terminal.client(auth="ntlm") as client, RunspacePool(client.wsman) as pool:
        shell = PowerShell(pool)
        shell.add_script("@{ name = '端末'; count = 2 }; [pscustomobject]@{ on = $true }")
        table, bag = shell.invoke()
    assert table == {"name": "端末", "count": 2}
    assert bag.extended_properties == {"on": True}


def test_an_error_of_a_runspace_names_itself(terminal: Terminal) -> None:
    with terminal.client(auth="ntlm") as client, RunspacePool(client.wsman) as pool:
        shell = PowerShell(pool)
        shell.add_script("throw 'broken thing'")
        shell.invoke()
    assert shell.had_errors
    assert "broken thing" in str(shell.streams.error[0])


def test_a_large_script_and_a_large_answer_fit(terminal: Terminal) -> None:
    with terminal.client(auth="ntlm") as client, RunspacePool(client.wsman) as pool:
        shell = PowerShell(pool)
        shell.add_script("param($Text) $Text").add_parameter("Text", "あ" * 400_000)
        assert shell.invoke() == ["あ" * 400_000]


def test_execute_ps_gives_lines(terminal: Terminal) -> None:
    with terminal.client(auth="ntlm") as client:
        output, _, had_errors = client.execute_ps("'one'; 1 + 1")
    assert (output, had_errors) == ("one\n2", False)


@pytest.mark.parametrize("size", [0, 10, 600_000])
def test_a_file_copied_comes_back_the_same(terminal: Terminal, tmp_path: Path, size: int) -> None:
    (tmp_path / "sent").write_bytes(bytes(number % 256 for number in range(size)))
    with terminal.client(auth="ntlm") as client:
        path = client.copy(str(tmp_path / "sent"), r"C:\Windows\Temp\sent.bin")
        if size:
            client.fetch(path, str(tmp_path / "back"))
            assert (tmp_path / "back").read_bytes() == (tmp_path / "sent").read_bytes()
    assert path == r"C:\Windows\Temp\sent.bin"


def test_a_file_that_is_not_there_cannot_be_fetched(terminal: Terminal, tmp_path: Path) -> None:
    with terminal.client(auth="ntlm") as client, pytest.raises(WinRMError, match="does not exist"):
        client.fetch(r"C:\nowhere.txt", str(tmp_path / "back"))


def test_starting_a_runspace_costs_its_time_once(terminal: Terminal) -> None:
    import time

    terminal.knob("powershell_start_seconds", 0.5)
    begin = time.monotonic()
    with terminal.client(auth="ntlm") as client, RunspacePool(client.wsman) as pool:
        opened_after = time.monotonic() - begin
        for _ in range(3):
            PowerShell(pool).add_script("1").invoke()
        worked_after = time.monotonic() - begin
    terminal.knob("powershell_start_seconds", 0)
    assert opened_after >= 0.5
    assert worked_after < 1.0


def test_the_exit_code_of_a_failed_last_command_is_one(terminal: Terminal) -> None:
    assert session(terminal).run_ps("Write-Error 'no'").status_code == 1
    assert session(terminal).run_ps("Write-Error 'no'; 'but'").status_code == 0


def test_a_script_file_runs_with_its_arguments(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "add.ps1").write_text(
        "param([int]$First, $Second, [switch]$Loud) $First + $Second; [bool]$Loud"
    )
    with terminal.client(auth="ntlm") as client:
        client.copy(str(tmp_path / "add.ps1"), r"C:\Windows\Temp\add.ps1")
    with opened(terminal.protocol()) as shell:
        line = r'powershell -ExecutionPolicy Bypass -File "C:\Windows\Temp\add.ps1" 2 -Second 3 -Loud'
        assert shell.run(line) == (b"5\r\nTrue\r\n", b"", 0)


def test_a_script_file_that_is_not_there_says_so(terminal: Terminal) -> None:
    with opened(terminal.protocol()) as shell:
        out, _, code = shell.run(r"powershell -File C:\nowhere.ps1")
    assert b"does not exist" in out
    assert code != 0


@pytest.mark.parametrize("protocol", ["winrs", "psrp"])
def test_the_reply_to_a_change_can_be_lost(terminal: Terminal, protocol: str) -> None:
    change = f"Set-ItemProperty -Path '{SYSTEM.replace('HKLM', 'HKLM:')}' -Name lost-{protocol} -Value 1 -Type DWord"
    terminal.knob("lose_reply_after_change", 1)
    run = {"winrs": _run_as_process, "psrp": _run_in_runspace}[protocol]
    with pytest.raises(requests.exceptions.ConnectionError):
        run(terminal, change)
    assert f"lost-{protocol}" in {
        value.lower() for value in terminal.fleet.order("state", terminal.serial)["registry"][SYSTEM]
    }


def _run_as_process(terminal: Terminal, script: str) -> None:
    session(terminal).run_ps(script)


def _run_in_runspace(terminal: Terminal, script: str) -> None:
    with terminal.client(auth="ntlm") as client:
        pool = RunspacePool(client.wsman)
        pool.open()
        PowerShell(pool).add_script(script).invoke()
