"""What scripts and connector promise, on simulated terminals and, where one is named, on a real one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.winrm_reach import Counterpart, answered, failed, real_counterpart
from unyo.core.errors import Refused
from unyo.core.terminal import Errand
from unyo.lab.terminals.fleet_process import FleetProcess

KEY = r"HKLM:\SOFTWARE\unyo-test"


@pytest.fixture(
    params=[
        "en-US winrm",
        "ja-JP winrm",
        "en-US psrp",
        "ja-JP psrp",
        pytest.param("real winrm", marks=pytest.mark.windows),
        pytest.param("real psrp", marks=pytest.mark.windows),
    ]
)
def one(
    reached_fleet: FleetProcess, tmp_path: Path, request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> Iterator[Counterpart]:
    """One terminal; what the tests write lies below one key, and is gone afterwards."""
    kind, protocol = request.param.split()
    if kind == "real":
        counterpart = real_counterpart(pytestconfig, protocol, tmp_path)
        yield counterpart
        counterpart.forget(KEY)
        return
    facts = next(facts for facts in reached_fleet.terminals if facts["locale"] == kind)
    yield Counterpart.simulated(reached_fleet, str(facts["serial"]), protocol, tmp_path)
    reached_fleet.order("restore", facts["serial"])


def value(name: str, kind: str = "dword", **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": "registry", "key": KEY, "name": name, "type": kind, **more}


def test_a_terminal_says_who_it_is(one: Counterpart) -> None:
    facts = answered(one.run("facts", {"parts": ["identity", "system", "clock", "reboot"]}))
    assert facts["errors"] == {}
    assert facts["identity"]["serial"] == one.terminal.serial
    assert facts["system"]["boot"] < facts["clock"]["utc"]


def test_every_kind_of_setting_is_read_without_a_word_of_any_language(one: Counterpart) -> None:
    settings = [
        value("absent"),
        {"id": "length", "kind": "security", "section": "System Access", "name": "MinimumPasswordLength"},
        {"id": "deny", "kind": "user_right", "name": "SeDenyNetworkLogonRight"},
        {"id": "network", "kind": "user_right", "name": "SeNetworkLogonRight"},
        {"id": "logon", "kind": "audit", "guid": "{0CCE9215-69AE-11D9-BED3-505054503030}"},
        {"id": "winrm", "kind": "service", "name": "WinRM"},
        {"id": "nothing", "kind": "service", "name": "NoSuchService"},
        {"id": "firewall", "kind": "firewall", "profile": "domain", "name": "Enabled"},
        {"id": "smb1", "kind": "feature", "name": "SMB1Protocol"},
    ]
    answer = answered(one.settings("read", settings))
    found = answer["values"]
    assert answer["errors"] == {}
    assert found["absent"] is None
    assert isinstance(found["length"], int)
    assert isinstance(found["deny"], list)
    assert "S-1-5-32-544" in found["network"]
    assert found["network"] == sorted(found["network"])
    assert found["logon"] in ("none", "success", "failure", "both")
    assert found["winrm"] == "automatic"
    assert found["nothing"] is None
    assert found["firewall"] in ("True", "False", "NotConfigured")
    assert found["smb1"] in ("enabled", "disabled", None)


def test_what_is_written_is_read_and_the_second_time_nothing_changes(one: Counterpart) -> None:
    settings = [value("number", value=1), value("text", "string", value="端末")]
    first = answered(one.settings("apply", settings))
    assert first["changed"] == ["number", "text"]
    assert first["before"] == {"number": None, "text": None}
    second = answered(one.settings("apply", settings))
    assert second["changed"] == []
    assert second["values"] == {"number": 1, "text": "端末"}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("dword", 4294967295),
        ("qword", 9007199254740993),
        ("string", ""),
        ("expand", "%SystemRoot%\\x"),
        ("multi", []),
        ("multi", ["one", "二"]),
        ("binary", "00ff10"),
    ],
)
def test_each_type_of_value_comes_back_as_it_went(one: Counterpart, kind: str, content: Any) -> None:
    answered(one.settings("apply", [value("v", kind, value=content)]))
    assert answered(one.settings("read", [value("v", kind)]))["values"] == {"v": content}


def test_a_value_of_another_type_is_put_back_as_that_type(one: Counterpart) -> None:
    answered(one.settings("apply", [value("v", "string", value="1")]))
    first = answered(one.settings("apply", [value("v", value=1)]))
    assert first["before"] == {"v": {"type": "string", "value": "1"}}
    answered(one.settings("apply", [value("v", value=first["before"]["v"])]))
    assert answered(one.settings("read", [value("v", "string")]))["values"] == {"v": "1"}


def test_absent_is_put_back_as_absent(one: Counterpart) -> None:
    answered(one.settings("apply", [value("v", value=1)]))
    answered(one.settings("apply", [value("v", value=None)]))
    assert answered(one.settings("read", [value("v")]))["values"] == {"v": None}


def test_what_somebody_else_has_changed_is_not_touched(one: Counterpart) -> None:
    answered(one.settings("apply", [value("v", value=7)]))
    answer = answered(
        one.settings("apply", [value("v", value=1, before=None), value("w", value=1, before=None)])
    )
    assert answer["errors"] == {"v": "moved"}
    assert answer["values"] == {"v": 7, "w": 1}


def test_one_setting_that_cannot_be_read_hides_no_other(one: Counterpart) -> None:
    answer = answered(one.settings("read", [{"id": "odd", "kind": "no-such-kind"}, value("v")]))
    assert set(answer["errors"]) == {"odd"}
    assert answer["values"]["v"] is None


def test_another_machine_under_this_name_is_refused(one: Counterpart) -> None:
    stranger = replace(one, terminal=replace(one.terminal, serial="NOT-THIS-ONE"))
    error = failed(stranger.run("facts", {"parts": ["identity"]}))
    assert isinstance(error, Refused)
    assert error.code == "terminals.swapped"
    assert one.terminal.serial in str(error.detail)


def test_a_script_that_fails_says_where_and_why(one: Counterpart) -> None:
    one.script("broken", "$x = 1\nthrow 'それはできません'")
    error = failed(one.run("broken", {}))
    assert error.code == "terminals.script"
    assert "それはできません" in str(error.detail)
    assert "broken.ps1 line 5" in str(error.detail)


def test_a_large_answer_comes_whole(one: Counterpart) -> None:
    one.script("large", "@{ text = ('端' * 400000) }")
    assert len(answered(one.run("large", {}))["text"]) == 400000


def test_large_parameters_go_whole(one: Counterpart) -> None:
    one.script("count", "@{ length = $Parameters.text.Length }")
    assert answered(one.run("count", {"text": "x" * 700000})) == {"length": 700000}


def test_errands_on_one_terminal_share_a_session_and_keep_their_order(one: Counterpart) -> None:
    one.script("echo", "@{ number = $Parameters.number }")
    errands = [Errand(one.terminal, {"number": number}) for number in range(5)]
    results = one.hands.run("echo", errands, timeout=30)
    assert [answered(result)["number"] for result in results] == [0, 1, 2, 3, 4]


def test_a_log_on_from_the_terminal_to_another_machine_is_named(one: Counterpart) -> None:
    one.script("hop", r"Write-Error '\\fs1\share: denied' -Category PermissionDenied -ErrorAction Stop")
    assert failed(one.run("hop", {})).code == "terminals.double_hop"
