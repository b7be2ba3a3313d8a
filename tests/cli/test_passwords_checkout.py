"""unyo passwords checkout, read, checkin: from asking to a new password on a real Linux host."""

from __future__ import annotations

import io
import os
import pty
import sys
from datetime import datetime, timezone

import pytest

from support.at_the_desk import Desk
from support.books import add_device
from unyo.cli.passwords_checkout import minutes_of
from unyo.cli.passwords_eyes import show_to
from unyo.cli.screen import Screen
from unyo.core.errors import BadInput
from unyo.core.secret import Secret, SecretRef
from unyo.flow.approval import approve
from unyo.flow.reading import Shown
from unyo.flow.worker import Worker
from unyo.lab.linux_files import STAFF
from unyo.lab.linux_host import LinuxHost
from unyo.ledger.models import Job, Operator
from unyo.settings import load_settings
from unyo.wiring import Toolbox, build_road

pytestmark = pytest.mark.xdist_group("linux_hosts")


@pytest.fixture
def path(desk: Desk, plain_host: LinuxHost) -> str:
    """An account of a real host; its password is in force and proven."""
    add_device(
        plain_host.name,
        "linux",
        [{"name": STAFF}],
        address=plain_host.address,
        port=plain_host.port,
        options={"host_key": plain_host.host_key},
    )
    Operator.objects.create(name="suzuki", role="operator")
    path = f"passwords/{plain_host.name}/{STAFF}"
    desk.unyo("passwords", "adopt", path, typed=plain_host.passwords[STAFF].reveal() + "\n")
    return path


def approved(number: int) -> Job:
    job = Job.objects.get(pk=number)
    approve(build_road(load_settings()), job, "suzuki", "agreed", job.digest)
    return job


def test_held_given_back_and_renewed_on_the_host(desk: Desk, path: str, plain_host: LinuxHost) -> None:
    old = plain_host.passwords[STAFF].reveal()
    asked = desk.unyo("passwords", "checkout", path, "--reason", "disk full", "--stdout", code=3)
    assert old not in asked.out
    approved(Job.objects.get(runbook="passwords.checkout").pk)
    assert desk.unyo("passwords", "read", path, "--stdout").out == f"{old}\n"
    (row,) = desk.answer("passwords", "checkouts")
    assert (row["state"], row["holder"], row["shown_at"] is not None) == ("open", "tanaka", True)

    assert desk.answer("passwords", "checkin", path)["read"]
    worker = Worker(build_road(load_settings()))
    worker.run_until_idle()
    worker.run_until_idle()

    renewed = Toolbox(load_settings()).vault.open(SecretRef(path))
    assert renewed.reveal() != old
    assert plain_host.takes(STAFF, renewed)
    assert not plain_host.takes(STAFF, Secret(old))
    assert desk.answer("passwords", "checkouts") == []
    assert Job.objects.get(runbook="passwords.rotate").state == "DONE"


def test_into_a_pipe_nothing_is_shown_unless_that_is_said(desk: Desk, path: str) -> None:
    words = ("passwords", "checkout", path, "--reason", "disk full")
    assert desk.answer(*words, code=2)["error"]["code"] == "checkout.no_terminal"
    assert not Job.objects.exists()
    assert desk.answer(*words, "--no-read", code=3)["error"]["code"] == "approval.needed"


def test_on_a_terminal_it_is_gone_from_the_screen_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(
        "passwords/a/b", "a b", "b", 3, datetime(2027, 3, 25, tzinfo=timezone.utc), Secret("Canary-eyes-1")
    )
    ours, theirs = pty.openpty()
    os.write(ours, b"\n")
    written = io.StringIO()
    with os.fdopen(theirs, "r") as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        monkeypatch.setattr(sys, "stdout", written)
        show_to(Screen(), shown, to_stdout=False)
    os.close(ours)

    entered, left = written.getvalue().index("\x1b[?1049h"), written.getvalue().index("\x1b[?1049l")
    assert entered < written.getvalue().index("Canary-eyes-1") < left
    assert "Canary" not in written.getvalue()[left:]


@pytest.mark.parametrize(
    ("text", "minutes"), [("2h", 120), ("30m", 30), ("1h30m", 90), ("2時間", 120), ("45分", 45), ("15", 15)]
)
def test_lengths_of_time_as_people_write_them(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["", "0h", "soon", "-1h", "2d"])
def test_other_lengths_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"checkout\.minutes"):
        minutes_of(text)
