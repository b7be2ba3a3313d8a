"""The registry provider and Microsoft.Win32.Registry."""

from __future__ import annotations

import pytest

from support.windows_machines import output, ran
from unyo.lab.terminals.machine.machine import Machine

KEY = r"HKLM:\SOFTWARE\Lab"


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("DWord", "4294967295", 4294967295),
        ("DWord", "-1", 4294967295),
        ("QWord", "5", 5),
        ("String", "'a'", "a"),
        ("ExpandString", "'%windir%\\x'", "%windir%\\x"),
        ("MultiString", "'a','b'", ("a", "b")),
        ("Binary", "([byte[]](1,255))", b"\x01\xff"),
    ],
)
def test_every_kind_of_value_is_stored_as_such(
    terminal: Machine, kind: str, value: str, stored: object
) -> None:
    output(
        terminal,
        f"New-Item -Path {KEY} -Force | Out-Null; "
        f"New-ItemProperty -Path {KEY} -Name V -PropertyType {kind} -Value {value} | Out-Null",
    )
    found = terminal.registry.value(r"HKLM\SOFTWARE\Lab", "v")
    assert found is not None
    assert (found.kind, found.data) == (kind, stored)


def test_a_dword_is_read_as_a_signed_number(terminal: Machine) -> None:
    terminal.registry.put(r"HKLM\SOFTWARE\Lab", "V", "DWord", 0xFFFFFFFF)
    assert output(terminal, rf"(Get-ItemProperty -Path {KEY}).V") == [-1]


def test_texts_are_expanded_unless_they_are_not_to_be(terminal: Machine) -> None:
    terminal.registry.put(r"HKLM\SOFTWARE\Lab", "V", "ExpandString", r"%SystemRoot%\x")
    key = r"$key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\Lab'); "
    raw = "$key.GetValue('V', $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)"
    assert output(terminal, key + "$key.GetValue('V'); " + raw) == [r"C:\Windows\x", r"%SystemRoot%\x"]


def test_a_key_that_is_not_there_is_an_error_a_value_too(terminal: Machine) -> None:
    absent = ran(terminal, r"Get-ItemProperty -Path HKLM:\SOFTWARE\Nothing")
    assert absent.errors[0].category == "ObjectNotFound"
    value = ran(terminal, r"Get-ItemProperty -Path HKLM:\SOFTWARE -Name Nothing")
    assert "Property Nothing does not exist" in value.errors[0].message


def test_a_number_that_does_not_fit_is_refused(terminal: Machine) -> None:
    terminal.registry.make(r"HKLM\SOFTWARE\Lab")
    done = ran(terminal, rf"New-ItemProperty -Path {KEY} -Name V -PropertyType DWord -Value 'many'")
    assert done.errors
    assert terminal.registry.value(r"HKLM\SOFTWARE\Lab", "V") is None


def test_a_key_goes_with_all_below_it(terminal: Machine) -> None:
    terminal.registry.put(r"HKLM\SOFTWARE\Lab\A\B", "V", "DWord", 1)
    assert output(terminal, rf"Remove-Item -Path {KEY} -Recurse; Test-Path {KEY}") == [False]


def test_children_are_listed_by_their_long_names(terminal: Machine) -> None:
    terminal.registry.make(r"HKLM\SOFTWARE\Lab\B")
    terminal.registry.make(r"HKLM\SOFTWARE\Lab\A\C")
    script = "Get-ChildItem -LiteralPath 'Registry::HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab' | ForEach-Object { $_.Name }"
    assert output(terminal, script) == [
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Lab\A",
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Lab\B",
    ]


def test_a_volatile_key_does_not_outlive_a_restart(terminal: Machine) -> None:
    script = (
        "$o = [Microsoft.Win32.RegistryOptions]::Volatile; $c = [Microsoft.Win32.RegistryKeyPermissionCheck]::Default; "
        "[Microsoft.Win32.Registry]::LocalMachine.CreateSubKey('SOFTWARE\\Gone', $c, $o).Close()"
    )
    output(terminal, script)
    assert terminal.registry.key(r"HKLM\SOFTWARE\Gone") is not None
    terminal.knobs.powered_off = True
    terminal.tick()
    terminal.knobs.powered_off = False
    terminal.tick()
    assert terminal.registry.key(r"HKLM\SOFTWARE\Gone") is None


def test_what_if_changes_nothing(terminal: Machine) -> None:
    output(terminal, rf"New-Item -Path {KEY} -WhatIf | Out-Null")
    assert terminal.registry.key(r"HKLM\SOFTWARE\Lab") is None
