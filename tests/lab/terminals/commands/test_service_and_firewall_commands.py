"""Services and the firewall: what is changed is really so, and closes what it closes."""

from __future__ import annotations

from support.windows_machines import output, ran
from unyo.lab.terminals.machine.machine import Machine

HERE = "127.0.0.1"


def test_a_disabled_service_cannot_be_started(terminal: Machine) -> None:
    output(terminal, "Stop-Service -Name Spooler; Set-Service -Name Spooler -StartupType Disabled")
    assert ran(terminal, "Start-Service -Name Spooler").errors
    assert not terminal.services.running("Spooler")
    assert output(terminal, "(Get-CimInstance Win32_Service -Filter \"Name='Spooler'\").StartMode") == [
        "Disabled"
    ]


def test_a_service_that_others_need_stops_only_by_force(terminal: Machine) -> None:
    assert ran(terminal, "Stop-Service -Name TermService").errors
    output(terminal, "Stop-Service -Name TermService -Force")
    assert not terminal.services.running("UmRdpService")


def test_a_service_that_may_not_stop_does_not(terminal: Machine) -> None:
    assert ran(terminal, "Stop-Service -Name WinDefend -Force").errors
    assert terminal.services.running("WinDefend")


def test_an_unknown_service_is_an_error(terminal: Machine) -> None:
    (error,) = ran(terminal, "Get-Service -Name Nothing").errors
    assert error.category == "ObjectNotFound"


def test_stopping_winrm_closes_it(terminal: Machine) -> None:
    output(terminal, "Stop-Service -Name WinRM")
    assert not terminal.accepts(5985, HERE)


def test_a_profiles_settings_are_read_as_written(terminal: Machine) -> None:
    output(
        terminal,
        "Set-NetFirewallProfile -Name Public -DefaultInboundAction Block -LogBlocked True -LogMaxSizeKilobytes 16384",
    )
    script = "$p = Get-NetFirewallProfile -Name Public; [string]$p.DefaultInboundAction; [string]$p.LogBlocked; $p.LogMaxSizeKilobytes"
    assert output(terminal, script) == ["Block", "True", 16384]


def test_what_is_not_configured_says_so_but_not_in_effect(terminal: Machine) -> None:
    script = "[string](Get-NetFirewallProfile -Name Domain{0}).DefaultInboundAction"
    assert output(terminal, script.format("")) == ["NotConfigured"]
    assert output(terminal, script.format(" -PolicyStore ActiveStore")) == ["Block"]


def test_a_value_that_there_is_not_is_refused(terminal: Machine) -> None:
    assert ran(terminal, "Set-NetFirewallProfile -Name Public -Enabled Perhaps").errors
    assert terminal.firewall.profiles["Public"].enabled == "True"


def test_a_blocking_rule_closes_and_its_removal_opens(terminal: Machine) -> None:
    output(
        terminal,
        "New-NetFirewallRule -Name lab -DisplayName lab -Group lab -Direction Inbound -Action Block "
        "-RemoteAddress '127.0.0.0-127.255.255.255' | Out-Null",
    )
    assert not terminal.accepts(5986, HERE)
    output(terminal, "Remove-NetFirewallRule -Group lab")
    assert terminal.accepts(5986, HERE)


def test_rules_are_named_in_the_language_of_windows(english: Machine, japanese: Machine) -> None:
    script = "(Get-NetFirewallRule -Name WINRM-HTTP-In-TCP).DisplayName"
    assert output(english, script) == ["Windows Remote Management (HTTP-In)"]
    assert output(japanese, script) == ["Windows リモート管理 (HTTP 受信)"]
    by_name = "Disable-NetFirewallRule -DisplayName 'Windows Remote Management (HTTP-In)'"
    assert ran(japanese, by_name).errors
    assert japanese.accepts(5985, HERE)
    output(english, by_name)
    assert not english.accepts(5985, HERE)


def test_the_filters_belong_to_their_rules(terminal: Machine) -> None:
    script = "(Get-NetFirewallRule -Name WINRM-HTTP-In-TCP | Get-NetFirewallPortFilter).LocalPort"
    assert output(terminal, script) == ["5985"]
