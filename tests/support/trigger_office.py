"""Accounts in a real ledger at a real toy system, and the events that make their passwords be renewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.books import NOON, Books, add_terminals
from support.box_hand import BoxHand, OneHand, PasswordBox
from support.password_desk import FIRST
from unyo.core.secret import Secret, SecretRef
from unyo.core.trigger import triggers_from
from unyo.flow.context import Owner, Road
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import DeviceRecord, TriggeredRun
from unyo.policies import PolicyFiles
from unyo.runbooks import load


class TriggerOffice:
    """The tools of a road: three servers srv-1 to srv-3, one terminal on loan, each with an administrator."""

    def __init__(self, box: PasswordBox, name: str, home: Path) -> None:
        self.books = Books()
        self.box, self.name = box, name
        self.clock, self.vault = self.books.clock, self.books.safe
        self.policies = PolicyFiles(home)
        self.books.credentials._policies = self.policies
        self.credentials = self.books.credentials
        self.hands = OneHand(BoxHand(box.port, self.vault.open))
        self.output = home
        self.road = Road(
            self,  # type: ignore[arg-type]
            load,
            home / "audit.anchor",
            triggers=lambda: triggers_from(self.policies.load("triggers")),
        )
        self.vault.seal(SecretRef("first"), Secret(FIRST), "first password")
        self.vault.seal(SecretRef("terminals/admin"), Secret(FIRST), "first password")
        box.say("set_time", instant=self.clock.now().timestamp())
        box.say("rule", threshold=6, window=1800, length=8, history=False)
        for number in (1, 2, 3):
            self._add_server(self.system(number))
        add_terminals({"serial": self.system("loan"), "name": self.system("loan"), "state": "loan"})
        box.say("put", system=self.system("loan"), account="unyo-admin", password=FIRST)

    def system(self, number: int | str) -> str:
        return f"{self.name}-srv-{number}"

    def path(self, number: int) -> str:
        return f"passwords/{self.system(number)}/admin"

    def progress(self, text: str, done: int, total: int) -> None: ...

    def _add_server(self, name: str) -> None:
        accounts = [{"name": "admin", "initial": "first"}]
        DeviceRecord.objects.create(name=name, kind="linux", accounts=accounts, added_at=NOON)
        self.box.say("put", system=name, account="admin", password=FIRST)

    def happened(self, kind: str, actor: str = "suzuki", **fields: Any) -> None:
        append([NewEvent(kind, actor, fields=fields)], self.clock.now())

    def followed(self) -> list[str]:
        """``trigger state`` of everything set off so far, after a worker has looked."""
        from unyo.flow.triggers import follow

        follow(self.road, Owner.this_process())
        rows = TriggeredRun.objects.order_by("event_seq", "trigger")
        return [f"{row.trigger} {row.state}" for row in rows]

    def holds_first(self, number: int) -> bool:
        """Whether the server still has the password it began with."""
        return bool(self.box.say("holds", system=self.system(number), account="admin", password=FIRST))
