"""What systems tell of their accounts, kept in the books; a refused log-on is kept there too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unyo.core.errors import UnyoError
from unyo.core.hand import REFUSED_LOGONS, AccountFacts, Exchange
from unyo.core.secret import SecretRef
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.candidates import FIRST
from unyo.runbooks.passwords.rules.looking import by_kind, is_away


def facts_noted(questions: Mapping[str, Exchange], tools: Tools) -> dict[str, AccountFacts | UnyoError]:
    """Path → facts or why there are none. Whoever signed on for itself and was refused is looked at next."""
    answers = dict(zip(questions, ask_facts(list(questions.values()), tools), strict=True))
    told = {path: answer for path, answer in answers.items() if isinstance(answer, AccountFacts)}
    if told:
        tools.credentials.note_facts(told)
    doubtful: list[str] = []
    refused: dict[str, int] = {}
    for path, answer in answers.items():
        if isinstance(answer, AccountFacts) or is_away(answer) or questions[path].via is not None:
            continue
        # Whatever the error was, it may have been a bad log-on.
        doubtful.append(path)
        if answer.code in REFUSED_LOGONS:
            refused[path] = number_of(questions[path].old)
    if doubtful:
        tools.credentials.note_tries(doubtful)
    if refused:
        tools.credentials.note_answers(refused, [])
    return answers


def ask_facts(questions: Sequence[Exchange], tools: Tools) -> list[AccountFacts | UnyoError]:
    """The hand of each kind is asked once."""
    return by_kind(
        questions,
        lambda each: each.credential.kind,
        lambda hand, some: hand.facts(some),
        tools,
    )


def number_of(ref: SecretRef | None) -> int:
    """The version that a reference names; the first password has none."""
    return FIRST if ref is None or ref.version is None else ref.version
