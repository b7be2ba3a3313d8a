"""Whether the desk made sure of the person whose password is to be reset."""

from __future__ import annotations

from datetime import timedelta

from unyo.core.dates import in_jst
from unyo.core.plan import Finding, Weight
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.desk_policy import DeskPolicy
from unyo.runbooks.passwords.rules.people import DeskPerson

_LATER = timedelta(minutes=5)
"""How far a verification may lie in the future: another machine's clock."""


def of_verification(number: int, person: DeskPerson, policy: DeskPolicy, tools: Tools) -> Finding:
    """A note that tells how the person was verified, or the reason to refuse."""
    found = tools.verifications.passed(number)
    if found is None or found.person != person.key:
        return Finding(
            "desk.unverified",
            Weight.REFUSE,
            Text(
                f"nobody made sure of this person: unyo passwords reset {person.key}",
                f"本人確認がされていません: unyo passwords reset {person.key}",
            ),
            person.target.shown,
        )
    age = tools.clock.now() - found.passed_at
    if not -_LATER <= age <= timedelta(minutes=policy.verified_minutes):
        return Finding(
            "desk.verified_long_ago",
            Weight.REFUSE,
            Text(
                f"the verification is older than {policy.verified_minutes} minutes: verify the person again",
                f"本人確認から {policy.verified_minutes} 分を過ぎています。再度確認してください",
            ),
            person.target.shown,
        )
    if found.way not in policy.ways:
        return Finding(
            "desk.way",
            Weight.REFUSE,
            Text(
                f"this way is not allowed: {found.way.label.en}",
                f"許可されていない確認方法です: {found.way.label.ja}",
            ),
            person.target.shown,
        )
    return Finding(
        "desk.verified",
        Weight.NOTE,
        Text(
            f"verified by {found.by}: {found.way.label.en}, {in_jst(found.passed_at):%H:%M}",
            f"本人確認: {found.way.label.ja}({found.by}、{in_jst(found.passed_at):%H:%M})",
        ),
        person.target.shown,
    )
