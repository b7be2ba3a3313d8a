"""Making the books say again what is so, after a change was cut off or a system turned out different."""

from __future__ import annotations

from collections.abc import Mapping

from unyo.core.credential import Credential
from unyo.core.errors import NotFound, UnyoError
from unyo.core.hand import AccountFacts, Exchange
from unyo.core.password_books import Move, Standing
from unyo.core.secret_state import SecretState
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.asking import ask_facts
from unyo.runbooks.passwords.rules.candidates import FIRST
from unyo.runbooks.passwords.rules.looking import Found, look

RESTORED = "old image"
"""Stands behind the log-on that proved a password which had been replaced before."""

_S = SecretState


def settle(
    accounts: Mapping[str, tuple[Credential, Standing]], via: Mapping[str, Exchange], tools: Tools
) -> dict[str, Found]:
    """Look at these accounts and note what was found; one transaction for all notes.

    ``via``: path → a question that reads the account's facts through another account, so that the system's
    own count of bad log-ons and its policy of now are known before anything is tried.
    """
    facts = _facts_through_others(via, tools)
    if facts:
        tools.credentials.note_facts(facts)
        fresh = tools.credentials.standing(list(facts))
        accounts = {path: (each[0], fresh.get(path, each[1])) for path, each in accounts.items()}
    seen = {path: told.bad_logons for path, told in facts.items() if told.bad_logons is not None}
    found = look(accounts, seen, tools)
    moves = [move for path, each in found.items() for move in moves_for(path, accounts[path][1], each)]
    if moves:
        tools.credentials.advance(moves)
    for path, each in found.items():
        if each.error is None and each.number == FIRST:
            _take_in(accounts[path][0], each, tools)
    return found


def _take_in(credential: Credential, found: Found, tools: Tools) -> None:
    """The password an account came with works (again): from now on it is a version of the account's own."""
    assert credential.initial is not None
    try:
        first = tools.vault.open(credential.initial)
    except NotFound:
        return  # it stands in a file of the installation, where the hand finds it
    tools.credentials.adopt(credential.path, first, f"{found.by}, first password")


def moves_for(path: str, standing: Standing, found: Found) -> list[Move]:
    """The moves that a finding stands for; none where it is not known which password works."""
    if found.error is not None:
        return _torn(path, standing) if found.error.code == "passwords.torn" else []
    if found.number == FIRST:
        return []
    assert found.number is not None
    number = found.number
    state = next(each.state for each in standing.versions if each.number == number)
    others = [each.number for each in standing.open if each.number != number]
    if not state.is_open:
        # The newest open one is kept: it may be set with the next exchange, or be on its way still.
        others = others[1:]
    by = f"{found.by}, {RESTORED}" if state is _S.RETIRED else found.by
    return [*(Move(path, each, _S.RETIRED) for each in others), Move(path, number, _S.VERIFIED, by)]


def _torn(path: str, standing: Standing) -> list[Move]:
    if standing.in_force is not None:
        opened = [Move(path, each.number, _S.RETIRED) for each in standing.open]
        return [*opened, Move(path, standing.in_force.number, _S.TORN)]
    moves = []
    for place, each in enumerate(standing.open):
        is_named = place == 0 and each.state is not _S.SEALED
        moves.append(Move(path, each.number, _S.TORN if is_named else _S.RETIRED))
    return moves


def _facts_through_others(via: Mapping[str, Exchange], tools: Tools) -> dict[str, AccountFacts]:
    answers = ask_facts(list(via.values()), tools)
    return {
        path: answer for path, answer in zip(via, answers, strict=True) if not isinstance(answer, UnyoError)
    }
