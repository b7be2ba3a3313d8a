"""Accounts before or after a job as LDIF, for people who want to see it in the directory's own words."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from unyo.core.change import Change, State
from unyo.core.secret import SecretRef
from unyo.runbooks.accounts.rules.entries import NORMAL, attributes_of


def ldif(changes: Iterable[Change], which: str) -> str:
    """One entry per changed account that exists ``before`` or ``after``; passwords are left out."""
    blocks = ["version: 1\n"]
    for change in changes:
        state = change.before if which == "before" else change.after
        if change.target.kind == "account" and state is not None:
            blocks.append(_entry(change, state))
    return "\n".join(blocks)


def _entry(change: Change, state: State) -> str:
    plain: dict[str, Any] = {k: v for k, v in state.items() if SecretRef.from_state(v) is None}
    cn = plain.get("cn") or change.target.label or change.target.key
    lines = [
        _line("# staff number", change.target.key),
        _line("dn", f"CN={cn},PLACE={plain.get('place') or '?'}"),
        _line("objectClass", "user"),
    ]
    for name, values in sorted(attributes_of(plain, NORMAL).items()):
        lines += [_line(name, value) for value in values]
    lines += [_line("memberOf", group) for group in plain.get("groups") or ()]
    return "".join(lines)


def _line(name: str, value: str) -> str:
    safe = (
        value.isascii()
        and value.isprintable()
        and not value.startswith((" ", ":", "<"))
        and not value.endswith(" ")
    )
    if safe or name.startswith("#"):
        return f"{name}: {value}\n"
    return f"{name}:: {base64.b64encode(value.encode()).decode()}\n"
