"""Terminals, playbooks and the asset ledger in a dress rehearsal: they are read, and never written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from unyo.core.errors import Refused, UnyoError
from unyo.core.playbook import HostResult, Playbooks, PlayHost
from unyo.core.terminal import Answer, ApprovedValues, Assets, Errand, Selection, Terminal, Terminals, Way
from unyo.core.text import Text

_ONLY_READ = ("facts", "diagnosis", "find", "updates")
_READING_MODES = ("read", "status")


class RehearsalTerminals:
    """Runs scripts that only read; refuses every other."""

    def __init__(self, real: Terminals) -> None:
        self._real = real

    def run(self, script: str, errands: Sequence[Errand], *, timeout: float = 60) -> list[Answer | UnyoError]:
        reads = all(errand.parameters.get("mode") in _READING_MODES for errand in errands)
        if script not in _ONLY_READ and not reads:
            return [cannot_rehearse()] * len(errands)
        return self._real.run(script, errands, timeout=timeout)

    @property
    def way(self) -> Way:
        return self._real.way

    def seen_from(self, terminal: Terminal) -> str:
        return self._real.seen_from(terminal)

    def answering(self, terminals: Sequence[Terminal]) -> list[bool]:
        return self._real.answering(terminals)


class RehearsalPlaybooks:
    """Plays in check mode; refuses the real run."""

    def __init__(self, real: Playbooks) -> None:
        self._real = real

    def play(
        self, playbook: str, hosts: Sequence[PlayHost], *, check: bool = False, timeout: float = 3600
    ) -> list[HostResult]:
        if not check:
            return [HostResult((), {}, cannot_rehearse())] * len(hosts)
        return self._real.play(playbook, hosts, check=True, timeout=timeout)


class RehearsalAssets:
    """Reads the asset ledger; refuses to change it."""

    def __init__(self, real: Assets) -> None:
        self._real = real

    def select(self, selection: Selection) -> Sequence[Terminal]:
        return self._real.select(selection)

    def terminals(self, serials: Collection[str]) -> Mapping[str, Terminal]:
        return self._real.terminals(serials)

    def in_service(self) -> int:
        return self._real.in_service()

    def approved(self, serials: Collection[str]) -> Mapping[str, ApprovedValues]:
        return self._real.approved(serials)

    def book(self) -> Mapping[str, Mapping[str, str]]:
        return self._real.book()

    def amend(self, serial: str, fields: Mapping[str, str], source: str) -> None:
        raise cannot_rehearse()

    def sighted(self, serials: Collection[str]) -> None: ...


def cannot_rehearse() -> Refused:
    """The error for what cannot be tried without being done."""
    return Refused(
        "rehearsal.not_possible",
        Text(
            "this kind of job cannot be rehearsed without writing",
            "この種類のジョブは書込みなしの予行ができません",
        ),
        Text("use unyo plan", "unyo plan を使う"),
    )
