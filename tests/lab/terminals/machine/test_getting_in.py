"""Who gets in: password, lock-out, user rights, service, firewall."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.windows_machines import ADMINISTRATORS, Clock
from unyo.lab.terminals.machine.accounts import LogonRefusal
from unyo.lab.terminals.machine.firewall import Rule
from unyo.lab.terminals.machine.machine import Machine

HERE, WINRM = "127.0.0.1", 5985


def test_the_administrator_logs_on_with_the_fleets_password(terminal: Machine) -> None:
    assert terminal.log_on("unyo-admin", terminal.fleet.password) is None
    assert terminal.log_on("UNYO-ADMIN", terminal.fleet.password) is None
    assert terminal.log_on(f"{terminal.name}\\unyo-admin", terminal.fleet.password) is None


def test_logging_on_is_no_change(terminal: Machine) -> None:
    terminal.log_on("unyo-admin", terminal.fleet.password)
    assert not terminal.changed


def test_ten_wrong_passwords_lock_until_the_time_has_passed(terminal: Machine, clock: Clock) -> None:
    for _ in range(10):
        assert terminal.log_on("unyo-admin", "wrong") is LogonRefusal.WRONG_PASSWORD
    assert terminal.log_on("unyo-admin", terminal.fleet.password) is LogonRefusal.LOCKED
    clock.forward(minutes=11)
    assert terminal.log_on("unyo-admin", terminal.fleet.password) is None


def test_the_lock_out_follows_the_security_policy(terminal: Machine) -> None:
    terminal.security.values["LockoutBadCount"] = 2
    terminal.log_on("unyo-admin", "wrong")
    terminal.log_on("unyo-admin", "wrong")
    assert terminal.log_on("unyo-admin", terminal.fleet.password) is LogonRefusal.LOCKED


def test_wrong_passwords_long_apart_do_not_add_up(terminal: Machine, clock: Clock) -> None:
    terminal.security.values["LockoutBadCount"] = 2
    terminal.log_on("unyo-admin", "wrong")
    clock.forward(minutes=11)
    terminal.log_on("unyo-admin", "wrong")
    assert terminal.log_on("unyo-admin", terminal.fleet.password) is None


@pytest.mark.parametrize("sid", [ADMINISTRATORS, "S-1-5-114", "S-1-5-113", "S-1-1-0"])
def test_the_right_to_deny_really_denies(terminal: Machine, sid: str) -> None:
    terminal.rights.grant("SeDenyNetworkLogonRight", [sid])
    assert terminal.may_log_on("unyo-admin") is LogonRefusal.DENIED


def test_without_the_right_to_log_on_nobody_does(terminal: Machine) -> None:
    terminal.rights.grant("SeNetworkLogonRight", ["S-1-5-32-551"])
    assert terminal.may_log_on("unyo-admin") is LogonRefusal.DENIED


def test_a_disabled_account_stays_out(terminal: Machine) -> None:
    account = terminal.accounts.user("unyo-admin")
    assert account is not None
    terminal.accounts.put_user(replace(account, enabled=False))
    assert terminal.may_log_on("unyo-admin") is LogonRefusal.DISABLED


def test_a_stopped_service_closes_its_ports(terminal: Machine) -> None:
    assert terminal.accepts(WINRM, HERE)
    terminal.services.change("WinRM", running=False)
    assert not terminal.accepts(WINRM, HERE)
    assert terminal.accepts(3389, HERE)


def test_a_switched_off_rule_closes_its_port(terminal: Machine) -> None:
    rule = terminal.firewall.rules["WINRM-HTTP-In-TCP"]
    terminal.firewall.rules[rule.name] = replace(rule, enabled=False)
    assert not terminal.accepts(WINRM, HERE)
    assert terminal.accepts(5986, HERE)


def test_a_blocking_rule_is_stronger_than_an_allowing_one(terminal: Machine) -> None:
    terminal.firewall.rules["block"] = Rule("block", "block", allow=False, remote_addresses=("127.0.0.0/8",))
    assert not terminal.accepts(WINRM, HERE)
    assert terminal.accepts(WINRM, "198.51.100.7")


def test_no_exceptions_shuts_everything(terminal: Machine) -> None:
    profile = terminal.firewall.profiles["Domain"]
    terminal.firewall.profiles["Domain"] = replace(profile, allow_inbound_rules="False")
    assert not terminal.accepts(WINRM, HERE)


def test_a_profile_that_is_off_shuts_nothing(terminal: Machine) -> None:
    terminal.firewall.rules["block"] = Rule("block", "block", allow=False)
    terminal.firewall.profiles["Domain"] = replace(terminal.firewall.profiles["Domain"], enabled="False")
    assert terminal.accepts(WINRM, HERE)


def test_policy_values_in_the_registry_are_in_effect(terminal: Machine) -> None:
    path = "HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\DomainProfile"
    terminal.registry.put(path, "DoNotAllowExceptions", "DWord", 1)
    assert not terminal.accepts(WINRM, HERE)
    terminal.registry.drop(path, "DoNotAllowExceptions")
    assert terminal.accepts(WINRM, HERE)


def test_a_machine_that_is_off_accepts_nothing(terminal: Machine) -> None:
    terminal.knobs.powered_off = True
    assert not terminal.accepts(WINRM, HERE)
