"""A plan on the screen: how many, what is odd, what passes a limit, then who."""

from __future__ import annotations

from typing import Any

from unyo.cli.screen import Screen, show, tr
from unyo.core.change import Change, Difference, holds_secret
from unyo.core.plan import Plan, Weight
from unyo.core.risk import Risk
from unyo.core.secret import SecretRef
from unyo.core.text import Text
from unyo.ledger.models import Job

MOST_SHOWN = 12


def show_plan(screen: Screen, job: Job, plan: Plan, only_looks: bool = False) -> None:
    """Counts first, then limits and oddities, then a few changes of each sort.

    ``only_looks`` is for a runbook that changes nothing: it has targets, and nothing to undo.
    """
    if only_looks:
        count = len(plan.changes)
        screen.say(
            f"{job.number} {job.runbook}: {count} targets to look at; nothing is changed",
            f"{job.number} {job.runbook}: 対象 {count} 件を確認します(変更はありません)",
        )
    else:
        screen.say(
            f"{job.number} {job.runbook}: {len(plan.changes)} changes, {len(plan.unchanged)} already as wanted",
            f"{job.number} {job.runbook}: 変更 {len(plan.changes)} 件、変更不要 {len(plan.unchanged)} 件",
        )
        screen.table(
            [Text("kind of change", "変更の種類"), Text("count", "件数")],
            list(plan.counts().items()),
        )
    for breach in plan.breaches:
        screen.line("! " + show(breach.text))
    _findings(screen, job, plan)
    if not only_looks:
        _changes(screen, plan)
    risk = Risk(job.risk)
    screen.say(f"risk: {risk.label.en}", f"危険度: {risk.label.ja}")
    if not only_looks:
        _way_back(screen, plan)
    if job.not_before:
        screen.say(f"starts: {job.not_before.isoformat()}", f"開始: {job.not_before.isoformat()}")
    screen.line(tr("digest", "計画のダイジェスト") + f": {job.digest}")
    screen.data(plan_json(job, plan))


def _way_back(screen: Screen, plan: Plan) -> None:
    irreversible = sum(not change.undoable for change in plan.changes)
    if irreversible:
        screen.say(f"{irreversible} changes cannot be undone", f"{irreversible} 件は元に戻せません")
    if any(holds_secret(change.after) for change in plan.changes):
        screen.say("passwords are never put back by undo", "パスワードは取戻しの対象外です")


def _findings(screen: Screen, job: Job, plan: Plan) -> None:
    odd = [finding for finding in plan.findings if finding.weight is not Weight.NOTE]
    notes = len(plan.findings) - len(odd)
    for finding in odd[: 3 * MOST_SHOWN]:
        screen.line(f"? {finding.where} {show(finding.text)}".rstrip())
    if len(odd) > 3 * MOST_SHOWN:
        rest = len(odd) - 3 * MOST_SHOWN
        look = f"unyo jobs show {job.pk}"
        screen.say(f"? … {rest} more oddities: {look}", f"? … ほか {rest} 件: {look}")
    if notes:
        look = f"unyo jobs show {job.pk} --notes"
        screen.say(f"{notes} notes: {look}", f"参考情報 {notes} 件: {look}")


def _changes(screen: Screen, plan: Plan) -> None:
    shown: dict[str, int] = {}
    rows = []
    for change in plan.changes:
        shown[change.sort] = shown.get(change.sort, 0) + 1
        if shown[change.sort] <= 3:
            rows.append((change.sort, change.target.shown, first_differences(change)))
    headings = [Text("kind", "種類"), Text("target", "対象"), Text("before → after", "変更前 → 変更後")]
    screen.table(headings, rows, title=tr("first three of each kind", "種類ごとに先頭3件"))


def first_differences(change: Change, most: int = 4) -> str:
    """A few attributes of a change in one line."""
    differences = change.differences()
    text = "; ".join(_difference(item) for item in differences[:most])
    return text + (f" … +{len(differences) - most}" if len(differences) > most else "")


def _difference(item: Difference) -> str:
    return f"{item.key}: {_short(item.before)} → {_short(item.after)}"


def _short(value: Any) -> str:
    if value is None:
        return "-"
    if SecretRef.from_state(value) is not None:
        return tr("a new one, sealed", "新規(封印)")
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def plan_json(job: Job, plan: Plan) -> dict[str, Any]:
    """The plan for scripts, every change with its before and after."""
    return {
        "job": job.pk,
        "runbook": job.runbook,
        "state": job.state,
        "digest": job.digest,
        "risk": job.risk,
        "population": plan.population,
        "counts": plan.counts(),
        "unchanged": len(plan.unchanged),
        "breaches": [breach.text.as_json() for breach in plan.breaches],
        "findings": [finding.as_json() for finding in plan.findings],
        "changes": [change.as_json() for change in plan.changes],
    }
