"""A password that a person holds for a while: who may, for how long, and what follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from unyo.core.text import Text


class CheckoutState(StrEnum):
    """REQUESTED: its job is on the road. OPEN: the holder may read the password until its time is over.

    RETURNED and EXPIRED: it is over. REFUSED: it never came to be.
    """

    REQUESTED = "requested"
    OPEN = "open"
    RETURNED = "returned"
    EXPIRED = "expired"
    REFUSED = "refused"

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    CheckoutState.REQUESTED: Text("asked for", "申請中"),
    CheckoutState.OPEN: Text("checked out", "払出し中"),
    CheckoutState.RETURNED: Text("checked in", "返却済み"),
    CheckoutState.EXPIRED: Text("time over", "期限切れ"),
    CheckoutState.REFUSED: Text("not given", "払出しなし"),
}

HELD = frozenset({CheckoutState.OPEN})
"""States in which nobody else may have the password."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """One check-out as the ledger knows it; ``version`` is what was shown, None while nothing was."""

    number: int
    path: str
    label: str
    holder: str
    state: CheckoutState
    requested_at: datetime
    minutes: int
    until: datetime | None = None
    version: int | None = None
    shown_at: datetime | None = None
    ended_at: datetime | None = None
    settled_at: datetime | None = None
    reason: str = ""
    ticket: str = ""

    @property
    def awaits_rotation(self) -> bool:
        """It is over, it was read, and no new password has been proven since."""
        over = self.state in (CheckoutState.RETURNED, CheckoutState.EXPIRED)
        return over and self.shown_at is not None and self.settled_at is None


class Checkouts(Protocol):
    """The check-outs in the ledger, as runbooks need them."""

    def find(self, number: int) -> Checkout:
        """NotFound where there is none."""
        ...

    def held(self, paths: Collection[str]) -> Mapping[str, Checkout]:
        """Path → the check-out that is open now."""
        ...

    def unsettled(self, paths: Collection[str]) -> Mapping[str, Checkout]:
        """Path → the newest check-out that is over while its password is still in force."""
        ...

    def open(self, number: int) -> Checkout:
        """Give it to its holder from now on; Refused where somebody else has it. Safe to repeat."""
        ...
