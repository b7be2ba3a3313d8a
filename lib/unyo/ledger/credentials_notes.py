"""What is known of accounts beside their versions: bad log-ons, lock-out policies, troubles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.text import Text
from unyo.ledger.models import CredentialRecord
from unyo.ledger.sealed import portions

_MOST_TRIES = 60
_NOTED = ("bad_logons", "refused", "lockout", "last_set", "trouble", "trouble_since")


def records_of(paths: Collection[str]) -> dict[str, CredentialRecord]:
    found: dict[str, CredentialRecord] = {}
    for some in portions(sorted(paths)):
        found |= {record.path: record for record in CredentialRecord.objects.filter(path__in=some)}
    return found


def note_tries(paths: Collection[str], now: datetime) -> None:
    def note(record: CredentialRecord) -> None:
        record.bad_logons = [*record.bad_logons, now.isoformat()][-_MOST_TRIES:]

    _each(paths, note)


def note_answers(refused: Mapping[str, int], untried: Collection[str]) -> None:
    def note(record: CredentialRecord) -> None:
        if record.path in refused:
            record.refused = [*record.refused, refused[record.path]][-_MOST_TRIES:]
        if record.path in untried:
            record.bad_logons = record.bad_logons[:-1]

    _each({*refused, *untried}, note)


def note_facts(facts: Mapping[str, AccountFacts]) -> None:
    def note(record: CredentialRecord) -> None:
        told = facts[record.path]
        if told.lockout is not None:
            record.lockout = _policy_as_json(told.lockout)
        record.last_set = told.last_set or record.last_set

    # A plan asks hundreds of accounts and seldom learns anything new.
    known = records_of(facts)
    _each([path for path, told in facts.items() if _is_news(told, known.get(path))], note)


def note_troubles(troubles: Mapping[str, UnyoError | None], now: datetime) -> None:
    def note(record: CredentialRecord) -> None:
        error = troubles[record.path]
        if error is None:
            record.trouble, record.trouble_since = None, None
            return
        is_same = record.trouble is not None and record.trouble["code"] == error.code
        record.trouble_since = record.trouble_since if is_same else now
        record.trouble = {"code": error.code, **error.what.as_json()}

    _each(troubles, note)


def clear_after_proof(paths: Collection[str]) -> None:
    """A proven log-on ends what was counted against the account."""
    for some in portions(sorted(paths)):
        CredentialRecord.objects.filter(path__in=some).update(
            bad_logons=[], refused=[], trouble=None, trouble_since=None
        )


def note_set(paths: Collection[str], now: datetime) -> None:
    """The system has taken a new password just now."""
    for some in portions(sorted(paths)):
        CredentialRecord.objects.filter(path__in=some).update(last_set=now)


def note_renewed(paths: Collection[str]) -> None:
    """A new password was proven: the reason to renew the old one is gone."""
    for some in portions(sorted(paths)):
        CredentialRecord.objects.filter(path__in=some).update(rotate_by=None, rotate_reason="")


def instants_of(record: CredentialRecord) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(text) for text in record.bad_logons)


def lockout_of(record: CredentialRecord) -> LockoutPolicy | None:
    kept = record.lockout
    if kept is None:
        return None
    duration = kept["duration"]
    return LockoutPolicy(
        kept["threshold"],
        timedelta(seconds=kept["window"]),
        None if duration is None else timedelta(seconds=duration),
    )


def trouble_of(record: CredentialRecord) -> Text | None:
    return Text(record.trouble["en"], record.trouble["ja"]) if record.trouble else None


def _policy_as_json(policy: LockoutPolicy) -> dict[str, Any]:
    duration = policy.duration.total_seconds() if policy.duration is not None else None
    return {"threshold": policy.threshold, "window": policy.window.total_seconds(), "duration": duration}


def _is_news(told: AccountFacts, record: CredentialRecord | None) -> bool:
    if record is None:
        return told.lockout is not None or told.last_set is not None
    if told.lockout is not None and record.lockout != _policy_as_json(told.lockout):
        return True
    return told.last_set is not None and told.last_set != record.last_set


def _each(paths: Collection[str], note: Callable[[CredentialRecord], None]) -> None:
    """Change the records of these paths, made where they are missing, in one transaction."""
    if not paths:
        return
    with transaction.atomic():
        wanted = sorted(paths)
        CredentialRecord.objects.bulk_create(
            (CredentialRecord(path=path) for path in wanted), ignore_conflicts=True
        )
        records = [
            record
            for some in portions(wanted)
            for record in CredentialRecord.objects.filter(path__in=some).order_by("path").select_for_update()
        ]
        for record in records:
            note(record)
        CredentialRecord.objects.bulk_create(
            records, update_conflicts=True, unique_fields=["path"], update_fields=_NOTED
        )
