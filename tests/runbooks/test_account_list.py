"""accounts.list: the files, and what stands in them."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from support.domain import Domain, carry_out, done, plan_of
from support.staff import last_year
from unyo.core.directory import Add

FORMS = ("csv", "csv-cp932", "xlsx", "html")


@pytest.fixture
def staffed(domain: Domain) -> Domain:
    domain.people.stored.append(last_year())
    done(domain, "accounts.provision", roster=1)
    return domain


def rows(domain: Domain, encoding: str = "utf-8-sig", name: str = "users.csv") -> list[dict[str, str]]:
    (path,) = domain.output.glob(f"*-{name}")
    return list(csv.DictReader(io.StringIO(path.read_text(encoding))))


def test_the_step_names_its_files_and_counts_their_rows(staffed: Domain) -> None:
    (result,) = done(staffed, "accounts.list", forms=FORMS)
    seen = dict(result.seen or {})
    assert result.outcome == "DONE"
    assert seen.pop("rows") == 63
    assert sorted(seen) == sorted(path.name for path in staffed.output.glob("2026*"))
    assert len(seen) == 4


def test_people_come_by_staff_number_with_state_department_and_groups(staffed: Domain) -> None:
    done(staffed, "accounts.list")
    first = rows(staffed)[0]
    assert first["職員番号"] == "000000"
    assert first["氏名"] == "佐藤 健一"
    assert first["状態"] == "要パスワード変更"
    assert first["所属"] == "総務課"
    assert first["所属グループ"] == "All-Staff, D-0101, Managers"


def test_cp932_writes_what_japanese_windows_knows(staffed: Domain) -> None:
    done(staffed, "accounts.list", forms=("csv-cp932",))
    names = {row["氏名"] for row in rows(staffed, "cp932", "users-cp932.csv")}
    assert "髙橋 健一" in names
    assert "山﨑 健一" in names


def test_a_workbook_keeps_leading_zeros(staffed: Domain) -> None:
    done(staffed, "accounts.list", forms=("xlsx",))
    (path,) = staffed.output.glob("*-users.xlsx")
    sheet = load_workbook(path).worksheets[0]
    assert sheet["A2"].value == "000000"
    assert sheet.freeze_panes == "A2"


def test_a_page_escapes_what_a_name_may_hold(staffed: Domain) -> None:
    staffed.directory.send(
        [
            Add(
                "CN=x,CN=Users,DC=lab,DC=unyo,DC=test",
                {"objectClass": ("user",), "sAMAccountName": ("x",), "displayName": ("<b>x</b>",)},
            )
        ]
    )
    done(staffed, "accounts.list", forms=("html",))
    (path,) = staffed.output.glob("*-users.html")
    assert "&lt;b&gt;x&lt;/b&gt;" in path.read_text()
    assert "<b>x</b>" not in path.read_text()


def test_only_disabled_users_and_only_unmanaged_ones(staffed: Domain) -> None:
    done(staffed, "accounts.suspend", staff_number=("000001",))
    done(staffed, "accounts.list", whose="disabled", forms=("csv",))
    assert {row["ログオン名"] for row in rows(staffed)} == {"Guest", "krbtgt", "suzuki.kenichi"}


def test_a_list_changes_nothing_and_has_one_step(staffed: Domain) -> None:
    plan = plan_of(staffed, "accounts.list")
    assert [change.target.lock for change in plan.changes] == ["list:users"]
    assert plan.breaches == ()
    assert carry_out(staffed, "accounts.list", plan.changes)[0].outcome == "DONE"
