"""Account information reaches every system in its own layout, once, with a receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from support.distribution import TAKAHASHI, YAMADA, YOSHIDA, Stage, no_directory
from unyo.connectors.distribution.opening import OtherSystems
from unyo.core.errors import BadSetting, NotFound, Unreachable
from unyo.core.outcome import Outcome
from unyo.core.person import Person
from unyo.core.plan import Weight
from unyo.core.secret import Secret

PAYROLL = """
systems:
  - name: payroll
    title: {en: Payroll, ja: 給与システム}
    kind: csv
    destination: payroll/accounts.csv
    file: {encoding: cp932, newline: crlf, quoting: all, replace: {"𠮷": "吉"}}
    columns:
      - {heading: 職員番号, from: staff_number}
      - {heading: 氏名, from: name, width: full}
      - {heading: フリガナ, from: kana, width: half}
      - {heading: 所属, from: department}
      - {heading: ログオン名, from: login}
      - {heading: 基準日, from: date, form: era}
      - {heading: 区分, fixed: "01"}
"""
DELTA = """
systems:
  - name: door
    kind: csv
    mode: delta
    destination: door/delta-{date}.csv
    file: {encoding: utf-8-sig, newline: lf, header: false, taken: true}
    columns:
      - {heading: op, from: operation, values: {add: A, change: U, delete: D}}
      - {heading: "no", from: staff_number}
      - {heading: dept, from: department_code}
"""
GROUPWARE = """
systems:
  - name: groupware
    title: {en: Groupware, ja: グループウェア}
    kind: scim
    destination: ADDRESS
    credential: distribution/groupware
    ca_file: CA
    timeout: 0.5
    gone: {active: false}
    columns:
      - {heading: userName, from: login}
      - {heading: name.familyName, from: family_name}
      - {heading: "emails[work]", from: mail}
      - {heading: active, from: enabled}
