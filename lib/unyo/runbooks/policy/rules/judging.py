"""What a terminal's reading comes to: a verdict per rule, a score, and what has drifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from unyo.core.baseline import Rule
from unyo.core.terminal import ApprovedValues, Terminal
from unyo.core.text import Text
from unyo.runbooks.policy.rules.reading import Reading
from unyo.runbooks.policy.rules.scope import Scope


class Verdict(StrEnum):
    """What may be said of one rule on one terminal; the value is its letter in a step's ``seen``."""

    PASS = "P"
    FAIL = "F"
    EXEMPT = "E"
    EXPIRED = "X"
    NOT_APPLICABLE = "N"
    UNREAD = "U"
    NOT_ASKED = "-"

    @property
    def label(self) -> Text:
        return {
            Verdict.PASS: Text("kept", "適合"),
            Verdict.FAIL: Text("broken", "不適合"),
            Verdict.EXEMPT: Text("exception", "例外(承認済み)"),
            Verdict.EXPIRED: Text("broken, exception expired", "不適合(例外の期限切れ)"),
            Verdict.NOT_APPLICABLE: Text("not applicable", "対象外"),
            Verdict.UNREAD: Text("could not look", "確認不可"),
            Verdict.NOT_ASKED: Text("not asked", "対象外の指定"),
        }[self]


BROKEN = (Verdict.FAIL, Verdict.EXPIRED)


def judged(
    terminal: Terminal, reading: Reading, scope: Scope, approved: ApprovedValues | None
) -> dict[str, Any]:
    """A step's ``seen``: one letter per rule in the pack's order, and the values of those that are broken.

    ``drift`` maps a rule to its approved and its present value; ``domain`` holds what group policy sets where it
    differs from what the baseline wants.
    """
    pack = scope.pack_of(terminal)
    asked = {rule.id for rule in scope.rules_for(terminal)}
    exempt = scope.exempt(terminal)
    verdicts: dict[str, Verdict] = {}
    for rule in pack.rules:
        verdicts[rule.id] = _verdict(rule, reading, exempt, scope) if rule.id in asked else Verdict.NOT_ASKED
    counts = Counter(verdicts.values())
    return {
        "pack": pack.name,
        "digest": pack.digest[:12],
        "verdicts": "".join(verdicts[rule.id] for rule in pack.rules),
        "score": score(pack.rules, verdicts),
        "counts": {verdict.name.lower(): counts[verdict] for verdict in Verdict if counts[verdict]},
        "broken": {rule: reading.values.get(rule) for rule, verdict in verdicts.items() if verdict in BROKEN},
        "unread": {rule: reading.errors.get(rule, "") for rule, v in verdicts.items() if v is Verdict.UNREAD},
        "exempt": {
            rule: exempt[rule].expires.isoformat()
            for rule, verdict in verdicts.items()
            if verdict in (Verdict.EXEMPT, Verdict.EXPIRED)
        },
        "drift": _drift(asked, reading, approved),
        "domain": _set_back(scope.rules_for(terminal), reading),
        "awaits_restart": reading.awaits_restart,
    }


def score(rules: Sequence[Rule], verdicts: Mapping[str, Verdict]) -> float | None:
    """0 to 100: the weight of the kept rules out of the kept and the broken ones (low 1, medium 3, high 6,
    critical 10), rounded down to a tenth.

    Exceptions that hold, what is not applicable and what could not be read count on neither side; None where
    nothing is left.
    """
    kept = sum(rule.severity.weight for rule in rules if verdicts[rule.id] is Verdict.PASS)
    broken = sum(rule.severity.weight for rule in rules if verdicts[rule.id] in BROKEN)
    return None if kept + broken == 0 else (1000 * kept // (kept + broken)) / 10


def _verdict(rule: Rule, reading: Reading, exempt: Mapping[str, Any], scope: Scope) -> Verdict:
    if rule.id in reading.errors or rule.id not in reading.values:
        return Verdict.UNREAD
    value = reading.values[rule.id]
    if not rule.applicable(value):
        return Verdict.NOT_APPLICABLE
    given = exempt.get(rule.id)
    if given is not None and given.holds(scope.today):
        return Verdict.EXEMPT
    if rule.accepts(value):
        return Verdict.PASS
    return Verdict.FAIL if given is None else Verdict.EXPIRED


def _drift(asked: set[str], reading: Reading, approved: ApprovedValues | None) -> dict[str, list[Any]]:
    """Against what an approved job last set or confirmed, whatever the pack says today."""
    if approved is None:
        return {}
    return {
        rule: [value, reading.values[rule]]
        for rule, value in sorted(approved.values.items())
        if rule in asked and rule in reading.values and reading.values[rule] != value
    }


def _set_back(rules: Sequence[Rule], reading: Reading) -> dict[str, Any]:
    return {
        rule.id: reading.domain[rule.id]
        for rule in rules
        if rule.id in reading.domain and not rule.accepts(reading.domain[rule.id])
    }
