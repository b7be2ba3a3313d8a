"""win_powershell, win_shell and win_command: scripts and programs in the simulated PowerShell."""

from __future__ import annotations

import pytest

from support.ansible_desk import Desk
from unyo.lab.terminals.ansible.modules.scripts import supports_should_process

POWERSHELL, SHELL = "ansible.windows.win_powershell", "ansible.windows.win_shell"
CAREFUL = """[CmdletBinding(SupportsShouldProcess)]
param([Parameter(Mandatory)]$Parameters)
$Ansible.Changed = $false
if ($PSCmdlet.ShouldProcess($Parameters.path)) {
    New-Item -Path $Parameters.path -Force | Out-Null
}
$Ansible.Changed = $true
$Ansible.Diff.before = ''
$Ansible.Diff.after = $Parameters.path
$Ansible.Result = @{ path = $Parameters.path; check = $Ansible.CheckMode }
"""
KEY = "HKLM:\\SOFTWARE\\Unyo\\Script"


def test_a_script_reports_its_result_changes_and_diff(desk: Desk) -> None:
    answer = desk.run(POWERSHELL, script=CAREFUL, parameters={"Parameters": {"path": KEY}})
    assert answer["changed"]
    assert answer["result"] == {"path": KEY, "check": False}
    assert answer["diff"] == {"before": "", "after": KEY}
    assert desk.machine.registry.key("HKLM\\SOFTWARE\\Unyo\\Script") is not None


def test_a_script_that_supports_it_runs_in_check_mode_and_changes_nothing(desk: Desk) -> None:
    answer = desk.foresee(POWERSHELL, script=CAREFUL, parameters={"Parameters": {"path": KEY}})
    assert (answer["changed"], answer["result"]["check"]) == (True, True)
    assert desk.machine.registry.key("HKLM\\SOFTWARE\\Unyo\\Script") is None


def test_a_script_that_does_not_is_skipped_as_changed(desk: Desk) -> None:
    answer = desk.foresee(POWERSHELL, script="New-Item -Path HKLM:\\SOFTWARE\\Unyo")
    assert (answer["changed"], answer["msg"]) == (True, "skipped, running in check mode")
    assert desk.machine.registry.key("HKLM\\SOFTWARE\\Unyo") is None


@pytest.mark.parametrize(
    ("text", "supports"),
    [
        ("[CmdletBinding(SupportsShouldProcess)] param()", True),
        (
            "<# help #>\n# more\n[CmdletBinding(PositionalBinding=$false, SupportsShouldProcess = $true)]\nparam()",
            True,
        ),
        ("[CmdletBinding(SupportsShouldProcess=$false)] param()", False),
        ("[CmdletBinding()] param()", False),
        ("function f { [CmdletBinding(SupportsShouldProcess)] param() }", False),
    ],
)
def test_only_the_scripts_own_binding_counts(text: str, supports: bool) -> None:
    assert supports_should_process(text) is supports


def test_output_is_flattened_beyond_the_depth(desk: Desk) -> None:
    script = "@{ a = @{ b = @{ c = 1 } } }"
    assert desk.run(POWERSHELL, script=script)["output"] == [{"a": {"b": "System.Collections.Hashtable"}}]
    assert desk.run(POWERSHELL, script=script, depth=4)["output"] == [{"a": {"b": {"c": 1}}}]


def test_errors_go_on_or_stop_as_wanted(desk: Desk) -> None:
    script = "Write-Error 'soft'; 'after'"
    going_on = desk.run(POWERSHELL, script=script)
    assert (going_on["failed"], going_on["output"]) == (False, ["after"])
    assert going_on["error"][0]["exception"]["message"] == "soft"
    stopped = desk.run(POWERSHELL, script=script, error_action="stop")
    assert (stopped["failed"], stopped["output"]) == (True, [])


def test_a_thrown_error_fails_the_task(desk: Desk) -> None:
    answer = desk.run(POWERSHELL, script="throw 'no'")
    assert (answer["failed"], answer["error"][0]["exception"]["message"]) == (True, "no")


def test_streams_are_kept_apart(desk: Desk) -> None:
    answer = desk.run(POWERSHELL, script="Write-Warning 'w'; Write-Host 'h'; 'o'")
    assert (answer["warning"], answer["host_out"], answer["output"]) == (["w"], "h\r\n", ["o"])


def test_a_sensitive_parameter_arrives_as_a_secure_string_and_stays_out_of_the_answer(desk: Desk) -> None:
    script = "param($Key) $Key.GetType().Name"
    answer = desk.run(POWERSHELL, script=script, sensitive_parameters=[{"name": "Key", "value": "canary-9"}])
    assert answer["output"] == ["SecureString"]
    assert "canary-9" not in str(answer)


def test_creates_and_removes_decide_whether_it_runs(desk: Desk) -> None:
    assert (
        desk.run(POWERSHELL, script="'x'", creates="C:\\Windows")["msg"]
        == "skipped, since C:\\Windows exists"
    )
    assert desk.run(SHELL, _raw_params="'x'", removes="C:\\none")["skipped"]


def test_the_shell_gives_output_errors_and_exit_code(desk: Desk) -> None:
    assert (
        desk.run(SHELL, _raw_params="Write-Output $env:COMPUTERNAME")["stdout"] == f"{desk.machine.name}\r\n"
    )
    failed = desk.run(SHELL, _raw_params="Write-Error 'bad'; exit 3")
    assert (failed["rc"], failed["msg"]) == (3, "non-zero return code")
    assert "bad" in failed["stderr"]


def test_cmd_runs_as_the_shells_executable(desk: Desk) -> None:
    assert desk.run(SHELL, _raw_params="echo hello", executable="cmd")["stdout"] == "hello\r\n"


def test_what_the_shell_cannot_run_is_remembered(strict: Desk) -> None:
    strict.run("ansible.windows.win_command", _raw_params="nosuchprogram.exe /x")
    assert any("nosuchprogram.exe" in line for line in strict.machine.fleet.unsupported)


def test_japanese_text_goes_through(japanese: Desk) -> None:
    assert japanese.run(POWERSHELL, script="'端末'")["output"] == ["端末"]
