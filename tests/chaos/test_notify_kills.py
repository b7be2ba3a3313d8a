"""Senders killed at any instant: every event reaches everybody, and a second copy is known as one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from support.killing_post import SUBSCRIBERS
from support.post import NOW
from unyo.core.notification import Subscription
from unyo.core.text import Language
from unyo.lab.mail_server import MailServer

ROOT = Path(__file__).resolve().parents[2]
KILLS = 12


@pytest.mark.chaos
def test_no_event_is_lost_however_often_the_sender_is_killed(sqlite_ledger: Path) -> None:
    from unyo.ledger.models import Event, OutboxMessage
    from unyo.ledger.subscriptions import subscribe

    people = [f"p{number}@city.example" for number in range(SUBSCRIBERS)]
    for address in people:
        subscribe("tanaka", "mail", address, Subscription(("incident.*",)), Language.EN, "tanaka", NOW)
    with MailServer() as server:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "support.killing_post", f"sqlite:///{sqlite_ledger}"),
                *(str(server.port), "seed-1", str(KILLS)),
            ],
            cwd=ROOT / "tests",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["killed"] == KILLS

    happened = set(Event.objects.filter(kind="incident.declared").values_list("fields__reason", flat=True))
    told: dict[str, set[str]] = defaultdict(set)
    copies: dict[str, set[str]] = defaultdict(set)
    for mail in server.mails:
        told[mail.to[0]] |= set(re.findall(r"event-\d{3}", mail.text + str(mail.message["Subject"])))
        copies[str(mail.message["Message-ID"])].add(mail.text)
    assert dict(told) == dict.fromkeys(people, happened)
    assert all(len(texts) == 1 for texts in copies.values())
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}
