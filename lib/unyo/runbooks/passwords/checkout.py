"""Give one person the right to read one password for a while; approved by risk, renewed afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from unyo.core.change import Change
from unyo.core.checkout import Checkout
from unyo.core.credential import Credential, Scope
from unyo.core.dates import in_jst
from unyo.core.errors import BadInput, NotFound, Refused, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.params import option, params_as_json
from unyo.core.plan import Finding, Plan, Weight
from unyo.core.risk import Risk
from unyo.core.runbook import Pace, Runbook
from unyo.core.state_runbook import result_of
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.checkout_policy import CheckoutRules, checkout_policy


@dataclass(frozen=True, kw_only=True)
class CheckoutParams:
    """Which account, and how long; the others are filled in by ``unyo passwords checkout``."""

    path: str = option(Text("the account by its name in the vault", "保管庫での名前"))
    minutes: int = option(Text("how long, in minutes", "払出し時間(分)"), default=60)
    holder: str = option(Text("who will hold it", "利用者"), default="", hidden=True)
    number: int = option(Text("the check-out's number", "払出し番号"), default=0, hidden=True)

    def check(self) -> None:
        if self.minutes < 1:
            raise BadInput(
                "checkout.minutes",
                Text("not a length of time", "時間として使えません"),
                Text("give 1 or more minutes", "1 分以上で指定する"),
                target=str(self.minutes),
            )


class CheckOut(Runbook[CheckoutParams]):
    """Its one step opens the possibility; the password is read by its holder alone, afterwards."""

    title = Text("check-out of one password", "パスワードの一時払出し")
    Params = CheckoutParams
    risk = Risk.ROUTINE
    checks_each_step = True
    pace = Pace(canary=0, retry_after=())

    def targets(self, params: CheckoutParams, tools: Tools) -> Sequence[Target]:
        return [target_of(_account(params.path, tools))]

    def plan(self, params: CheckoutParams, tools: Tools) -> Plan:
        if not params.number:
            raise BadInput(
                "checkout.by_hand",
                Text("a check-out belongs to a person", "払出しは個人に対して行います"),
                Text(
                    f"run: unyo passwords checkout {params.path} --reason …",
                    f"実行: unyo passwords checkout {params.path} --reason …",
                ),
                target=params.path,
            )
        credential = _account(params.path, tools)
        rules = checkout_policy(tools.policies).of(credential)
        _check_length(params, rules, credential)
        after = {"holder": params.holder, "minutes": params.minutes, "checkout": params.number}
        change = Change(target_of(credential), {"holder": None}, after, sort="checkout", undoable=False)
        population = len(tools.credentials.select(Scope(everything=True)))
        plan = Plan(self.name, params_as_json(params), (change,), population, limits=self.limits)
        return replace(plan, findings=tuple(_findings(params, credential, tools)), least_risk=rules.risk)

    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        return [_opened(change, tools) for change in changes]

    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        stopped = Text("stopped; whether it was given is in the list", "停止しました。払出し状況は一覧を確認")
        step = Text("unyo passwords checkouts", "unyo passwords checkouts")
        return [
            StepResult(Outcome.SKIPPED, code="step.stopped", message=stopped, next_step=step) for _ in changes
        ]


def target_of(credential: Credential) -> Target:
    """A lock of its own: the account's system is not touched."""
    return Target("checkout", credential.path, credential.label)


def _account(path: str, tools: Tools) -> Credential:
    found = tools.credentials.named([path]).get(path)
    if found is None:
        raise NotFound(
            "passwords.unknown",
            Text("no account has this path", "該当するアカウントがありません"),
            Text("list them: unyo passwords list", "一覧: unyo passwords list"),
            target=path,
        )
    return found


def _check_length(params: CheckoutParams, rules: CheckoutRules, credential: Credential) -> None:
    if timedelta(minutes=params.minutes) <= rules.longest:
        return
    longest = int(rules.longest.total_seconds() // 60)
    raise BadInput(
        "checkout.too_long",
        Text(f"this account may be held for {longest} minutes at most", f"払出しは最長 {longest} 分までです"),
        Text("ask for less: --for", "短い時間を指定: --for"),
        target=credential.label,
    )


def _findings(params: CheckoutParams, credential: Credential, tools: Tools) -> list[Finding]:
    """Who has it now, who may still know it, and whether it works."""
    path, label = credential.path, credential.label
    standing = tools.credentials.standing([path])[path]
    found = []
    other = tools.checkouts.held([path]).get(path)
    if other is not None and other.number != params.number:
        found.append(_held(other, label))
    if not any(version.state.is_open for version in standing.versions) and standing.in_force is None:
        nothing = Text(
            "no password of its own is in force here (none, or torn)", "使用中のパスワードがありません"
        )
        found.append(Finding("checkout.nothing", Weight.REFUSE, nothing, label))
    elif standing.open:
        unsure = Text(
            f"version {standing.open[0].number} was sent and is not proven: the one in force may not work",
            f"版 {standing.open[0].number} が未確認のため、使用中のパスワードでログオンできない可能性があります",
        )
        found.append(Finding("checkout.unproven", Weight.ODD, unsure, label))
    last = tools.checkouts.unsettled([path]).get(path)
    if last is not None:
        known = Text(
            f"{last.holder} had it before and it has not been renewed since",
            f"前回の払出し先({last.holder})への払出し後、まだ変更されていません",
        )
        found.append(Finding("checkout.known", Weight.ODD, known, label))
    return found


def _held(other: Checkout, label: str) -> Finding:
    until = f"{in_jst(other.until):%Y-%m-%d %H:%M}" if other.until else ""
    text = Text(f"{other.holder} has it until {until}", f"{other.holder} に {until} まで払出し中です")
    return Finding("checkout.held", Weight.REFUSE, text, label)


def _opened(change: Change, tools: Tools) -> StepResult:
    asked: Mapping[str, Any] = change.after or {}
    try:
        opened = tools.checkouts.open(int(asked["checkout"]))
    except Refused as error:
        return replace(result_of(error), outcome=Outcome.FAILED)
    except UnyoError as error:
        return result_of(error)
    return StepResult(
        Outcome.DONE, {"holder": opened.holder, "minutes": opened.minutes, "checkout": opened.number}
    )
