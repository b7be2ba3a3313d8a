"""Which rules would shut out the account and protocol that an installation uses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from unyo.baselines import BaselineFiles
from unyo.core.baseline import Kind, Rule, Setting
from unyo.core.terminal import Way
from unyo.runbooks.policy.rules.own_channel import cuts_own_way

LOCAL = Way("negotiate", "winrm", "https", "unyo-admin")
DOMAIN = Way("kerberos", "psrp", "https", "unyo@OFFICE.EXAMPLE.JP")
BASIC = Way("basic", "winrm", "https", "unyo-admin")
WINRM = r"HKLM:\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service"
SYSTEM = r"HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"


@pytest.fixture(scope="module")
def template() -> Rule:
    return BaselineFiles(Path("/nowhere")).pack("windows11").rules[0]


def registry(key: str, name: str) -> Setting:
    return Setting(Kind.REGISTRY, (("key", key), ("name", name), ("type", "dword")))


def right(name: str) -> Setting:
    return Setting(Kind.USER_RIGHT, (("name", name),))


CASES: list[tuple[Setting, Any, Way, bool]] = [
    (registry(WINRM, "AllowBasic"), 0, BASIC, True),
    (registry(WINRM, "AllowBasic"), 0, LOCAL, False),
    (registry(WINRM.lower(), "allowbasic"), 0, BASIC, True),
    (registry(WINRM, "AllowUnencryptedTraffic"), 0, LOCAL, False),
    (registry(WINRM, "AllowKerberos"), 0, DOMAIN, True),
    (registry(WINRM, "AllowKerberos"), 0, LOCAL, False),
    (registry(WINRM, "AllowNegotiate"), 0, LOCAL, True),
    (registry(WINRM, "AllowAutoConfig"), 0, DOMAIN, True),
    (registry(WINRM + r"\WinRS", "AllowRemoteShellAccess"), 0, LOCAL, True),
    (registry(WINRM + r"\WinRS", "AllowRemoteShellAccess"), 0, DOMAIN, False),
    (registry(SYSTEM, "LocalAccountTokenFilterPolicy"), 0, LOCAL, True),
    (registry(SYSTEM, "LocalAccountTokenFilterPolicy"), 0, DOMAIN, False),
    (registry(SYSTEM, "LocalAccountTokenFilterPolicy"), 1, LOCAL, False),
    (right("SeDenyNetworkLogonRight"), ["S-1-5-113"], LOCAL, True),
    (right("SeDenyNetworkLogonRight"), ["S-1-5-114"], DOMAIN, False),
    (right("SeDenyNetworkLogonRight"), ["S-1-5-32-544"], DOMAIN, True),
    (right("SeDenyNetworkLogonRight"), ["S-1-5-32-546"], LOCAL, False),
    (right("SeNetworkLogonRight"), ["S-1-5-32-555"], DOMAIN, True),
    (right("SeNetworkLogonRight"), ["S-1-5-32-544"], LOCAL, False),
    (Setting(Kind.SERVICE, (("name", "WinRM"),)), "disabled", DOMAIN, True),
    (Setting(Kind.SERVICE, (("name", "sshd"),)), "disabled", DOMAIN, False),
]


@pytest.mark.parametrize(("setting", "wanted", "way", "cuts"), CASES)
def test_a_rule_is_held_against_the_way_that_unyo_takes(
    template: Rule, setting: Setting, wanted: Any, way: Way, cuts: bool
) -> None:
    assert cuts_own_way(replace(template, setting=setting), wanted, way) is cuts


@pytest.mark.parametrize("way", [LOCAL, DOMAIN])
@pytest.mark.parametrize("name", ["windows11", "windows-server"])
def test_the_usual_packs_shut_out_neither_local_nor_domain_accounts(name: str, way: Way) -> None:
    rules = BaselineFiles(Path("/nowhere")).pack(name).rules
    assert [rule.id for rule in rules if cuts_own_way(rule, rule.wanted, way)] == []


def test_a_local_account_is_told_by_its_name() -> None:
    names = {"unyo-admin": True, ".\\unyo-admin": True, "OFFICE\\unyo": False, "unyo@office.jp": False}
    assert {name: Way(user=name).is_local for name in names} == names
