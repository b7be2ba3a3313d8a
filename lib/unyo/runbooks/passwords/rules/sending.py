"""Sending sealed passwords, and writing down what became of each in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from unyo.core.errors import UnyoError
from unyo.core.hand import Exchange, Exchanged, Fate
from unyo.core.outcome import Outcome
from unyo.core.password_books import Move, Standing
from unyo.core.secret_state import SecretState
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import hindrances, troubles
from unyo.runbooks.passwords.rules.asking import number_of
from unyo.runbooks.passwords.rules.ends import End
from unyo.runbooks.passwords.rules.looking import by_kind, is_away
from unyo.runbooks.passwords.rules.order import Order

_S = SecretState


@dataclass
class Sent:
    """What became of some exchanges: how accounts ended, and why those that did not must be looked at."""

    ends: dict[str, End] = field(default_factory=dict)
    why: dict[str, UnyoError] = field(default_factory=dict)
    _moves: list[Move] = field(default_factory=list)
    _refused: dict[str, int] = field(default_factory=dict)

    def keep(self, exchanges: Mapping[str, Exchange], answers: Sequence[Exchanged], tools: Tools) -> None:
        """Into the books: first where each version stands, then what else was learned."""
        if self._moves:
            tools.credentials.advance(self._moves)
        if self._refused:
            tools.credentials.note_tries(list(self._refused))
            tools.credentials.note_answers(self._refused, [])
        told = {
            path: answer.facts
            for path, answer in zip(exchanges, answers, strict=True)
            if answer.facts is not None
        }
        if told:
            tools.credentials.note_facts(told)


def send(
    orders: Sequence[Order],
    exchanges: Mapping[str, Exchange],
    standings: Mapping[str, Standing],
    tools: Tools,
) -> Sent:
    """Carry out one exchange for each order; ``standings`` are from before the versions were sealed."""
    answers = exchanged(list(exchanges.values()), tools)
    sent = Sent()
    for order, answer in zip(orders, answers, strict=True):
        _judge(order, exchanges[order.path], answer, standings[order.path], sent)
    sent.keep(exchanges, answers, tools)
    return sent


def once_more(
    orders: Sequence[Order], exchanges: Sequence[Exchange], unsaved: Collection[str], tools: Tools
) -> dict[str, End]:
    """Send what is in force already, old and new the same: devices save it, and its uses are renewed.

    Only those are told of that did not end well.
    """
    ends: dict[str, End] = {}
    for order, answer in zip(orders, exchanged(exchanges, tools), strict=True):
        if answer.fate is Fate.VERIFIED:
            end = _verified(order, answer)
        elif is_away(answer.error):
            end = End(answer.error)
        elif order.path in unsaved:
            end = End(troubles.unsaved(order.credential, answer.error), Outcome.UNVERIFIED)
        else:
            end = End(hindrances.uses_left(order.credential, order.uses), Outcome.UNVERIFIED)
        if end.error is not None:
            ends[order.path] = end
    return ends


def exchanged(exchanges: Sequence[Exchange], tools: Tools) -> list[Exchanged]:
    """What the hand of each kind says; where there is no such hand nothing was touched."""
    answers = by_kind(
        exchanges,
        lambda each: each.credential.kind,
        lambda hand, some: hand.exchange(some),
        tools,
    )
    return [
        answer if isinstance(answer, Exchanged) else Exchanged(Fate.UNTOUCHED, answer) for answer in answers
    ]


def _judge(order: Order, exchange: Exchange, answer: Exchanged, standing: Standing, sent: Sent) -> None:
    path, number = order.path, exchange.new.version
    assert number is not None
    if answer.error is not None:
        sent.why[path] = answer.error
    # A version that was open before may have been sent by an earlier try, whatever this one says.
    was_open = any(each.number == number for each in standing.open)
    match answer.fate:
        case Fate.VERIFIED:
            torn = [each.number for each in standing.versions if each.state is _S.TORN]
            sent._moves += [Move(path, each, _S.RETIRED) for each in torn]
            sent._moves.append(Move(path, number, _S.VERIFIED, answer.by))
            sent.ends[path] = _verified(order, answer)
        case Fate.SET:
            sent._moves.append(Move(path, number, _S.SET))
        case Fate.UNKNOWN:
            sent._moves.append(Move(path, number, _S.UNKNOWN))
        case Fate.REFUSED:
            sent._moves.append(Move(path, number, _S.RETIRED))
            sent.ends[path] = End(answer.error or troubles.not_taken(order.credential, None))
        case Fate.UNTOUCHED:
            if not was_open:
                sent._moves.append(Move(path, number, _S.PROPOSED))
            error = answer.error or troubles.unproven(order.credential, "", None)
            sent.ends[path] = End(error, untouched=not was_open)
        case Fate.WRONG_OLD:
            if not was_open:
                sent._moves.append(Move(path, number, _S.PROPOSED))
            if order.credential.via:
                sent._refused[order.credential.via] = number_of(exchange.sign_on)
                sent.ends[path] = End(hindrances.via_refused(order.credential, order.credential.via))
            else:
                sent._refused[path] = number_of(exchange.old)


def _verified(order: Order, answer: Exchanged) -> End:
    if not answer.not_renewed:
        return End()
    return End(hindrances.uses_left(order.credential, answer.not_renewed), Outcome.UNVERIFIED)
