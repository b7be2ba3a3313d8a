"""Settings of terminals as the states of an application's steps, found by what each change knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unyo.core.baseline import Rule
from unyo.core.change import Change, State
from unyo.core.errors import NotFound, Refused, TargetSaidNo, UnyoError
from unyo.core.plan import Finding, Weight
from unyo.core.target import Target
from unyo.core.terminal import Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.policy.rules.planning import DEFINITIONS
from unyo.runbooks.policy.rules.reading import AWAITS, Reading, read_settings

PENDING, BOOT = "_pending", "_boot"


def read_states(changes: Sequence[Change], tools: Tools) -> list[State | UnyoError | None]:
    """The present values of just the rules that each change is about, in one script per terminal."""
    rules = tools.baselines.rules()
    terminals = tools.assets.terminals([change.target.key for change in changes])
    askable: list[tuple[Terminal, list[Rule]]] = []
    found: list[UnyoError | None] = []
    for change in changes:
        error = _unaskable(change, rules, terminals)
        found.append(error)
        if error is None:
            known = [rules[identity] for identity in _rule_ids(change)]
            askable.append((terminals[change.target.key], known))
    readings = iter(read_settings(askable, tools))
    return [
        error if error is not None else _state(change, next(readings), rules)
        for change, error in zip(changes, found, strict=True)
    ]


def terminal_of(target: Target, terminals: Mapping[str, Terminal]) -> Terminal:
    """NotFound where the ledger does not know the terminal any more."""
    if target.key not in terminals:
        raise NotFound(
            "baseline.terminal",
            Text("the ledger does not know this terminal any more", "台帳にこの端末がありません"),
            Text("look it up: unyo terminals", "端末台帳を確認: unyo terminals"),
            target=target.shown,
        )
    return terminals[target.key]


def definition_findings(changes: Sequence[Change], tools: Tools) -> list[Finding]:
    """A refusal for each rule that has meant another setting when it was applied than it means now."""
    rules = tools.baselines.rules()
    changed = {
        identity
        for change in changes
        for identity, digest in definitions_of(change).items()
        if identity in (change.after or {}) and _definition(identity, rules) != digest
    }
    return [
        Finding(
            "baseline.rule_changed",
            Weight.REFUSE,
            Text(
                f"the rule {identity} was about another setting when it was applied; "
                "put its definition back before the undo",
                f"ルール {identity} の対象設定が適用時から変更されています。定義を戻してから実行してください",
            ),
            identity,
        )
        for identity in sorted(changed)
    ]


def definitions_of(change: Change) -> Mapping[str, str]:
    """Rule id → digest of what the rule was about when the change was planned; empty where it was blind."""
    for state in (change.after, change.before):
        if state and state.get(DEFINITIONS):
            found: Mapping[str, str] = state[DEFINITIONS]
            return found
    return {}


def _definition(identity: str, rules: Mapping[str, Rule]) -> str:
    return rules[identity].address_digest if identity in rules else ""


def _rule_ids(change: Change) -> list[str]:
    return [key for key in (change.after or {}) if not key.startswith("_")]


def _unaskable(
    change: Change, rules: Mapping[str, Rule], terminals: Mapping[str, Terminal]
) -> UnyoError | None:
    try:
        terminal_of(change.target, terminals)
    except NotFound as error:
        return error
    gone = [identity for identity in _rule_ids(change) if identity not in rules]
    if gone:
        named = ", ".join(gone)
        return Refused(
            "baseline.rule_gone",
            Text(f"no pack holds these rules any more: {named}", f"どのパックにもないルールです: {named}"),
            Text("put them back into a pack", "ルールをパックに戻す"),
            target=change.target.shown,
        )
    return None


def _state(change: Change, reading: Reading | UnyoError, rules: Mapping[str, Rule]) -> State | UnyoError:
    if isinstance(reading, UnyoError):
        return reading
    unread = {
        identity: reading.errors.get(identity, "")
        for identity in _rule_ids(change)
        if identity not in reading.values
    }
    if unread:
        named = ", ".join(sorted(unread))
        return TargetSaidNo(
            "baseline.not_read",
            Text(f"the terminal could not read {named}", f"端末が {named} を読み取れません"),
            Text(
                "look at the terminal, then: unyo jobs resume", "端末を確認してから unyo jobs resume を実行"
            ),
            target=change.target.shown,
            detail="; ".join(sorted({text for text in unread.values() if text})),
        )
    hidden: dict[str, Any] = {
        BOOT: reading.boot,
        AWAITS: reading.awaits_restart,
        PENDING: dict(reading.pending),
    }
    was = definitions_of(change)
    if was:
        mine = set(_rule_ids(change))
        hidden[DEFINITIONS] = {
            identity: _definition(identity, rules) if identity in mine else digest
            for identity, digest in was.items()
        }
    return {**reading.values, **hidden}
