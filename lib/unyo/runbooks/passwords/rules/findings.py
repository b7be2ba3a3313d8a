"""What the approver of a plan should know beside the accounts themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from unyo.core.credential import Credential
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Use
from unyo.core.password_books import Standing
from unyo.core.plan import Finding, Weight
from unyo.core.text import Text
from unyo.runbooks.passwords.rules.foreseeing import Foreseen, age_of
from unyo.runbooks.passwords.rules.looking import is_away

_NAMED = 10


def findings_of(
    seen: Sequence[Foreseen], lent: Sequence[Credential], machines: Mapping[str, str], now: datetime
) -> list[Finding]:
    """Where a password is stored besides, who holds it now, what could not be looked at, how old they are.

    ``lent`` are accounts that are left out because a person holds their password; ``machines`` are names
    of terminals by serial number.
    """
    found = [finding for each in seen for finding in _of_one(each, machines)]
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


def torn_finding(credential: Credential) -> Finding:
    """It is left out: only a person can help it."""
    text = Text(
        f"left out, as no known password works: reset it there, then unyo passwords adopt {credential.path}",
        f"既知のパスワードがすべて不一致のため対象外です。対象側で再設定してから unyo passwords adopt {credential.path}",
    )
    return Finding("passwords.torn", Weight.ODD, text, credential.label)


def _of_one(each: Foreseen, machines: Mapping[str, str]) -> list[Finding]:
    label = each.credential.label
    found = [
        Finding(
            "passwords.used",
            Weight.ODD,
            Text(
                f"stored elsewhere, renewed in the same step: {where}",
                f"使用箇所あり。同じステップで更新します: {where}",
            ),
            label,
        )
        for where in _places(each.uses, machines)
    ]
    if each.standing.checked_out:
        text = Text("a person holds this password now", "現在、払出し中のパスワードです")
        found.append(Finding("passwords.checked_out", Weight.ODD, text, label))
    if each.error is not None and not is_away(each.error):
        found.append(_unasked(each.error, label))
    facts = each.facts or AccountFacts()
    # What runs as a service with the old password fails later, when nobody thinks of this job any more.
    weight = Weight.ODD if each.credential.role == "service" else Weight.NOTE
    found += [Finding("passwords.unseen", weight, note, label) for note in facts.unseen]
    return [*found, *(Finding("passwords.note", Weight.NOTE, note, label) for note in facts.notes)]


def _places(uses: Sequence[Use], machines: Mapping[str, str]) -> list[str]:
    """One line for all machines that have the same service, task or pool."""
    where: dict[tuple[str, str], list[str]] = {}
    for use in uses:
        where.setdefault((use.kind, use.name), []).append(machines.get(use.machine, use.machine))
    return [f"{kind} {name} ({_some(sorted(names))})" for (kind, name), names in where.items()]


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} … {len(names)}"


def _unasked(error: UnyoError, label: str) -> Finding:
    return Finding(error.code, Weight.ODD, error.what, label)


def _as_told(each: Foreseen) -> Standing:
    """The books as they will be: a system that was asked just now knows best when its password was set."""
    told = each.facts.last_set if each.facts else None
    return each.standing if told is None else replace(each.standing, last_set=told)


def _ages(seen: Sequence[Foreseen], now: datetime) -> list[Finding]:
    ages = sorted(
        (age.days, each.credential.label) for each in seen if (age := age_of(_as_told(each), now)) is not None
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
