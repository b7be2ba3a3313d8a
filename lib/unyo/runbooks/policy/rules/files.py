"""The files of an audit: a page to read, a workbook of the terminals, a CSV with a row per broken rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from unyo.core.baseline import Exemption, Pack, Rule, exemption_for
from unyo.core.dates import in_jst
from unyo.core.errors import UnyoError
from unyo.core.runbook import StepEnd
from unyo.core.table import Cell, Table, csv_bytes, page_bytes, xlsx_bytes
from unyo.core.terminal import Terminal
from unyo.core.text import Language, Text
from unyo.core.tools import Tools
from unyo.runbooks.policy.rules.fleet import (
    HEADINGS,
    conflict_table,
    drift_table,
    looked_at,
    summary,
    terminal_table,
    unseen_table,
)
from unyo.runbooks.policy.rules.judging import Verdict
from unyo.runbooks.policy.rules.showing import shown

_TITLE = Text("Security baseline audit", "セキュリティ設定点検結果")


def write_files(steps: Sequence[StepEnd], tools: Tools, language: Language) -> list[str]:
    """Write the page, the workbook and the CSV below ``tools.output``; their names."""
    packs = _packs(steps, tools)
    tables = (
        summary(steps),
        per_rule_table(steps, packs),
        terminal_table(steps),
        exception_table(steps, tools),
        drift_table(steps),
        conflict_table(steps),
        unseen_table(steps),
    )
    stem = f"{in_jst(tools.clock.now()):%Y%m%d-%H%M%S}-baseline-audit"
    names = [f"{stem}.html", f"{stem}.xlsx", f"{stem}.csv"]
    (tools.output / names[0]).write_bytes(page_bytes(_TITLE, tables, language))
    (tools.output / names[1]).write_bytes(xlsx_bytes(terminal_table(steps), language))
    # A fleet that keeps nothing has hundreds of thousands of broken rules: they are never held at once.
    with (tools.output / names[2]).open("wb") as file:
        file.write(csv_bytes(_detail(()), language))
        for step, seen in sorted(looked_at(steps), key=lambda pair: pair[0].target.label):
            rows = csv_bytes(_detail(_broken_rows(step, seen, packs.get(seen["pack"]))), language, "utf-8")
            file.write(rows.partition(b"\r\n")[2])
    return names


def per_rule_table(steps: Sequence[StepEnd], packs: Mapping[str, Pack]) -> Table:
    """One row per rule with its counts, the heaviest and most broken first."""
    counts: dict[str, Counter[Verdict]] = {}
    rules: dict[str, Rule] = {}
    for _, seen in looked_at(steps):
        pack = _same_pack(seen, packs)
        for rule, letter in zip(pack.rules if pack else (), seen["verdicts"], strict=False):
            rules[rule.id] = rule
            counts.setdefault(rule.id, Counter())[Verdict(letter)] += 1
    ranked = sorted(
        (rules[identity] for identity in counts),
        key=lambda rule: (-_broken(counts[rule.id]) * rule.severity.weight, rule.id),
    )
    rows = [
        (
            rule.id,
            rule.title,
            rule.severity.label,
            ", ".join(rule.reference),
            counts[rule.id][Verdict.PASS],
            _broken(counts[rule.id]),
            counts[rule.id][Verdict.EXEMPT],
            counts[rule.id][Verdict.NOT_APPLICABLE],
            counts[rule.id][Verdict.UNREAD],
        )
        for rule in ranked
    ]
    headings = (
        *(Text("Rule", "ルール"), Text("What it wants", "内容"), Text("Severity", "重大度")),
        *(
            Text("Reference", "出典"),
            Text("Kept", "適合"),
            Text("Broken", "不適合"),
            Text("Exception", "例外"),
        ),
        *(Text("Not applicable", "対象外"), Text("Could not look", "確認不可")),
    )
    return Table(Text("Rules", "ルール別"), Text("terminals by verdict", "端末数"), headings, tuple(rows))


def _broken_rows(step: StepEnd, seen: Mapping[str, Any], pack: Pack | None) -> list[tuple[Cell, ...]]:
    """One row per rule that is broken on one terminal."""
    known = pack.by_id() if pack else {}
    rows: list[tuple[Cell, ...]] = []
    for identity, value in seen["broken"].items():
        rule = known.get(identity)
        verdict = Verdict.EXPIRED if identity in seen["exempt"] else Verdict.FAIL
        about = (rule.title, rule.severity.label, shown(rule.wanted)) if rule else ("", "", "")
        rows.append((step.target.label, step.target.key, identity, *about, shown(value), verdict.label))
    return rows


def _detail(rows: Sequence[tuple[Cell, ...]]) -> Table:
    headings = (
        *HEADINGS,
        *(Text("Rule", "ルール"), Text("What it wants", "内容"), Text("Severity", "重大度")),
        *(Text("Wanted", "求める値"), Text("Found", "現在の値"), Text("Verdict", "判定")),
    )
    note = Text("one row a rule and terminal", "1件1行")
    return Table(Text("Broken rules", "不適合一覧"), note, headings, tuple(rows))


def exception_table(steps: Sequence[StepEnd], tools: Tools) -> Table:
    """One row per exception in use, the next to expire first; expired ones say so."""
    exemptions = _exemptions(tools)
    terminals = tools.assets.terminals([step.target.key for step, seen in looked_at(steps) if seen["exempt"]])
    uses: Counter[tuple[int, str]] = Counter()
    for step, seen in looked_at(steps):
        for rule in seen["exempt"]:
            place = _place(rule, terminals.get(step.target.key), exemptions)
            if place is not None:
                uses[place, rule] += 1
    today = in_jst(tools.clock.now()).date()
    rows = [
        (
            rule,
            count,
            exemptions[at].reason,
            exemptions[at].owner,
            exemptions[at].expires,
            Text("holds", "有効") if exemptions[at].holds(today) else Text("EXPIRED", "期限切れ"),
        )
        for (at, rule), count in sorted(uses.items(), key=lambda use: exemptions[use[0][0]].expires)
    ]
    headings = (
        *(Text("Rule", "ルール"), Text("Terminals", "端末数"), Text("Reason", "理由")),
        *(Text("Owner", "責任者"), Text("Expires", "期限"), Text("State", "状態")),
    )
    return Table(
        Text("Exceptions", "例外"), Text("next to expire first", "期限の近い順"), headings, tuple(rows)
    )


def _place(rule: str, terminal: Terminal | None, exemptions: Sequence[Exemption]) -> int | None:
    found = exemption_for(rule, terminal, exemptions) if terminal else None
    return None if found is None else exemptions.index(found)


def _exemptions(tools: Tools) -> Sequence[Exemption]:
    """The site's exceptions as they are now; none where the file has been broken since the audit."""
    try:
        return tools.baselines.exceptions()
    except UnyoError:
        return ()


def _packs(steps: Sequence[StepEnd], tools: Tools) -> dict[str, Pack]:
    found: dict[str, Pack] = {}
    for name in {str(seen["pack"]) for _, seen in looked_at(steps)}:
        try:
            found[name] = tools.baselines.pack(name)
        except UnyoError:
            continue
    return found


def _same_pack(seen: Mapping[str, Any], packs: Mapping[str, Pack]) -> Pack | None:
    """The pack by which the terminal was judged, if it is still the same."""
    pack = packs.get(seen["pack"])
    return pack if pack is not None and pack.digest[:12] == seen["digest"] else None


def _broken(counts: Counter[Verdict]) -> int:
    return counts[Verdict.FAIL] + counts[Verdict.EXPIRED]
