"""What the systems tell before a plan is made, and what the plan shows of each account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Use
from unyo.core.password_books import Standing, Version
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import hindrances, troubles
from unyo.runbooks.passwords.rules.asking import facts_noted
from unyo.runbooks.passwords.rules.budget import free_again, tries_left
from unyo.runbooks.passwords.rules.candidates import is_torn, needs_a_look
from unyo.runbooks.passwords.rules.sign_on import sign_ons


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One account as a plan sees it; ``error`` says why its system could not be asked."""

    credential: Credential
    standing: Standing
    facts: AccountFacts | None = None
    error: UnyoError | None = None

    @property
    def uses(self) -> tuple[Use, ...]:
        return self.facts.uses if self.facts else ()


def foresee(credentials: Sequence[Credential], tools: Tools) -> list[Foreseen]:
    """Ask every system about its account, signing on with the password in force; nothing is changed there.

    Nobody is asked where the books do not know the password: that would be a guess.
    """
    standings = tools.credentials.standing([credential.path for credential in credentials])
    doors = sign_ons(credentials, tools)
    errors: dict[str, UnyoError] = {}
    questions: dict[str, Exchange] = {}
    for credential in credentials:
        path, standing, door = credential.path, standings[credential.path], doors.get(credential.via)
        error = door.error(credential) if door else reason_not_to_ask(credential, standing, tools)
        if error is not None:
            errors[path] = error
            continue
        version = standing.in_force
        old = credential.ref.at(version.number) if version else credential.initial
        questions[path] = Exchange(
            credential, old, credential.ref, door.ref if door else None, door.credential if door else None
        )
    facts: dict[str, AccountFacts] = {}
    for path, answer in facts_noted(questions, tools).items():
        if isinstance(answer, AccountFacts):
            facts[path] = answer
        else:
            errors[path] = answer
    return [
        Foreseen(each, standings[each.path], facts.get(each.path), errors.get(each.path))
        for each in credentials
    ]


def reason_not_to_ask(credential: Credential, standing: Standing, tools: Tools) -> UnyoError | None:
    """Why signing on with the password in force would be a guess, or None where it would not."""
    if is_torn(credential, standing):
        return troubles.torn(credential)
    if needs_a_look(credential, standing):
        state = standing.open[0].state if standing.open else ""
        return troubles.unproven(credential, state, None)
    if standing.in_force is None and credential.initial is None:
        return hindrances.no_first(credential)
    now = tools.clock.now()
    if standing.bad_logons and tries_left(standing, now) == 0:
        return troubles.waits(credential, free_again(standing, now))
    return None


def age_of(standing: Standing, now: datetime) -> timedelta | None:
    """How old the password in force is; None where unyo has not set one yet."""
    version = standing.in_force
    return None if version is None else now - _set_at(standing, version)


def _set_at(standing: Standing, version: Version) -> datetime:
    """When it was set: by unyo, else as the system says, else it is at least as old as its seal."""
    return version.set_at or standing.last_set or version.sealed_at


def is_due(standing: Standing, max_age: timedelta | None, now: datetime) -> bool:
    """Over its age, never set by unyo, or to be renewed for a reason that the books know."""
    if standing.rotate_by is not None and standing.rotate_by <= now:
        return True
    if max_age is None:
        return False
    age = age_of(standing, now)
    return age is None or age > max_age
