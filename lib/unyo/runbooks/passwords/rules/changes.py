"""Accounts as the changes of a plan, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unyo.core.change import Change
from unyo.core.credential import Credential
from unyo.core.errors import BadSetting
from unyo.core.hand import Use
from unyo.core.outcome import StepResult
from unyo.core.secret import SecretRef
from unyo.core.state_runbook import result_of
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules import hindrances
from unyo.runbooks.passwords.rules.ends import seen_of
from unyo.runbooks.passwords.rules.foreseeing import Foreseen
from unyo.runbooks.passwords.rules.order import Order


def change_for(each: Foreseen, purpose: str, phase: int, even_lent: bool) -> Change:
    """What the plan shows: the account as the books know it, and a new password."""
    if isinstance(each.error, BadSetting):
        raise each.error
    credential = each.credential
    after: dict[str, Any] = {
        "account": credential.account,
        "password": credential.ref.as_state(),
        "last_set": "now",
        "_purpose": purpose,
        "_even_lent": even_lent,
        "_uses": [[use.kind, use.machine, use.name] for use in each.uses],
    }
    return Change(
        credential.target,
        seen_of(credential, each.standing, each.facts),
        after,
        sort="rotate",
        phase=phase,
        undoable=False,
        foreseen=each.facts is not None,
        reason=each.error.what if each.error else None,
    )


def path_of(change: Change) -> str:
    """The account that a change is about."""
    ref = SecretRef.from_state((change.after or {})["password"])
    assert ref is not None
    return ref.path


def carried_out(
    changes: Sequence[Change], tools: Tools, work: Callable[[Sequence[Order], Tools], list[StepResult]]
) -> list[StepResult]:
    """What ``work`` makes of the accounts of these changes; one that the ledger no longer has is an error."""
    known = tools.credentials.named([path_of(change) for change in changes])
    paths = [path_of(change) for change in changes]
    orders = [
        _order(known[path], change) for path, change in zip(paths, changes, strict=True) if path in known
    ]
    results = dict(zip([order.path for order in orders], work(orders, tools), strict=True))
    return [results.get(path) or result_of(hindrances.unlisted(path)) for path in paths]


def _order(credential: Credential, change: Change) -> Order:
    after = change.after or {}
    uses = tuple(Use(*use) for use in after.get("_uses", ()))
    even_lent = bool(after.get("_even_lent"))
    return Order(credential, after.get("_purpose", ""), uses, change.foreseen, even_lent)
