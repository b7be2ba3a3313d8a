"""How initial passwords reach their people: printed once, or viewed once, and written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from unyo.core.errors import Refused
from unyo.core.secret import SecretRef
from unyo.core.text import Text
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import HandoverRecord, Job, SealedSecret

PRINTED, VIEWED = "printed", "viewed"


def initial_passwords_of(job: Job) -> list[tuple[str, SecretRef, dict[str, object]]]:
    """(staff number, reference, wanted state) of every account that the job made."""
    found = []
    for step in job.steps.filter(outcome__in=("DONE", "UNCHANGED")).order_by("order"):
        after = step.change["after"] or {}
        ref = SecretRef.from_state(after.get("password"))
        if ref is not None:
            found.append((step.change["target"]["key"], ref, after))
    return found


def hand_over(
    refs: Sequence[SecretRef], how: str, actor: str, reason: str, at: datetime, again: bool = False
) -> None:
    """Write down that these secrets leave the vault now; Refused where one did before and ``again`` is not said.

    Call it before the secret is shown: a hand-over that is recorded but failed is noticed, the other way round
    would not be.
    """
    with transaction.atomic():
        for ref in refs:
            newest = SealedSecret.objects.filter(path=ref.path).order_by("-version").first()
            version = newest.version if newest else 0
            former = HandoverRecord.objects.filter(path=ref.path, version=version).first()
            if former is not None and not again:
                raise _handed_over(ref, former)
            try:
                with transaction.atomic():
                    # A plain insert: of two people who look at the same instant one is refused.
                    record = former or HandoverRecord(path=ref.path, version=version)
                    record.state, record.by, record.at, record.reason = how, actor, at, reason[:200]
                    record.save(force_insert=former is None)
            except IntegrityError as error:
                raise _handed_over(ref, None) from error
        fields = {"how": how, "reason": reason, "paths": [ref.path for ref in refs], "again": again}
        append([NewEvent("handover.done", actor, fields=fields)], at)


def _handed_over(ref: SecretRef, former: HandoverRecord | None) -> Refused:
    who = f" ({former.state} by {former.by} {former.at:%Y-%m-%d %H:%M} UTC)" if former else ""
    return Refused(
        "handover.twice",
        Text(f"it was handed over already{who}", f"すでに引渡し済みです{who}"),
        Text(
            "reset the password, or print again with --again and a reason",
            "パスワードを再設定するか、理由を付けて --again で再発行",
        ),
        target=ref.path,
    )
