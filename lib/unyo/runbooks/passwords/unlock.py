"""Unlock an account that was locked by bad log-ons; its password stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unyo.core.change import Change, State
from unyo.core.dates import in_jst
from unyo.core.directory import Modify
from unyo.core.params import option
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.people import DeskPerson, find_person, privilege_findings


@dataclass(frozen=True)
class UnlockParams:
    """Whose."""

    person: str = option(Text("staff number or log-on name", "職員番号またはログオン名"))


class Unlock(StateRunbook[UnlockParams]):
    """It lets nobody in who does not know the password; so nobody is verified for it."""

    title = Text("unlock an account", "アカウントのロック解除")
    Params = UnlockParams
    risk = Risk.ROUTINE
    limits = Limits(targets=1)
    pace = Pace(canary=1, wave=1, retry_after=())

    def complete(self, params: UnlockParams, tools: Tools) -> UnlockParams:
        return replace(params, person=find_person(params.person, tools)[0].key)

    def targets(self, params: UnlockParams, tools: Tools) -> Sequence[Target]:
        return [find_person(params.person, tools)[0].target]

    def want(self, target: Target, params: UnlockParams, tools: Tools) -> State:
        return {"locked": False}

    def read(self, target: Target, tools: Tools) -> State:
        person, _ = find_person(target.key, tools)
        return {"locked": person.locked, "_dn": person.dn}

    def write(self, change: Change, tools: Tools) -> None:
        assert change.before is not None
        (error,) = tools.directory.send([Modify(change.before["_dn"], replace={"lockoutTime": ("0",)})])
        if error is not None:
            raise error

    def describe(self, change: Change) -> Change:
        """The lock was no state anybody wants back."""
        return replace(super().describe(change), sort="unlock", undoable=False)

    def findings(self, params: UnlockParams, tools: Tools) -> Sequence[Finding]:
        person, _ = find_person(params.person, tools)
        return [*_of_lock(person), *privilege_findings(person)]

    def plan(self, params: UnlockParams, tools: Tools) -> Plan:
        person, _ = find_person(params.person, tools)
        plan = super().plan(params, tools)
        # Where nothing is locked there is nothing that a second person could agree to.
        return replace(plan, least_risk=person.risk) if plan.changes else plan


def _of_lock(person: DeskPerson) -> list[Finding]:
    if person.locked_since is not None:
        since = in_jst(person.locked_since)
        until = in_jst(person.locked_until) if person.locked_until else None
        end = (
            (f"until {until:%H:%M}", f"{until:%H:%M} まで")
            if until
            else ("until it is unlocked", "解除するまで")
        )
        text = Text(
            f"locked since {since:%Y-%m-%d %H:%M} {end[0]}", f"{since:%Y-%m-%d %H:%M} からロック({end[1]})"
        )
        return [Finding("desk.locked", Weight.NOTE, text, person.key)]
    return [Finding("desk.not_locked", Weight.ODD, _why_not(person), person.key)]


def _why_not(person: DeskPerson) -> Text:
    """It is not the lock: what keeps the person out then."""
    if not person.enabled:
        return Text("not locked, but disabled", "ロックではなく、アカウントが無効です")
    if person.expired:
        return Text("not locked, but expired", "ロックではなく、アカウントの期限切れです")
    if person.must_change:
        return Text(
            "not locked; the password must be changed at log-on",
            "ロックではなく、パスワード変更が必要な状態です",
        )
    if not person.bad_logons:
        return Text(
            "not locked; no bad log-on is counted at this controller: what does the person's screen say?",
            "ロックされていません。このコントローラにログオン失敗の記録もありません。本人の画面の表示を確認してください",
        )
    return Text(
        f"not locked; {person.bad_logons} bad log-ons counted: a wrong password, perhaps forgotten",
        f"ロックされていません(失敗 {person.bad_logons} 回)。パスワード違い(失念)の可能性があります",
    )
