"""Verifications at the desk: begun within the limits, passed or failed, each an event."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from unyo.core.desk import Verified, Way
from unyo.core.errors import NotFound, Refused, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import VerificationRecord

DIGITS = 8
_A_DAY, _AN_HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rates:
    """How many verifications may be begun: for one person a day, by one operator an hour."""

    per_person_a_day: int
    per_operator_an_hour: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be verified, and by whom; ``note`` says which identification was seen."""

    person: str
    way: Way
    operator: str
    ticket: str = ""
    note: str = ""


class LedgerVerifications:
    """core.desk.Verifications in the ledger's database."""

    def passed(self, number: int) -> Verified | None:
        found = VerificationRecord.objects.filter(pk=number, passed_at__isnull=False).first()
        if found is None or found.passed_at is None:
            return None
        return Verified(found.pk, found.person, Way(found.way), found.operator, found.passed_at)


def begin(asked: Asked, rates: Rates, now: datetime) -> VerificationRecord:
    """One more verification; Refused where there were too many. The refusal is an event too."""
    try:
        with transaction.atomic():
            fields = {"person": asked.person, "way": asked.way, "ticket": asked.ticket}
            # The chain's head is locked first, so that two desks cannot both take the last place.
            append([NewEvent("verification.begun", asked.operator, fields=fields)], now)
            _check_rates(asked, rates, now)
            return VerificationRecord.objects.create(
                person=asked.person,
                way=asked.way,
                operator=asked.operator,
                started_at=now,
                ticket=asked.ticket[:64],
                note=asked.note[:200],
            )
    except Refused as error:
        fields = {"person": asked.person, "code": error.code}
        append([NewEvent("verification.refused", asked.operator, fields=fields)], now)
        raise


def _check_rates(asked: Asked, rates: Rates, now: datetime) -> None:
    of_person = VerificationRecord.objects.filter(person=asked.person, started_at__gt=now - _A_DAY)
    by_operator = VerificationRecord.objects.filter(operator=asked.operator, started_at__gt=now - _AN_HOUR)
    if of_person.count() >= rates.per_person_a_day:
        raise _too_many(
            "desk.rate.person",
            asked.person,
            Text(
                f"{rates.per_person_a_day} verifications of this person within a day: somebody may be trying",
                f"この職員の本人確認が1日の上限({rates.per_person_a_day} 回)に達しました。なりすましの可能性があります",
            ),
            Text(
                "look into it; see the person face to face tomorrow or raise the limit in passwords.yml",
                "状況を確認する。翌日に対面で確認するか、passwords.yml の上限を見直す",
            ),
        )
    if by_operator.count() >= rates.per_operator_an_hour:
        raise _too_many(
            "desk.rate.operator",
            asked.operator,
            Text(
                f"{rates.per_operator_an_hour} verifications by this operator within an hour",
                f"担当者あたりの上限(1時間に {rates.per_operator_an_hour} 回)に達しました",
            ),
            Text("let a colleague take over, or wait", "別の担当者が対応するか、時間をおく"),
        )


def new_code(record: VerificationRecord, sent_to: str, valid_for: timedelta, now: datetime) -> Secret:
    """A code for the person; the ledger keeps only its hash and a masked contact."""
    code = Secret(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")
    record.salt = secrets.token_bytes(16)
    record.hash = _hashed(record.salt, code)
    record.sent_to, record.expires_at = masked(sent_to), now + valid_for
    record.save(update_fields=["salt", "hash", "sent_to", "expires_at"])
    return code


def check_code(number: int, given: str, operator: str, most_tries: int, now: datetime) -> VerificationRecord:
    """The record, passed; Refused for a wrong, late or worn-out code. Each try is counted before it is compared."""
    with transaction.atomic():
        record = VerificationRecord.objects.select_for_update().filter(pk=number, way=Way.CODE).first()
        if record is None or record.passed_at is not None:
            raise _unknown(number)
        error = _closed(record, most_tries, now)
        if error is None:
            record.tries += 1
            record.save(update_fields=["tries"])
    if error is not None:
        raise error
    plain = "".join(character for character in given if character.isalnum())
    if plain and hmac.compare_digest(bytes(record.hash), _hashed(bytes(record.salt), Secret(plain))):
        passed(record, operator, now)
        return record
    left = most_tries - record.tries
    if left <= 0:
        failed(record, operator, "tries", now)
    raise Refused(
        "desk.code.wrong",
        Text(f"the code is wrong; {left} tries left", f"確認コードが違います(残り {left} 回)"),
        Text("ask the person to read it again", "もう一度読み上げてもらう"),
        target=record.person,
    )


def passed(record: VerificationRecord, operator: str, now: datetime, note: str = "") -> None:
    with transaction.atomic():
        record.passed_at, record.hash = now, b""
        record.note = (note or record.note)[:200]
        record.save(update_fields=["passed_at", "hash", "note"])
        fields = {"number": record.pk, "person": record.person, "way": record.way, "note": record.note}
        append([NewEvent("verification.passed", operator, fields=fields)], now)


def failed(record: VerificationRecord, operator: str, why: str, now: datetime) -> None:
    with transaction.atomic():
        record.failed_at, record.hash = now, b""
        record.save(update_fields=["failed_at", "hash"])
        fields = {"number": record.pk, "person": record.person, "way": record.way, "why": why}
        append([NewEvent("verification.failed", operator, fields=fields)], now)


def masked(address: str) -> str:
    """``ta***@example.jp``, ``***-1234``: enough to say which contact it was."""
    left, at, right = address.partition("@")
    return f"{left[:2]}***@{right}" if at else f"***{address[-4:]}"


def _closed(record: VerificationRecord, most_tries: int, now: datetime) -> UnyoError | None:
    late = record.expires_at is None or now > record.expires_at
    if not late and record.failed_at is None and record.tries < most_tries:
        return None
    return Refused(
        "desk.code.over",
        Text(
            "the code has expired" if late else "the code was tried too often",
            "確認コードの有効期限が切れています" if late else "確認コードの入力回数が上限に達しました",
        ),
        Text("begin again: unyo passwords reset", "最初からやり直す: unyo passwords reset"),
        target=record.person,
    )


def _hashed(salt: bytes, code: Secret) -> bytes:
    """Slow on purpose: who reads the ledger cannot try all codes before this one expires."""
    return hashlib.scrypt(code.reveal().encode(), salt=salt, n=2**14, r=8, p=1)


def _too_many(code: str, target: str, what: Text, next_step: Text) -> Refused:
    return Refused(code, what, next_step, target=target)


def _unknown(number: int) -> NotFound:
    return NotFound(
        "desk.code.unknown",
        Text("no code waits under this number", "この番号の確認コードはありません"),
        Text("begin again: unyo passwords reset", "最初からやり直す: unyo passwords reset"),
        target=str(number),
    )
