"""CIM classes, WQL and the resulting set of policy."""

from __future__ import annotations

import pytest

from support.windows_machines import machine_of, output, ran
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.membership import PolicySetting
from unyo.lab.terminals.machine.unsupported import Unsupported

RSOP = "Get-CimInstance -Namespace 'root\\rsop\\computer' -ClassName"


def test_the_firmware_tells_its_serial_number_even_of_a_swapped_terminal(terminal: Machine) -> None:
    assert output(terminal, "(Get-CimInstance Win32_BIOS).SerialNumber") == [terminal.identity.serial]
    terminal.knobs.swapped_serial = "OTHER01"
    assert output(terminal, "(Get-CimInstance Win32_BIOS).SerialNumber") == ["OTHER01"]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Name = 'winrm'", ["WinRM"]),
        (
            "Name LIKE 'win%' AND State = 'Running' AND NOT StartMode = 'Manual'",
            ["WinDefend", "Winmgmt", "WinRM"],
        ),
        ("(Name = 'Spooler' OR Name = 'W32Time') AND Started = TRUE", ["Spooler", "W32Time"]),
        (
            "ExitCode > 0 AND StartMode <> 'Manual' AND Name LIKE 'Remote%'",
            ["RemoteAccess", "RemoteRegistry"],
        ),
    ],
)
def test_wql_chooses(terminal: Machine, where: str, names: list[str]) -> None:
    assert output(terminal, f'(Get-CimInstance Win32_Service -Filter "{where}").Name') == names


def test_a_query_that_is_none_is_an_error(terminal: Machine) -> None:
    assert (
        "0x80041017"
        in ran(terminal, "Get-CimInstance Win32_Service -Filter 'Name =='").errors[0].fully_qualified_id
    )


def test_other_properties_than_the_asked_ones_are_empty(terminal: Machine) -> None:
    script = "$s = Get-CimInstance Win32_OperatingSystem -Property Caption; $s.Caption; $null -eq $s.Version"
    assert output(terminal, script) == ["Microsoft Windows 11 Enterprise", True]


def test_the_language_shows_where_it_shows_on_windows(english: Machine, japanese: Machine) -> None:
    script = "(Get-CimInstance Win32_OperatingSystem).OSArchitecture"
    assert output(english, script) == ["64-bit"]
    assert output(japanese, script) == ["64 ビット"]


def test_a_class_beyond_the_simulation_fails_loudly(english: Machine) -> None:
    with pytest.raises(Unsupported, match="SIMULATOR: unsupported"):
        ran(english, "try { Get-CimInstance Win32_Product -ErrorAction SilentlyContinue } catch { }")
    assert english.fleet.unsupported


def test_a_parameter_beyond_the_simulation_fails_loudly(english: Machine) -> None:
    with pytest.raises(Unsupported):
        ran(english, "Get-Service -Name WinRM -ComputerName other")


def test_without_a_domain_there_is_no_resulting_set_of_policy() -> None:
    machine = machine_of(domain=False)
    (error,) = ran(machine, f"{RSOP} RSOP_RegistryPolicySetting").errors
    assert "0x8004100e" in error.fully_qualified_id


def test_the_domains_settings_are_in_the_resulting_set_of_policy(terminal: Machine) -> None:
    terminal.membership.policy = (
        PolicySetting("registry", "SOFTWARE\\Policies\\X", 7, "Y"),
        PolicySetting("security", "System Access", 14, "MinimumPasswordLength"),
        PolicySetting("user_right", "SeShutdownPrivilege", ("S-1-5-32-544",)),
    )
    script = f"$r = {RSOP} RSOP_RegistryPolicySetting; $r.registryKey; [BitConverter]::ToUInt32($r.value, 0)"
    assert output(terminal, script) == ["SOFTWARE\\Policies\\X", 7]
    assert output(terminal, f"({RSOP} RSOP_SecuritySettingNumeric).Setting") == [14]
    assert output(terminal, f"({RSOP} RSOP_UserPrivilegeRight).AccountList") == ["BUILTIN\\Administrators"]


def test_a_profile_goes_with_its_files_unless_it_is_in_use(terminal: Machine) -> None:
    script = "Get-CimInstance Win32_UserProfile | Where-Object { -not $_.Special } | Remove-CimInstance"
    home = "C:\\Users\\000123"
    ran(terminal, script)
    loaded = any(profile.loaded for profile in terminal.profiles if not profile.special)
    assert (terminal.files.find(home) is not None) is loaded


def test_a_process_ends_with_its_connections(terminal: Machine) -> None:
    output(terminal, "Stop-Process -Id 1356 -Force")
    assert not any(c.process == 1356 for c in terminal.running.connections.values())
