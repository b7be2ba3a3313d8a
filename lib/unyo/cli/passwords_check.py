"""``unyo doctor`` on passwords: whether the policy can be used, and whether every account's password is known."""

from __future__ import annotations

from unyo.core.credential import Scope
from unyo.core.errors import BadSetting
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.runbooks.passwords.rules.checkout_policy import checkout_policy
from unyo.runbooks.passwords.rules.desk_policy import desk_policy
from unyo.runbooks.passwords.rules.foreseeing import is_due
from unyo.runbooks.passwords.rules.policy import accounts_policy
from unyo.wiring import Toolbox


def look_at_passwords(tools: Toolbox) -> str:
    """How many accounts are kept and due; an UnyoError for a policy that is wrong, or a password nobody knows."""
    policy, now = accounts_policy(tools), tools.clock.now()
    checkout_policy(tools.policies)
    desk_policy(tools.policies)
    kept = tools.credentials.select(Scope(everything=True))
    standings = tools.credentials.standing([each.path for each in kept])
    torn = [
        each.label
        for each in kept
        if any(version.state is SecretState.TORN for version in standings[each.path].versions)
    ]
    if torn:
        raise BadSetting(
            "doctor.passwords",
            Text(
                f"no known password works at {len(torn)}: {', '.join(torn[:5])}",
                f"既知のパスワードがすべて不一致 {len(torn)} 件: {', '.join(torn[:5])}",
            ),
            Text("look: unyo passwords list --state TORN", "確認: unyo passwords list --state TORN"),
        )
    due = sum(is_due(standings[each.path], policy.of(each).max_age, now) for each in kept)
    troubled = sum(standings[each.path].trouble is not None for each in kept)
    return f"{len(kept)} accounts, {due} due, {troubled} with a trouble"
