"""Renew unyo's own secrets: the key of its vault, the password of its ledger; made to be scheduled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from unyo.core.change import Change, State
from unyo.core.errors import UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.own_secrets import OwnSecret
from unyo.core.params import option, params_as_json
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Risk
from unyo.core.runbook import Pace, Runbook
from unyo.core.state_runbook import result_of
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools

ACTOR = "unyo"


class Which(StrEnum):
    """unyo's own secrets that are in no book of accounts."""

    VAULT_KEY = "vault_key"
    LEDGER_PASSWORD = "ledger_password"


@dataclass(frozen=True)
class RotateOwnParams:
    """Which; none named means all that can be renewed here."""

    which: tuple[Which, ...] = option(
        Text("vault_key, ledger_password; all without it", "vault_key、ledger_password(省略時はすべて)"),
        default=(),
    )


class RotateOwn(Runbook[RotateOwnParams]):
    """The directory bind account is an account in the books: passwords.rotate renews that one."""

    title = Text("renew unyo's own secrets", "unyo 自身の秘密情報の交換")
    Params = RotateOwnParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=1, retry_after=())

    def targets(self, params: RotateOwnParams, tools: Tools) -> Sequence[Target]:
        return [_target(held) for held in _chosen(params, tools)]

    def plan(self, params: RotateOwnParams, tools: Tools) -> Plan:
        chosen = _chosen(params, tools)
        changes = [
            Change(
                _target(held), _state(held), {"id": held.id, "since": "renewed"}, sort="renew", undoable=False
            )
            for held in chosen
            if held.obstacle is None
        ]
        blocked = [held for held in chosen if held.obstacle is not None]
        # Asked for by name, or nothing else left: then it is a refusal, not a remark.
        weight = Weight.REFUSE if params.which or not changes else Weight.ODD
        findings = [
            Finding("own.obstacle", weight, held.obstacle, held.label.en) for held in blocked if held.obstacle
        ]
        return Plan(
            self.name, params_as_json(params), tuple(changes), len(chosen), (), tuple(findings), self.limits
        )

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return [_renewed(change, tools, recovering) for change in changes]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        return [_looked_at(change, tools) for change in changes]


def _chosen(params: RotateOwnParams, tools: Tools) -> list[OwnSecret]:
    return [held for held in tools.own_secrets.listed() if not params.which or held.key in params.which]


def _target(held: OwnSecret) -> Target:
    return Target("own", held.key, held.label.en)


def _state(held: OwnSecret) -> State:
    return {"id": held.id, "since": held.since.isoformat() if held.since else None}


def _now(change: Change, tools: Tools) -> State | None:
    return next((_state(each) for each in tools.own_secrets.listed() if each.key == change.target.key), None)


def _renewed(change: Change, tools: Tools, recovering: bool) -> StepResult:
    try:
        now = _now(change, tools)
        if recovering and now != change.before:
            return StepResult(Outcome.DONE, now)
        return StepResult(Outcome.DONE, _state(tools.own_secrets.renew(change.target.key, ACTOR)))
    except UnyoError as error:
        return result_of(error)


def _looked_at(change: Change, tools: Tools) -> StepResult:
    try:
        now = _now(change, tools)
    except UnyoError as error:
        return result_of(error)
    if now != change.before:
        return StepResult(Outcome.DONE, now)
    return StepResult(
        Outcome.SKIPPED,
        now,
        "step.stopped",
        Text("stopped before it was renewed", "交換の前に停止しました"),
        Text("run it again: unyo run passwords.rotate_own", "再実行: unyo run passwords.rotate_own"),
    )
