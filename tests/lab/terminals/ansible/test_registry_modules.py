"""win_regedit and win_reg_stat against the terminal's registry."""

from __future__ import annotations

import pytest

from support.ansible_desk import Desk

EDIT, STAT, KEY = "ansible.windows.win_regedit", "ansible.windows.win_reg_stat", "HKLM:\\SOFTWARE\\Unyo"


def test_the_diff_tells_type_and_value_before_and_after(desk: Desk) -> None:
    desk.run(EDIT, path=KEY, name="A", data=5, type="dword")
    answer = desk.run(EDIT, path=KEY, name="A", data=7, type="dword")
    assert answer["diff"] == {
        "before": {KEY: {"A": {"type": "DWord", "value": "0x00000005"}}},
        "after": {KEY: {"A": {"type": "DWord", "value": "0x00000007"}}},
    }
    assert (answer["data_changed"], answer["data_type_changed"]) == (True, False)


def test_another_type_is_a_change_of_its_own(desk: Desk) -> None:
    desk.run(EDIT, path=KEY, name="A", data="7", type="string")
    answer = desk.run(EDIT, path=KEY, name="A", data=7, type="dword")
    assert answer["data_type_changed"]
    assert desk.machine.registry.data("HKLM\\SOFTWARE\\Unyo", "A") == 7


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("dword", "0xffffffff", 0xFFFFFFFF),
        ("dword", -1, 0xFFFFFFFF),
        ("qword", "4294967296", 1 << 32),
        ("binary", "hex:be,ef", b"\xbe\xef"),
        ("binary", [1, 2], b"\x01\x02"),
        ("multistring", "one", ("one",)),
        ("expandstring", "%TEMP%\\x", "%TEMP%\\x"),
        ("string", None, ""),
    ],
)
def test_data_is_kept_as_its_type_wants_it(desk: Desk, kind: str, given: object, kept: object) -> None:
    desk.run(EDIT, path=KEY, name="V", data=given, type=kind)
    assert desk.machine.registry.data("HKLM\\SOFTWARE\\Unyo", "V") == kept


def test_a_number_that_does_not_fit_is_refused(desk: Desk) -> None:
    answer = desk.run(EDIT, path=KEY, name="A", data=1 << 32, type="dword")
    assert answer["msg"] == "data cannot be larger than 0xffffffff when type is dword"


def test_a_path_without_a_drive_is_refused(desk: Desk) -> None:
    answer = desk.run(EDIT, path="HKEY_LOCAL_MACHINE\\SOFTWARE")
    assert answer["msg"].startswith("path: HKEY_LOCAL_MACHINE\\SOFTWARE is not a valid powershell path")


def test_absent_removes_the_value_and_without_a_name_the_key(desk: Desk) -> None:
    desk.run(EDIT, path=KEY, name="A", data="x")
    assert desk.run(EDIT, path=KEY, name="A", state="absent")["changed"]
    assert desk.machine.registry.value("HKLM\\SOFTWARE\\Unyo", "A") is None
    assert desk.run(EDIT, path=KEY, state="absent")["changed"]
    assert not desk.run(EDIT, path=KEY, state="absent")["changed"]


def test_the_users_own_hive_is_that_of_whoever_runs_the_module(desk: Desk) -> None:
    desk.run(EDIT, path="HKCU:\\Software\\Unyo", name="A", data="x")
    admin = desk.machine.accounts.user("unyo-admin")
    assert admin is not None
    assert desk.machine.registry.data(f"HKU\\{admin.sid}\\Software\\Unyo", "A") == "x"


def test_a_service_that_the_registry_disables_is_disabled(desk: Desk) -> None:
    path = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\Spooler"
    desk.run(EDIT, path=path, name="Start", data=4, type="dword")
    assert desk.run("ansible.windows.win_service", name="Spooler")["start_mode"] == "disabled"


def test_stat_tells_one_value_or_the_whole_key(desk: Desk) -> None:
    desk.run(EDIT, path=KEY, name="A", data="%SystemRoot%\\x", type="expandstring")
    value = desk.run(STAT, path=KEY, name="A")
    assert (value["exists"], value["type"], value["value"], value["raw_value"]) == (
        True,
        "REG_EXPAND_SZ",
        "C:\\Windows\\x",
        "%SystemRoot%\\x",
    )
    assert list(desk.run(STAT, path=KEY)["properties"]) == ["A"]
    assert not desk.run(STAT, path=f"{KEY}\\None")["exists"]
