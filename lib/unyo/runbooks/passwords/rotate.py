"""Give accounts new passwords: sealed before their system is touched, proven by log-on afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from unyo.core.change import Change
from unyo.core.credential import Credential, Scope
from unyo.core.errors import BadInput
from unyo.core.outcome import StepResult
from unyo.core.params import option, params_as_json
from unyo.core.plan import Plan
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace, Runbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.candidates import is_torn
from unyo.runbooks.passwords.rules.changes import carried_out, change_for
from unyo.runbooks.passwords.rules.findings import findings_of, torn_finding
from unyo.runbooks.passwords.rules.foreseeing import Foreseen, age_of, foresee, is_due
from unyo.runbooks.passwords.rules.order import phases
from unyo.runbooks.passwords.rules.policy import accounts_policy
from unyo.runbooks.passwords.rules.rotation import rotate
from unyo.runbooks.passwords.rules.stopping import stand_now


@dataclass(frozen=True, kw_only=True)
class RotateParams(Scope):
    """Which accounts; of those only the old ones where that is asked for."""

    older_than_days: int = option(
        Text("only passwords older than so many days", "この日数を超えたパスワードのみ"), default=0
    )
    due: bool = option(
        Text("only what is over its age by the policy", "ポリシーの有効期間を過ぎたもののみ"), default=False
    )
    since: datetime | None = option(Text("when it was asked for", "要求日時"), default=None, hidden=True)

    def check(self) -> None:
        super().check()
        if self.older_than_days < 0:
            raise BadInput(
                "passwords.age",
                Text("not a number of days", "日数として使えません"),
                Text("give 0 or more", "0 以上で指定する"),
                target=str(self.older_than_days),
            )


class Rotate(Runbook[RotateParams]):
    """400 terminals are a handful of batches; what is off waits two weeks for its new password."""

    title = Text(
        "new passwords for administrators, services and devices", "管理者・サービス・機器のパスワード変更"
    )
    Params = RotateParams
    risk = Risk.GUARDED
    limits = Limits(targets=500)
    checks_each_step = True
    pace = Pace(
        canary=1,
        wave=500,
        batch=100,
        parallel=2,
        stop_after=10,
        retry_after=(5, 60),
        waits_hours=336,
    )

    def complete(self, params: RotateParams, tools: Tools) -> RotateParams:
        """The instant names the job in the books: what was sealed for it is told apart from all else."""
        return replace(params, since=params.since or tools.clock.now())

    def targets(self, params: RotateParams, tools: Tools) -> Sequence[Target]:
        return [credential.target for credential in tools.credentials.select(params)]

    def plan(self, params: RotateParams, tools: Tools) -> Plan:
        params = self.complete(params, tools)
        purpose = f"rotation {params.since.isoformat() if params.since else ''}"
        chosen = tools.credentials.select(params)
        wanted = wanted_among(chosen, purpose, params, tools)
        turns, seen = phases(wanted), foresee(wanted, tools)
        changes = [
            change_for(each, purpose, turns[each.credential.path], each.credential.path in params.path)
            for each in seen
        ]
        return Plan(
            self.name,
            params_as_json(params),
            tuple(sorted(changes, key=lambda change: change.phase)),
            len(tools.credentials.select(Scope(everything=True))),
            tuple(credential.target for credential in chosen if credential not in wanted),
            (
                *map(torn_finding, torn_among(chosen, params, tools)),
                *findings_of(
                    seen, lent_among(chosen, params, tools), names_of_machines(seen, tools), tools.clock.now()
                ),
            ),
            self.limits,
        )

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return carried_out(changes, tools, rotate)

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        return carried_out(changes, tools, stand_now)


def names_of_machines(seen: Sequence[Foreseen], tools: Tools) -> dict[str, str]:
    """Serial number → name of the terminals on which passwords are stored."""
    machines = {use.machine for each in seen for use in each.uses}
    found = tools.assets.terminals(machines) if machines else {}
    return {serial: terminal.name for serial, terminal in found.items()}


def lent_among(chosen: Sequence[Credential], params: RotateParams, tools: Tools) -> list[Credential]:
    """Those that a person holds now: left alone, unless they are named one by one."""
    standings = tools.credentials.standing([credential.path for credential in chosen])
    return [each for each in chosen if standings[each.path].checked_out and each.path not in params.path]


def torn_among(chosen: Sequence[Credential], params: RotateParams, tools: Tools) -> list[Credential]:
    """Those that would surely fail, and might trip the stop rule for all others; unless named one by one."""
    standings = tools.credentials.standing([credential.path for credential in chosen])
    return [
        each
        for each in chosen
        if not each.via and each.path not in params.path and is_torn(each, standings[each.path])
    ]


def wanted_among(
    chosen: Sequence[Credential], purpose: str, params: RotateParams, tools: Tools
) -> list[Credential]:
    """Those that are old enough, and that this job (or the one it resumes) has not renewed already."""
    policy, now = accounts_policy(tools), tools.clock.now()
    standings = tools.credentials.standing([credential.path for credential in chosen])
    least = timedelta(days=params.older_than_days)
    torn = {each.path for each in torn_among(chosen, params, tools)}

    def is_wanted(credential: Credential) -> bool:
        standing = standings[credential.path]
        if credential.path in torn:
            return False
        if standing.in_force is not None and standing.in_force.purpose == purpose:
            return False
        if standing.checked_out and credential.path not in params.path:
            return False
        age = age_of(standing, now)
        if params.older_than_days and age is not None and age <= least:
            return False
        return not params.due or is_due(standing, policy.of(credential).max_age, now)

    return [credential for credential in chosen if is_wanted(credential)]
