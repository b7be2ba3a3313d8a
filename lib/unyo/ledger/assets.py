"""The asset ledger as runbooks use it: choosing terminals, approved values, changes with history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import IntegrityError, transaction

from unyo.core.errors import BadInput, NotFound, Refused
from unyo.core.terminal import ApprovedValues, Selection, Terminal
from unyo.core.text import Text
from unyo.core.tools import Clock
from unyo.ledger.models import ApprovedBaseline, TerminalRecord
from unyo.ledger.terminal_changes import Amendment, Hand, carry_out
from unyo.ledger.terminal_choice import IN_SERVICE, choose, unknown
from unyo.ledger.terminal_fields import FIELDS, WrongValue, read_value, terminal_of, texts_of

_AT_A_TIME = 500


class LedgerAssets:
    """The Assets tool."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def select(self, selection: Selection) -> Sequence[Terminal]:
        records = list(TerminalRecord.objects.order_by("serial"))
        return [terminal_of(record) for record in choose(selection, records)]

    def terminals(self, serials: Collection[str]) -> Mapping[str, Terminal]:
        found = TerminalRecord.objects.in_bulk(list(serials))
        return {serial: terminal_of(record) for serial, record in found.items()}

    def in_service(self) -> int:
        return TerminalRecord.objects.filter(state__in=IN_SERVICE).count()

    def book(self) -> Mapping[str, Mapping[str, str]]:
        return {record.serial: texts_of(record) for record in TerminalRecord.objects.order_by("serial")}

    def approved(self, serials: Collection[str]) -> Mapping[str, ApprovedValues]:
        wanted = list(serials)
        found: dict[str, ApprovedValues] = {}
        for start in range(0, len(wanted), _AT_A_TIME):
            rows = ApprovedBaseline.objects.filter(serial__in=wanted[start : start + _AT_A_TIME])
            # Several packs lie over each other, the latest on top.
            for row in rows.select_related("step").order_by("at", "pk"):
                former = found.get(row.serial)
                values = {**(former.values if former else {}), **row.values}
                found[row.serial] = ApprovedValues(values, f"J-{row.step.job_id}", row.at)
        return found

    def amend(self, serial: str, fields: Mapping[str, str], source: str, by: str = "unyo") -> None:
        values = {field: _value(serial, field, text) for field, text in fields.items()}
        try:
            with transaction.atomic():
                record = TerminalRecord.objects.select_for_update().filter(pk=serial).first()
                if record is None:
                    raise not_in_ledger(serial)
                carry_out([Amendment(record, values)], Hand(by, source, self._clock.now()))
        except IntegrityError as error:
            raise name_taken(fields.get("name") or serial) from error

    def sighted(self, serials: Collection[str]) -> None:
        wanted, now = list(serials), self._clock.now()
        for start in range(0, len(wanted), _AT_A_TIME):
            part = wanted[start : start + _AT_A_TIME]
            TerminalRecord.objects.filter(pk__in=part).update(last_seen=now)


def find_terminal(name: str) -> TerminalRecord:
    """The terminal with this name, serial or asset number; NotFound with near names."""
    records = list(TerminalRecord.objects.order_by("serial"))
    return choose(Selection(terminal=(name,)), records)[0]


def not_in_ledger(serial: str) -> NotFound:
    """The error for a serial number that the ledger does not hold."""
    return unknown(serial, list(TerminalRecord.objects.values_list("serial", flat=True)))


def name_taken(name: str) -> Refused:
    """The error for a name that another terminal holds."""
    holder = TerminalRecord.objects.filter(name=name).exclude(state="retired").first()
    serial = holder.serial if holder else "?"
    return Refused(
        "terminals.name_taken",
        Text(f"terminal {serial} has this name", f"端末 {serial} が使用中の名前です"),
        Text(
            f"retire or rename that one first: unyo terminals set {serial} state=retired",
            f"先にその端末を廃棄または改名する: unyo terminals set {serial} state=retired",
        ),
        target=name,
    )


def _value(serial: str, field: str, text: str) -> object:
    if field not in FIELDS:
        listed = ", ".join(FIELDS)
        raise BadInput(
            "terminals.field",
            Text(f"there is no field {field}", f"項目 {field} はありません"),
            Text(f"fields: {listed}", f"項目: {listed}"),
            target=serial,
        )
    try:
        return read_value(field, text)
    except WrongValue as error:
        raise BadInput(
            "terminals.value",
            Text(
                f"{field} = {text!r}: {error.what.en}",
                f"{field}「{text}」: {error.what.ja}",
            ),
            Text(f"right would be: {error.right.en}", f"正しくは: {error.right.ja}"),
            target=serial,
        ) from error
