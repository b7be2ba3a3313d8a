"""A desk for tests of passwords: a box of accounts, the books, a clock that both share, and one rule file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from support.box_hand import BoxHand, OneHand, PasswordBox
from support.boxes import SetClock
from support.memory_books import MemoryBooks
from unyo.core.credential import AccountKind, Credential
from unyo.core.hand import AccountFacts, Exchange
from unyo.core.outcome import StepResult
from unyo.core.password_books import Standing
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.runbooks.passwords.rules.order import Order
from unyo.runbooks.passwords.rules.rotation import rotate

JOB = "rotation of the first of April"
FIRST = "Canary-first-password-1"

RULES: dict[str, Any] = {
    "windows": {"accounts": ["unyo-admin"], "initial": "terminals/admin"},
    "rules": {
        "length": 20,
        "classes": ["upper", "lower", "digit", "sign"],
        "words": 0,
        "exclude": ["quotes"],
        "max_age_days": 90,
    },
}


@dataclass
class Rules:
    """core.tools.Policies with one file."""

    values: Mapping[str, Any] = field(default_factory=lambda: RULES)

    def load(self, name: str) -> Mapping[str, Any]:
        return self.values


class Desk:
    """Everything a rotation touches; ``mark`` is told of each instant at which something may go wrong."""

    def __init__(self, box: PasswordBox, name: str) -> None:
        self.box, self.name = box, name
        self.clock = SetClock()
        self.books = MemoryBooks(self.clock)
        self.policies = Rules()
        self.interruptions: dict[str, Any] = {}
        self.hand = BoxHand(box.port, self.books.open, self._mark)
        self.hands = OneHand(self.hand)
        box.say("set_time", instant=self.clock.now().timestamp())
        box.say("rule", threshold=6, window=1800, length=8, history=False)

    @property
    def credentials(self) -> MemoryBooks:
        return self.books

    @property
    def vault(self) -> MemoryBooks:
        return self.books

    @property
    def assets(self) -> Desk:
        return self

    def terminals(self, serials: Collection[str]) -> dict[str, Any]:
        """No machine of this desk is a terminal of the ledger."""
        return {}

    def progress(self, text: str, done: int, total: int) -> None: ...

    def _mark(self, instant: str) -> None:
        happens = self.interruptions.pop(instant, None)
        if happens is not None:
            happens()

    def meanwhile(self, instant: str, happens: Any) -> None:
        """Let something happen once, at this instant of the hand's work."""
        self.interruptions[instant] = happens

    def account(self, number: int = 1, account: str = "admin", **more: Any) -> Credential:
        """One account of a system of its own, with a first password that is sealed as ``initial``."""
        system = f"{self.name}-{number}"
        path = f"passwords/{system}/{account}"
        initial = SecretRef(f"first/{system}/{account}")
        made = Credential(
            AccountKind.LINUX, system, account, path, f"{system} {account}", **{"initial": initial, **more}
        )
        self.books.accounts[path] = made
        self.books.sealed[initial] = Secret(FIRST)
        self.box.say("put", system=system, account=account, password=FIRST)
        return made

    def settled(self, number: int = 1, **more: Any) -> Credential:
        """An account that unyo has renewed once, for an earlier job."""
        made = self.account(number, **more)
        assert [result.code for result in self.rotated(made, purpose="an earlier job")] == [""]
        return made

    def reads_policy(self, account: Credential) -> None:
        """As a plan does before anything is sent."""
        question = Exchange(account, account.initial, account.ref)
        (told,) = self.hand.facts([question])
        assert isinstance(told, AccountFacts)
        self.books.note_facts({account.path: told})

    def rotated(self, *accounts: Credential, purpose: str = JOB, **more: Any) -> list[StepResult]:
        return rotate([Order(account, purpose, **more) for account in accounts], self)  # type: ignore[arg-type]

    def standing(self, account: Credential) -> Standing:
        return self.books.standing([account.path])[account.path]

    def states(self, account: Credential) -> dict[int, SecretState]:
        return {version.number: version.state for version in self.standing(account).versions}

    def holds(self, account: Credential, number: int) -> bool:
        """Whether this version is the password at the system, as the system itself knows it."""
        secret = self.books.sealed[account.ref.at(number)]
        return bool(
            self.box.say("holds", system=account.system, account=account.account, password=secret.reveal())
        )

    def fault(self, account: Credential, **counts: int) -> None:
        self.box.say("fault", system=account.system, **counts)

    def switch(self, account: Credential, on: bool) -> None:
        self.box.say("switch", system=account.system, on=on)

    def pass_time(self, delta: timedelta) -> None:
        """Time goes by, here and there."""
        self.clock.step(delta)
        self.box.say("pass_time", seconds=delta.total_seconds())

    def lockouts(self) -> list[str]:
        return [each for each in self.box.say("report")["lockouts"] if each.startswith(f"{self.name}-")]

    def bad_logons(self, account: Credential) -> int:
        """As the system counts them since the last good one."""
        return int(self.box.say("report")["bad"][f"{account.system}/{account.account}"])

    def refusals(self, account: Credential) -> int:
        """How many log-ons the system has ever refused."""
        return int(self.box.say("report")["wrong"].get(f"{account.system}/{account.account}", 0))

    def sealed_for(self, account: Credential, password: str, purpose: str = JOB) -> int:
        """A version that a job sealed before its worker was killed."""
        return self.books.propose({account.path: partial(Secret, password)}, purpose)[account.path]

    def sets_there(self, account: Credential, password: str) -> None:
        """Set at the system behind unyo's back."""
        self.box.say("put", system=account.system, account=account.account, password=password)


def codes(results: Sequence[StepResult]) -> list[tuple[str, str]]:
    return [(result.outcome.value, result.code) for result in results]
