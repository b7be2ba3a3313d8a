"""The dress rehearsal: the whole job from plan to read-back, with every write kept in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from unyo.core.baseline import Baselines
from unyo.core.checkout import Checkouts
from unyo.core.desk import Verifications
from unyo.core.distribution import Distribution
from unyo.core.errors import Refused, UnyoError
from unyo.core.hand import Hands
from unyo.core.outcome import Outcome, StepResult
from unyo.core.overlay import RehearsalDirectory
from unyo.core.own_secrets import OwnSecrets
from unyo.core.password_books import Credentials
from unyo.core.playbook import Playbooks
from unyo.core.proof import Witness
from unyo.core.runbook import Runbook
from unyo.core.secret import Secret, SecretRef
from unyo.core.target import Target
from unyo.core.terminal import Assets, Terminals
from unyo.core.text import Text
from unyo.core.tools import Clock, Deliveries, Names, People, Policies, Tools
from unyo.flow.context import Road
from unyo.flow.rehearsal_terminals import (
    RehearsalAssets,
    RehearsalPlaybooks,
    RehearsalTerminals,
    cannot_rehearse,
)
from unyo.flow.waves import in_waves


@dataclass(frozen=True)
class Rehearsal:
    """How many steps would end how, and which would not be good."""

    counts: dict[Outcome, int]
    bad: tuple[tuple[Target, StepResult], ...]


def rehearse(road: Road, runbook: Runbook[Any], params: Any) -> Rehearsal:
    """Plan and carry out everything, later due steps included, against a directory kept in memory."""
    tools = RehearsalTools(road.tools, runbook.rehearsed_attributes)
    plan = runbook.plan(runbook.complete(params, tools), tools)
    for finding in plan.refusals:
        raise Refused(finding.code, finding.text, Text("mend it", "原因を直す"), target=finding.where)
    done: list[tuple[Target, StepResult]] = []
    for _, wave in groupby(in_waves(plan.changes, runbook.pace), key=itemgetter(0)):
        changes = [change for _, change in wave]
        for start in range(0, len(changes), runbook.pace.batch):
            batch = changes[start : start + runbook.pace.batch]
            results = runbook.apply(batch, tools, False)
            done += zip((change.target for change in batch), results, strict=True)
    bad = tuple((target, result) for target, result in done if not result.outcome.is_good)
    return Rehearsal(dict(Counter(result.outcome for _, result in done)), bad)


class RehearsalTools:
    """The real tools for reading, and stand-ins in memory for everything that is written."""

    def __init__(self, real: Tools, attributes: tuple[str, ...]) -> None:
        self._real = real
        self._directory: RehearsalDirectory | None = None
        self._attributes = attributes
        self._vault = _RehearsalVault()

    @property
    def directory(self) -> RehearsalDirectory:
        if self._directory is None:
            self._directory = RehearsalDirectory(self._real.directory, self._attributes)
        return self._directory

    @property
    def vault(self) -> _RehearsalVault:
        return self._vault

    @property
    def names(self) -> Names:
        return _RehearsalNames(self._real.names)

    @property
    def clock(self) -> Clock:
        return self._real.clock

    @property
    def people(self) -> People:
        return self._real.people

    @property
    def policies(self) -> Policies:
        return self._real.policies

    @property
    def credentials(self) -> Credentials:
        raise _no_rehearsal()

    @property
    def hands(self) -> Hands:
        raise _no_rehearsal()

    @property
    def checkouts(self) -> Checkouts:
        raise _no_rehearsal()

    @property
    def witness(self) -> Witness:
        return self._real.witness

    @property
    def verifications(self) -> Verifications:
        raise _no_rehearsal()

    @property
    def own_secrets(self) -> OwnSecrets:
        raise _no_rehearsal()

    @property
    def assets(self) -> Assets:
        return RehearsalAssets(self._real.assets)

    @property
    def terminals(self) -> Terminals:
        return RehearsalTerminals(self._real.terminals)

    @property
    def playbooks(self) -> Playbooks:
        return RehearsalPlaybooks(self._real.playbooks)

    @property
    def baselines(self) -> Baselines:
        return self._real.baselines

    @property
    def deliveries(self) -> Deliveries:
        raise cannot_rehearse()

    @property
    def distribution(self) -> Distribution:
        raise cannot_rehearse()

    @property
    def output(self) -> Path:
        raise cannot_rehearse()

    def progress(self, text: str, done: int, total: int) -> None:
        self._real.progress(text, done, total)


class _RehearsalVault:
    """Makes secrets and forgets them."""

    def seal(self, ref: SecretRef, secret: Secret, purpose: str) -> None: ...

    def seal_once(self, ref: SecretRef, make: Callable[[], Secret], purpose: str) -> Secret:
        return make()

    def seal_once_many(
        self, wanted: Mapping[SecretRef, Callable[[], Secret]], purpose: str
    ) -> Mapping[SecretRef, Secret]:
        return {ref: make() for ref, make in wanted.items()}

    def open(self, ref: SecretRef) -> Secret:
        raise cannot_rehearse()

    def open_many(self, refs: Sequence[SecretRef]) -> Mapping[SecretRef, Secret | UnyoError]:
        raise cannot_rehearse()

    def has(self, ref: SecretRef) -> bool:
        return False


class _RehearsalNames:
    """Reads reservations and makes none."""

    def __init__(self, real: Names) -> None:
        self._real = real

    def owners(self) -> Mapping[str, tuple[str, date | None]]:
        return self._real.owners()

    def reserve(self, names: Mapping[str, str]) -> None: ...

    def release(self, names: Collection[str], on: date) -> None: ...


def _no_rehearsal() -> Refused:
    return Refused(
        "passwords.no_rehearsal",
        Text("a change of passwords cannot be rehearsed", "パスワードの変更はリハーサルできません"),
        Text("look at the plan instead: unyo plan", "計画で確認する: unyo plan"),
    )
