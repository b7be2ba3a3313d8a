"""Telling people what happened: who wants to know of which events, and what they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from unyo.core.errors import BadInput
from unyo.core.job_state import JobState
from unyo.core.notification_words import FIELDS, allowed_fields
from unyo.core.text import Language, Text

OWN_EVENTS = "notification."
"""Events about messages themselves; nobody is told of them in the way that failed."""

_JOB_WORDS = ("runbook", "requester", "risk", "state", "ticket", "actor")
_NOT = "!"
_WAITS_FOR_APPROVAL = ("job.planned", "schedule.waits_approval", "trigger.waits_approval")


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What a message may say of the job that an event belongs to.

    ``counts`` are the changes of its plan by sort, ``outcomes`` its ended steps, ``causes`` the codes of those
    that did not end well.
    """

    number: str
    runbook: str
    title: Text
    state: JobState
    requester: str
    reason: str
    risk: str = ""
    ticket: str = ""
    digest: str = ""
    expires_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    causes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event as people may be told of it: ``fields`` hold only what is allowed to leave (see ``seen``)."""

    seq: int
    at: datetime
    kind: str
    actor: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    job: JobFacts | None = None

    @property
    def still_holds(self) -> bool:
        """False for a plan that waited for approval and no longer does."""
        if self.kind not in _WAITS_FOR_APPROVAL or self.job is None:
            return True
        return self.job.state is JobState.PLANNED


def seen(
    seq: int, at: datetime, kind: str, actor: str, fields: Mapping[str, Any], job: JobFacts | None
) -> Occurrence:
    """An event without everything that is not on the list of what may leave."""
    allowed = allowed_fields(kind)
    return Occurrence(seq, at, kind, actor, {name: fields[name] for name in fields if name in allowed}, job)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One wish to be told. ``patterns`` are kinds of events, ``*`` stands for anything.

    ``filters``: name of a field → words of which one must fit (``*`` allowed); a word with ``!`` before it must
    not, and fits where there is no such field.
    """

    patterns: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def check(self) -> None:
        """BadInput for a filter that could never fit, or where nothing is asked for."""
        if not self.patterns:
            raise BadInput(
                "notify.no_events",
                Text("no kind of event was given", "イベントの種類が指定されていません"),
                Text(
                    "give --events job.ended,… or --about failures", "--events job.ended,… か --about を指定"
                ),
            )
        known = {*FIELDS, *_JOB_WORDS}
        for name in self.filters:
            if name not in known:
                raise BadInput(
                    "notify.filter",
                    Text("events have no such field", "イベントにその項目はありません"),
                    Text(
                        f"give one of: {', '.join(sorted(known))}",
                        f"使える項目: {', '.join(sorted(known))}",
                    ),
                    target=name,
                )

    def names_kind(self, kind: str) -> bool:
        return any(fnmatchcase(kind, pattern) for pattern in self.patterns)

    def wants(self, event: Occurrence) -> bool:
        return self.names_kind(event.kind) and all(
            _fits(_words_of(event, name), words) for name, words in self.filters.items()
        )


def _words_of(event: Occurrence, name: str) -> list[str]:
    if name in event.fields:
        value = event.fields[name]
        return [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
    if name == "actor":
        return [event.actor]
    if name in _JOB_WORDS and event.job is not None:
        return [str(getattr(event.job, name))]
    return []


def _fits(found: Sequence[str], words: Sequence[str]) -> bool:
    wanted = [word for word in words if not word.startswith(_NOT)]
    unwanted = [word.removeprefix(_NOT) for word in words if word.startswith(_NOT)]
    if any(fnmatchcase(each, word) for each in found for word in unwanted):
        return False
    return not wanted or any(fnmatchcase(each, word) for each in found for word in wanted)


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads, in one language. ``id`` stays the same however often it is sent.

    ``facts`` are label and value, ``lines`` one event each where there are several, ``commands`` what can be
    typed in answer.
    """

    id: str
    kind: str
    subject: str
    at: datetime
    language: Language
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    footer: str = ""

    @property
    def text(self) -> str:
        """The whole message as plain text."""
        parts = ["\n".join(f"{label}: {value}" for label, value in self.facts), "\n".join(self.lines)]
        parts += ["\n".join(f"  {command}" for command in self.commands), self.footer]
        return "\n\n".join(part for part in [self.subject, *parts] if part) + "\n"
