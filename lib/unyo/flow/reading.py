"""Reading a password that is checked out: the event is in the ledger before anybody sees anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from unyo.core.checkout import CheckoutState
from unyo.core.errors import NotFound, Refused
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.flow.checkouts import account, newest
from unyo.flow.context import Road
from unyo.flow.request import active_operator
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import CheckoutRecord


@dataclass(frozen=True, slots=True)
class Shown:
    """A password on its way to its holder's eyes."""

    path: str
    label: str
    account: str
    version: int
    until: datetime
    password: Secret = field(repr=False)


def read_once(road: Road, path: str, person: str, again: str = "", version: int | None = None) -> Shown:
    """The password of an open check-out, for its holder.

    A second time needs a reason in ``again``. ``version``: another one than that in force, where it is not
    known which of several the system takes. Whatever happens after this returns, the reading is on record.
    """
    credential = account(road, path)
    operator = active_operator(person)
    standing = road.tools.credentials.standing([path])[path]
    chosen = version if version is not None else standing.in_force.number if standing.in_force else None
    if chosen is None or all(chosen != each.number for each in standing.versions):
        raise NotFound(
            "checkout.nothing",
            Text("there is no such password in force", "該当するパスワードがありません"),
            Text(f"look: unyo passwords show {path}", f"確認: unyo passwords show {path}"),
            target=credential.label,
        )
    # Opened before it is written down: a key that is missing is no reading.
    password = road.tools.vault.open(credential.ref.at(chosen))
    now = road.tools.clock.now()
    with transaction.atomic():
        record = CheckoutRecord.objects.select_for_update().get(pk=newest(path, operator.name).pk)
        _may_read(record, now, again)
        until = record.until
        assert until is not None
        fields = {
            "path": f"{path}#{chosen}",
            "version": chosen,
            "label": record.label,
            "kind": credential.kind.value,
            "operator": operator.name,
            "holder": operator.name,
            "reason": again or record.reason,
            "ticket": record.ticket,
            "until": until.isoformat(),
            "checkout": record.pk,
            "again": record.shown_at is not None,
        }
        append([NewEvent("vault.read", operator.name, record.job_id, fields=fields)], now)
        # What counts as known is the newest version that was seen.
        record.version = max(chosen, record.version or 0)
        record.shown_at = record.shown_at or now
        record.save(update_fields=["version", "shown_at"])
    return Shown(path, record.label, credential.account, chosen, until, password)


def _may_read(record: CheckoutRecord, now: datetime, again: str) -> None:
    if record.state != CheckoutState.OPEN or record.until is None or record.until <= now:
        waits = record.state == CheckoutState.REQUESTED
        raise Refused(
            "checkout.not_open",
            Text(
                "it waits for approval, or for a worker" if waits else "this check-out is over",
                "承認または実行待ちです" if waits else "この払出しは終了しています",
            ),
            Text(
                f"unyo jobs show {record.job_id}" if waits else "ask for a new one: unyo passwords checkout",
                f"unyo jobs show {record.job_id}" if waits else "申請し直す: unyo passwords checkout",
            ),
            target=record.label,
        )
    if record.shown_at is not None and not again.strip():
        raise Refused(
            "checkout.read_before",
            Text("it has been read before", "すでに閲覧済みです"),
            Text("once more needs a reason: --again …", "再表示には理由が必要: --again …"),
            target=record.label,
        )
