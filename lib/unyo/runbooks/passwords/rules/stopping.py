"""How accounts stand whose renewal was cut off and is not to go on: looked at, nothing sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unyo.core.outcome import Outcome, StepResult
from unyo.core.password_books import Move, Standing
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.candidates import is_torn, needs_a_look
from unyo.runbooks.passwords.rules.ends import End, seen_of
from unyo.runbooks.passwords.rules.looking import Found
from unyo.runbooks.passwords.rules.order import Order
from unyo.runbooks.passwords.rules.settling import settle


def stand_now(orders: Sequence[Order], tools: Tools) -> list[StepResult]:
    """Which password is in force at each; what was sealed and did not come into force is retired."""
    found = looked_at(orders, tools)
    standings = tools.credentials.standing([order.path for order in orders])
    given_up = [
        Move(order.path, version.number, SecretState.RETIRED)
        for order in orders
        if not _is_error(found.get(order.path))
        for version in standings[order.path].open
    ]
    if given_up:
        tools.credentials.advance(given_up)
        standings = tools.credentials.standing([order.path for order in orders])
    return [_result(order, standings[order.path], found.get(order.path)) for order in orders]


def looked_at(orders: Sequence[Order], tools: Tools, torn_too: bool = False) -> Mapping[str, Found]:
    """What was found out about those of the accounts that the books are not sure of."""
    standings = tools.credentials.standing([order.path for order in orders])
    unsure = {
        order.path: (order.credential, standings[order.path])
        for order in orders
        if needs_a_look(order.credential, standings[order.path])
        or (torn_too and is_torn(order.credential, standings[order.path]))
    }
    return settle(unsure, {}, tools) if unsure else {}


def _is_error(found: Found | None) -> bool:
    return found is not None and found.error is not None


def _result(order: Order, standing: Standing, found: Found | None) -> StepResult:
    if found is not None and found.error is not None:
        return End(found.error, Outcome.UNVERIFIED).result(order.credential, standing)
    seen = seen_of(order.credential, standing)
    if standing.in_force is not None and standing.in_force.purpose == order.purpose:
        return StepResult(Outcome.DONE, seen)
    return StepResult(
        Outcome.SKIPPED,
        seen,
        "step.stopped",
        Text("stopped; the former password is in force", "停止しました。従来のパスワードが有効です"),
        Text("run what was not reached: unyo jobs resume", "未実施分を実行: unyo jobs resume"),
    )
