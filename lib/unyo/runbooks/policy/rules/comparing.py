"""Ansible's check mode on one terminal against what unyo itself foresees there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from unyo.core.baseline import Rule
from unyo.core.change import Change
from unyo.core.errors import UnyoError
from unyo.core.plan import Finding, Weight
from unyo.core.playbook import HostResult
from unyo.core.terminal import Terminal
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.policy.rules.guarding import play_settings, touched
from unyo.runbooks.policy.rules.reading import Reading
from unyo.runbooks.policy.rules.showing import shown


def check_mode(
    terminal: Terminal, change: Change, reading: Reading, rules: Mapping[str, Rule], tools: Tools
) -> list[Finding]:
    """Play in check mode on one terminal; a finding for every rule on which Ansible says something else."""
    before = {**(change.before or {}), "_boot": reading.boot}
    try:
        (result,) = play_settings([(terminal, replace(change, before=before))], rules, tools, check=True)
    except UnyoError as error:
        return [_not_compared(terminal, error)]
    if result.error is not None:
        return [_not_compared(terminal, result.error)]
    ours = {
        rule.id: ((change.before or {}).get(rule.id), (change.after or {})[rule.id])
        for rule in touched(change, rules)
    }
    theirs = _differences(result, rules)
    odd = [identity for identity in sorted(ours | theirs) if ours.get(identity) != theirs.get(identity)]
    if odd:
        return [_differs(terminal, identity, ours.get(identity), theirs.get(identity)) for identity in odd]
    return [
        Finding(
            "baseline.check_mode",
            Weight.NOTE,
            Text(
                f"Ansible's check mode on {terminal.name} foresees the same {len(ours)} changes",
                f"{terminal.name} での Ansible チェックモードの結果は計画の {len(ours)} 件と一致しました",
            ),
            terminal.name,
        )
    ]


def _differences(result: HostResult, rules: Mapping[str, Rule]) -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {}
    for task in result.tasks:
        if isinstance(task.before, Mapping) and isinstance(task.after, Mapping):
            for identity in (*task.before, *task.after):
                if identity in rules:
                    found[identity] = (task.before.get(identity), task.after.get(identity))
    return found


def _differs(
    terminal: Terminal, rule: str, ours: tuple[Any, Any] | None, theirs: tuple[Any, Any] | None
) -> Finding:
    mine, other = _pair(ours), _pair(theirs)
    return Finding(
        "baseline.check_mode",
        Weight.ODD,
        Text(
            f"{rule} on {terminal.name}: unyo foresees {mine.en}, Ansible's check mode {other.en}",
            f"{terminal.name} の {rule}: 計画は {mine.ja}、Ansible チェックモードは {other.ja}",
        ),
        rule,
    )


def _pair(pair: tuple[Any, Any] | None) -> Text:
    if pair is None:
        return Text("no change", "変更なし")
    before, after = shown(pair[0]), shown(pair[1])
    en = f"{before} → {after}"
    ja = " → ".join(part.ja if isinstance(part, Text) else part for part in (before, after))
    return Text(en, ja)


def _not_compared(terminal: Terminal, error: UnyoError) -> Finding:
    return Finding(
        "baseline.check_mode",
        Weight.ODD,
        Text(
            f"Ansible's check mode could not be compared on {terminal.name}: {error.what.en}",
            f"{terminal.name} で Ansible チェックモードと比較できません: {error.what.ja}",
        ),
        terminal.name,
    )
