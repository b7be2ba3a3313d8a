"""Passwords of local accounts by ADSI, and what runs with a stored one: it breaks where that is stale."""

from __future__ import annotations

import pytest

from support.windows_machines import Clock, output, ran
from unyo.lab.terminals.machine.firing import NO_LOGON, run_task
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.planting import plant
from unyo.lab.terminals.wire.accounts import mapped_user

USER = (
    '$user = New-Object System.DirectoryServices.DirectoryEntry("WinNT://$env:COMPUTERNAME/unyo-admin,user")'
)
NUMBER = "catch { $at = $_.Exception; while ($at.InnerException) { $at = $at.InnerException }; $at.HResult -band 65535 }"
NEW = "Another-pass.02"


def tried(machine: Machine, call: str) -> list[object]:
    """What a call gives, or the Win32 number of its refusal."""
    return output(machine, f"{USER}; try {{ {call}; 'done' }} {NUMBER}")


def stores(machine: Machine, kind: str, name: str) -> None:
    plant(machine, {"stored_passwords": [{"kind": kind, "name": name, "account": ".\\unyo-admin"}]})


def test_an_administrator_sets_a_password_and_it_counts_at_once(terminal: Machine) -> None:
    assert tried(terminal, f"$user.SetPassword('{NEW}')") == ["done"]
    assert terminal.log_on("unyo-admin", NEW) is None


def test_a_change_needs_the_old_password_and_a_wrong_one_counts(terminal: Machine) -> None:
    assert tried(terminal, f"$user.ChangePassword('wrong', '{NEW}')") == [86]
    assert output(terminal, f"{USER}; $user.InvokeGet('BadPasswordAttempts')") == [1]
    old = terminal.fleet.password
    assert tried(terminal, f"$user.ChangePassword('{old}', '{NEW}')") == ["done"]


def test_a_locked_account_cannot_change_its_password(terminal: Machine) -> None:
    terminal.security.values["LockoutBadCount"] = 1
    tried(terminal, f"$user.ChangePassword('wrong', '{NEW}')")
    assert output(terminal, f"{USER}; $user.InvokeGet('IsAccountLocked')") == [True]
    assert tried(terminal, f"$user.ChangePassword('{terminal.fleet.password}', '{NEW}')") == [1909]


@pytest.mark.parametrize(
    ("rule", "value", "new"),
    [
        ("MinimumPasswordLength", 20, NEW),
        ("PasswordComplexity", 1, "onlysmallletters"),
        ("PasswordHistorySize", 3, "Lab-pass.0001"),
        ("MinimumPasswordAge", 1, NEW),
    ],
)
def test_the_policy_binds_a_change(terminal: Machine, rule: str, value: int, new: str) -> None:
    output(terminal, f"{USER}; $user.SetPassword('Second-pass.01')")
    terminal.security.values[rule] = value
    if rule == "PasswordHistorySize":
        output(terminal, f"{USER}; $user.SetPassword('Lab-pass.0001'); $user.SetPassword('Second-pass.01')")
    assert tried(terminal, f"$user.ChangePassword('Second-pass.01', '{new}')") == [2245]
    resets = rule in ("PasswordHistorySize", "MinimumPasswordAge")
    assert tried(terminal, f"$user.SetPassword('{new}')") == (["done"] if resets else [2245])


def test_a_young_password_may_be_changed_when_it_is_old_enough(terminal: Machine, clock: Clock) -> None:
    terminal.security.values["MinimumPasswordAge"] = 1
    output(terminal, f"{USER}; $user.SetPassword('Second-pass.01')")
    clock.forward(days=1, seconds=1)
    assert tried(terminal, f"$user.ChangePassword('Second-pass.01', '{NEW}')") == ["done"]


def test_the_computer_tells_its_policy_in_seconds(terminal: Machine) -> None:
    terminal.security.values["LockoutDuration"] = 0
    names = ("MaxBadPasswordsAllowed", "LockoutObservationInterval", "AutoUnlockInterval")
    computer = 'New-Object System.DirectoryServices.DirectoryEntry("WinNT://$env:COMPUTERNAME,computer")'
    asked = "; ".join(f"$computer.InvokeGet('{name}')" for name in names)
    assert output(terminal, f"$computer = {computer}; {asked}") == [10, 600, -1]


def test_a_service_with_a_stale_password_does_not_come_up_again(terminal: Machine) -> None:
    stores(terminal, "service", "Backup")
    output(terminal, f"{USER}; $user.SetPassword('{NEW}')")
    assert terminal.services.running("Backup")
    terminal.restart()
    terminal.fleet.clock.forward(seconds=10)  # type: ignore[attr-defined]
    terminal.tick()
    assert not terminal.services.running("Backup")
    assert terminal.events.all[-1].id == 7038
    assert terminal.accounts.attempts
    change = f"Invoke-CimMethod -InputObject $s -MethodName Change -Arguments @{{ StartName = $s.StartName; StartPassword = '{NEW}' }}"
    renewed = f"$s = Get-CimInstance Win32_Service -Filter \"Name='Backup'\"; ({change}).ReturnValue"
    assert output(terminal, f"{renewed}; Start-Service Backup; (Get-Service Backup).Status") == [0, "Running"]


def test_a_task_with_a_stale_password_does_not_run(terminal: Machine) -> None:
    stores(terminal, "task", r"\Jobs\Nightly")
    output(terminal, f"{USER}; $user.SetPassword('{NEW}')")
    task = terminal.tasks.find("\\Jobs\\", "Nightly")
    assert task is not None
    run_task(terminal, task, terminal.now())
    kept = terminal.tasks.find("\\Jobs\\", "Nightly")
    assert kept is not None
    assert kept.last_result == NO_LOGON


def test_a_task_takes_only_a_password_that_logs_on(terminal: Machine) -> None:
    stores(terminal, "task", r"\Jobs\Nightly")
    call = "Set-ScheduledTask -TaskPath '\\Jobs\\' -TaskName Nightly -User unyo-admin -Password"
    (error,) = ran(terminal, f"{call} 'wrong'").errors
    assert "0x8007052e" in error.fully_qualified_id
    assert output(terminal, f"({call} '{terminal.fleet.password}').TaskName") == ["Nightly"]


def test_a_certificate_opens_the_account_only_with_the_mapped_password_of_now(terminal: Machine) -> None:
    assert mapped_user(terminal, "unyo-admin@localhost") == "unyo-admin"
    name = "unyo-admin@localhost | 00ff | *"
    plant(terminal, {"stored_passwords": [{"kind": "certificate", "name": name, "account": "unyo-admin"}]})
    assert mapped_user(terminal, "unyo-admin@localhost") == "unyo-admin"
    output(terminal, f"{USER}; $user.SetPassword('{NEW}')")
    assert mapped_user(terminal, "unyo-admin@localhost") is None


def test_an_image_brings_passwords_back_but_not_the_count_of_lock_outs(terminal: Machine) -> None:
    kept = terminal.snapshot()
    terminal.security.values["LockoutBadCount"] = 1
    output(terminal, f"{USER}; $user.SetPassword('{NEW}')")
    terminal.log_on("unyo-admin", "wrong")
    terminal.restore(kept)
    assert terminal.log_on("unyo-admin", terminal.fleet.password) is None
    assert list(terminal.accounts.lockouts.values()) == [1]
