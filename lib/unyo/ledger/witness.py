"""What the ledger bears witness to for the proof of passwords: readings, check-outs, people, the chain's head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unyo.core.checkout import Checkout
from unyo.core.dates import in_jst
from unyo.core.proof import Keeper, Reading
from unyo.core.secret import SecretRef
from unyo.ledger.checkouts import checkout_of
from unyo.ledger.models import ChainHead, CheckoutRecord, Event, Operator


class LedgerWitness:
    """core.proof.Witness."""

    def readings(self) -> Sequence[Reading]:
        return [_reading(event) for event in Event.objects.filter(kind="vault.read").order_by("seq")]

    def checkouts(self) -> Sequence[Checkout]:
        return [checkout_of(record) for record in CheckoutRecord.objects.order_by("pk")]

    def keepers(self) -> Sequence[Keeper]:
        found = Operator.objects.filter(active=True).order_by("name")
        return [Keeper(each.name, each.display, each.role) for each in found]

    def head(self) -> tuple[int, str]:
        head = ChainHead.objects.filter(pk=1).first() or ChainHead()
        return head.seq, head.hash

    def break_glass(self) -> Mapping[str, object] | None:
        newest = Event.objects.filter(kind="breakglass.exported").order_by("-seq").first()
        if newest is None:
            return None
        return {"at": f"{in_jst(newest.at):%Y-%m-%d %H:%M}", **newest.fields}


def _reading(event: Event) -> Reading:
    fields = event.fields
    ref = SecretRef(str(fields.get("path", "")))
    return Reading(
        seq=event.seq,
        at=event.at,
        path=ref.name,
        version=ref.version,
        operator=event.actor,
        reason=str(fields.get("reason", "")),
        ticket=str(fields.get("ticket") or ""),
        until=str(fields.get("until") or ""),
    )
