"""Making a message out of events: what happened, to what, and what can be done now."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from unyo.core.dates import in_jst
from unyo.core.notification import JobFacts, Message, Occurrence
from unyo.core.notification_words import FIELDS, title_of
from unyo.core.outcome import Outcome
from unyo.core.risk import Risk
from unyo.core.text import Language, Text

SHOWN_LINES = 20
_SHOWN_ITEMS = 5
_LONGEST = 200
_LONGEST_SUBJECT = 120
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_INSTANTS = {"until", "planned_for", "last", "again"}
_SUBJECT_FIELDS = ("label", "path", "schedule", "trigger", "name", "lock", "reason")


def message_of(
    events: Sequence[Occurrence], count: int, language: Language, id: str, footer: str = ""
) -> Message:
    """One message about events of one kind, oldest first; ``count`` of them in all."""
    first = events[0]
    facts = _facts(first, language) if count == 1 else _tally(events, language)
    lines = _lines(events, count, language) if count > 1 else []
    return Message(
        id,
        first.kind,
        _subject(first, count, language),
        events[-1].at,
        language,
        tuple(facts),
        tuple(lines),
        tuple(_commands(events)),
        footer,
    )


def _subject(event: Occurrence, count: int, language: Language) -> str:
    title = title_of(event.kind).in_language(language)
    if count > 1:
        many = Text(f"{count} times: {title}", f"{title} {count} 件").in_language(language)
        return f"[unyo] {many}"
    about = _about(event, language)
    return _clean(f"[unyo] {title}: {about}" if about else f"[unyo] {title}", _LONGEST_SUBJECT)


def _about(event: Occurrence, language: Language) -> str:
    if event.job is not None:
        state = f" {event.job.state}" if event.kind == "job.ended" else ""
        return f"{event.job.number}{state} {event.job.title.in_language(language)}"
    found = next((event.fields[name] for name in _SUBJECT_FIELDS if event.fields.get(name)), "")
    return value_text(found, language)


def _facts(event: Occurrence, language: Language) -> list[tuple[str, str]]:
    pairs: list[tuple[Text, Any]] = [
        (Text("when", "日時"), event.at),
        (Text("by", "実施者"), event.actor),
        *(_of_job(event.job) if event.job is not None else []),
    ]
    said = {label.en for label, _ in pairs}
    for name, value in event.fields.items():
        if FIELDS[name].en not in said:
            shown = _instant(value) if name in _INSTANTS else value
            pairs.append((FIELDS[name], shown))
    return [
        (label.in_language(language), text)
        for label, value in pairs
        if (text := value_text(value, language)) != ""
    ]


def _of_job(job: JobFacts) -> list[tuple[Text, Any]]:
    return [
        (Text("job", "ジョブ"), f"{job.number} {job.runbook}"),
        (Text("what", "内容"), job.title),
        (Text("asked for by", "依頼者"), job.requester),
        (Text("reason", "理由"), job.reason),
        (Text("ticket", "受付票"), job.ticket),
        (Text("risk", "危険度"), Risk(job.risk).label if job.risk else ""),
        (Text("state", "状態"), job.state.label),
        (Text("changes", "変更内容"), job.counts),
        (Text("outcomes", "結果"), {_outcome(name): count for name, count in job.outcomes.items()}),
        (Text("causes", "原因"), job.causes),
        (Text("expires", "有効期限"), job.expires_at),
    ]


def _outcome(name: str) -> str:
    return Outcome(name).value if name in Outcome.__members__ else name


def _tally(events: Sequence[Occurrence], language: Language) -> list[tuple[str, str]]:
    """For many events: from when to when, and how often each code or state."""
    first, last = events[0].at, events[-1].at
    label = Text("time", "時間").in_language(language)
    facts = [(label, f"{value_text(first, language)} – {value_text(last, language)}")]
    for name in ("outcome", "state", "code"):
        counted: dict[str, int] = {}
        for event in events:
            if event.fields.get(name):
                counted[str(event.fields[name])] = counted.get(str(event.fields[name]), 0) + 1
        if counted:
            facts.append((FIELDS[name].in_language(language), value_text(counted, language)))
    return facts


def _lines(events: Sequence[Occurrence], count: int, language: Language) -> list[str]:
    lines = []
    for event in events[:SHOWN_LINES]:
        told = [value_text(event.fields[n], language) for n in event.fields if n not in ("digest", "counts")]
        about = _about(event, language) if event.job is not None else ""
        line = " ".join(part for part in [f"{in_jst(event.at):%H:%M:%S}", about, *told] if part)
        lines.append(_clean(line, _LONGEST))
    left = count - len(lines)
    if left > 0:
        lines.append(Text(f"… and {left} more", f"… ほか {left} 件").in_language(language))
    return lines


def _commands(events: Sequence[Occurrence]) -> list[str]:
    """What can be typed in answer: approving, looking, going on."""
    found: list[str] = []
    for event in events[:SHOWN_LINES]:
        job = event.job
        if job is None:
            continue
        number = job.number.removeprefix("J-")
        if event.kind == "job.planned" or event.kind.endswith(".waits_approval"):
            found.append(f'unyo approve {number} --digest {job.digest[:12]} --reason "…"')
            found.append(f'unyo refuse {number} --reason "…"')
        found.append(f"unyo jobs show {number}")
    return list(dict.fromkeys(found))


def value_text(value: Any, language: Language) -> str:
    """A value as people read it, on one line and never long."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return (
            Text("yes", "はい").in_language(language) if value else Text("no", "いいえ").in_language(language)
        )
    if isinstance(value, Text):
        return _clean(value.in_language(language), _LONGEST)
    if isinstance(value, datetime):
        return f"{in_jst(value):%Y-%m-%d %H:%M} JST"
    if isinstance(value, Mapping):
        return _clean(", ".join(f"{key} {count}" for key, count in value.items()), _LONGEST)
    if isinstance(value, (list, tuple)):
        items = [str(each) for each in value[:_SHOWN_ITEMS]]
        if len(value) > _SHOWN_ITEMS:
            more = len(value) - _SHOWN_ITEMS
            items.append(Text(f"… (+{more})", f"… (ほか {more})").in_language(language))
        return _clean(", ".join(items), _LONGEST)
    return _clean(str(value), _LONGEST)


def _instant(value: Any) -> Any:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return found if found.tzinfo else value


def _clean(text: str, longest: int) -> str:
    """One line; nothing that could break a header or turn the writing round."""
    plain = _CONTROL.sub(" ", text).strip()
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
