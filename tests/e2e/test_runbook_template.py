"""What the developer's page promises: a copied file is a runbook, from the list of runbooks to undo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "docs/runbook-template"


@dataclass(frozen=True)
class Site:
    """An installation of its own, two operators, runbooks of its own, no directory."""

    place: Path

    def unyo(self, *words: str, exit_code: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UNYO_")}
        environment |= {"UNYO_CONFIG": str(self.place / "unyo.toml"), "UNYO_LANG": "en", "COLUMNS": "200"}
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
        assert done.returncode == exit_code, done.stdout + done.stderr
        return done

    def answer(self, *words: str, exit_code: int = 0) -> Any:
        return json.loads(self.unyo(*words, "--json", exit_code=exit_code).stdout)

    def keep(self, *folders: Path, mode: str = "2770") -> str:
        """Plan, approve and run; the job's number."""
        sheet = self.place / "folders.csv"
        sheet.write_text("path,mode\n" + "".join(f"{folder},{mode}\n" for folder in folders))
        planned = self.answer("plan", "shares.folder", "--rows", str(sheet), "--reason", "new section")
        job = str(planned["job"])
        self.approve(job)
        return job

    def approve(self, job: str, exit_code: int = 0) -> None:
        self.unyo("approve", job, "--by", "suzuki", "--reason", "seen", "--run", exit_code=exit_code)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; its home stands beside its settings, so a copy is an installation too."""
    place = tmp_path_factory.mktemp("site")
    (place / "runbooks/shares").mkdir(parents=True)
    shutil.copy(TEMPLATE / "shares/folder.py", place / "runbooks/shares/folder.py")
    (place / "unyo.toml").write_text('home = "home"\nrunbook_directories = ["runbooks"]\n')
    Site(place).unyo("init", "--operator", "tanaka")
    Site(place).unyo("operators", "add", "suzuki", "--password")
    return place


@pytest.fixture
def site(prepared: Path, tmp_path: Path) -> Site:
    return Site(shutil.copytree(prepared, tmp_path / "site"))


def test_a_copied_file_is_listed_with_the_shipped_runbooks(site: Site) -> None:
    assert {"shares.folder", "accounts.provision"} <= {row["name"] for row in site.answer("runbooks")}


def test_its_parameters_are_options_of_the_command_line(site: Site) -> None:
    helped = site.unyo("plan", "shares.folder", "--help").stdout
    assert "--path" in helped
    assert "--rows" in helped
    assert "permissions, octal" in helped


def test_a_plan_shows_the_change_and_writes_nothing(site: Site) -> None:
    folder = site.place / "general-affairs"
    planned = site.answer("plan", "shares.folder", "--path", str(folder), "--reason", "new section")
    assert planned["counts"] == {"create": 1}
    assert planned["changes"][0]["after"] == {"mode": "2770"}
    assert not folder.exists()


def test_after_approval_the_folders_are_there_with_their_permissions(site: Site) -> None:
    folders = [site.place / "general-affairs", site.place / "accounting"]
    job = site.keep(*folders)
    assert [folder.stat().st_mode & 0o7777 for folder in folders] == [0o2770, 0o2770]
    assert site.answer("jobs", "show", job)["outcomes"] == {"DONE": 2}


def test_the_one_who_asked_cannot_approve(site: Site) -> None:
    site.answer("plan", "shares.folder", "--path", str(site.place / "accounting"), "--reason", "new section")
    refused = site.unyo("approve", "1", "--reason", "mine", "--run", exit_code=4)
    assert "[approval.self]" in refused.stderr
    assert not (site.place / "accounting").exists()


def test_undo_takes_new_folders_away(site: Site) -> None:
    folder = site.place / "general-affairs"
    job = site.keep(folder)
    site.unyo("jobs", "undo", job, "--reason", "wrong section")
    site.approve("2")
    assert not folder.exists()


def test_undo_puts_former_permissions_back(site: Site) -> None:
    folder = site.place / "accounting"
    folder.mkdir()
    folder.chmod(0o755)
    job = site.keep(folder, mode="0750")
    assert folder.stat().st_mode & 0o7777 == 0o750
    site.unyo("jobs", "undo", job, "--reason", "too narrow")
    site.approve("2")
    assert folder.stat().st_mode & 0o7777 == 0o755


def test_undo_keeps_a_folder_that_is_in_use(site: Site) -> None:
    folder = site.place / "general-affairs"
    job = site.keep(folder)
    (folder / "minutes.txt").write_text("agenda")
    site.unyo("jobs", "undo", job, "--reason", "wrong section")
    site.approve("2", exit_code=1)
    assert (folder / "minutes.txt").read_text() == "agenda"
    assert site.answer("jobs", "show", "2")["step_rows"][0]["code"] == "shares.refused"


def test_a_bad_row_is_named_and_nothing_is_planned(site: Site) -> None:
    (site.place / "bad.csv").write_text("path,mode\n/srv/share/a,2770\n/srv/share/b,rwx\n")
    refused = site.unyo("plan", "shares.folder", "--rows", "bad.csv", "--reason", "new", exit_code=2)
    assert "/srv/share/b 'rwx' is no mode" in refused.stderr
    assert site.answer("jobs", "list") == []


def test_the_tests_that_are_copied_with_it_pass(site: Site) -> None:
    shutil.copy(TEMPLATE / "test_folder.py", site.place / "runbooks/test_folder.py")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_folder.py"]
    done = subprocess.run(
        command, cwd=site.place / "runbooks", capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
