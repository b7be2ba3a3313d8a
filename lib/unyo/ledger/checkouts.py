"""Check-outs in the ledger: given to one person at a time, ended with what must follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from unyo.core.checkout import HELD, Checkout, CheckoutState
from unyo.core.dates import in_jst
from unyo.core.errors import NotFound, Refused
from unyo.core.text import Text
from unyo.core.tools import Clock
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import CheckoutRecord, CredentialRecord
from unyo.ledger.sealed import portions

_HELD = [state.value for state in HELD]
_OVER = [CheckoutState.RETURNED.value, CheckoutState.EXPIRED.value]


class LedgerCheckouts:
    """core.checkout.Checkouts in the ledger's database."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def find(self, number: int) -> Checkout:
        record = CheckoutRecord.objects.filter(pk=number).first()
        if record is None:
            raise NotFound(
                "checkout.unknown",
                Text("there is no such check-out", "その払出しはありません"),
                Text("list them: unyo passwords checkouts", "一覧: unyo passwords checkouts"),
                target=str(number),
            )
        return checkout_of(record)

    def held(self, paths: Collection[str]) -> Mapping[str, Checkout]:
        return held(paths)

    def unsettled(self, paths: Collection[str]) -> Mapping[str, Checkout]:
        rows = CheckoutRecord.objects.filter(
            path__in=list(paths), state__in=_OVER, shown_at__isnull=False, settled_at__isnull=True
        )
        return {record.path: checkout_of(record) for record in rows.order_by("pk")}

    def open(self, number: int) -> Checkout:
        now = self._clock.now()
        try:
            with transaction.atomic():
                record = CheckoutRecord.objects.select_for_update().get(pk=number)
                if record.state == CheckoutState.OPEN:
                    return checkout_of(record)
                _may_open(record, now)
                record.state, record.opened_at = CheckoutState.OPEN, now
                record.until = now + timedelta(minutes=record.minutes)
                record.save()
                append(
                    [NewEvent("passwords.checked_out", record.holder, record.job_id, fields=told(record))],
                    now,
                )
        except IntegrityError:
            other = CheckoutRecord.objects.filter(path=record.path, state__in=_HELD).first()
            raise held_by_another(checkout_of(other or record)) from None
        return checkout_of(record)


def _may_open(record: CheckoutRecord, now: datetime) -> None:
    """Refused unless it is asked for and free; another one whose time is over ends here."""
    if record.state != CheckoutState.REQUESTED:
        raise Refused(
            "checkout.over",
            Text(f"this check-out is over ({record.state})", f"この払出しは終了しています({record.state})"),
            Text("ask for a new one: unyo passwords checkout", "申請し直す: unyo passwords checkout"),
            target=record.label,
        )
    others = CheckoutRecord.objects.select_for_update().filter(path=record.path, state__in=_HELD)
    for other in others:
        if other.until is not None and other.until <= now:
            end(other, CheckoutState.EXPIRED, "unyo", "", now)
        else:
            raise held_by_another(checkout_of(other))


def held(paths: Collection[str]) -> dict[str, Checkout]:
    """Path → the check-out that is open now."""
    found: dict[str, Checkout] = {}
    for some in portions(sorted(paths)):
        rows = CheckoutRecord.objects.filter(path__in=some, state__in=_HELD)
        found |= {record.path: checkout_of(record) for record in rows}
    return found


def end(record: CheckoutRecord, state: CheckoutState, by: str, reason: str, now: datetime) -> None:
    """End an open one, inside a transaction that holds its row. What was read is marked to be renewed at once."""
    record.state, record.ended_at, record.ended_by, record.end_reason = state, now, by, reason
    record.save()
    kind = "passwords.checked_in" if state is CheckoutState.RETURNED else "passwords.checkout_expired"
    if record.shown_at is None:
        kind = "passwords.checkout_unused"
    else:
        known, _ = CredentialRecord.objects.select_for_update().get_or_create(path=record.path)
        known.rotate_by = min(known.rotate_by or now, now)
        known.rotate_reason = f"check-out {record.pk} of {record.holder} has ended"[:200]
        known.save(update_fields=["rotate_by", "rotate_reason"])
    fields = {
        **told(record),
        "read": record.shown_at is not None,
        "by": by,
        "reason": reason or record.reason,
    }
    append([NewEvent(kind, by, record.job_id, fields=fields)], now)


def held_by_another(other: Checkout) -> Refused:
    until = f"{in_jst(other.until):%Y-%m-%d %H:%M}" if other.until else ""
    return Refused(
        "checkout.held",
        Text(
            f"{other.holder} has this password until {until}", f"{other.holder} に {until} まで払出し中です"
        ),
        Text(
            "ask that person to check it in, or the officer: unyo passwords checkin --reason …",
            "本人に返却を依頼するか、責任者が返却処理: unyo passwords checkin --reason …",
        ),
        target=other.label,
    )


def told(record: CheckoutRecord) -> dict[str, object]:
    """What every event of a check-out says."""
    return {
        "checkout": record.pk,
        "path": record.path,
        "label": record.label,
        "holder": record.holder,
        "reason": record.reason,
        "ticket": record.ticket,
        "minutes": record.minutes,
        "until": record.until.isoformat() if record.until else None,
    }


def checkout_of(record: CheckoutRecord) -> Checkout:
    return Checkout(
        number=record.pk,
        path=record.path,
        label=record.label,
        holder=record.holder,
        state=CheckoutState(record.state),
        requested_at=record.requested_at,
        minutes=record.minutes,
        until=record.until,
        version=record.version,
        shown_at=record.shown_at,
        ended_at=record.ended_at,
        settled_at=record.settled_at,
        reason=record.reason,
        ticket=record.ticket,
    )
