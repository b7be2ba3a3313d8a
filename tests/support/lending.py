"""An installation that lends passwords: real ledger and vault, a clock of the test's own, a few accounts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from support.books import add_device
from support.boxes import SetClock
from support.staffing import employ
from unyo.core.password_books import Move
from unyo.core.secret import Secret
from unyo.core.secret_state import SecretState
from unyo.core.trigger import triggers_from
from unyo.flow.approval import approve, approve_by_rule
from unyo.flow.checkouts import Asked, ask, tick
from unyo.flow.context import Owner, Road
from unyo.flow.worker import Worker
from unyo.ledger.models import CheckoutRecord, Event
from unyo.runbooks import load
from unyo.settings import Settings
from unyo.vault.key_file import create_key_file
from unyo.wiring import Toolbox

CORE = "passwords/core-sw/admin"
SECOND = "passwords/db1/postgres"
SERVICE = "passwords/db1/batch"
CANARY = "Canary-lent-1"
NOON = datetime(2027, 3, 25, 3, 0, tzinfo=timezone.utc)


class LendingTools(Toolbox):
    """The tools with a clock that stands still until it is moved."""

    still = SetClock(NOON)

    @property
    def clock(self) -> Any:
        return self.still


class Lending:
    """Short words for what tests of check-outs do again and again."""

    def __init__(self, home: Path) -> None:
        employ()
        self.tools = LendingTools(Settings(home=home))
        self.tools.still = SetClock(NOON)
        create_key_file(self.tools.settings.key_file)
        triggers = triggers_from(self.tools.policies.load("triggers"))
        self.road = Road(self.tools, load, home / "audit.anchor", triggers=lambda: triggers)
        add_device("core-sw", "network", [{"name": "admin"}], driver="cisco_ios")
        accounts = [{"name": "postgres"}, {"name": "batch", "role": "service"}]
        add_device("db1", "postgresql", accounts)
        for path in (CORE, SECOND, SERVICE):
            self.renew(path, f"{CANARY}-{path}")

    def pass_time(self, **time: float) -> None:
        self.tools.still.step(timedelta(**time))

    def renew(self, path: str, password: str) -> int:
        """As a rotation that went well leaves the books."""
        books = self.tools.credentials
        number = books.propose({path: lambda: Secret(password)}, "rotation")[path]
        books.advance([Move(path, number, SecretState.VERIFIED, "ssh")])
        return number

    def asked(self, path: str = CORE, holder: str = "tanaka", minutes: int = 60, **more: Any) -> Asked:
        return ask(self.road, path, holder, minutes, "power failure in the server room", **more)

    def lent(self, path: str = CORE, holder: str = "tanaka", minutes: int = 60) -> CheckoutRecord:
        """Asked for, approved by whom it takes, opened by a worker."""
        asked = self.asked(path, holder, minutes)
        if asked.job.risk == "ROUTINE":
            approve_by_rule(self.road, asked.job)
        else:
            approver = "sato" if asked.job.risk == "GRAVE" else "suzuki"
            approve(self.road, asked.job, approver, "agreed", asked.job.digest)
        Worker(self.road, only_job=asked.job.pk).run_until_idle()
        return CheckoutRecord.objects.get(pk=asked.record.pk)

    def ticked(self) -> None:
        tick(self.road, Owner.this_process())

    @staticmethod
    def events(*kinds: str) -> list[dict[str, Any]]:
        return [event.fields for event in Event.objects.filter(kind__in=kinds).order_by("seq")]
