"""secedit, auditpol and the translation of accounts: language bites whoever reads names."""

from __future__ import annotations

import pytest

from support.windows_machines import LOGON, output, ran
from unyo.lab.terminals.machine.accounts import LogonRefusal
from unyo.lab.terminals.machine.machine import Machine

INF = r"C:\Windows\Temp\p.inf"
DB = r"C:\Windows\Temp\p.sdb"


def configured(machine: Machine, *lines: str) -> int:
    """The exit code of secedit with a template of these lines."""
    text = "\r\n".join(
        ("[Unicode]", "Unicode=yes", "[Version]", 'signature="$CHICAGO$"', "Revision=1", *lines)
    )
    machine.files.write(INF, text.encode("utf-16"), machine.now())
    (code,) = output(machine, f"secedit.exe /configure /db {DB} /cfg {INF} /quiet | Out-Null; $LASTEXITCODE")
    return int(code)


def exported(machine: Machine) -> list[str]:
    script = f"secedit.exe /export /cfg {INF} /areas SECURITYPOLICY USER_RIGHTS | Out-Null; [IO.File]::ReadAllLines('{INF}')"
    return [str(line) for line in output(machine, script)]


def test_an_export_is_utf_16_and_names_local_accounts(terminal: Machine) -> None:
    lines = exported(terminal)
    file = terminal.files.find(INF)
    assert file is not None
    assert file.data().startswith(b"\xff\xfe")
    assert "SeDenyNetworkLogonRight = Guest" in lines
    assert "SeDebugPrivilege = *S-1-5-32-544" in lines
    assert "MinimumPasswordLength = 0" in lines
    assert not any(line.startswith("SeTcbPrivilege") for line in lines)


def test_what_is_configured_is_exported(terminal: Machine) -> None:
    assert (
        configured(terminal, "[System Access]", "MinimumPasswordLength = 14", 'NewGuestName = "visitor"') == 0
    )
    lines = exported(terminal)
    assert "MinimumPasswordLength = 14" in lines
    assert 'NewGuestName = "visitor"' in lines
    assert "SeDenyNetworkLogonRight = visitor" in lines


def test_a_right_taken_from_everybody_is_not_exported(terminal: Machine) -> None:
    assert configured(terminal, "[Privilege Rights]", "SeUndockPrivilege =") == 0
    assert not any(line.startswith("SeUndockPrivilege") for line in exported(terminal))


def test_denying_administrators_the_network_shuts_unyo_out(terminal: Machine) -> None:
    assert configured(terminal, "[Privilege Rights]", "SeDenyNetworkLogonRight = *S-1-5-32-544") == 0
    assert terminal.may_log_on("unyo-admin") is LogonRefusal.DENIED


@pytest.mark.parametrize(
    "line",
    [
        "MinimumPasswordLength = 15",
        "MinimumPasswordLength = long",
        "NoSuchThing = 1",
        "PasswordHistorySize = 25",
    ],
)
def test_what_windows_does_not_take_is_left_as_it_was(terminal: Machine, line: str) -> None:
    before = exported(terminal)
    assert configured(terminal, "[System Access]", line) == 3
    assert exported(terminal) == before


def test_auditpol_sets_by_guid_in_every_language(terminal: Machine) -> None:
    output(terminal, f"auditpol.exe /set '/subcategory:{LOGON}' /success:enable /failure:enable | Out-Null")
    assert terminal.audit.table[LOGON].audited == 3


def test_auditpol_knows_names_in_its_own_language_only(english: Machine, japanese: Machine) -> None:
    script = "auditpol.exe /set /subcategory:Logon /failure:enable 2>$null | Out-Null; $LASTEXITCODE"
    assert output(english, script) == [0]
    assert ran(japanese, script).output == [87]
    assert output(japanese, script.replace("Logon", "ログオン")) == [0]


def test_auditpol_reports_in_the_language_of_windows(japanese: Machine) -> None:
    lines = output(japanese, "auditpol.exe /get /category:* /r")
    assert f"{japanese.name},システム,ログオン,{LOGON},成功," in lines
    assert len(lines) == 61


def test_a_backup_is_restored(terminal: Machine) -> None:
    path = r"C:\Windows\Temp\a.csv"
    output(terminal, f"auditpol.exe /backup /file:{path} | Out-Null; auditpol.exe /clear /y | Out-Null")
    assert terminal.audit.table[LOGON].audited == 0
    output(terminal, f"auditpol.exe /restore /file:{path} | Out-Null")
    assert terminal.audit.table[LOGON].audited == 1


def test_accounts_are_translated_both_ways(terminal: Machine) -> None:
    to_sid = "(New-Object System.Security.Principal.NTAccount('Guests')).Translate([System.Security.Principal.SecurityIdentifier]).Value"
    to_name = "(New-Object System.Security.Principal.SecurityIdentifier('S-1-5-18')).Translate([System.Security.Principal.NTAccount]).Value"
    assert output(terminal, to_sid) == ["S-1-5-32-546"]
    assert output(terminal, to_name) == ["NT AUTHORITY\\SYSTEM"]


def test_a_name_that_nobody_has_is_an_error_that_scripts_catch(terminal: Machine) -> None:
    script = (
        "try { (New-Object System.Security.Principal.NTAccount('nobody')).Translate([System.Security.Principal.SecurityIdentifier]) } "
        "catch { 'caught' }"
    )
    assert output(terminal, script) == ["caught"]


def test_the_administrator_goes_by_another_name_and_keeps_the_sid(terminal: Machine) -> None:
    configured(terminal, "[System Access]", 'NewAdministratorName = "kanri"')
    assert output(terminal, "(Get-LocalUser -Name kanri).SID.Value") == [
        f"{terminal.identity.machine_sid}-500"
    ]
    assert ran(terminal, "Get-LocalUser -Name Administrator").errors
