"""Indicators: what may be looked for, and how CSV, STIX and MISP name it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from unyo.core.errors import BadInput
from unyo.core.indicator_documents import left_out, rows_of
from unyo.core.indicators import Indicator, IndicatorType, address_and_port
from unyo.ledger.intake.parameter_rows import read_parameter_rows

SHA256 = "a" * 64


def pairs(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["type"], row["value"]) for row in rows]


def stix(*patterns: str) -> dict[str, Any]:
    objects = [
        {"type": "indicator", "id": f"indicator--{i}", "pattern_type": "stix", "pattern": pattern}
        for i, pattern in enumerate(patterns)
    ]
    return {"type": "bundle", "id": "bundle--1", "objects": objects}


def misp(*attributes: tuple[str, str]) -> dict[str, Any]:
    listed = [{"type": kind, "value": value, "to_ids": True} for kind, value in attributes]
    return {"Event": {"info": "spam of 25 November", "Attribute": listed}}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("sha256", "abc"),
        ("md5", SHA256),
        ("address", "example.jp"),
        ("file", "*.*"),
        ("process", "a*"),
        ("dns", "*"),
    ],
)
def test_a_value_that_cannot_be_of_its_type_is_refused(kind: str, value: str) -> None:
    with pytest.raises(BadInput, match=r"indicators\.value"):
        Indicator(IndicatorType(kind), value).check()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("203.0.113.9", ("203.0.113.9", None)),
        ("203.0.113.9:443", ("203.0.113.9", 443)),
        ("2001:db8::1", ("2001:db8::1", None)),
        ("[2001:db8::1]:443", ("2001:db8::1", 443)),
        ("203.0.113.9:0", None),
        ("203.0.113.999", None),
    ],
)
def test_addresses_may_carry_a_port(text: str, found: tuple[str, int | None] | None) -> None:
    assert address_and_port(text) == found


def test_digests_are_compared_as_windows_shows_them() -> None:
    assert Indicator(IndicatorType.SHA256, SHA256).for_script(1)["value"] == "A" * 64


def test_every_comparison_of_a_stix_pattern_is_looked_for() -> None:
    bundle = stix(
        f"[file:hashes.'SHA-256' = '{SHA256}' OR file:name LIKE 'invoice%.exe']",
        "[network-traffic:dst_ref.value IN ('203.0.113.9', '203.0.113.10')] AND [domain-name:value = 'bad.example']",
        "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\SOFTWARE\\\\Evil']",
        "[url:value = 'https://drop.example:8443/a?b']",
    )

    assert pairs(rows_of(bundle, "bundle.json")) == [
        ("sha256", SHA256),
        ("file", "invoice*.exe"),
        ("address", "203.0.113.9"),
        ("address", "203.0.113.10"),
        ("dns", "bad.example"),
        ("registry", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Evil"),
        ("dns", "drop.example"),
    ]


def test_what_a_terminal_cannot_be_asked_is_named() -> None:
    bundle = stix("[email-message:subject = 'invoice']", "[domain-name:value = 'bad.example']")

    assert pairs(rows_of(bundle, "bundle.json")) == [("dns", "bad.example")]
    assert left_out(bundle) == ["email-message:subject ="]


def test_a_revoked_stix_indicator_is_not_looked_for() -> None:
    bundle = stix("[domain-name:value = 'bad.example']", "[domain-name:value = 'old.example']")
    bundle["objects"][1]["revoked"] = True

    assert pairs(rows_of(bundle, "bundle.json")) == [("dns", "bad.example")]


def test_a_broken_stix_pattern_is_named_by_its_id() -> None:
    with pytest.raises(BadInput, match="indicator--0"):
        rows_of(stix("[file:name = "), "bundle.json")


def test_misp_attributes_and_objects_are_read() -> None:
    event = misp(
        ("filename|sha256", f"invoice.exe|{SHA256}"),
        ("ip-dst|port", "203.0.113.9|443"),
        ("url", "http://203.0.113.10/x"),
        ("regkey|value", "HKLM\\SOFTWARE\\Evil|1"),
        ("email-subject", "invoice"),
    )
    event["Event"]["Object"] = [{"name": "file", "Attribute": [{"type": "md5", "value": "b" * 32}]}]

    assert pairs(rows_of(event, "event.json")) == [
        ("file", "invoice.exe"),
        ("sha256", SHA256),
        ("address", "203.0.113.9:443"),
        ("address", "203.0.113.10"),
        ("registry", "HKLM\\SOFTWARE\\Evil"),
        ("md5", "b" * 32),
    ]
    assert left_out(event) == ["MISP email-subject"]


def test_a_misp_attribute_not_meant_for_detection_is_left_alone() -> None:
    event = misp(("domain", "bad.example"), ("domain", "mentioned.example"))
    event["Event"]["Attribute"][1]["to_ids"] = False

    assert pairs(rows_of(event, "event.json")) == [("dns", "bad.example")]


def test_a_japanese_csv_fills_indicators() -> None:
    data = f"種別,値,備考\r\nsha256,{SHA256},不審メール\r\ndns,bad.example,\r\n".encode("cp932")

    assert read_parameter_rows(data, "ioc.csv", Indicator) == [
        {"type": "sha256", "value": SHA256, "note": "不審メール"},
        {"type": "dns", "value": "bad.example"},
    ]


def test_a_bad_row_is_named_by_its_line() -> None:
    with pytest.raises(BadInput, match="line 3"):
        read_parameter_rows(b"type,value\nsha256," + b"a" * 64 + b"\nsha256,short\n", "ioc.csv", Indicator)


def test_a_json_file_is_recognised_by_its_content() -> None:
    data = json.dumps(stix("[domain-name:value = 'bad.example']")).encode()

    assert pairs(read_parameter_rows(data, "ioc.csv", Indicator)) == [("dns", "bad.example")]


def test_json_of_another_kind_says_what_is_wanted() -> None:
    with pytest.raises(BadInput, match="STIX"):
        read_parameter_rows(b'{"hello": 1}', "ioc.json", Indicator)
