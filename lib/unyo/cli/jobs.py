"""``unyo jobs``: what was done, what is under way, what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from unyo.cli.drive import drive, end_json, show_end, wait_for
from unyo.cli.identity import identify
from unyo.cli.plan_view import first_differences, show_plan
from unyo.cli.screen import Screen, command, group, show, tr
from unyo.cli.waiting import look, waiting
from unyo.core.change import Change
from unyo.core.dates import in_jst
from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.risk import Risk
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.models import Job
from unyo.ledger.queries import counts_by_sort, find_job, progress, recent_jobs, said_of_run
from unyo.settings import load_settings
from unyo.wiring import build_road

jobs = group(
    "jobs",
    "Jobs: list, show, watch, resume, cancel, undo, report.",
    "ジョブの一覧・確認・再開・取消・取戻し・報告",
)

jobs.add_command(waiting)
jobs.add_command(look)

_by = click.option("--by", help=tr("who asks, if not this user", "依頼者(この OS ユーザと異なる場合)"))
_reason = click.option("--reason", required=True, help=tr("why", "理由"))


@command(jobs, "list", en="The newest jobs.", ja="新しい順のジョブ一覧。")
@click.option("--most", default=20, show_default=True)
@click.option("--active", is_flag=True, help=tr("only those that have not ended", "終わっていないものだけ"))
@click.pass_obj
def list_jobs(screen: Screen, most: int, active: bool) -> None:
    build_road(load_settings())
    found = recent_jobs(most, active)
    screen.table(
        [
            Text("job", "番号"),
            Text("runbook", "作業"),
            Text("state", "状態"),
            Text("by", "依頼者"),
            Text("asked", "依頼日時"),
            Text("reason", "理由"),
        ],
        [
            (
                j.number,
                j.runbook,
                f"{j.state} {show(JobState(j.state).label)}",
                j.requester,
                f"{in_jst(j.requested_at):%Y-%m-%d %H:%M}",
                j.reason,
            )
            for j in found
        ],
    )
    screen.data([job_json(job) for job in found])


def job_json(job: Job) -> dict[str, Any]:
    return {
        "job": job.pk,
        "runbook": job.runbook,
        "state": job.state,
        "risk": job.risk,
        "origin": job.origin,
        "parent": job.parent_id,
        "requester": job.requester,
        "reason": job.reason,
        "digest": job.digest,
        "requested_at": job.requested_at,
        "not_before": job.not_before,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "plan": {k: v for k, v in job.plan.items() if k != "unchanged_keys"},
        "error": job.error,
        "stop_reason": job.stop_reason,
    }


@command(
    jobs, "show", en="One job: plan, approvals, outcomes, failures.", ja="1件の計画・承認・結果・失敗の詳細。"
)
@click.argument("job")
@click.option("--steps", is_flag=True, help=tr("every step", "全ステップを表示"))
@click.option("--notes", is_flag=True, help=tr("every finding", "参考情報も表示"))
@click.pass_obj
def show_job(screen: Screen, job: str, steps: bool, notes: bool) -> None:
    build_road(load_settings())
    found = find_job(job)
    state = JobState(found.state)
    screen.line(f"{found.number} {found.runbook}: {state} {show(state.label)}")
    screen.line(f"{found.requester}: {found.reason}  [{found.risk}] {found.digest[:16]}")
    for approval in found.approvals.order_by("at"):
        screen.line(f"  {approval.approver} {in_jst(approval.at):%Y-%m-%d %H:%M} {approval.reason}")
    screen.table(
        [Text("kind", "種類"), Text("outcome", "結果"), Text("steps", "件数")], counts_by_sort(found.pk)
    )
    for why in (*found.plan.get("breaches", []), *said_of_run(found)):
        screen.line(f"! {show(Text.from_json(why))}")
    for item in found.plan.get("findings", []):
        if notes or item["weight"] != "note":
            screen.line(f"? {item['where']} {show(Text.from_json(item['text']))}".rstrip())
    listed = found.steps.all() if steps else found.steps.exclude(outcome__in=["", "DONE", "UNCHANGED"])
    rows = [_step_row(step) for step in listed]
    if rows:
        screen.table(
            [Text("target", "対象"), Text("outcome", "結果"), Text("what, next", "内容と次の操作")], rows
        )
    now = progress(found.pk)
    screen.data(
        {**job_json(found), **end_json(found, now, None), "step_rows": [_step_json(s) for s in listed]}
    )


def _step_row(step: Any) -> tuple[str, str, str]:
    target = f"{step.lock.split(':', 1)[1]} {step.label}"
    if step.message:
        said = show(Text.from_json(step.message))
        if step.next_step:
            said += f" → {show(Text.from_json(step.next_step))}"
        return target, step.outcome, f"[{step.code}] {said} {step.detail}".strip()
    return target, step.outcome or step.state, first_differences(Change.from_json(step.change))


def _step_json(step: Any) -> dict[str, Any]:
    names = ("pk", "lock", "label", "sort", "wave", "due", "state", "outcome", "code", "message", "detail")
    return {name: getattr(step, name) for name in names} | {"change": step.change, "seen": step.seen}


@command(jobs, "watch", en="Follow a job until it ends.", ja="ジョブが終わるまで進み具合を表示します。")
@click.argument("job")
@click.pass_obj
def watch(screen: Screen, job: str) -> None:
    build_road(load_settings())
    found = find_job(job)
    with screen.bar(found.number) as bar:
        while not JobState(found.state).is_end:
            now = progress(found.pk)
            bar(now.ended, now.total)
            wait_for(found, 0.5)
    show_end(screen, found)


@command(
    jobs, "resume", en="Go on with what failed or was not reached.", ja="失敗・未実施の対象を続行します。"
)
@click.argument("job")
@_by
@_reason
@click.pass_obj
def resume(screen: Screen, job: str, by: str | None, reason: str) -> None:
    from unyo.flow.approval import carry_over
    from unyo.flow.planning import plan_job
    from unyo.flow.resume import approval_that_covers, request_resume

    road = build_road(load_settings(), screen.progress())
    found = find_job(job)
    made = request_resume(road, found, identify(road, by).name, reason)
    show_plan(screen, made, plan_job(road, made))
    covering = approval_that_covers(made)
    if covering is not None:
        carry_over(road, made, covering)
        screen.say(f"the approval of {found.number} covers it", f"{found.number} の承認の範囲内です")
        drive(screen, road, made)
    else:
        _ask_for_approval(screen, road, made)


@command(
    jobs, "undo", en="Take a job back, attribute by attribute.", ja="ジョブの変更を属性ごとに元へ戻します。"
)
@click.argument("job")
@click.option(
    "--only", multiple=True, metavar="KEY", help=tr("only this attribute or rule", "この項目・規則だけを戻す")
)
@_by
@_reason
@click.pass_obj
def undo(screen: Screen, job: str, only: tuple[str, ...], by: str | None, reason: str) -> None:
    from unyo.flow.planning import plan_job
    from unyo.flow.undo import request_undo

    road = build_road(load_settings(), screen.progress())
    made = request_undo(road, find_job(job), identify(road, by).name, reason, only)
    show_plan(screen, made, plan_job(road, made))
    _ask_for_approval(screen, road, made)


def _ask_for_approval(screen: Screen, road: Road, job: Job) -> None:
    from unyo.flow.approval import approve_by_rule

    if job.risk == Risk.ROUTINE:
        approve_by_rule(road, job)
        drive(screen, road, job)
        return
    screen.say(
        f"approve it: unyo approve {job.pk} --reason … --run",
        f"承認と実行: unyo approve {job.pk} --reason … --run",
    )


@command(
    jobs,
    "cancel",
    en="Cancel a job; steps under way may end.",
    ja="ジョブを取り消します(実行中のステップは完了を待ちます)。",
)
@click.argument("job")
@_by
@_reason
@click.pass_obj
def cancel(screen: Screen, job: str, by: str | None, reason: str) -> None:
    from unyo.flow.stop import cancel as cancel_job

    road = build_road(load_settings())
    found = find_job(job)
    cancel_job(road, found, identify(road, by).name, reason)
    found.refresh_from_db()
    screen.say(f"{found.number}: {found.state}", f"{found.number}: {show(JobState(found.state).label)}")
    screen.data({"job": found.pk, "state": found.state})


@command(
    name="stop",
    en="EMERGENCY STOP: cancel every job that runs or is due.",
    ja="緊急停止: 実行中・実行予定の全ジョブを止めます。",
)
@_by
@_reason
@click.pass_obj
def stop(screen: Screen, by: str | None, reason: str) -> None:
    from unyo.flow.stop import emergency_stop

    road = build_road(load_settings())
    stopped = emergency_stop(road, identify(road, by).name, reason)
    screen.say(f"{len(stopped)} jobs stopped", f"{len(stopped)} 件のジョブを止めました")
    screen.data({"stopped": [job.pk for job in stopped]})


@command(
    jobs,
    "report",
    en="Write the job's report (HTML, XLSX, CSV).",
    ja="ジョブの報告書(HTML・XLSX・CSV)を出力します。",
)
@click.argument("job")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help=tr("file; its ending says which form", "出力先(拡張子で形式を選択)"),
)
@click.pass_obj
def report(screen: Screen, job: str, out: Path | None) -> None:
    from unyo.reports.from_ledger import write_job_report

    settings = load_settings()
    road = build_road(settings)
    found = find_job(job)
    path = out or road.tools.output / f"{found.number}.html"
    runbook = road.find_runbook(found.runbook)
    write_job_report(found, runbook, path, screen.language, settings.organisation)
    screen.say(f"written: {path}", f"出力しました: {path}")
    screen.data({"job": found.pk, "file": str(path)})


@command(
    jobs,
    "ldif",
    en="LDIF of the directory before or after a job.",
    ja="ジョブ前後のディレクトリの内容を LDIF で出力します。",
)
@click.argument("job")
@click.option("--which", type=click.Choice(["before", "after"]), default="before", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def ldif_of_job(screen: Screen, job: str, which: str, out: Path) -> None:
    from unyo.runbooks.accounts.rules.ldif import ldif
    from unyo.runbooks.accounts.rules.places import read_places
    from unyo.runbooks.accounts.rules.policy import account_policy

    tools = build_road(load_settings()).tools
    found = find_job(job)
    places = read_places(tools.directory, account_policy(tools))
    steps = list(found.steps.exclude(outcome=Outcome.SKIPPED))
    changes = [Change.from_json(step.change) for step in steps]
    dns = {step.lock: step.seen["_dn"] for step in steps if step.seen and "_dn" in step.seen}
    out.write_text(ldif(changes, which, places.dn_of, dns), encoding="utf-8")
    screen.say(f"written: {out}", f"出力しました: {out}")
    screen.data({"job": found.pk, "file": str(out), "entries": len(changes)})
