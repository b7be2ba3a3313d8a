"""Two acts: last year's state, and the night of 1 April with a kill in the middle."""

from __future__ import annotations

import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from unyo.core.dates import jst_midnight
from unyo.core.person import Roster
from unyo.lab.demo.desk import end_process, say
from unyo.lab.demo.proof import prove_log_ons
from unyo.lab.demo.stage import Stage
from unyo.lab.personnel import as_csv, staff, transfer

NIGHT_SECONDS = 8


def first_year(stage: Stage, people: int, seed: int) -> Roster:
    """Import last year's file and make everybody's account."""
    roster = staff(seed, people)
    file = stage.out / f"shokuin-{roster.effective.year}.csv"
    file.write_bytes(as_csv(roster))
    stage.set_clock(jst_midnight(roster.effective) + timedelta(hours=9))
    say(
        f"last year's state: {len(roster.people)} people in {len(roster.departments)} departments, a CP932 file",
        f"昨年度の状態: {len(roster.people)} 名、{len(roster.departments)} 部署(Shift_JIS/CP932 ファイル)",
    )
    stage.unyo("people", "import", str(file), "--effective", roster.effective.isoformat())
    stage.unyo("plan", "accounts.provision", "--reason", "first load", quiet=True)
    stage.unyo("approve", "1", "--by", "sato", "--reason", "first load", "--run", spoken_by="sato")
    return roster


def transfer_day(stage: Stage, last: Roster, seed: int) -> bool:
    """The transfer of 1 April: plan in March, approval by another person, a kill at night, the report."""
    roster = transfer(last, seed)
    file = stage.out / f"ido-{roster.effective.year}.csv"
    file.write_bytes(as_csv(roster))
    midnight = jst_midnight(roster.effective)
    stage.set_clock(midnight - timedelta(days=7) + timedelta(hours=10))
    say("25 March: the transfer file arrives", "3月25日: 人事異動ファイルが届く")
    stage.unyo("people", "import", str(file), "--effective", roster.effective.isoformat())
    stage.unyo("run", "accounts.provision", "--reason", "rehearsal", "--rehearse")
    stage.unyo("plan", "accounts.provision", "--reason", f"人事異動 {roster.effective}")
    say("another person approves exactly this plan", "別の人がこの計画を承認する")
    stage.unyo("approve", "2", "--by", "sato", "--reason", "総務課と確認済み", spoken_by="sato")
    _night(stage, midnight)
    good = prove_log_ons(stage)
    _morning(stage)
    return good


def _night(stage: Stage, midnight: datetime) -> None:
    stage.set_clock(midnight - timedelta(seconds=NIGHT_SECONDS))
    say("31 March 23:59: the worker waits for midnight", "3月31日 23:59: ワーカーが 0 時を待つ")
    worker = stage.worker()
    try:
        before = _wait_for_steps(stage, share=0.4)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        say(
            f"kill -9 after {before['ended']} of {before['steps']} steps",
            f"{before['steps']} 件中 {before['ended']} 件の時点で kill -9",
        )
        stage.unyo("jobs", "list")
        say("a new worker recovers and goes on", "新しいワーカーが復旧して続行する")
        worker = stage.worker()
        _wait_until_only_later_steps_are_left(stage)
    finally:
        end_process(worker)
    say("months later: handovers have ended", "数か月後: 引継ぎ期間の終了")
    stage.set_clock(midnight + timedelta(days=200))
    stage.unyo("worker", "--until-idle", quiet=True)


def _wait_for_steps(stage: Stage, share: float, seconds: float = 120) -> dict[str, int]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job: dict[str, int] = stage.answer("jobs", "show", "2")
        if job["steps"] and job["ended"] >= share * job["steps"]:
            return job
        time.sleep(0.05)
    raise SystemExit("the worker did not start at midnight")


def _wait_until_only_later_steps_are_left(stage: Stage, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    seen = (-1, 0)
    while time.monotonic() < deadline:
        job = stage.answer("jobs", "show", "2")
        if job["state"] not in ("RUNNING", "INTERRUPTED", "APPROVED"):
            return
        still = seen[1] + 1 if job["ended"] == seen[0] else 0
        seen = (job["ended"], still)
        if still >= 6 and job["ended"] > 0.5 * job["steps"]:
            return
        time.sleep(0.3)


def _morning(stage: Stage) -> None:
    say("the morning after", "翌朝")
    stage.unyo("jobs", "show", "2", check=False)
    stage.unyo("audit", "verify")
    report = stage.out / "report.html"
    stage.unyo("jobs", "report", "2", "--out", str(report))
    say("try next", "次に試すコマンド")
    unyo = Path(sys.executable).with_name("unyo")
    for words in ("jobs show 2 --steps", "people show 000101", "audit log 2", "runbooks", "doctor"):
        sys.stdout.write(f"  UNYO_CONFIG={stage.settings_file} {unyo} {words}\n")
    sys.stdout.write(f"  {report}\n")
