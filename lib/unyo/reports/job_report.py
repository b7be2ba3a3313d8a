"""The report of one job: what became of every target, and the rows behind every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from unyo.core.change import without_secrets
from unyo.core.job_state import JobState
from unyo.core.table import table_texts
from unyo.core.text import Language, Text
from unyo.reports import figures
from unyo.reports.figures import WAITING, Figure, OutcomeTable, figure
from unyo.reports.pages import page
from unyo.reports.record import JobRecord, StepRecord
from unyo.reports.words import outcome_word, sort_word

CHUNK = 200
"""Rows of one table; longer groups are folded into several."""

_GOOD_ENDS = {"DONE", "UNCHANGED", "PENDING_REBOOT"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence: words, or a number that leads to its rows."""

    text: str = ""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class StepGroup:
    """The steps of one sort and one outcome, in tables of at most CHUNK rows."""

    sort: str
    outcome: str
    figure: Figure
    chunks: tuple[tuple[StepRecord, ...], ...]
    open: bool
    tone: str

    @property
    def unlike(self) -> bool:
        """True where what was read back and the error are worth showing."""
        return self.outcome not in _GOOD_ENDS


@dataclass(frozen=True, slots=True)
class Index:
    """The list of steps behind a total that no single group shows; ``links`` is ready HTML."""

    label: str
    figure: Figure
    links: Markup


def job_report_html(record: JobRecord, language: Language) -> str:
    """One self-contained page, without scripts; 10,000 steps stay usable (details are folded)."""
    table = figures.outcome_table(record.steps)
    causes = figures.causes(record.steps)
    waits = figure("waiting", figures.waiting(record.steps))
    recovered = figure("recovered", [step for step in record.steps if step.recovered])
    proven = figure("proven", figures.proven(record.steps))
    good = figure("good", figures.good(record.steps))
    dues = [step.due for step in record.steps if step.outcome is None and step.due]
    values: dict[str, Any] = {
        "record": record,
        "tone": _tone(record.state),
        "summary": _summary(record, language, good, proven),
        "table": table,
        "causes": causes,
        "waits": waits,
        "recovered": recovered,
        "next_due": min(dues, default=None),
        "groups": _groups(record.steps, table),
        "indexes": _indexes(language, table, causes, (waits, recovered, proven, good)),
        "unlike": unlike,
        "rows_of": lambda table: table_texts(table, language),
    }
    return page("job.html.j2", language, values)


def unlike(step: StepRecord) -> list[tuple[str, Any]]:
    """What was read back otherwise than planned: (attribute, value)."""
    if step.seen is None or step.after is None:
        return []
    wanted = without_secrets(step.after)
    return [(key, step.seen.get(key)) for key in sorted(wanted) if step.seen.get(key) != wanted[key]]


def _tone(state: JobState) -> str:
    if state is JobState.DONE:
        return "good"
    bad = {JobState.FAILED, JobState.ERRORED, JobState.REFUSED, JobState.STALE, JobState.EXPIRED}
    return "bad" if state in bad else "warn"


def _summary(record: JobRecord, language: Language, good: Figure, proven: Figure) -> list[list[Piece]]:
    say = language.value
    total = figure("all", record.steps)
    open_ends = [step for step in record.steps if step.outcome is None or not step.outcome.is_good]
    if not record.steps:
        text = Text("Nothing had to be changed.", "変更すべきものはありませんでした。")
        return [[Piece(text.in_language(language))]]
    if say == "ja":
        first = [
            Piece(figure=total),
            Piece(" 件の作業のうち "),
            Piece(figure=good),
            Piece(" 件が計画どおりの状態です(うち "),
        ]
        first += [Piece(figure=proven), Piece(" 件は書き込んだうえで対象から読み戻して確認)。")]
    else:
        first = [
            Piece("Of "),
            Piece(figure=total),
            Piece(" steps "),
            Piece(figure=good),
            Piece(" are as planned ("),
        ]
        first += [Piece(figure=proven), Piece(" written and then read back from the target).")]
    sentences = [first]
    if open_ends:
        sentences.append(_by_outcome(open_ends, language))
    if record.stop_reason is not None:
        stopped = Text("It was stopped: ", "途中で停止しました: ")
        sentences.append([Piece(stopped.in_language(language) + record.stop_reason.in_language(language))])
    return sentences


def _by_outcome(open_ends: Sequence[StepRecord], language: Language) -> list[Piece]:
    pieces = [Piece(Text("Not finished: ", "完了していないもの: ").in_language(language))]
    present = {figures.outcome_of(step) for step in open_ends}
    for name in [name for name in figures.ORDER if name in present]:
        steps = [step for step in open_ends if figures.outcome_of(step) == name]
        pieces += [Piece(outcome_word(name, language) + " "), Piece(figure=figure(f"outcome-{name}", steps))]
        pieces.append(Piece("、" if language is Language.JA else ", "))
    return [*pieces[:-1], Piece("。" if language is Language.JA else ".")]


def _groups(steps: Sequence[StepRecord], table: OutcomeTable) -> list[StepGroup]:
    by_id = {step.id: step for step in steps}
    groups = []
    for column, outcome in enumerate(table.outcomes):
        for sort, cells in zip(table.sorts, table.cells, strict=True):
            cell = cells[column]
            rows = [by_id[number] for number in cell.steps]
            chunks = tuple(tuple(rows[i : i + CHUNK]) for i in range(0, len(rows), CHUNK))
            bad = outcome not in _GOOD_ENDS and outcome != WAITING
            tone = "bad" if bad else "good" if outcome in _GOOD_ENDS else "warn"
            if rows:
                groups.append(StepGroup(sort, outcome, cell, chunks, bad and outcome != "SKIPPED", tone))
    return groups


def _indexes(
    language: Language, table: OutcomeTable, causes: Sequence[figures.Cause], others: tuple[Figure, ...]
) -> list[Index]:
    waits, recovered, proven, good = others
    labelled = [
        (Text("All steps", "すべての作業"), table.total),
        (Text("As planned", "計画どおり"), good),
        (Text("Read back as planned", "読み戻して確認"), proven),
        (Text("Waiting", "待機中"), waits),
        (Text("Recovered", "再開した作業"), recovered),
    ]
    found = [(text.in_language(language), item) for text, item in labelled]
    found += [
        (outcome_word(name, language), item)
        for name, item in zip(table.outcomes, table.column_totals, strict=True)
    ]
    found += [
        (sort_word(name, language), item) for name, item in zip(table.sorts, table.row_totals, strict=True)
    ]
    found += [(f"{cause.message.in_language(language)} ({cause.code})", cause.figure) for cause in causes]
    return [Index(label, item, links(item)) for label, item in found if item.count]


def links(item: Figure) -> Markup:
    """The list of step numbers behind a figure, each a link to its row."""
    # Only numbers go in, and tens of thousands of them: a template loop would take seconds.
    return Markup("".join(f'<a href="#s{number:d}">{number:d}</a>' for number in item.steps))  # noqa: S704
