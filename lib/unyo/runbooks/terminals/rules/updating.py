"""What an approved installation of updates comes to: too late, a restart first, and which ones failed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from unyo.core.change import Change
from unyo.core.errors import Refused, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.text import Text

MISSING, INSTALLED, AWAITS = "missing", "installed", "awaits a restart"
RESTART_DUE = "_restart_due"
_KB = re.compile(r"KB\d+")


def pattern(name: str) -> str:
    """A regular expression that win_updates holds against KB numbers and titles."""
    return rf"\b{name}\b" if _KB.fullmatch(name) else f"^{re.escape(name)}$"


def too_late(change: Change, now: datetime) -> UnyoError | None:
    until = (change.after or {}).get("until")
    if until is None or now < datetime.fromisoformat(until):
        return None
    return Refused(
        "updates.window",
        Text("the window for installing is over", "適用時間帯を過ぎました"),
        Text("plan the rest for another window", "残りを別の時間帯で計画する"),
    )


def restart_first(change: Change) -> UnyoError | None:
    """Windows installs nothing more while it waits for a restart."""
    if (change.after or {}).get("reboot") or not (change.before or {}).get(RESTART_DUE):
        return None
    return Refused(
        "updates.restart_first",
        Text("a restart is due; until then nothing more is installed", "再起動待ちのため、適用できません"),
        Text(
            "restart it (unyo run terminals.restart), then unyo jobs resume; or plan it with --reboot",
            "再起動 (unyo run terminals.restart) してから unyo jobs resume、または --reboot を付けて計画",
        ),
    )


def named_failure(result: StepResult) -> StepResult:
    """A failure of the play, told as the updates that it left out."""
    lacking = [key for key, value in (result.seen or {}).items() if value == MISSING]
    if result.outcome is not Outcome.FAILED or not lacking:
        return result
    named = ", ".join(lacking)
    return replace(
        result,
        code="updates.failed",
        message=Text(f"could not be installed: {named}", f"適用できませんでした: {named}"),
        next_step=Text(
            "see the terminal's update history, then unyo jobs resume",
            "端末の更新履歴を確認してから unyo jobs resume を実行",
        ),
    )
