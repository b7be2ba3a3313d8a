"""A transfer with the directory down at plan, at run and in the middle, killed workers, and canary secrets."""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from support.boxes import SetClock
from support.journey import outcomes, worked
from support.office import accounts, import_roster, open_office
from unyo.core.directory import Logon
from unyo.core.errors import BadSetting, Unreachable
from unyo.core.person import Roster
from unyo.core.secret import SecretRef
from unyo.flow.approval import approve
from unyo.flow.context import Road
from unyo.flow.planning import plan_job
from unyo.flow.request import request_job
from unyo.lab.directory_simulator import SimulatorProcess
from unyo.lab.personnel import staff
from unyo.ledger.chain import verify_chain
from unyo.ledger.evidence import contradictions
from unyo.ledger.models import Job, SealedSecret
from unyo.reports.from_ledger import write_job_report
from unyo.runbooks.accounts.provision import TransferParams
from unyo.runbooks.accounts.rules.ldif import ldif

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as lab:
        yield lab


@pytest.fixture
def office(sqlite_ledger: Path, simulator: SimulatorProcess, tmp_path: Path) -> Iterator[Road]:
    """An empty domain; the clock stands on 1 April 2026."""
    simulator.reset()
    clock = SetClock()
    clock.step(timedelta(days=-350))
    made = open_office(tmp_path, simulator, clock)
    yield made
    made.tools.directory.close()  # type: ignore[attr-defined]


def people(size: int) -> Roster:
    return replace(staff(11, size), effective=date(2026, 4, 1))


def planned(road: Road, size: int = 40) -> Job:
    job = request_job(
        road, "accounts.provision", TransferParams(import_roster(road, people(size))), "tanaka", "first load"
    )
    plan_job(road, job)
    return job


def approved(road: Road, size: int = 40) -> Job:
    job = planned(road, size)
    approve(road, job, "sato", "as agreed", job.digest)
    return job


def proven(road: Road, job: Job) -> None:
    """Every account is there once, its sealed password is the right one, and the books are whole."""
    job.refresh_from_db()
    assert job.state == "DONE"
    assert set(outcomes(job).values()) == {"DONE"}
    found = accounts(road)
    made = [step.change["after"] for step in job.steps.filter(sort__in=("joiner", "seconded_in"))]
    assert {state["number"] for state in made} == set(found)
    for state in made[:5]:
        password = road.tools.vault.open(SecretRef(state["password"]["$secret"]))
        assert road.tools.directory.try_logon(state["upn"], password) is Logon.MUST_CHANGE
    assert SealedSecret.objects.count() == len(made)
    assert verify_chain().damages == ()
    assert contradictions() == []


def test_a_directory_that_is_down_at_plan_leaves_nothing_half_done(
    office: Road, simulator: SimulatorProcess
) -> None:
    simulator.down()
    try:
        with pytest.raises(Unreachable):
            planned(office)
    finally:
        simulator.up()
    assert Job.objects.get().state == "ERRORED"
    assert Job.objects.get().steps.count() == 0


def test_a_directory_that_is_down_at_run_keeps_the_job_approved(
    office: Road, simulator: SimulatorProcess
) -> None:
    job = approved(office)
    simulator.down()
    try:
        with pytest.raises(Unreachable):
            worked(office, job)
    finally:
        simulator.up()
    job.refresh_from_db()
    assert job.state == "APPROVED"
    assert (job.error or {})["code"] == "directory.unreachable"
    proven(office, worked(office, job))


def test_a_directory_that_goes_down_in_the_middle_is_waited_for(
    office: Road, simulator: SimulatorProcess
) -> None:
    job = approved(office)
    simulator.drop_connection_after(40)
    worked(office, job)
    clock: Any = office.tools.clock
    for _ in range(6):
        clock.step(timedelta(minutes=4))
        worked(office, job)

    assert job.steps.filter(attempts__gt=1).exists()
    proven(office, job)


def test_a_wrong_certificate_stops_before_anything_is_sent(
    office: Road, simulator: SimulatorProcess, tmp_path: Path
) -> None:
    from unyo.connectors.directory import DirectorySettings, LdapDirectory
    from unyo.lab.certificates import make_authority

    foreign = make_authority("somebody else").write(tmp_path / "foreign.pem")
    secret = simulator.admin_password
    directory = LdapDirectory(
        DirectorySettings((simulator.url,), simulator.admin_name, lambda: secret, ca_file=str(foreign))
    )
    with pytest.raises(BadSetting, match=r"directory\.certificate"):
        directory.facts()


def test_workers_killed_during_a_transfer_leave_whole_accounts(
    office: Road, sqlite_ledger: Path, tmp_path: Path
) -> None:
    job = approved(office, 120)
    (tmp_path / "unyo.toml").write_text(_settings_text(office, tmp_path))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("UNYO_")},
        "UNYO_CONFIG": str(tmp_path / "unyo.toml"),
        "UNYO_LEDGER": f"sqlite:///{sqlite_ledger}",
    }
    command = [sys.executable, "-m", "unyo", "worker", "--until-idle"]
    dice, seen = random.Random("1 April"), []
    for _ in range(6):
        worker = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(dice.uniform(0.5, 1.3))
        seen += [_readable(worker.pid, name) for name in ("cmdline", "environ")]
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0

    proven(office, job)
    assert [text for text in seen for secret in _secrets(office, job) if secret in text] == []


def _readable(pid: int, name: str) -> str:
    """What anybody with the right could read of a process."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


def _settings_text(road: Road, home: Path) -> str:
    settings = road.tools.settings  # type: ignore[attr-defined]
    options = settings.directory
    shift = round((road.tools.clock.now() - datetime.now(timezone.utc)).total_seconds())
    return (
        f'home = "{home}"\nclock_shift_seconds = {shift}\n[directory]\nurls = ["{options.urls[0]}"]\nbind_name = "{options.bind_name}"\n'
        f'password_file = "{options.password_file}"\nca_file = "{options.ca_file}"\n'
    )


def _secrets(road: Road, job: Job) -> list[str]:
    refs = [SecretRef(path) for path in SealedSecret.objects.values_list("path", flat=True)]
    return [road.tools.vault.open(ref).reveal() for ref in refs]


def test_no_secret_is_found_in_ledger_logs_reports_or_exports(
    office: Road, sqlite_ledger: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    job = approved(office)
    worked(office, job)
    runbook = office.find_runbook(job.runbook)
    from unyo.core.text import Language

    for ending in ("html", "csv", "xlsx"):
        write_job_report(job, runbook, tmp_path / f"report.{ending}", Language.JA)
    from django.db import connections

    from unyo.core.change import Change

    changes = [Change.from_json(step.change) for step in job.steps.all()]
    (tmp_path / "after.ldif").write_text(ldif(changes, "after", lambda place: place))
    secrets = _secrets(office, job)
    connections.close_all()
    written = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    written[Path("log")] = caplog.text.encode()

    assert len(secrets) >= 30
    assert sqlite_ledger in written
    found = [
        file
        for file, content in written.items()
        for secret in secrets
        if secret.encode() in content or secret.encode("utf-16-le") in content
    ]
    assert found == []
