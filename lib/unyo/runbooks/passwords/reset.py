"""A person forgot the password: a new one, unlocked, to be changed at the first log-on, in one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unyo.core.change import Change
from unyo.core.errors import UnyoError
from unyo.core.outcome import StepResult
from unyo.core.params import option, params_as_json
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace, Runbook
from unyo.core.secret import SecretRef
from unyo.core.state_runbook import result_of
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import resetting
from unyo.runbooks.passwords.rules.desk_policy import desk_policy
from unyo.runbooks.passwords.rules.people import bars, find_person, privilege_findings
from unyo.runbooks.passwords.rules.verified import of_verification


@dataclass(frozen=True)
class ResetParams:
    """Whose, and which verification of the desk it rests on."""

    person: str = option(Text("staff number or log-on name", "職員番号またはログオン名"))
    verification: int = option(
        Text(
            "number of the verification: unyo passwords reset makes it",
            "本人確認の番号 (unyo passwords reset が付与)",
        ),
        default=0,
    )


class Reset(Runbook[ResetParams]):
    """Routine for an ordinary person who was verified; administrators and services need a second person."""

    title = Text("reset a forgotten password at the desk", "窓口でのパスワード再設定")
    Params = ResetParams
    risk = Risk.ROUTINE
    limits = Limits(targets=1)
    pace = Pace(canary=1, wave=1, retry_after=())
    checks_each_step = True

    def complete(self, params: ResetParams, tools: Tools) -> ResetParams:
        # Asked first, because a rehearsal has none: it would try made-up passwords at the real directory.
        tools.verifications.passed(params.verification)
        return replace(params, person=find_person(params.person, tools)[0].key)

    def targets(self, params: ResetParams, tools: Tools) -> Sequence[Target]:
        return [find_person(params.person, tools)[0].target]

    def plan(self, params: ResetParams, tools: Tools) -> Plan:
        person, _ = find_person(params.person, tools)
        findings = [
            *bars(person, tools),
            of_verification(params.verification, person, desk_policy(tools.policies), tools),
            *privilege_findings(person),
            *_of_history(tools),
        ]
        change = Change(
            person.target,
            resetting.before(person),
            resetting.after(person, SecretRef(f"accounts/{person.key}/reset/{params.verification}")),
            sort="reset",
            undoable=False,
            reason=Text("a former password cannot be brought back", "以前のパスワードには戻せません"),
        )
        return Plan(
            self.name,
            params_as_json(params),
            (change,),
            1,
            (),
            tuple(findings),
            self.limits,
            person.risk,
        )

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return [self._one(change, tools, recovering) for change in changes]

    def _one(self, change: Change, tools: Tools, recovering: bool) -> StepResult:
        try:
            return resetting.carry_out(change, tools, recovering)
        except UnyoError as error:
            return result_of(error)

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        return [resetting.settled(change, tools) for change in changes]


def _of_history(tools: Tools) -> list[Finding]:
    if tools.directory.facts().keeps_history:
        return []
    return [
        Finding(
            "desk.no_history",
            Weight.NOTE,
            Text(
                "this directory cannot hold a reset to the history; the new password is random, so it is none of them",
                "このディレクトリは再設定時に履歴を確認できません(新しいパスワードは無作為に生成されます)",
            ),
        )
    ]
