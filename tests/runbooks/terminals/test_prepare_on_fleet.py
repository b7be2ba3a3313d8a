"""A terminal made ready over real WinRM and real Ansible: from a sheet of the customer's to a check list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.fleet import FreshFleet
from support.terminal_town import TerminalTown, ends, step_of
from unyo.core.errors import BadInput, UnyoError
from unyo.core.outcome import Outcome
from unyo.core.params import params_from_json
from unyo.core.runbook import StepEnd
from unyo.core.secret import Secret, SecretRef
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.lab.terminals.machine.domain import Domain
from unyo.ledger.intake.parameter_rows import read_parameter_rows
from unyo.ledger.models import Event, Step, TerminalRecord
from unyo.runbooks.terminals.prepare import PrepareParams
from unyo.runbooks.terminals.rules.preparing import Preparation
from unyo.vault.key_file import create_key_file

DOMAIN = Domain()
CANARY = DOMAIN.password
SCENARIO = """
count: 8
terminals:
  - {number: 1, name: OLD-1, locale: ja-JP, domain: false}
  - {number: 2, name: OLD-2, locale: en-US, domain: false}
  - {number: 3, name: OLD-3, locale: ja-JP, domain: false}
"""
POLICY = """
domain: lab.unyo.test
ou: ""
join_user: join@lab.unyo.test
join_secret: terminals/join
keep_sids: []
shared_folders: ['C:\\Users\\Public\\Documents', 'C:\\Temp']
software:
  - {name: 7-Zip 24.08 (x64), path: '\\\\files\\software\\7z.msi', arguments: /qn, product_id: '{23170F69-40C1-2702-2408-000001000000}'}
printers:
  - {site: 本庁舎, floor: 3F, name: 3F 複合機, address: 192.0.2.31, driver: RICOH IM C3510 JPN RPCS}
  - {site: 支所, name: 支所 複合機, address: 192.0.2.41, driver: RICOH IM C3510 JPN RPCS}
