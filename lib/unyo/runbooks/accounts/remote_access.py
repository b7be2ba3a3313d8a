"""Grant remote access until a date, or revoke it at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from unyo.core.change import Change
from unyo.core.dates import jst_midnight
from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.entries import MEMBER
from unyo.runbooks.accounts.rules.marks import grant, other_grants
from unyo.runbooks.accounts.rules.office import Office, OfficeRunbook, change_of, odd, once_each


class Access(StrEnum):
    """What to do."""

    GRANT = "grant"
    REVOKE = "revoke"


@dataclass(frozen=True)
class AccessParams:
    """Who, what, until when."""

    staff_number: tuple[str, ...] = option(Text("staff numbers", "職員番号"))
    action: Access = option(Text("grant or revoke", "付与(grant)または取消(revoke)"), default=Access.GRANT)
    until: date | None = option(
        Text("last day of access (needed to grant)", "利用最終日(付与時は必須)"), default=None
    )

    def check(self) -> None:
        if (self.action is Access.GRANT) != (self.until is not None):
            raise _bad_day(
                "accounts.remote_until",
                "remote access is granted until a date, and revoked at once",
                "リモート接続は利用最終日を指定して付与し、取消は即時です",
                self.until,
            )


class RemoteAccess(OfficeRunbook[AccessParams]):
    """A grant holds two steps: into the group now, out of it after the last day.

    Only this one membership is planned and compared, so that the end comes even where other groups have
    changed in between.
    """

    title = Text("grant or revoke remote access", "リモート接続の付与・取消")
    Params = AccessParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def numbers(self, params: AccessParams) -> Sequence[str]:
        return once_each(params.staff_number)

    def proposals(self, params: AccessParams, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        group = office.policy.remote_group
        _check_day(params.until, office)
        for number in self.numbers(params):
            now = office.account(number)
            if params.until is not None and not now["enabled"]:
                yield odd("accounts.suspended", number, "is disabled", "無効なアカウントです")
            others = other_grants(now["grants"], group)
            without = {MEMBER + group: None, "grants": others}
            if params.until is None:
                yield change_of(number, now, without, "remote_access_end")
                continue
            noted = sorted([*(others or ()), grant(group, params.until)])
            given = change_of(number, now, {MEMBER + group: True, "grants": noted}, "remote_access")
            yield given
            yield replace(
                given,
                before=given.after,
                after={"sam": now["sam"], **without},
                sort="remote_access_end",
                phase=1,
                due=jst_midnight(params.until + timedelta(days=1)),
            )


def _check_day(until: date | None, office: Office) -> None:
    if until is None:
        return
    if until < office.today:
        raise _bad_day("accounts.remote_past", "the last day is past", "利用最終日が過去の日付です", until)
    latest = office.today + timedelta(days=office.policy.remote_days)
    if until > latest:
        raise _bad_day(
            "accounts.remote_long",
            f"the last day is {latest} at the latest",
            f"利用最終日は最長で {latest} です",
            until,
        )


def _bad_day(code: str, en: str, ja: str, day: date | None) -> BadInput:
    return BadInput(
        code,
        Text(en, ja),
        Text("give a day to come: --until 2027-06-30", "今後の日付を指定する: --until 2027-06-30"),
        target="--until",
        detail=day.isoformat() if day else None,
    )
