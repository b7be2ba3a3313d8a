"""Set everybody's groups by the role table, and say who had drifted from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unyo.core.change import Change, State
from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.person import Roster
from unyo.core.plan import Finding, Weight
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook
from unyo.runbooks.accounts.rules.groups import wanted_groups
from unyo.runbooks.accounts.rules.places import read_places
from unyo.runbooks.accounts.rules.policy import account_policy
from unyo.runbooks.accounts.rules.reading import read_accounts


@dataclass(frozen=True)
class GroupParams:
    """Whose groups."""

    staff_number: tuple[str, ...] = option(
        Text("staff numbers (everybody)", "職員番号(省略時は全員)"), default=()
    )
    roster: int | None = option(
        Text("number of the roster (the newest)", "名簿番号(省略時は最新)"), default=None
    )


class SetGroups(AccountRunbook[GroupParams]):
    """Plan it without running it for a drift report."""

    title = Text("set groups by the role table", "役割表によるグループ設定")
    Params = GroupParams
    risk = Risk.GUARDED
    limits = Limits(targets=200)
    pace = Pace(canary=1, wave=100, batch=50)

    def complete(self, params: GroupParams, tools: Tools) -> GroupParams:
        return params if params.roster else replace(params, roster=tools.people.newest_roster_id())

    def targets(self, params: GroupParams, tools: Tools) -> Sequence[Target]:
        policy = account_policy(tools)
        held = read_accounts(tools, policy, read_places(tools.directory, policy), params.staff_number or None)
        people = _roster(params, tools).people
        return [
            Target("account", number, people[number].name)
            for number in sorted(held)
            if number in people and held[number]["enabled"]
        ]

    def want(self, target: Target, params: GroupParams, tools: Tools) -> State | None:
        (state,) = self.want_many([target], params, tools)
        return state

    def want_many(self, targets: Sequence[Target], params: GroupParams, tools: Tools) -> list[State | None]:
        policy = account_policy(tools)
        people = _roster(params, tools).people
        numbers = [target.key for target in targets]
        held = read_accounts(tools, policy, read_places(tools.directory, policy), numbers)
        return [
            {"sam": held[n]["sam"], "groups": wanted_groups(people[n], held[n]["groups"], policy)}
            for n in numbers
        ]

    def findings(self, params: GroupParams, tools: Tools) -> Sequence[Finding]:
        targets = self.targets(params, tools)
        wanted = self.want_many(targets, params, tools)
        found = []
        for target, want, now in zip(targets, wanted, self.read_many(targets, tools), strict=True):
            if isinstance(want, dict) and isinstance(now, dict) and want["groups"] != now["groups"]:
                missing = ", ".join(sorted(set(want["groups"]) - set(now["groups"]))) or "-"
                extra = ", ".join(sorted(set(now["groups"]) - set(want["groups"]))) or "-"
                text = Text(
                    f"missing: {missing}; without a rule: {extra}", f"不足: {missing}、規則外: {extra}"
                )
                found.append(Finding("accounts.group_drift", Weight.ODD, text, target.shown))
        return found

    def describe(self, change: Change) -> Change:
        return replace(super().describe(change), sort="groups")


def _roster(params: GroupParams, tools: Tools) -> Roster:
    if params.roster is None:
        raise BadInput(
            "people.no_roster",
            Text("no personnel file has been imported", "人事ファイルがまだ取り込まれていません"),
            Text("import one: unyo people import FILE", "取込み: unyo people import ファイル"),
        )
    return tools.people.roster(params.roster)
