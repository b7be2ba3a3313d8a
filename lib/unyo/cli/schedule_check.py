"""The doctor's look at schedules and triggers: runs that were lost, and whether anybody looks at them at all."""

from __future__ import annotations

from datetime import timedelta

from unyo.core.dates import in_jst
from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.core.trigger import triggers_from
from unyo.ledger.schedules import living, lost_since, overdue
from unyo.wiring import Toolbox

LOOKED_BACK = timedelta(days=7)


def look_at_schedules(tools: Toolbox) -> str:
    """How many there are; BadSetting where one is overdue or has lost a run within a week."""
    now, count = tools.clock.now(), len(living())
    late = overdue(now)
    if late:
        since = f"{in_jst(late[0].next_at):%Y-%m-%d %H:%M}" if late[0].next_at else ""
        raise _bad(
            "schedules.overdue",
            f"{len(late)} schedules are overdue, {late[0].name} since {since}: no worker looks at them",
            f"{len(late)} 件のスケジュールが期日を過ぎています({late[0].name} は {since} から)。ワーカーが停止しています",
            "start it: unyo worker; what was missed: unyo schedule list",
            "起動: unyo worker。未実施の確認: unyo schedule list",
        )
    lost = lost_since(now - LOOKED_BACK)
    if lost:
        names = sorted({run.schedule.name for run in lost})
        raise _bad(
            "schedules.lost",
            f"{len(lost)} runs did not take place in the last 7 days: {', '.join(names)}",
            f"直近 7 日間の未実施 {len(lost)} 回: {'、'.join(names)}",
            f"see why: unyo schedule history {names[0]}",
            f"理由の確認: unyo schedule history {names[0]}",
        )
    return f"{count}"


def look_at_triggers(tools: Toolbox) -> str:
    return ", ".join(trigger.name for trigger in triggers_from(tools.policies.load("triggers")))


def _bad(code: str, en: str, ja: str, next_en: str, next_ja: str) -> BadSetting:
    return BadSetting(code, Text(en, ja), Text(next_en, next_ja))
