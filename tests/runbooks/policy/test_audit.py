"""An audit looks, changes nothing, and tells kept, broken, excepted and unseen apart."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from zipfile import ZipFile

import pytest

from runbooks.policy.conftest import BASIC, DENY, LENGTH, LLMNR, PPL, SYSTEM, Office, seen
from support.journey import outcomes, worked
from unyo.core.baseline import Severity
from unyo.core.errors import NotFound
from unyo.core.text import Language
from unyo.runbooks.policy.audit import AuditParams

GOOD = {
    LENGTH: 14,
    DENY: ["S-1-5-32-546"],
    f"{SYSTEM}|consentpromptbehavioradmin": 2,
    LLMNR: 0,
    BASIC: 0,
    PPL: 1,
}
RULES = [
    *("password-length", "llmnr-off", "lsa-protection", "winrm-service-basic-off"),
    *("right-deny-network", "service-snmp", "uac-prompt-administrators"),
]


def exception(rule: str, expires: str) -> str:
    return (
        f"exceptions: [{{rules: [{rule}], scope: {{terminal: [PC-1]}}, "
        f"reason: {{en: the plotter, ja: プロッター}}, owner: 佐藤, expires: {expires}}}]"
    )


def test_every_rule_gets_a_verdict_in_the_packs_order(office: Office) -> None:
    office.terminal("1", values={**GOOD, LLMNR: 1, LENGTH: 8}, errors={DENY: "secedit ended with 1"})
    found = seen(office.audited(), "1")
    verdicts = dict(zip(RULES, found["verdicts"], strict=True))
    assert verdicts == {
        "password-length": "F",
        "llmnr-off": "F",
        "lsa-protection": "P",
        "winrm-service-basic-off": "P",
        "right-deny-network": "U",
        "service-snmp": "N",
        "uac-prompt-administrators": "P",
    }
    assert found["broken"] == {"password-length": 8, "llmnr-off": 1}
    assert found["unread"] == {"right-deny-network": "secedit ended with 1"}
    assert found["counts"] == {"pass": 3, "fail": 2, "unread": 1, "not_applicable": 1}


def test_the_score_weighs_by_severity_and_leaves_out_what_says_nothing(office: Office) -> None:
    office.terminal("1", values={**GOOD, LLMNR: 1})
    office.terminal("2", values=dict(GOOD))
    job = office.audited()
    # Kept: high, critical, critical, high, high; broken: one high of weight 6.
    assert (seen(job, "1")["score"], seen(job, "2")["score"]) == (86.3, 100.0)


def test_an_audit_changes_nothing(office: Office) -> None:
    terminal = office.terminal("1", values={LENGTH: 0})
    before = dict(terminal.values)
    job = office.audited()
    assert (job.state, terminal.values, office.terminals.plays) == ("DONE", before, [])
    assert job.risk == "ROUTINE"


def test_a_valid_exception_is_no_breach_and_an_expired_one_is(office: Office) -> None:
    office.terminal("1", values={**GOOD, LLMNR: 1})
    office.file("exceptions.yml", exception("llmnr-off", "2027-03-25"))
    assert seen(office.audited(), "1")["counts"]["exempt"] == 1
    assert seen(office.audited(), "1")["score"] == 100.0
    office.clock.step(timedelta(days=1))
    found = seen(office.audited(), "1")
    assert (found["counts"]["expired"], found["broken"]) == (1, {"llmnr-off": 1})
    assert found["score"] == 86.3


def test_drift_is_measured_against_what_was_last_approved(office: Office) -> None:
    terminal = office.terminal("1", values={**GOOD, LENGTH: 18, LLMNR: 1})
    office.applied()
    assert seen(office.audited(), "1")["drift"] == {}
    terminal.values |= {LENGTH: 15, BASIC: 1}
    found = seen(office.audited(), "1")
    assert found["drift"] == {"password-length": [18, 15], "winrm-service-basic-off": [0, 1]}
    assert list(found["broken"]) == ["winrm-service-basic-off"]


def test_what_the_domain_sets_otherwise_is_reported(office: Office) -> None:
    office.terminal("1", values=dict(GOOD), domain={LLMNR: 1, LENGTH: 20})
    assert seen(office.audited(), "1")["domain"] == {"llmnr-off": 1}


def test_a_terminal_that_is_off_is_looked_at_later_or_was_not_looked_at(office: Office) -> None:
    office.terminal("1", values=dict(GOOD))
    away = office.terminal("2", values=dict(GOOD), on=False)
    job = office.audited()
    assert outcomes(job) == {"PC-1": "DONE", "PC-2": ""}
    away.on = True
    office.clock.step(timedelta(hours=1))
    assert worked(office.road, job).state == "DONE"
    away.on = False
    job = office.audited()
    office.clock.step(timedelta(days=2))
    assert outcomes(worked(office.road, job)) == {"PC-1": "DONE", "PC-2": "UNREACHABLE"}
    assert "PC-2" in office_file(office, "html")


def office_file(office: Office, ending: str) -> str:
    """The newest file of that ending."""
    found = max(office.road.tools.output.glob(f"*.{ending}"), key=lambda path: path.stat().st_mtime_ns)
    return found.read_bytes().decode("utf-8-sig")


def test_the_files_are_written_when_the_job_has_ended(office: Office) -> None:
    office.terminal("1", values={**GOOD, LLMNR: 1}, department="0310")
    office.terminal("2", values={**GOOD, LENGTH: 8}, domain={LLMNR: 1}, errors={DENY: "secedit ended with 1"})
    office.file("exceptions.yml", exception("llmnr-off", "2027-03-31"))
    office.audited()

    page = office_file(office, "html")
    for text in (
        "ルール別",
        "プロッター",
        "佐藤",
        "2027-03-31",
        "secedit ended with 1",
        "グループポリシーとの競合",
    ):
        assert text in page
    rows = list(csv.DictReader(io.StringIO(office_file(office, "csv"))))
    assert [(row["端末"], row["ルール"], row["求める値"], row["現在の値"]) for row in rows] == [
        ("PC-2", "password-length", "14", "8")
    ]
    with ZipFile(next(office.road.tools.output.glob("*.xlsx"))) as book:
        assert "xl/worksheets/sheet1.xml" in book.namelist()


def test_the_files_speak_english_where_that_is_asked_for(office: Office) -> None:
    office.terminal("1", values={**GOOD, LLMNR: 1})
    office.audited(language=Language.EN)
    page = office_file(office, "html")
    assert "Names are not asked for by multicast (LLMNR)" in page
    assert "Score: weight of kept rules" in page


def test_an_expired_exception_stands_out_in_the_page(office: Office) -> None:
    office.terminal("1", values={**GOOD, LLMNR: 1})
    office.file("exceptions.yml", exception("llmnr-off", "2027-03-24"))
    office.audited(language=Language.EN)
    assert "EXPIRED" in office_file(office, "html")
    assert "broken, exception expired" in office_file(office, "csv")


def test_the_tables_of_the_report_come_from_the_rows_alone(office: Office) -> None:
    from unyo.reports.from_ledger import write_job_report

    office.terminal("1", values={**GOOD, LLMNR: 1})
    job = office.audited()
    path = office.site / "report.html"
    write_job_report(job, office.road.find_runbook("policy.audit"), path, Language.EN)
    page = path.read_text(encoding="utf-8")
    assert "llmnr-off" in page
    assert "86.3" in page


def test_only_rules_of_the_asked_severity_count(office: Office) -> None:
    office.terminal("1", values={**GOOD, LLMNR: 1})
    found = seen(office.audited(severity=Severity.CRITICAL), "1")
    assert found["verdicts"] == "--PP---"
    assert (found["broken"], found["score"]) == ({}, 100.0)


def test_a_rule_that_does_not_exist_is_named_with_near_ones(office: Office) -> None:
    office.terminal("1", values=dict(GOOD))
    with pytest.raises(NotFound, match="llmnr-off"):
        office.asked(AuditParams(everything=True, pack="office", rule=("llmr-off",)))


def test_clients_and_servers_are_judged_by_their_usual_packs(office: Office) -> None:
    office.terminal("1", values=dict(GOOD))
    office.terminal("2", values=dict(GOOD), kind="server")
    job = office.done(office.asked(AuditParams(everything=True)))
    assert (seen(job, "1")["pack"], seen(job, "2")["pack"]) == ("windows11", "windows-server")
