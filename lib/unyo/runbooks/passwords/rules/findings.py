"""What the approver of a plan should know beside the accounts themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.plan import Finding, Weight
from unyo.core.text import Text
from unyo.runbooks.passwords.rules.foreseeing import Foreseen, age_of
from unyo.runbooks.passwords.rules.looking import is_away
from unyo.runbooks.passwords.rules.troubles import listed


def findings_of(seen: Sequence[Foreseen], lent: Sequence[Credential], now: datetime) -> list[Finding]:
    """Where a password is stored besides, who holds it now, what could not be looked at, how old they are.

    ``lent`` are accounts that are left out because a person holds their password.
    """
    found = [finding for each in seen for finding in _of_one(each)]
    left_out = Text("left out: a person holds this password now", "払出し中のため対象外です")
    found += [Finding("passwords.lent", Weight.NOTE, left_out, each.label) for each in lent]
    away = sum(is_away(each.error) for each in seen)
    if away:
        found.append(
            Finding(
                "passwords.away",
                Weight.NOTE,
                Text(
                    f"{away} did not answer; their turn comes when they do",
                    f"{away} 件は応答がありません。応答があり次第実施します",
                ),
            )
        )
    return [*found, *_ages(seen, now)]


def _of_one(each: Foreseen) -> list[Finding]:
    label = each.credential.label
    found = [
        Finding(
            "passwords.used",
            Weight.ODD,
            Text(
                f"stored elsewhere, renewed in the same step: {listed((use,))}",
                f"使用箇所あり。同じステップで更新します: {listed((use,))}",
            ),
            label,
        )
        for use in each.uses
    ]
    if each.standing.checked_out:
        text = Text("a person holds this password now", "現在、払出し中のパスワードです")
        found.append(Finding("passwords.checked_out", Weight.ODD, text, label))
    if each.error is not None and not is_away(each.error):
        found.append(_unasked(each.error, label))
    notes = each.facts.notes if each.facts else ()
    return [*found, *(Finding("passwords.note", Weight.NOTE, note, label) for note in notes)]


def _unasked(error: UnyoError, label: str) -> Finding:
    return Finding(error.code, Weight.ODD, error.what, label)


def _ages(seen: Sequence[Foreseen], now: datetime) -> list[Finding]:
    ages = sorted(
        (age.days, each.credential.label) for each in seen if (age := age_of(each.standing, now)) is not None
    )
    found = []
    if ages:
        days, label = ages[-1]
        text = Text(f"the oldest is {days} days old", f"最も古いものは {days} 日経過しています")
        found.append(Finding("passwords.oldest", Weight.NOTE, text, label))
    never = len(seen) - len(ages)
    if never:
        text = Text(
            f"{never} were never set by unyo: this is their first own password",
            f"{never} 件は unyo による初回の設定です",
        )
        found.append(Finding("passwords.first", Weight.NOTE, text))
    return found
