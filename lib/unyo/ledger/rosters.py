"""Rosters in the ledger: storing a good file, reading it back, and posts with their history by date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from unyo.core.errors import NotFound
from unyo.core.person import Department, Person, Roster
from unyo.core.plan import Finding
from unyo.core.text import Text
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Affiliation, PersonRecord, RosterFile


@dataclass(frozen=True, slots=True)
class Source:
    """Where a roster came from: the file, how it was read (JSON-able) and by whom."""

    filename: str
    sha256: str
    intake: Mapping[str, Any]
    imported_by: str


def store_roster(roster: Roster, source: Source, at: datetime, late_for: int | None = None) -> RosterFile:
    """Store a roster with everybody's posts; the file that came before stays as it was."""
    with transaction.atomic():
        row = RosterFile.objects.create(
            effective=roster.effective,
            filename=source.filename,
            sha256=source.sha256,
            intake=dict(source.intake),
            departments=[[d.code, d.name, d.parent_code] for d in roster.departments.values()],
            findings=[finding.as_json() for finding in roster.findings],
            parent_id=late_for,
            imported_at=at,
            imported_by=source.imported_by,
        )
        PersonRecord.objects.bulk_create(
            (
                PersonRecord(roster=row, staff_number=number, data=person.as_json(), line=person.line)
                for number, person in roster.people.items()
            ),
            batch_size=500,
        )
        _write_affiliations(row, roster)
        fields = {
            "roster": row.pk,
            "filename": source.filename,
            "sha256": source.sha256,
            "people": len(roster.people),
            "effective": roster.effective.isoformat(),
            "late_for": late_for,
        }
        append([NewEvent("people.imported", source.imported_by, fields=fields)], at)
    return row


def same_file(sha256: str, effective: date) -> RosterFile | None:
    """An earlier import of the very same bytes for the same date."""
    return RosterFile.objects.filter(sha256=sha256, effective=effective).order_by("-pk").first()


def _write_affiliations(row: RosterFile, roster: Roster) -> None:
    """Close the posts that end with this roster and open the new ones.

    A second roster for the same date replaces what the first one opened and closed on it.
    """
    day = roster.effective
    Affiliation.objects.filter(valid_from__gte=day).delete()
    Affiliation.objects.filter(valid_until__gte=day).update(valid_until=None)
    standing = {_held(item): item for item in Affiliation.objects.filter(valid_until=None)}
    wanted = {_held(item): item for item in _posts(row, roster)}
    ended = [item.pk for key, item in standing.items() if key not in wanted]
    for start in range(0, len(ended), 500):
        Affiliation.objects.filter(pk__in=ended[start : start + 500]).update(valid_until=day)
    fresh = [item for key, item in wanted.items() if key not in standing]
    Affiliation.objects.bulk_create(fresh, batch_size=500)


def _held(item: Affiliation) -> tuple[str, ...]:
    return (
        item.staff_number,
        item.name,
        item.standing,
        item.department_code,
        item.department_name,
        item.title,
        str(item.is_main),
    )


def _posts(row: RosterFile, roster: Roster) -> list[Affiliation]:
    return [
        Affiliation(
            staff_number=person.staff_number,
            name=person.name,
            standing=person.standing,
            department_code=post.department_code,
            department_name=_name_of(roster, post.department_code),
            title=post.title,
            is_main=place == 0,
            valid_from=roster.effective,
            roster=row,
        )
        for person in roster.people.values()
        for place, post in enumerate(person.posts)
    ]


def _name_of(roster: Roster, code: str) -> str:
    department = roster.departments.get(code)
    return department.name if department else ""


class LedgerPeople:
    """The People tool: rosters as values, read-only."""

    def roster(self, roster_id: int) -> Roster:
        row = RosterFile.objects.filter(pk=roster_id).first()
        if row is None:
            raise NotFound(
                "people.roster",
                Text("there is no such roster", "その番号の職員名簿はありません"),
                Text("list them: unyo people list", "一覧: unyo people list"),
                target=str(roster_id),
            )
        return _as_roster(row)

    def newest_roster_id(self) -> int | None:
        newest = RosterFile.objects.order_by("-effective", "-pk").values_list("pk", flat=True).first()
        return None if newest is None else int(newest)

    def previous_roster(self, roster_id: int) -> Roster | None:
        """The newest roster of an earlier date; a merge of late rows compares with the same one."""
        row = RosterFile.objects.get(pk=roster_id)
        earlier = RosterFile.objects.filter(effective__lt=row.effective).order_by("-effective", "-pk").first()
        return None if earlier is None else _as_roster(earlier)


def _as_roster(row: RosterFile) -> Roster:
    records = row.records.values_list("staff_number", "data", "line").order_by("staff_number")
    return Roster(
        row.effective,
        {number: Person.from_json(data, line) for number, data, line in records},
        {code: Department(code, name, parent) for code, name, parent in row.departments},
        tuple(Finding.from_json(item) for item in row.findings),
    )
