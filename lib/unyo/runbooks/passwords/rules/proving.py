"""Proving that the password in the books works, by exactly one log-on each; nothing is changed anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from unyo.core.credential import Credential
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import Trial, Tried
from unyo.core.outcome import StepResult
from unyo.core.password_books import Move, Standing
from unyo.core.secret import SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import hindrances, troubles
from unyo.runbooks.passwords.rules.budget import free_again, tries_left
from unyo.runbooks.passwords.rules.candidates import is_torn
from unyo.runbooks.passwords.rules.ends import End
from unyo.runbooks.passwords.rules.looking import RIGHT, attempts, shown
from unyo.runbooks.passwords.rules.order import Order
from unyo.runbooks.passwords.rules.stopping import looked_at


def prove(orders: Sequence[Order], tools: Tools) -> list[StepResult]:
    """One result each. Where a change was cut off, the look that settles it is the proof.

    A torn account is gone through once more: whoever asks for a proof may have mended it.
    """
    found = looked_at(orders, tools, torn_too=True)
    ends = {path: End(each.error) for path, each in found.items()}
    paths = [order.path for order in orders]
    standings = tools.credentials.standing(paths)
    trials: dict[str, Trial] = {}
    for order in orders:
        if order.path in ends:
            continue
        error = objection(order.credential, standings[order.path], tools)
        if error is not None:
            ends[order.path] = End(error)
        else:
            trials[order.path] = Trial(order.credential, _in_force(order.credential, standings[order.path]))
    if trials:
        ends |= _tried(trials, tools)
    standings = tools.credentials.standing(paths)
    troubled = {path: end.error for path, end in ends.items() if end.error is not None}
    if troubled:
        tools.credentials.note_trouble(troubled)
    return [ends[order.path].result(order.credential, standings[order.path]) for order in orders]


def objection(credential: Credential, standing: Standing, tools: Tools) -> UnyoError | None:
    """Why its password must or need not be tried, or None."""
    if standing.in_force is None:
        if is_torn(credential, standing):
            return troubles.torn(credential)
        return hindrances.not_yet(credential) if credential.initial else hindrances.no_first(credential)
    now = tools.clock.now()
    if standing.bad_logons and tries_left(standing, now) == 0:
        return troubles.waits(credential, free_again(standing, now))
    return None


def _tried(trials: dict[str, Trial], tools: Tools) -> dict[str, End]:
    answers = dict(zip(trials, attempts(list(trials.values()), tools), strict=True))
    moves, refused, ends = [], {}, {}
    for path, answer in answers.items():
        credential, number = trials[path].credential, trials[path].password.version or 0
        if isinstance(answer, Tried) and answer.logon in RIGHT:
            moves.append(Move(path, number, SecretState.VERIFIED, shown(answer)))
            ends[path] = End()
            continue
        if isinstance(answer, Tried) and answer.logon is Logon.WRONG:
            refused[path] = number
        ends[path] = End(_error(credential, answer))
    if moves:
        tools.credentials.advance(moves)
    if refused:
        tools.credentials.note_tries(list(refused))
        tools.credentials.note_answers(refused, [])
    return ends


def _error(credential: Credential, answer: Tried | UnyoError) -> UnyoError:
    if isinstance(answer, UnyoError):
        return answer
    if answer.logon is None:
        return answer.error or troubles.unproven(credential, "", None)
    if answer.logon is Logon.WRONG:
        return troubles.drifted(credential)
    return troubles.blocked(credential, answer.logon)


def _in_force(credential: Credential, standing: Standing) -> SecretRef:
    assert standing.in_force is not None
    return credential.ref.at(standing.in_force.number)
