"""Files, local accounts, events, restarts."""

from __future__ import annotations

from support.windows_machines import Clock, output, ran
from unyo.lab.terminals.machine.machine import Machine

PASSWORD = "$p = ConvertTo-SecureString 'Lab-pass.0002' -AsPlainText -Force; "


def test_what_is_written_is_read(terminal: Machine) -> None:
    path = r"C:\Windows\Temp\n.txt"
    script = f"Set-Content -Path {path} -Value 'あ','b' -Encoding UTF8; Get-Content -Path {path}"
    assert output(terminal, script) == ["あ", "b"]


def test_a_hash_is_that_of_the_content(terminal: Machine) -> None:
    terminal.files.write(r"C:\Windows\Temp\n.bin", b"abc", terminal.now())
    (digest,) = output(terminal, r"(Get-FileHash -LiteralPath C:\Windows\Temp\n.bin -Algorithm MD5).Hash")
    assert digest == "900150983CD24FB0D6963F7D28E17F72"


def test_a_folder_is_searched_to_its_depth(terminal: Machine) -> None:
    script = r"(Get-ChildItem -Path C:\Windows\System32 -Recurse -File -Filter 'hosts').FullName"
    assert output(terminal, script) == [r"C:\Windows\System32\drivers\etc\hosts"]


def test_hidden_files_show_only_by_force(terminal: Machine) -> None:
    script = (
        r"@(Get-ChildItem -Path C:\Users\000123 {0}| ForEach-Object {{ $_.Name }}) -contains 'NTUSER.DAT'"
    )
    assert output(terminal, script.format("")) == [False]
    assert output(terminal, script.format("-Force ")) == [True]


def test_a_new_account_logs_on(terminal: Machine) -> None:
    output(
        terminal,
        PASSWORD
        + "New-LocalUser -Name taro -Password $p | Out-Null; Add-LocalGroupMember -SID S-1-5-32-544 -Member taro",
    )
    assert terminal.log_on("taro", "Lab-pass.0002") is None
    assert terminal.accounts.is_administrator(terminal.accounts.user("taro").sid)  # type: ignore[union-attr]


def test_a_short_password_is_refused(terminal: Machine) -> None:
    terminal.security.values["MinimumPasswordLength"] = 14
    (error,) = ran(terminal, PASSWORD + "Set-LocalUser -Name unyo-admin -Password $p").errors
    assert error.exception.endswith("InvalidPasswordException")
    assert terminal.log_on("unyo-admin", terminal.fleet.password) is None


def test_who_is_a_member_already_cannot_become_one(terminal: Machine) -> None:
    (error,) = ran(terminal, "Add-LocalGroupMember -SID S-1-5-32-544 -Member unyo-admin").errors
    assert error.fully_qualified_id.startswith("MemberExists")


def test_no_events_are_an_error_with_its_own_name(terminal: Machine) -> None:
    script = "try { Get-WinEvent -FilterHashtable @{ LogName = 'System'; Id = 9999 } -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }"
    assert output(terminal, script) == [
        "NoMatchingEventsFound,Microsoft.PowerShell.Commands.GetWinEventCommand"
    ]


def test_shutdown_orders_a_restart_once(terminal: Machine, clock: Clock) -> None:
    assert output(
        terminal, "shutdown.exe /r /t 60; $LASTEXITCODE; shutdown.exe /r /t 60 2>$null; $LASTEXITCODE"
    ) == [0, 1190]
    clock.forward(seconds=61)
    assert not terminal.answers()


def test_a_joined_computer_is_a_member_after_the_restart(clock: Clock) -> None:
    from support.windows_machines import machine_of

    machine = machine_of(domain=False, clock=clock)
    known = machine.fleet.domain
    script = (
        f"$p = ConvertTo-SecureString '{known.password}' -AsPlainText -Force; "
        f"$c = New-Object System.Management.Automation.PSCredential('{known.user}', $p); "
        f"Add-Computer -DomainName {known.name} -Credential $c -NewName PC-NEW -Force -Restart"
    )
    output(machine, script)
    assert machine.domain == ""
    machine.tick()
    clock.forward(seconds=10)
    machine.tick()
    assert (machine.domain, machine.name) == (known.name, "PC-NEW")
