"""Prove by one log-on each that the passwords in the books work; nothing is changed at any system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unyo.core.change import Change
from unyo.core.credential import Scope
from unyo.core.outcome import StepResult
from unyo.core.params import params_as_json
from unyo.core.plan import Plan
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace, Runbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.changes import carried_out
from unyo.runbooks.passwords.rules.ends import seen_of
from unyo.runbooks.passwords.rules.proving import prove


@dataclass(frozen=True, kw_only=True)
class VerifyParams(Scope):
    """Which accounts."""


class Verify(Runbook[VerifyParams]):
    """What was cut off is settled on the way: it is looked at within the budget of bad log-ons."""

    title = Text("proof of passwords by log-on", "パスワードのログオン確認")
    Params = VerifyParams
    risk = Risk.ROUTINE
    limits = Limits()
    changes_nothing = True
    checks_each_step = True
    pace = Pace(canary=0, wave=500, batch=100, parallel=2, stop_after=100, stop_share=1.0, retry_after=(5,))

    def targets(self, params: VerifyParams, tools: Tools) -> Sequence[Target]:
        return [credential.target for credential in tools.credentials.select(params)]

    def plan(self, params: VerifyParams, tools: Tools) -> Plan:
        chosen = tools.credentials.select(params)
        standings = tools.credentials.standing([credential.path for credential in chosen])
        changes = tuple(
            Change(
                credential.target,
                seen_of(credential, standings[credential.path]),
                {"account": credential.account, "password": credential.ref.as_state()},
                sort="proof",
                undoable=False,
            )
            for credential in chosen
        )
        population = len(tools.credentials.select(Scope(everything=True)))
        return Plan(self.name, params_as_json(params), changes, population, limits=self.limits)

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return carried_out(changes, tools, prove)

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        return carried_out(changes, tools, prove)
