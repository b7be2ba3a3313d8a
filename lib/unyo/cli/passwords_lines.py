"""Accounts as ``unyo passwords`` shows them: where each stands, never the password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from unyo.core.credential import AccountKind, Credential, Scope
from unyo.core.dates import in_jst
from unyo.core.password_books import Standing, Version
from unyo.core.proof import REFUSED_SINCE
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.flow.context import Road

NEVER = Text("not set by unyo yet", "unyo による設定なし")
_PLAIN = Text("in force, not proven yet", "使用中(ログオン未確認)")
_conditions = ("path", "group", "system", "account", "site")


def scope_options(function: Any) -> Any:
    """--kind, --group, --system … as the runbooks have them."""
    for name in reversed(_conditions):
        function = click.option(f"--{name}", multiple=True)(function)
    kinds = click.Choice([kind.value for kind in AccountKind])
    return click.option("--kind", multiple=True, type=kinds)(function)


def chosen(road: Road, conditions: dict[str, Sequence[str]]) -> Sequence[Credential]:
    """All accounts where no condition is given."""
    given = {name: tuple(values) for name, values in conditions.items()}
    given["kind"] = tuple(AccountKind(kind) for kind in given.get("kind", ()))
    scope = Scope(**given, everything=not any(given.values()))  # type: ignore[arg-type]
    return road.tools.credentials.select(scope)


@dataclass(frozen=True)
class Line:
    """One account as the list shows it: its version in force, else the torn one, else the newest."""

    credential: Credential
    standing: Standing
    now: datetime

    @property
    def version(self) -> Version | None:
        torn = (each for each in self.standing.versions if each.state is SecretState.TORN)
        return self.standing.in_force or next(torn, next(iter(self.standing.versions), None))

    @property
    def newest_open(self) -> Version | None:
        return next(iter(self.standing.open), None)

    @property
    def set_at(self) -> datetime | None:
        version = self.standing.in_force
        if version is None:
            return self.standing.last_set
        return version.set_at or self.standing.last_set or version.sealed_at

    @property
    def days(self) -> int | None:
        return None if self.set_at is None else (self.now - self.set_at).days

    @property
    def state(self) -> str:
        shown = self.newest_open or self.version
        return shown.state.value if shown else ""

    @property
    def label(self) -> Text:
        shown = self.newest_open or self.version
        if shown is None:
            return NEVER
        if shown.state is SecretState.VERIFIED and self.standing.is_refused:
            return REFUSED_SINCE
        is_plain = shown.state is SecretState.VERIFIED and shown.verified_at is None
        return _PLAIN if is_plain else shown.state.label

    @property
    def trouble(self) -> Text | None:
        return self.standing.trouble

    @property
    def notes(self) -> list[Text]:
        """What is wrong, who holds it, and by when it is to be renewed."""
        standing, found = self.standing, []
        if standing.trouble is not None:
            head = f"! {when(standing.trouble_since)} [{standing.trouble_code}]"
            found.append(Text(f"{head} {standing.trouble.en}", f"{head} {standing.trouble.ja}"))
        if standing.checked_out:
            found.append(
                Text("a person holds it: unyo passwords checkouts", "払出し中: unyo passwords checkouts")
            )
        if standing.rotate_by is not None:
            by, why = when(standing.rotate_by), standing.rotate_reason
            found.append(Text(f"to be renewed by {by}: {why}", f"{by} までに変更が必要: {why}"))
        return found

    def as_json(self) -> dict[str, Any]:
        version, trouble = self.version, self.standing.trouble
        return {
            "path": self.credential.path,
            "kind": self.credential.kind,
            "system": self.credential.system,
            "account": self.credential.account,
            "label": self.credential.label,
            "state": self.state or None,
            "version": version.number if version else None,
            "set_at": self.set_at,
            "days": self.days,
            "verified_at": version.verified_at if version else None,
            "verified_by": version.verified_by if version else "",
            "open": [each.number for each in self.standing.open],
            "trouble": trouble.as_json() if trouble else None,
            "trouble_code": self.standing.trouble_code,
            "trouble_since": self.standing.trouble_since,
            "checked_out": self.standing.checked_out,
            "rotate_by": self.standing.rotate_by,
            "rotate_reason": self.standing.rotate_reason,
        }


def when(instant: datetime | None) -> str:
    return f"{in_jst(instant):%Y-%m-%d %H:%M}" if instant else ""


def lines_of(road: Road, credentials: Sequence[Credential]) -> list[Line]:
    """The oldest first; before them those that unyo has never set."""
    standings = road.tools.credentials.standing([each.path for each in credentials])
    now = road.tools.clock.now()
    lines = [Line(each, standings[each.path], now) for each in credentials]
    return sorted(lines, key=lambda line: (line.set_at is not None, line.set_at or now, line.credential.path))
