"""Who has seen which password that is still in force: check-outs, adopted and sealed ones."""

from __future__ import annotations

from datetime import datetime

from unyo.core.password_books import Credentials
from unyo.ledger.models import CheckoutRecord, Event

READINGS = ("vault.read", "passwords.adopted", "vault.sealed")
"""Kinds of events whose actor has seen or typed the password they name."""


def read_by(name: str, credentials: Credentials) -> list[str]:
    """Paths of accounts whose present password this person has read or entered."""
    seen = _readings(name)
    known = credentials.named(sorted(seen))
    standings = credentials.standing(sorted(known))
    found = []
    for path, at in seen.items():
        standing = standings.get(path)
        if standing is None:
            continue
        # One that was sealed after it was read is not the one that was read; an open one is not proven.
        if standing.in_force is None or standing.in_force.sealed_at <= at:
            found.append(path)
    return sorted(found)


def _readings(name: str) -> dict[str, datetime]:
    """Path → when it was last read or entered by this person."""
    found: dict[str, datetime] = {}
    shown = CheckoutRecord.objects.filter(holder=name, shown_at__isnull=False)
    for path, shown_at, ended_at in shown.values_list("path", "shown_at", "ended_at"):
        _later(found, path, ended_at or shown_at)
    entered = Event.objects.filter(actor=name, kind__in=READINGS)
    for at, fields in entered.values_list("at", "fields"):
        for path in [*fields.get("accounts", {}), *([fields["path"]] if "path" in fields else [])]:
            _later(found, path, at)
    return found


def _later(found: dict[str, datetime], path: str, at: datetime | None) -> None:
    if at is not None and (path not in found or found[path] < at):
        found[path] = at
