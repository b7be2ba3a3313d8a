"""Accounts through which others are set: proven once for all that go through them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from unyo.core.credential import Credential
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import Trial
from unyo.core.password_books import Standing
from unyo.core.secret import SecretRef
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import hindrances, troubles
from unyo.runbooks.passwords.rules.budget import free_again, tries_left
from unyo.runbooks.passwords.rules.candidates import FIRST, is_torn, needs_a_look
from unyo.runbooks.passwords.rules.looking import RIGHT, attempts
from unyo.runbooks.passwords.rules.settling import settle


@dataclass(frozen=True, slots=True)
class SignOn:
    """The account that signs on to set others, the version of its password, or why it cannot be used now.

    ``error`` is made for each account that would go through it.
    """

    credential: Credential
    ref: SecretRef
    refused: bool = False
    open: bool = False
    away: UnyoError | None = None

    @property
    def may_be_tried(self) -> bool:
        return not (self.open or self.refused or self.away)

    def error(self, credential: Credential) -> UnyoError | None:
        if self.open:
            return hindrances.via_open(credential, self.credential.path)
        if self.refused:
            return hindrances.via_refused(credential, self.credential.path)
        return self.away


def sign_ons(
    credentials: Sequence[Credential], tools: Tools, held: Collection[str] = ()
) -> Mapping[str, SignOn]:
    """By path: the accounts that others go through, each proven by exactly one log-on.

    Without this a wrong password of one account would be tried once for each of the others and lock it.
    ``held``: the locks of targets that this job alone works on; what is unsettled there is settled first.
    """
    paths = sorted({credential.via for credential in credentials if credential.via})
    if not paths:
        return {}
    known, standings = tools.credentials.named(paths), dict(tools.credentials.standing(paths))
    unsure = {
        path: (each, standings[path])
        for path, each in known.items()
        if each.target.lock in held and needs_a_look(each, standings[path])
    }
    found = settle(unsure, {}, tools) if unsure else {}
    standings |= tools.credentials.standing(list(found))
    made = {path: _unproven(each, standings[path], tools) for path, each in known.items()}
    # What has just been looked up is proven; a version that is still open there waits for its own turn.
    made |= {path: replace(made[path], open=False, away=each.error) for path, each in found.items()}
    usable = [each for path, each in made.items() if path not in found and each.may_be_tried]
    return made | _proven(usable, tools)


def _unproven(credential: Credential, standing: Standing, tools: Tools) -> SignOn:
    in_force = standing.in_force
    ref = credential.ref.at(in_force.number) if in_force else credential.initial or credential.ref
    number = in_force.number if in_force else FIRST
    was_refused = number in standing.refused or is_torn(credential, standing)
    now = tools.clock.now()
    no_try_now = bool(standing.bad_logons) and tries_left(standing, now) == 0
    away = troubles.waits(credential, free_again(standing, now)) if no_try_now else None
    return SignOn(credential, ref, refused=was_refused, open=bool(standing.open), away=away)


def _proven(usable: Sequence[SignOn], tools: Tools) -> dict[str, SignOn]:
    answers = attempts([Trial(each.credential, each.ref) for each in usable], tools)
    made, refused = {}, {}
    for each, answer in zip(usable, answers, strict=True):
        path, credential = each.credential.path, each.credential
        away: UnyoError | None = None
        if isinstance(answer, UnyoError):
            away = answer
        elif answer.logon is None:
            away = answer.error or troubles.unproven(credential, "", None)
        elif answer.logon not in RIGHT | {Logon.WRONG}:
            away = troubles.blocked(credential, answer.logon)
        is_wrong = not isinstance(answer, UnyoError) and answer.logon is Logon.WRONG
        if is_wrong:
            refused[path] = each.ref.version or FIRST
        made[path] = SignOn(credential, each.ref, refused=is_wrong, away=away)
    if refused:
        tools.credentials.note_tries(list(refused))
        tools.credentials.note_answers(refused, [])
    return made