"""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    ways = OtherSystems(
        lambda ref: Secret("canary-token-77"),
        tmp_path,
        no_directory,
        lambda seconds: None,
        lambda: datetime(2026, 4, 1, tzinfo=timezone.utc),
    )
    return Stage(ways, tmp_path, PAYROLL)


def outcomes(results: object) -> list[Outcome]:
    return [result.outcome for result in results]  # type: ignore[attr-defined]


def test_a_file_is_written_in_the_systems_layout_and_encoding(stage: Stage) -> None:
    assert outcomes(stage.run()) == [Outcome.DONE]
    lines = (stage.output / "payroll/accounts.csv").read_bytes().decode("cp932").split("\r\n")
    assert lines[0] == '"職員番号","氏名","フリガナ","所属","ログオン名","基準日","区分"'
    assert lines[1] == ('"0001234","山田\u3000太郎","ﾔﾏﾀﾞ ﾀﾛｳ","総務課","u0001234","令和8年4月1日","01"')
    assert lines[2].startswith('"0002345","髙橋\u3000花子"')
    assert lines[4:] == [""]


def test_the_plan_shows_the_lines_that_change_and_no_others(stage: Stage) -> None:
    stage.run()
    stage.members.remove(TAKAHASHI)
    stage.policy = stage.policy.replace("quoting: all", "quoting: all, shrink: 0.5")
    (change,) = stage.plan().changes
    assert [item.key for item in change.differences()] == ["receipt", "row 0002345", "rows", "sha256"]
    assert outcomes(stage.run()) == [Outcome.DONE]
    assert "0002345" not in (stage.output / "payroll/accounts.csv").read_bytes().decode("cp932")


def test_a_second_run_has_nothing_to_do(stage: Stage) -> None:
    stage.run()
    plan = stage.plan()
    assert plan.changes == ()
    assert [target.key for target in plan.unchanged] == ["payroll/accounts.csv"]


def test_a_change_by_hand_in_the_file_is_put_right(stage: Stage) -> None:
    stage.run()
    path = stage.output / "payroll/accounts.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace("総務課".encode("cp932"), "総務部".encode("cp932")))
    assert outcomes(stage.run()) == [Outcome.DONE]
    assert path.read_bytes() == good


def test_a_letter_that_the_encoding_lacks_is_replaced_as_declared_and_listed(stage: Stage) -> None:
    stage.members.append(YOSHIDA)
    plan = stage.plan()
    assert [finding.code for finding in plan.findings] == ["distribution.replaced"]
    assert "U+20BB7" in plan.findings[0].text.ja
    stage.apply(plan)
    assert "吉田\u3000実" in (stage.output / "payroll/accounts.csv").read_bytes().decode("cp932")


def test_a_letter_that_nothing_stands_for_refuses_the_plan(stage: Stage) -> None:
    stage.members.append(YOSHIDA)
    stage.policy = PAYROLL.replace(', replace: {"𠮷": "吉"}', "")
    (refusal,) = stage.plan().refusals
    assert refusal.where == "payroll/0004567"
    assert "𠮷" in refusal.text.en


def test_a_file_that_would_lose_many_people_is_refused(stage: Stage) -> None:
    stage.run()
    stage.disabled = {"0001234", "0002345"}
    (refusal,) = stage.plan().refusals
    assert refusal.code == "distribution.shrunk"
    assert "3 人から 1 人" in refusal.text.ja


def test_a_run_cut_off_between_file_and_receipt_ends_well_when_repeated(stage: Stage) -> None:
    plan = stage.plan()
    stage.apply(plan)
    stage.taken.clear()
    assert outcomes(stage.apply(plan, recovering=True)) == [Outcome.DONE]
    assert sorted(stage.taken["payroll"]) == ["0001234", "0002345", "0003456"]


def test_the_former_file_can_be_put_back(stage: Stage) -> None:
    stage.run()
    first = (stage.output / "payroll/accounts.csv").read_bytes()
    stage.members.append(YOSHIDA)
    plan = stage.plan()
    stage.apply(plan)
    back = plan.changes[0].reversed()
    assert back is not None
    results = stage.apply(type(plan)(plan.runbook, {}, (back,), 1))
    assert outcomes(results) == [Outcome.DONE]
    assert (stage.output / "payroll/accounts.csv").read_bytes() == first


def test_a_delta_holds_only_what_was_not_sent_with_its_operation(stage: Stage) -> None:
    stage.policy = DELTA
    stage.run()
    path = stage.output / "door/delta-20260401.csv"
    assert path.read_text("utf-8-sig") == "A,0001234,010\nA,0002345,020\nA,0003456,010\n"
    path.unlink()
    assert stage.plan().changes == ()
    stage.members = [YAMADA, person_in_other_department()]
    stage.run()
    assert path.read_text("utf-8-sig") == "U,0002345,010\nD,0003456,\n"


def person_in_other_department() -> Person:
    return replace(TAKAHASHI, posts=YAMADA.posts)


def test_a_delta_that_was_not_taken_yet_loses_nobody(stage: Stage) -> None:
    stage.policy = DELTA
    stage.members = [YAMADA]
    stage.run()
    stage.members = [YAMADA, TAKAHASHI]
    assert outcomes(stage.run()) == [Outcome.DONE]
    path = stage.output / "door/delta-20260401.csv"
    assert path.read_text("utf-8-sig") == "A,0001234,010\nA,0002345,020\n"


def test_limits_count_people_not_files(stage: Stage) -> None:
    assert stage.plan().population == 3


def test_a_silent_system_does_not_hold_up_the_others(stage: Stage) -> None:
    silent = GROUPWARE.replace("ADDRESS", "https://127.0.0.1:9/").replace("    ca_file: CA\n", "")
    stage.policy = PAYROLL + silent.replace("\nsystems:\n", "")
    plan = stage.plan()
    assert [change.target.key for change in plan.changes] == ["payroll/accounts.csv"]
    assert [(finding.code, finding.weight, finding.where) for finding in plan.findings] == [
        ("distribution.no_answer", Weight.ODD, "groupware")
    ]


def test_a_plan_for_silent_systems_only_is_an_error(stage: Stage) -> None:
    stage.policy = GROUPWARE.replace("ADDRESS", "https://127.0.0.1:9/").replace("    ca_file: CA\n", "")
    with pytest.raises(Unreachable):
        stage.plan()


def test_nothing_leaves_before_its_day(stage: Stage) -> None:
    from datetime import date

    (change,) = stage.plan(on=date(2026, 5, 1)).changes
    assert change.due == datetime(2026, 4, 30, 15, 0, tzinfo=timezone.utc)


def test_a_system_that_is_not_in_the_policy_is_named(stage: Stage) -> None:
    with pytest.raises(NotFound, match="choose one of: payroll"):
        stage.plan(systems=("pay",))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('fixed: "01"', "fixed: 01", "write 1 in quotes"),
        ("encoding: cp932", "encoding: sjis", "'sjis' is none of"),
        ("from: staff_number", "from: password", "'password' is none of"),
        ("kind: csv", "kind: fax", "'fax' is none of"),
        ("heading: 所属", "heading: 氏名", "stands there twice"),
        ("newline: crlf", "new_line: crlf", "there is no such key"),
    ],
)
def test_a_wrong_policy_is_refused_by_its_place(stage: Stage, right: str, wrong: str, said: str) -> None:
    stage.policy = PAYROLL.replace(right, wrong)
    with pytest.raises(BadSetting) as raised:
        stage.plan()
    assert said in str(raised.value)
    assert "distribution.yml" in str(raised.value.target)
