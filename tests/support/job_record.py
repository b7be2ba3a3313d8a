"""Job records of any size, as a transfer day leaves them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from unyo.core.job_state import JobState
from unyo.core.outcome import Outcome
from unyo.core.plan import Finding, Weight
from unyo.core.risk import Risk
from unyo.core.secret import SecretRef
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.reports.record import ApprovalRecord, EventRecord, JobRecord, StepRecord

START = datetime(2026, 3, 31, 15, 0, 3, tzinfo=timezone.utc)
DIGEST = "ab" * 32
REFUSED = Text("the password does not meet the domain's rules", "パスワードがドメインの規則を満たしません")
WHAT_NEXT = Text("lengthen the password in accounts.yml", "accounts.yml でパスワードの長さを見直す")
SORTS = ("joiner", "mover", "mover", "rename", "leaver")
NAMES = ("山田 太郎", "髙橋 花子", "山﨑 一", "佐藤 <b>次郎</b>", "鈴木 三郎")


def step(number: int, outcome: Outcome | None = Outcome.DONE, sort: str = "") -> StepRecord:
    """One step of a transfer; number is its id and its staff number."""
    sort = sort or SORTS[number % len(SORTS)]
    at = START + timedelta(milliseconds=40 * number)
    after = {
        "department": "020",
        "displayName": NAMES[number % len(NAMES)],
        "enabled": True,
        "groups": ["G-020", "G-ALL"],
        "title": "係員",
        "password": SecretRef(f"accounts/{number:07d}/initial").as_state(),
    }
    before = {**after, "department": "010", "groups": ["G-010", "G-ALL"], "password": None}
    is_bad = outcome is not None and not outcome.is_good
    return StepRecord(
        id=number,
        target=Target("account", f"{number:07d}", NAMES[number % len(NAMES)]),
        sort=sort,
        phase=0,
        wave=number // 50,
        action="create" if sort == "joiner" else "update",
        outcome=outcome,
        code="directory.password.policy" if is_bad else "",
        message=REFUSED if is_bad else None,
        next_step=WHAT_NEXT if is_bad else None,
        before=None if sort == "joiner" else before,
        after=after,
        seen=before if is_bad else after,
        attempts=2 if number % 97 == 0 else 1,
        recovered=number % 97 == 0,
        due=None if outcome else START + timedelta(days=1),
        started=at if outcome else None,
        ended=at + timedelta(milliseconds=35) if outcome else None,
    )


def job_record(size: int = 30) -> JobRecord:
    """A partly done transfer: every 50th step refused, every 70th waiting, every 97th recovered."""
    steps = tuple(step(number, _outcome(number)) for number in range(1, size + 1))
    return JobRecord(
        id="J-12",
        runbook="accounts.provision",
        title=Text("Personnel transfer: accounts", "人事異動: アカウント一括処理"),
        requester="tanaka",
        reason="4月1日付け人事異動",
        ticket="R-2026-0031",
        state=JobState.PARTIAL,
        digest=DIGEST,
        population=320,
        steps=steps,
        risk=Risk.GUARDED,
        requested=START - timedelta(days=6),
        planned=START - timedelta(days=6),
        approved=START - timedelta(days=5),
        started=START,
        ended=START + timedelta(seconds=75),
        unchanged=("0009991 伊藤 四郎", "0009992 渡辺 五郎"),
        limits=(Text("at most 40 removals", "停止・削除は 40 件まで"),),
        findings=(
            Finding(
                "people.variant", Weight.ODD, Text("variant letter 髙", "異体字 髙 を含みます"), "0000001"
            ),
        ),
        approvals=(
            ApprovalRecord("suzuki", START - timedelta(days=5), "名簿と照合済み", DIGEST, Risk.GUARDED),
        ),
        events=tuple(_events(size)),
        organisation="消費者庁(訓練)",
    )


def _outcome(number: int) -> Outcome | None:
    if number % 70 == 0:
        return None
    return Outcome.FAILED if number % 50 == 0 else Outcome.DONE


def _events(size: int) -> list[EventRecord]:
    kinds: list[tuple[str, int | None]] = [
        ("job.requested", None),
        ("job.planned", None),
        ("job.approved", None),
    ]
    kinds += [("step.ended", number) for number in range(1, size + 1)]
    return [
        EventRecord(seq, START + timedelta(seconds=seq), kind, "worker-1", f"{seq:064x}", step_id)
        for seq, (kind, step_id) in enumerate(kinds, 1)
    ]
