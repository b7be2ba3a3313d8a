"""Rules, packs and exceptions: what they mean, and what is said where they are wrong."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from unyo.core.baseline import Exemption, Kind, Pack, Rule, exemption_for
from unyo.core.baseline_file import parse_exemptions, parse_pack
from unyo.core.errors import BadSetting
from unyo.core.terminal import Place, Terminal
from unyo.core.text import Text

RULE: dict[str, Any] = {
    "id": "password-length",
    "title": {"en": "Long passwords", "ja": "長いパスワード"},
    "why": {"en": "Short ones are guessed", "ja": "短いと推測される"},
    "reference": ["CIS 1.1.4"],
    "severity": "high",
    "setting": {"kind": "security", "section": "System Access", "name": "MinimumPasswordLength"},
    "wanted": 14,
    "accept": {"least": 14},
}


def changed(**fields: Any) -> dict[str, Any]:
    return {**copy.deepcopy(RULE), **fields}


def pack_of(*rules: dict[str, Any], **more: Any) -> Pack:
    given = {"title": {"en": "Office", "ja": "庁内"}, "rules": list(rules), **more}
    return parse_pack("office", given, lambda name: pack_of(RULE))


def rule(**fields: Any) -> Rule:
    return pack_of(changed(**fields)).rules[0]


def registry(kind: str, wanted: Any, **more: Any) -> Rule:
    setting = {"kind": "registry", "key": r"HKLM:\SOFTWARE\A", "name": "B", "type": kind}
    return rule(setting=setting, wanted=wanted, accept=more)


def test_a_stronger_value_than_the_wanted_one_is_as_good_and_stays() -> None:
    length = rule()
    assert [length.accepts(n) for n in (13, 14, 16, None)] == [False, True, True, False]
    assert (length.goal(16), length.goal(8), length.goal(None)) == (16, 14, 14)


def test_a_range_has_two_ends_and_reads_numbers_in_texts() -> None:
    lock = registry("string", "4", least=0, most=4)
    assert [lock.accepts(v) for v in ("0", "4", "5", "-1", "x", None)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_one_is_not_true_and_a_text_is_not_a_number() -> None:
    flag = registry("dword", 1)
    assert [flag.accepts(v) for v in (1, True, "1")] == [True, False, False]


def test_denials_may_name_more_and_permissions_fewer_members() -> None:
    guests, admins = "S-1-5-32-546", "S-1-5-32-544"
    deny = rule(
        setting={"kind": "user_right", "name": "SeDenyNetworkLogonRight"},
        wanted=[guests],
        accept={"members": "superset"},
    )
    allow = rule(
        setting={"kind": "user_right", "name": "SeDebugPrivilege"},
        wanted=[admins],
        accept={"members": "subset"},
    )
    assert [deny.accepts(v) for v in ([admins, guests], [admins], [])] == [True, False, False]
    assert [allow.accepts(v) for v in ([], [admins], [admins, guests])] == [True, True, False]


@pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.FEATURE])
def test_what_is_not_installed_is_neither_kept_nor_broken_nor_touched(kind: Kind) -> None:
    absent = rule(setting={"kind": kind.value, "name": "SNMP"}, wanted="disabled", accept={})
    assert not absent.applicable(None)
    assert absent.goal(None) is None


def test_the_digest_of_a_pack_covers_every_rule_and_value() -> None:
    assert pack_of(RULE).digest == pack_of(copy.deepcopy(RULE)).digest
    assert pack_of(RULE).digest != pack_of(changed(wanted=15, accept={"least": 15})).digest


def test_the_address_digest_changes_with_the_setting_only() -> None:
    other = {"kind": "security", "section": "System Access", "name": "PasswordHistorySize"}
    assert rule(severity="low").address_digest == rule().address_digest
    assert rule(setting=other).address_digest != rule().address_digest


WRONG = [
    ({"severity": "huge"}, "severity", "low, medium, high, critical"),
    ({"title": {"en": "only English"}}, "title", "{en: …, ja: …}"),
    ({"reference": []}, "reference", "at least one text"),
    ({"cuts": ["wlan"]}, "cuts", "winrm, rdp, logon"),
    ({"reboot": "yes"}, "reboot", "true or false"),
    ({"wanted": "long"}, "accept", "fulfils"),
    ({"colour": "red"}, "colour", "severity"),
    ({"setting": {"kind": "gpo"}}, "setting.kind", "registry"),
    (
        {"setting": {"kind": "security", "section": "System Access", "name": "PasswordLength"}},
        "name",
        "MinimumPass",
    ),
    ({"setting": {"kind": "security", "section": "Registry", "name": "X"}}, "section", "System Access"),
    ({"setting": {"kind": "user_right", "name": "SeDebug"}, "wanted": [], "accept": {}}, "name", "Se…"),
    (
        {"setting": {"kind": "user_right", "name": "SeDebugPrivilege"}, "wanted": ["Administrators"]},
        "wanted",
        "SIDs",
    ),
    ({"setting": {"kind": "audit", "guid": "{0cce9215}"}}, "guid", "{0CCE9215-"),
    ({"setting": {"kind": "registry", "key": r"HKCU:\X", "name": "a", "type": "dword"}}, "key", "HKLM:"),
    ({"setting": {"kind": "registry", "key": r"HKLM:\X", "name": "a", "type": "word"}}, "type", "dword"),
    ({"setting": {"kind": "registry", "key": r"HKLM:\X", "name": "a"}}, "type", "key, name, type"),
    ({"setting": {"kind": "firewall", "profile": "home", "name": "Enabled"}}, "profile", "domain"),
    ({"setting": {"kind": "service", "name": "A"}, "wanted": None}, "wanted", "registry"),
    ({"wanted": True, "accept": {}}, "wanted", "whole number"),
]


@pytest.mark.parametrize(("fields", "field", "right"), WRONG)
def test_a_wrong_rule_is_named_with_pack_rule_field_and_what_would_be_right(
    fields: dict[str, Any], field: str, right: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        pack_of(changed(**fields))
    assert caught.value.target == "office password-length"
    assert field in caught.value.what.en
    assert right in caught.value.next_step.en


def test_a_rule_without_wanted_value_is_refused_but_null_means_absent() -> None:
    without = {name: value for name, value in RULE.items() if name != "wanted"}
    with pytest.raises(BadSetting, match="wanted"):
        pack_of(without)
    assert registry("dword", None).accepts(None)


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(BadSetting, match="id is wrong"):
        pack_of(RULE, RULE)


def test_an_included_rule_may_want_something_else_but_not_be_about_something_else() -> None:
    includes = [{"pack": "other", "override": {"password-length": {"wanted": 20, "severity": "critical"}}}]
    (found,) = pack_of(includes=includes).rules
    assert (found.wanted, found.severity.value, found.accepts(21)) == (20, "critical", False)
    includes[0]["override"] = {"password-length": {"setting": RULE["setting"]}}
    with pytest.raises(BadSetting, match="setting is wrong"):
        pack_of(includes=includes)


def test_an_included_rule_can_be_left_out_and_one_that_is_not_there_is_named() -> None:
    with pytest.raises(BadSetting, match="rules is wrong"):
        pack_of(includes=[{"pack": "other", "except": ["password-length"]}])
    with pytest.raises(BadSetting, match="passwort is wrong"):
        pack_of(includes=[{"pack": "other", "except": ["passwort"]}])


PC = Terminal(
    "S1", "PC-0001", "10.0.0.1", model="L14", place=Place(site="本庁", floor="3F"), department="0310"
)


def exemption(expires: str, **scope: list[str]) -> dict[str, Any]:
    return {
        "rules": ["password-length"],
        "scope": scope,
        "reason": {"en": "old program", "ja": "旧システム"},
        "owner": "佐藤",
        "expires": date.fromisoformat(expires),
    }


def exemptions(*given: dict[str, Any]) -> tuple[Exemption, ...]:
    return parse_exemptions({"exceptions": list(given)}, pack_of(RULE).by_id(), "exceptions.yml")


def test_every_condition_of_a_scope_must_hold() -> None:
    both, one = exemptions(
        exemption("2027-03-31", department=["0310"], model=["l14"]),
        exemption("2027-03-31", department=["0310"], model=["X1"]),
    )
    assert both.covers("password-length", PC)
    assert not one.covers("password-length", PC)
    assert not both.covers("another-rule", PC)


def test_an_exception_holds_through_its_last_day() -> None:
    (given,) = exemptions(exemption("2027-03-31", terminal=["PC-0001"]))
    assert given.holds(date(2027, 3, 31))
    assert not given.holds(date(2027, 4, 1))


def test_of_several_exceptions_the_one_that_holds_longest_counts() -> None:
    early, late = exemptions(exemption("2026-01-31", terminal=["S1"]), exemption("2027-01-31", site=["本庁"]))
    assert exemption_for("password-length", PC, (early, late)) == late


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scope": {}}, "scope"),
        ({"scope": {"colour": ["red"]}}, "colour"),
        ({"owner": ""}, "owner"),
        ({"expires": "soon"}, "expires"),
        ({"rules": ["no-such-rule"]}, "rules: no-such-rule"),
        ({"reason": Text("a", "b")}, "reason"),
    ],
)
def test_a_wrong_exception_is_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(BadSetting) as caught:
        exemptions({**exemption("2027-03-31", terminal=["S1"]), **fields})
    assert field in caught.value.what.en
