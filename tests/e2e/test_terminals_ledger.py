"""Terminals at the command line: the register in and out, and jobs that wait for those that are away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

RUNBOOKS = Path(__file__).resolve().parents[1] / "support/site_runbooks"
REGISTER = (
    "製造番号,端末名,状態,階,拠点\nA1,PC-0001,使用中,3階,本庁舎\nA2,PC-0002,貸出中,4階,本庁舎\nA3,,在庫,,\n"
)
GREY = '{"colour": "grey", "lamp": "off"}'


@dataclass(frozen=True)
class Site:
    """An installation of its own with two operators."""

    place: Path

    def unyo(self, *words: str, code: int = 0, lang: str = "en") -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UNYO_")}
        environment |= {"UNYO_CONFIG": str(self.place / "unyo.toml"), "UNYO_LANG": lang, "COLUMNS": "250"}
        done = subprocess.run(
            [sys.executable, "-m", "unyo", *words],
            env=environment,
            cwd=self.place,
            input="suzuki's own password\n",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def answer(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.unyo(*words, "--json", code=code).stdout)

    def desks(self, *names: str) -> list[str]:
        """Desks that are there, and the options that name them together with one that is away."""
        for name in names:
            (self.place / f"{name}.json").write_text(GREY)
        return [word for name in (*names, "away") for word in ("--desk", str(self.place / f"{name}.json"))]

    def desk(self, name: str) -> Any:
        return json.loads((self.place / f"{name}.json").read_text())

    def painted(self, *options: str) -> subprocess.CompletedProcess[str]:
        self.unyo("plan", "desks.paint", *options, "--reason", "new colour")
        return self.unyo("approve", "1", "--by", "suzuki", "--reason", "seen", "--run")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    shutil.copytree(RUNBOOKS, place / "runbooks")
    (place / "unyo.toml").write_text('home = "home"\nrunbook_directories = ["runbooks"]\n')
    Site(place).unyo("init", "--operator", "tanaka")
    Site(place).unyo("operators", "add", "suzuki", "--password")
    return place


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Site:
    return Site(shutil.copytree(prepared, tmp_path / "site"))


def test_a_register_is_previewed_imported_changed_and_written_out_again(site: Site) -> None:
    (site.place / "register.csv").write_bytes(REGISTER.encode("cp932"))
    assert site.answer("terminals", "import", "register.csv", "--dry-run")["new"] == ["A1", "A2", "A3"]
    assert site.answer("terminals", "list") == []
    site.unyo("terminals", "import", "register.csv")
    site.unyo("terminals", "set", "ｐｃ－０００１", "seat=A-1")

    assert [row["name"] for row in site.answer("terminals", "list", "--floor", "3F")] == ["PC-0001"]
    assert site.answer("terminals", "show", "PC-0001")["seat"] == "A-1"
    assert site.answer("terminals", "history", "PC-0001")[-1]["after"] == "A-1"
    site.unyo("terminals", "export", "out.xlsx", lang="ja")
    again = site.answer("terminals", "import", "out.xlsx")
    assert (again["new"], again["changed"], again["unchanged"]) == ([], {}, 3)


def test_bad_rows_are_named_and_only_left_out_when_told_so(site: Site) -> None:
    (site.place / "bad.csv").write_text(
        REGISTER + "A4,PC-0002,使用中,,\nA5,PC-0005,だめ,,\n", encoding="utf-8"
    )
    refused = site.unyo("terminals", "import", "bad.csv", code=2, lang="ja")
    assert "6 行目 状態「だめ」" in refused.stderr
    assert site.answer("terminals", "list") == []
    kept = site.answer("terminals", "import", "bad.csv", "--skip-bad")
    assert kept["new"] == ["A1", "A3"]


def test_the_foreground_does_not_stay_for_what_is_away_and_says_so(site: Site) -> None:
    begun = time.monotonic()
    shown = site.painted(*site.desks("one", "two")).stdout
    assert time.monotonic() - begun < 60
    assert "1 terminals are away or must restart" in shown
    (row,) = site.answer("jobs", "waiting")

    assert (row["label"], row["waits_for"], row["code"]) == ("away", "answer", "desk.away")
    assert (site.desk("one")["colour"], site.desk("two")["colour"]) == ("blue", "blue")
    assert "away" in site.unyo("jobs", "waiting").stdout
    (site.place / "away.json").write_text(GREY)
    time.sleep(1.2)
    site.unyo("worker", "--until-idle")
    assert site.answer("jobs", "show", "1")["state"] == "DONE"
    assert site.desk("away") == {"colour": "blue", "lamp": "on"}


def test_a_deadline_lasts_to_the_end_of_its_day(site: Site) -> None:
    day = (datetime.now(timezone(timedelta(hours=9))) + timedelta(days=3)).date()
    site.painted(*site.desks("one"), "--deadline", day.isoformat())
    (row,) = site.answer("jobs", "waiting")
    end = datetime.fromisoformat(row["deadline"]).astimezone(timezone(timedelta(hours=9)))
    assert end.isoformat() == f"{day + timedelta(days=1)}T00:00:00+09:00"


def test_a_kind_of_job_that_does_not_wait_takes_no_deadline(site: Site) -> None:
    refused = site.unyo("plan", "accounts.list", "--reason", "r", "--deadline", "2099-01-01", code=2)
    assert "request.no_waiting" in refused.stderr


def test_undo_of_one_key_leaves_the_others(site: Site) -> None:
    site.painted("--desk", site.desks("one")[1])
    site.unyo("jobs", "undo", "1", "--only", "lamp", "--reason", "too bright")
    site.unyo("approve", "2", "--by", "suzuki", "--reason", "seen", "--run")
    assert site.desk("one") == {"colour": "blue", "lamp": "off"}


def test_a_cancelled_job_waits_no_longer(site: Site) -> None:
    site.painted(*site.desks("one"))
    assert site.answer("jobs", "cancel", "1", "--reason", "wrong colour")["state"] in ("RUNNING", "CANCELLED")
    site.unyo("worker", "--until-idle")
    assert site.answer("jobs", "show", "1")["state"] == "CANCELLED"
    assert site.answer("jobs", "waiting") == []
