"""Renewing passwords so that none can be lost: seal, send, prove; after a cut, look before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange
from unyo.core.outcome import StepResult
from unyo.core.password_books import Standing
from unyo.core.secret import SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import hindrances, troubles
from unyo.runbooks.passwords.rules.asking import facts_noted, number_of
from unyo.runbooks.passwords.rules.candidates import FIRST, is_torn, needs_a_look
from unyo.runbooks.passwords.rules.ends import End
from unyo.runbooks.passwords.rules.looking import Found, is_away
from unyo.runbooks.passwords.rules.order import Order
from unyo.runbooks.passwords.rules.policy import accounts_policy
from unyo.runbooks.passwords.rules.proposing import propose
from unyo.runbooks.passwords.rules.sending import once_more, send
from unyo.runbooks.passwords.rules.settling import settle
from unyo.runbooks.passwords.rules.sign_on import SignOn, sign_ons

EXCHANGES = 2
"""How often a password is sent to one account within one step."""

_RESTORED = Text(
    "an older password was in force: an old image was restored there",
    "過去のパスワードが有効でした(古いイメージからの復元)",
)
# Whoever signs on with another account can set this one whatever it holds now.
_NO_MATTER_THROUGH_ANOTHER = ("passwords.torn", "passwords.waits", "passwords.no_room")


def rotate(orders: Sequence[Order], tools: Tools) -> list[StepResult]:
    """Renew these accounts; one result each, in order.

    May be called again after a cut at any instant: what the books leave open is looked at first.
    """
    batch = Batch(orders, tools)
    try:
        batch.carry_out()
    except Exception as error:
        if not _is_of_the_database(error):
            raise
        batch.end_all(hindrances.books(error))
    return batch.results()


@dataclass
class Batch:
    """Accounts that are renewed side by side: few transactions, and one question to each kind of hand."""

    orders: Sequence[Order]
    tools: Tools
    ends: dict[str, End] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    doors: Mapping[str, SignOn] = field(default_factory=dict)
    notes: dict[str, Text] = field(default_factory=dict)
    why: dict[str, UnyoError] = field(default_factory=dict)
    unsaved: set[str] = field(default_factory=set)
    """What a device would forget with its next start."""
    found_done: list[Order] = field(default_factory=list)
    """Done, as the books say or as a look has shown; nobody has told whether its uses were renewed."""

    def carry_out(self) -> None:
        self._read()
        self._open_doors()
        for number in range(EXCHANGES + 1):
            looked_at = self._settle()
            if number == 0:
                self._ask_facts()
                self._settle(but_not=looked_at)
            if number < EXCHANGES and self.left:
                self._send()
        for order in self.left:
            self.ends[order.path] = End(troubles.not_taken(order.credential, self.why.get(order.path)))
        self._once_more()
        self._read_ends()

    @property
    def left(self) -> list[Order]:
        return [order for order in self.orders if order.path not in self.ends]

    def end_all(self, error: UnyoError) -> None:
        self.ends |= {order.path: End(error) for order in self.left}

    def results(self) -> list[StepResult]:
        return [
            self.ends[order.path].result(
                order.credential, self.standings.get(order.path), self.notes.get(order.path)
            )
            for order in self.orders
        ]

    def _read(self) -> None:
        """Read what the books say, and end what has its new password already or cannot get one."""
        self.standings |= self.tools.credentials.standing([order.path for order in self.left])
        for order in self.left:
            standing = self.standings[order.path]
            if standing.in_force is not None and standing.in_force.purpose == order.purpose:
                self.ends[order.path] = End()
                self.found_done.append(order)
            elif standing.checked_out and not (order.even_lent or standing.open):
                self.ends[order.path] = End(hindrances.checked_out(order.credential), untouched=True)
            elif is_torn(order.credential, standing) and not order.credential.via:
                self.ends[order.path] = End(troubles.torn(order.credential), untouched=True)
            elif not (standing.versions or order.credential.via) and self._old(order) is None:
                self.ends[order.path] = End(hindrances.no_first(order.credential), untouched=True)

    def _open_doors(self) -> None:
        orders = [*self.left, *self.found_done]
        credentials = [order.credential for order in orders]
        held = {credential.target.lock for credential in credentials}
        self.doors = sign_ons(credentials, self.tools, held)
        for order in orders:
            door = self.doors.get(order.credential.via)
            error = door.error(order.credential) if door is not None else None
            if error is not None:
                self.ends[order.path] = End(error, untouched=not self.standings[order.path].open)

    def _settle(self, but_not: Collection[str] = ()) -> Collection[str]:
        """Find out what is in force where the books do not know; end where it cannot be known."""
        unsure = [
            order
            for order in self.left
            if order.path not in but_not and needs_a_look(order.credential, self.standings[order.path])
        ]
        if not unsure:
            return ()
        accounts = {order.path: (order.credential, self.standings[order.path]) for order in unsure}
        through = {order.path: self._exchange(order, 0) for order in unsure if order.credential.via}
        found = settle(accounts, through, self.tools)
        for order in unsure:
            self._note_finding(order, found[order.path])
        self.unsaved |= {order.path for order in unsure if found[order.path].unsaved}
        self._read()
        return found

    def _note_finding(self, order: Order, found: Found) -> None:
        standing, error = self.standings[order.path], found.error
        if error is None:
            states = {version.number: version.state for version in standing.versions}
            came_back = found.number == FIRST and standing.in_force is not None
            if came_back or states.get(found.number or FIRST) is SecretState.RETIRED:
                self.notes[order.path] = _RESTORED
        elif not (order.credential.via and error.code in _NO_MATTER_THROUGH_ANOTHER):
            if standing.open and is_away(error) and error.code != "passwords.waits":
                error = troubles.unproven(order.credential, standing.open[0].state, error)
            self.ends[order.path] = End(error)

    def _ask_facts(self) -> None:
        """Where nobody has read the lock-out policy yet, or the plan could not look, before anything is sent."""
        blind = [
            order for order in self.left if not order.foreseen or self.standings[order.path].lockout is None
        ]
        answers = facts_noted({order.path: self._exchange(order, 0) for order in blind}, self.tools)
        for order in blind:
            error = objection(order, answers[order.path])
            if error is not None:
                self.ends[order.path] = End(error, untouched=not self.standings[order.path].open)
        if blind:
            self._read()

    def _once_more(self) -> None:
        """What was found to be in force is sent again where a device has not saved it, or uses may be left."""
        orders = [
            order
            for order in self.found_done
            if self.ends[order.path].error is None and (order.uses or order.path in self.unsaved)
        ]
        exchanges = [self._exchange(order, number_of(self._old(order))) for order in orders]
        self.ends |= once_more(orders, exchanges, self.unsaved, self.tools)

    def _send(self) -> None:
        orders = self.left
        numbers = propose(orders, self.standings, accounts_policy(self.tools), self.tools)
        exchanges = {order.path: self._exchange(order, numbers[order.path]) for order in orders}
        sent = send(orders, exchanges, self.standings, self.tools)
        self.ends |= sent.ends
        self.why |= sent.why
        self._read()

    def _exchange(self, order: Order, number: int) -> Exchange:
        credential = order.credential
        door = self.doors.get(credential.via)
        return Exchange(
            credential,
            self._old(order),
            credential.ref.at(number),
            door.ref if door else None,
            door.credential if door else None,
            order.uses,
        )

    def _old(self, order: Order) -> SecretRef | None:
        """The password in force, or the one that the account came with."""
        in_force = self.standings[order.path].in_force
        return order.credential.initial if in_force is None else order.credential.ref.at(in_force.number)

    def _read_ends(self) -> None:
        """The books as they are now, for the results; why accounts could not be renewed goes into them."""
        self.standings |= self.tools.credentials.standing([order.path for order in self.orders])
        troubled = {path: end.error for path, end in self.ends.items() if end.error is not None}
        if troubled:
            self.tools.credentials.note_trouble(troubled)


def objection(order: Order, answer: AccountFacts | UnyoError) -> UnyoError | None:
    """Why nothing should be sent to an account whose system told this."""
    if isinstance(answer, UnyoError):
        return answer if is_away(answer) else None
    if not answer.exists:
        return troubles.gone(order.credential)
    if answer.locked:
        return troubles.blocked(order.credential, Logon.LOCKED)
    if answer.uses and not order.foreseen:
        return hindrances.used_elsewhere(order.credential, answer.uses)
    return None


def _is_of_the_database(error: Exception) -> bool:
    """By name: work knows no Django. A full disk or a database that restarts is no fault of the work."""
    return any(kind.__module__ == "django.db.utils" for kind in type(error).__mro__)
