"""What each system should hold of each person, and whom it was sent before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unyo.core.canonical import digest
from unyo.core.change import State
from unyo.core.target import Target
from unyo.runbooks.accounts.rules.audience import Book, audience, row
from unyo.runbooks.accounts.rules.layouts import Layout

RECEIPT = "receipt"
KIND = "delivery"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One target with what should be there; ``gone`` marks a person who left the system's audience."""

    layout: Layout
    target: Target
    want: State | None
    gone: bool = False


def person_target(layout: Layout, number: str, label: str) -> Target:
    return Target(KIND, f"{layout.system.name}/{number}", f"{layout.system.title.ja} {label}".strip())


def person_parcels(layout: Layout, book: Book, receipts: Mapping[str, str]) -> list[Parcel]:
    """One parcel per person of a SCIM or LDAP system, and one for each who was sent once and is gone."""
    parcels = []
    people = audience(book, layout)
    for number, person in people.items():
        values = row(book, layout, person)
        sum_ = digest(values)
        if layout.delta and receipts.get(number) == sum_:
            continue
        parcels.append(Parcel(layout, person_target(layout, number, person.name), {**values, RECEIPT: sum_}))
    if layout.gone == "keep":
        return parcels
    for number in sorted(set(receipts) - set(people)):
        want = None
        if layout.gone == "set":
            want = {**layout.gone_values, RECEIPT: digest(layout.gone_values)}
            if receipts[number] == want[RECEIPT]:
                continue
        parcels.append(Parcel(layout, person_target(layout, number, ""), want, gone=True))
    return parcels
