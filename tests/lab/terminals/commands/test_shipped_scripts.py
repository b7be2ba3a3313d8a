"""The scripts that unyo sends, against machines in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from support.windows_machines import LOGON, Clock, shipped
from unyo.lab.terminals.machine.files import File
from unyo.lab.terminals.machine.hardware import Profile
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.planting import plant

SETTINGS: list[dict[str, Any]] = [
    {
        "id": "registry",
        "kind": "registry",
        "key": r"HKLM:\SOFTWARE\Policies\Lab",
        "name": "V",
        "type": "dword",
        "value": 1,
    },
    {
        "id": "security",
        "kind": "security",
        "section": "System Access",
        "name": "MinimumPasswordLength",
        "value": 14,
    },
    {"id": "right", "kind": "user_right", "name": "SeUndockPrivilege", "value": ["S-1-5-32-544"]},
    {"id": "audit", "kind": "audit", "guid": LOGON, "value": "both"},
    {"id": "service", "kind": "service", "name": "Spooler", "value": "disabled"},
    {"id": "firewall", "kind": "firewall", "profile": "Public", "name": "LogBlocked", "value": "True"},
    {"id": "feature", "kind": "feature", "name": "TelnetClient", "value": "enabled"},
]
WINRM = {"id": "winrm", "kind": "service", "name": "WinRM", "value": "disabled"}
DENY = {"id": "deny", "kind": "user_right", "name": "SeDenyNetworkLogonRight", "value": ["S-1-5-32-544"]}


def test_all_kinds_of_settings_are_applied_read_back_and_put_back(terminal: Machine) -> None:
    first = shipped(terminal, "settings", {"mode": "apply", "settings": SETTINGS})
    assert dict(first["errors"]) == {}
    assert sorted(first["changed"]) == sorted(setting["id"] for setting in SETTINGS)
    assert dict(first["values"]) == {setting["id"]: setting["value"] for setting in SETTINGS}
    again = shipped(terminal, "settings", {"mode": "apply", "settings": SETTINGS})
    assert again["changed"] == []
    back = [{**setting, "value": first["before"][setting["id"]]} for setting in SETTINGS]
    undone = shipped(terminal, "settings", {"mode": "apply", "settings": back})
    assert dict(undone["values"]) == dict(first["before"])


def test_a_guard_reverts_by_itself_and_lets_unyo_in_again(terminal: Machine, clock: Clock) -> None:
    shipped(terminal, "guard", {"mode": "arm", "id": "lab", "minutes": 10, "settings": [DENY]})
    assert terminal.may_log_on("unyo-admin") is not None
    clock.forward(minutes=11)
    terminal.tick()
    assert terminal.may_log_on("unyo-admin") is None
    status = shipped(terminal, "guard", {"mode": "status", "id": "lab"})
    assert (status["armed"], status["reverted"]) == (False, True)
    assert not status["errors"].properties


def test_a_guard_that_was_confirmed_stays(terminal: Machine, clock: Clock) -> None:
    shipped(terminal, "guard", {"mode": "arm", "id": "lab", "minutes": 10, "settings": [WINRM]})
    shipped(terminal, "guard", {"mode": "confirm", "id": "lab"})
    clock.forward(minutes=11)
    terminal.tick()
    assert terminal.services.table["WinRM"].mode == "Disabled"


def test_a_guard_reverts_after_a_restart_too(terminal: Machine, clock: Clock) -> None:
    shipped(terminal, "guard", {"mode": "arm", "id": "lab", "minutes": 10, "settings": [DENY]})
    terminal.knobs.powered_off = True
    terminal.tick()
    clock.forward(hours=2)
    terminal.knobs.powered_off = False
    terminal.tick()
    assert terminal.may_log_on("unyo-admin") is None


def test_isolation_keeps_what_is_kept_and_ends_by_itself(terminal: Machine, clock: Clock) -> None:
    until = clock.time.replace(hour=5).strftime("%Y-%m-%dT%H:%M:%SZ")
    blocked = ["0.0.0.1-126.255.255.255", "128.0.0.0-255.255.255.254"]
    wanted = {
        "mode": "isolate",
        "blocked": blocked,
        "until": until,
        "ticket": "1",
        "reason": "lab",
        "probe": None,
    }
    assert shipped(terminal, "isolation", wanted)["isolated"] is True
    assert terminal.accepts(5986, "127.0.0.1")
    assert not terminal.accepts(5986, "198.51.100.7")
    clock.forward(hours=3)
    terminal.tick()
    assert shipped(terminal, "isolation", {"mode": "status", "probe": None})["isolated"] is False
    assert terminal.accepts(5986, "198.51.100.7")


@pytest.mark.parametrize(
    ("part", "entry", "indicator"),
    [
        ("files", {"path": r"C:\ProgramData\a\evil.exe", "text": "x"}, {"type": "file", "value": "evil.exe"}),
        ("files", {"path": r"C:\ProgramData\a\evil.exe", "text": "abc"}, {"type": "md5", "value": "900150983CD24FB0D6963F7D28E17F72"}),
        ("processes", {"path": r"C:\x\evil.exe"}, {"type": "process", "value": "evil.exe"}),
        ("tasks", {"name": "Evil", "execute": "evil.exe"}, {"type": "task", "value": "Evil"}),
        ("registry", {"key": r"HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Run", "name": "Evil", "value": "string:e"}, {"type": "run_key", "value": "Evil"}),
        ("registry", {"key": r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run", "name": "E", "value": "string:evil.exe"}, {"type": "autorun", "value": "evil.exe"}),
        ("dns", {"name": "c2.evil.example", "address": "203.0.113.9"}, {"type": "dns", "value": "evil.example"}),
        ("connections", {"address": "203.0.113.9", "port": 443}, {"type": "address", "address": "203.0.113.9", "port": None, "value": "203.0.113.9"}),
        ("log_ons", {"user": "evil", "address": "203.0.113.9"}, {"type": "logon", "value": "evil"}),
    ],
)  # fmt: skip
def test_every_kind_of_indicator_is_found(
    terminal: Machine, part: str, entry: dict[str, Any], indicator: dict[str, Any]
) -> None:
    wanted = {
        "indicators": [{"id": "i", **indicator}],
        "roots": [],
        "max_bytes": 10**8,
        "logon_days": 7,
        "seconds": 60,
    }
    assert shipped(terminal, "find", wanted)["found"] == []
    plant(terminal, {part: [entry]})
    answer = shipped(terminal, "find", wanted)
    assert [hit["id"] for hit in answer["found"]] == ["i"]
    assert answer["could_not"] == []


def test_a_search_neither_follows_junctions_nor_fetches_what_lies_in_the_cloud(terminal: Machine) -> None:
    terminal.files.put(File(r"C:\ProgramData\Application Data", folder=True, hidden=True, link=True))
    plant(terminal, {"files": [{"path": r"C:\ProgramData\Application Data\evil.exe", "text": "abc"}]})
    plant(terminal, {"files": [{"path": r"C:\ProgramData\cloud\plan.exe", "text": "abc", "away": True}]})
    wanted = {
        "indicators": [{"id": "i", "type": "md5", "value": "900150983CD24FB0D6963F7D28E17F72"}],
        "roots": [r"C:\ProgramData"],
        "max_bytes": 10**8,
        "logon_days": 7,
        "seconds": 60,
    }
    answer = shipped(terminal, "find", wanted)
    assert answer["found"] == []
    assert [(gap["area"], gap["reason"]) for gap in answer["could_not"]] == [
        ("hash", "1 files are not on this disk and were not fetched")
    ]


def test_a_task_that_calls_a_class_is_found_by_it_and_hides_no_other(terminal: Machine) -> None:
    called = {"name": "Quiet", "class_id": "{A6BA00FE-40E8-477C-B713-C64A14F18ADB}"}
    plant(terminal, {"tasks": [called, {"name": "Loud", "execute": "evil.exe"}]})
    indicators = [
        {"id": "class", "type": "task", "value": "A6BA00FE"},
        {"id": "program", "type": "task", "value": "evil"},
    ]
    wanted = {"indicators": indicators, "roots": [], "max_bytes": 1, "logon_days": 7, "seconds": 60}
    answer = shipped(terminal, "find", wanted)
    assert sorted(hit["id"] for hit in answer["found"]) == ["class", "program"]
    assert answer["could_not"] == []


def test_people_of_entra_id_are_wiped_too(terminal: Machine) -> None:
    terminal.profiles.append(Profile("S-1-12-1-1-2-3-4", r"C:\Users\entra"))
    answer = shipped(terminal, "wipe", {"mode": "status", "keep": [], "folders": []})
    assert r"C:\Users\entra" in answer["profiles"]


def test_every_part_of_facts_and_diagnosis_answers(terminal: Machine) -> None:
    parts = [
        "identity",
        "system",
        "clock",
        "domain",
        "user",
        "memory",
        "disks",
        "network",
        "bitlocker",
        "software",
        "reboot",
    ]
    assert dict(shipped(terminal, "facts", {"parts": parts})["errors"]) == {}
    parts = ["services", "events", "updates", "processes", "printers", "people"]
    assert dict(shipped(terminal, "diagnosis", {"parts": parts, "days": 7, "personal": True})["errors"]) == {}