"""
HEADINGS = "端末,新端末名,職員番号,部署コード,拠点,階,席\r\n"


@pytest.fixture
def town(sqlite_ledger: Path, tmp_path: Path, fresh_fleet: FreshFleet) -> Iterator[TerminalTown]:
    scenario = tmp_path / "scenario.yml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    fleet = fresh_fleet(scenario=scenario)
    product = {
        "product_id": "{23170F69-40C1-2702-2408-000001000000}",
        "name": "7-Zip 24.08 (x64)",
        "silent": "/qn",
    }
    fleet.order("share", r"\\files\software\7z.msi", product)
    for facts in fleet.terminals:
        fleet.knob(facts["serial"], "reboot_seconds", 0)
        fleet.knob(facts["serial"], "longest_shutdown_delay_seconds", 0.3)
    for facts in fleet.terminals[:3]:
        left = {"path": r"C:\Temp\名簿.xlsx", "text": "x"}
        planted = {"profiles": [{"user": facts["user"]}, {"user": "former"}], "files": [left]}
        fleet.order("plant", facts["serial"], planted)
    town = TerminalTown(fleet, tmp_path)
    town.policy("preparation", POLICY)
    create_key_file(town.settings.key_file)
    town.road.tools.vault.seal(SecretRef("terminals/join"), Secret(CANARY), "join")
    yield town
    assert fleet.unsupported == []


def sheet(*lines: str) -> PrepareParams:
    content = (HEADINGS + "".join(f"{line}\r\n" for line in lines)).encode("cp932")
    rows = read_parameter_rows(content, "準備.csv", Preparation)
    return params_from_json(PrepareParams, {"rows": rows})


ROW = "OLD-1,PC-N01,000501,01020,本庁舎,3F,11"


def test_a_row_of_the_sheet_becomes_a_ready_terminal_with_its_check_list(
    town: TerminalTown, capfd: Any
) -> None:
    serial = town.serials[0]
    job = town.run("terminals.prepare", sheet(ROW))
    step = step_of(job, serial)
    assert (job.risk, step.outcome, step.message, step.detail) == ("GUARDED", "DONE", None, "")
    _is_ready(town, serial, step)
    _is_listed(town, serial, step)
    _is_nowhere(town, serial, "".join(capfd.readouterr()))
    again = town.asked("terminals.prepare", sheet(ROW.replace("OLD-1", "PC-N01")))
    assert (again.plan["changes"], again.plan["unchanged"]) == (0, 1)


def _is_ready(town: TerminalTown, serial: str, step: Any) -> None:
    state = town.state(serial)
    assert (state["name"], state["domain"], state["profiles"]) == ("PC-N01", "lab.unyo.test", [])
    assert r"C:\Temp\名簿.xlsx" not in state["files"]
    assert "3F 複合機" in state["queues"]
    assert "支所 複合機" not in state["queues"]
    assert step.seen["software_missing"] == []
    assert step.seen["baseline_failed"] == []
    record = TerminalRecord.objects.get(pk=serial)
    assert (record.name, record.user, record.department, record.floor, record.seat, record.state) == (
        "PC-N01",
        "000501",
        "01020",
        "3F",
        "11",
        "in_use",
    )


def _is_listed(town: TerminalTown, serial: str, step: Any) -> None:
    """The check list holds every item as it was read back."""
    runbook = town.road.find_runbook("terminals.prepare")
    end = StepEnd(
        Target("terminal", serial, "PC-N01"), Outcome(step.outcome), step.seen, step.change["after"]
    )
    (table,) = runbook.tables([end])
    kept = {cell.ja: row[3] for row in table.rows for cell in row[1:2] if isinstance(cell, Text)}
    assert [*kept][:6] == [
        "コンピュータ名",
        "ドメイン",
        "前利用者のデータ",
        "未導入のソフトウェア",
        "未設定のプリンター",
        "不適合のセキュリティポリシー",
    ]
    assert {item for item, well in kept.items() if well is not True} <= {"BitLocker(記録)"}


def _is_nowhere(town: TerminalTown, serial: str, said: str) -> None:
    """The password of the joining account."""
    assert CANARY not in str(town.state(serial))
    assert CANARY not in "".join(map(str, Step.objects.values_list("change", "seen", "detail", "message")))
    assert CANARY not in "".join(map(str, Event.objects.values_list("fields", flat=True)))
    assert CANARY not in said
    for file in town.home.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file


def test_somebody_logged_on_is_left_in_peace_and_named(town: TerminalTown) -> None:
    first, second, _ = town.serials[:3]
    user = town.fleet.named(first)["user"]
    town.fleet.order("plant", first, {"profiles": [{"user": user, "loaded": True}]})
    job = town.run("terminals.prepare", sheet("OLD-2,,,,,,", "OLD-1,PC-N01,000501,,,,"))
    step = step_of(job, first)
    assert (ends(job)[second], step.outcome, step.code) == ("DONE", "SKIPPED", "wipe.in_use")
    assert (user in step.message["ja"], "terminals.restart" in step.next_step["ja"]) == (True, True)
    assert town.state(first)["name"] == "OLD-1"
    assert r"C:\Users\former" in town.state(first)["profiles"]


def test_a_join_that_is_refused_is_a_failure_without_the_password(town: TerminalTown) -> None:
    serial = town.serials[0]
    town.road.tools.vault.seal(SecretRef("terminals/join"), Secret("wrong-canary-88"), "join")
    step = step_of(town.run("terminals.prepare", sheet(ROW)), serial)
    assert (step.outcome, bool(step.next_step["ja"]), "wrong-canary" in str(step.detail)) == (
        "FAILED",
        True,
        False,
    )
    assert TerminalRecord.objects.get(pk=serial).user != "000501"


def test_a_driver_that_is_not_there_is_named_with_its_queue(town: TerminalTown) -> None:
    serial = town.serials[0]
    town.policy("preparation", POLICY.replace("driver: RICOH IM C3510 JPN RPCS}", "driver: No Such Driver}"))
    step = step_of(town.run("terminals.prepare", sheet(ROW)), serial)
    assert (step.outcome, step.code) == ("FAILED", "prepare.printers")
    assert "3F 複合機" in step.detail


def test_a_wrong_row_is_named_by_line_and_value(town: TerminalTown) -> None:
    with pytest.raises(UnyoError) as unknown:
        town.asked("terminals.prepare", sheet(ROW, "PC-X99,,,,,,"))
    assert "PC-X99" in str(unknown.value)
    with pytest.raises(BadInput) as twice:
        sheet(ROW, ROW)
    assert "OLD-1" in str(twice.value)
    with pytest.raises(BadInput) as name:
        sheet("OLD-1,名前が長すぎる端末の名前です,,,,,")
    assert "line 2: new_name: 名前が長すぎる端末の名前です" in str(name.value)


def test_a_terminal_that_is_off_is_prepared_when_it_is_back(town: TerminalTown) -> None:
    serial = town.serials[1]
    town.fleet.knob(serial, "powered_off", True)
    job = town.later(town.run("terminals.prepare", sheet("OLD-2,PC-N02,000502,,,,")), seconds=6)
    job = town.later(job, seconds=31)
    assert (ends(job), step_of(job, serial).waiting_for) == ({serial: ""}, "answer")
    town.fleet.knob(serial, "powered_off", False)
    job = town.later(job, hours=1)
    assert (ends(job), town.state(serial)["name"]) == ({serial: "DONE"}, "PC-N02")
