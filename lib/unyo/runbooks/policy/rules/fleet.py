"""The tables of an audit that come from the steps' rows alone: the fleet, its worst terminals, its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from unyo.core.outcome import Outcome
from unyo.core.runbook import StepEnd
from unyo.core.table import Cell, Table
from unyo.core.text import Text
from unyo.runbooks.policy.rules.showing import shown

HEADINGS = (Text("Terminal", "端末"), Text("Serial number", "製造番号"))


def fleet_tables(steps: Sequence[StepEnd]) -> tuple[Table, ...]:
    """Summary, terminals with the worst first, rules with the most broken first, drift, what could not be seen."""
    return (
        summary(steps),
        terminal_table(steps),
        rule_table(steps),
        drift_table(steps),
        conflict_table(steps),
        unseen_table(steps),
    )


def looked_at(steps: Sequence[StepEnd]) -> list[tuple[StepEnd, Mapping[str, Any]]]:
    """The steps that read their terminal, each with what it saw."""
    return [
        (step, step.seen)
        for step in steps
        if step.outcome is Outcome.DONE and step.seen is not None and "verdicts" in step.seen
    ]


def summary(steps: Sequence[StepEnd]) -> Table:
    seen = [found for _, found in looked_at(steps)]
    scores = [float(found["score"]) for found in seen if found["score"] is not None]
    clean = sum(not found["broken"] and not found["unread"] for found in seen)
    mean = f"{sum(scores) / len(scores):.1f}" if scores else ""
    lowest = f"{min(scores):.1f}" if scores else ""
    rows: list[tuple[Cell, ...]] = [
        (Text("terminals asked", "対象端末"), len(steps)),
        (Text("looked at", "確認できた端末"), len(seen)),
        (Text("could not be looked at", "確認できなかった端末"), len(steps) - len(seen)),
        (Text("keep every rule", "全ルールに適合"), clean),
        (Text("have drifted since they were approved", "承認時から変化した端末"), _with(seen, "drift")),
        (Text("where group policy says otherwise", "グループポリシーと競合"), _with(seen, "domain")),
        (Text("wait for a restart", "再起動待ち"), _with(seen, "awaits_restart")),
        (Text("mean score", "平均点"), mean),
        (Text("lowest score", "最低点"), lowest),
    ]
    note = Text(
        "Score: weight of kept rules out of kept and broken ones (low 1, medium 3, high 6, critical 10); "
        "exceptions that hold and what could not be read count on neither side.",
        "点数 = 適合ルールの重み ÷(適合+不適合)。重みは低1・中3・高6・重大10。"
        "有効な例外と確認不可は分母・分子に含めない。",
    )
    return Table(
        Text("Summary", "概要"), note, (Text("Figure", "項目"), Text("Value", "値")), tuple(_plain(rows))
    )


def terminal_table(steps: Sequence[StepEnd]) -> Table:
    """One row per terminal that was looked at, the lowest score first."""
    found = sorted(looked_at(steps), key=lambda pair: (_score(pair[1]), pair[0].target.label))
    rows = [
        (
            step.target.label,
            step.target.key,
            seen["pack"],
            "" if seen["score"] is None else f"{seen['score']:.1f}",
            *(seen["counts"].get(name, 0) for name in ("pass", "fail", "expired", "exempt")),
            *(seen["counts"].get(name, 0) for name in ("not_applicable", "unread")),
            len(seen["drift"]),
            len(seen["domain"]),
        )
        for step, seen in found
    ]
    headings = (
        *HEADINGS,
        *(Text("Pack", "パック"), Text("Score", "点数"), Text("Kept", "適合"), Text("Broken", "不適合")),
        *(Text("Exception expired", "例外期限切れ"), Text("Exception", "例外")),
        *(Text("Not applicable", "対象外"), Text("Could not look", "確認不可")),
        *(Text("Drift", "変化"), Text("Group policy", "GP競合")),
    )
    return Table(
        Text("Terminals", "端末"), Text("the lowest score first", "点数の低い順"), headings, tuple(rows)
    )


def rule_table(steps: Sequence[StepEnd]) -> Table:
    """One row per rule that is broken somewhere, the most often broken first."""
    broken: Counter[str] = Counter()
    examples: dict[str, tuple[str, Any]] = {}
    for step, seen in looked_at(steps):
        for rule, value in seen["broken"].items():
            broken[rule] += 1
            examples.setdefault(rule, (step.target.label, value))
    rows = [
        (rule, count, examples[rule][0], shown(examples[rule][1])) for rule, count in broken.most_common()
    ]
    headings = (
        *(Text("Rule", "ルール"), Text("Terminals", "端末数")),
        *(Text("For example", "例"), Text("Value there", "その値")),
    )
    return Table(Text("Broken rules", "不適合ルール"), Text("by number", "件数順"), headings, tuple(rows))


def drift_table(steps: Sequence[StepEnd]) -> Table:
    rows = [
        (step.target.label, step.target.key, rule, shown(then), shown(now))
        for step, seen in looked_at(steps)
        for rule, (then, now) in seen["drift"].items()
    ]
    headings = (*HEADINGS, Text("Rule", "ルール"), Text("Approved", "承認時"), Text("Now", "現在"))
    note = Text("since an approved job last set it", "承認済みジョブの最後の設定以降")
    return Table(Text("Drift", "承認時からの変化"), note, headings, tuple(rows))


def conflict_table(steps: Sequence[StepEnd]) -> Table:
    rows = [
        (step.target.label, step.target.key, rule, shown(value))
        for step, seen in looked_at(steps)
        for rule, value in seen["domain"].items()
    ]
    headings = (*HEADINGS, Text("Rule", "ルール"), Text("Group policy sets", "GP の設定値"))
    note = Text("the domain will set this back", "ドメインのポリシーにより元に戻されます")
    return Table(Text("Group policy conflicts", "グループポリシーとの競合"), note, headings, tuple(rows))


def unseen_table(steps: Sequence[StepEnd]) -> Table:
    """What could not be looked at, which is neither kept nor broken: whole terminals, then single rules."""
    seen_keys = {step.target.key for step, _ in looked_at(steps)}
    rows: list[tuple[Cell, ...]] = [
        (step.target.label, step.target.key, "", step.message or Text("not yet reached", "未到達"))
        for step in steps
        if step.target.key not in seen_keys
    ]
    rows += [
        (step.target.label, step.target.key, rule, why)
        for step, seen in looked_at(steps)
        for rule, why in seen["unread"].items()
    ]
    headings = (*HEADINGS, Text("Rule", "ルール"), Text("Why", "理由"))
    note = Text("this is not a yes and not a no", "適合でも不適合でもありません")
    return Table(Text("Could not look", "確認不可"), note, headings, tuple(rows))


def _score(seen: Mapping[str, Any]) -> float:
    return 101.0 if seen["score"] is None else float(seen["score"])


def _with(seen: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(bool(found[name]) for found in seen)


def _plain(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    return [tuple(str(cell) if isinstance(cell, float) else cell for cell in row) for row in rows]
