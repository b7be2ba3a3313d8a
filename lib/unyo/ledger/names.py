"""Log-on names given to people, kept after they leave so that nobody inherits one by accident."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction

from unyo.core.errors import Refused
from unyo.core.text import Text
from unyo.core.tools import Clock
from unyo.ledger.models import LogonName


class LedgerNames:
    """The Names tool."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def owners(self) -> Mapping[str, tuple[str, date | None]]:
        rows = LogonName.objects.values_list("name", "staff_number", "released_on")
        return {name: (number, released) for name, number, released in rows}

    def reserve(self, names: Mapping[str, str]) -> None:
        """All or none; a name that was released may be given to the same person or to another one."""
        now = self._clock.now()
        with transaction.atomic():
            held = LogonName.objects.select_for_update().in_bulk([name.lower() for name in names])
            for name, number in names.items():
                row = held.get(name.lower())
                if row is not None and row.released_on is None and row.staff_number != number:
                    raise _taken(name, row.staff_number)
            LogonName.objects.bulk_create(
                [LogonName(name=n.lower(), staff_number=s, reserved_at=now) for n, s in names.items()],
                update_conflicts=True,
                unique_fields=["name"],
                update_fields=["staff_number", "reserved_at", "released_on"],
            )

    def release(self, names: Collection[str], on: date) -> None:
        lower = [name.lower() for name in names]
        LogonName.objects.filter(name__in=lower, released_on=None).update(released_on=on)


def _taken(name: str, owner: str) -> Refused:
    return Refused(
        "accounts.name_taken",
        Text(
            f"the log-on name belongs to staff number {owner}", f"職員番号 {owner} が使用中のログオン名です"
        ),
        Text("plan again; another name will be chosen", "計画し直すと別の名前が選ばれます"),
        target=name,
    )
