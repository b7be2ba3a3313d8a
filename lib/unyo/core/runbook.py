"""What a runbook is: three verbs and a dataclass; the road does the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from unyo.core.change import Change, State
from unyo.core.outcome import Outcome, StepResult
from unyo.core.plan import Plan
from unyo.core.risk import Limits, Risk
from unyo.core.table import Table
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Pace:
    """How a job walks: a canary, then waves, each in batches, until too much goes wrong.

    ``canary`` targets go first and must all be good. ``wave`` is the size of each later wave, ``batch``
    the number of targets handled in one go, ``parallel`` the number of batches under way. The job stops
    when more than ``stop_after`` steps of the job, or more than ``stop_share`` of a wave, went wrong. A
    target that does not answer is tried again after each of ``retry_after`` seconds; then, where
    ``waits_hours`` is not 0, its step leaves its wave and waits that long for the target to answer (or for
    a reboot that is due), looked at every ``look_every`` seconds, while the other waves go on.
    """

    canary: int = 1
    wave: int = 50
    batch: int = 1
    parallel: int = 1
    stop_after: int = 3
    stop_share: float = 0.2
    retry_after: tuple[float, ...] = (5, 15, 60, 180)
    waits_hours: float = 0
    look_every: float = 300


@dataclass(frozen=True, slots=True)
class StepEnd:
    """How one step stands, as a runbook's own report needs it; ``outcome`` None while it waits."""

    target: Target
    outcome: Outcome | None
    seen: State | None
    after: State | None
    code: str = ""
    message: Text | None = None
    waiting_since: datetime | None = None


class Runbook(ABC, Generic[P]):
    """One kind of job. Its name is its module's path below ``unyo.runbooks``."""

    title: ClassVar[Text]
    Params: ClassVar[type]
    risk: ClassVar[Risk] = Risk.GUARDED
    limits: ClassVar[Limits] = Limits()
    pace: ClassVar[Pace] = Pace()
    changes_nothing: ClassVar[bool] = False
    # A fleet never stands still as a whole: each step then compares its own target with the plan, and the
    # job starts without being planned again.
    checks_each_step: ClassVar[bool] = False
    rehearsed_attributes: ClassVar[tuple[str, ...]] = ()

    @property
    def name(self) -> str:
        return type(self).__module__.removeprefix("unyo.runbooks.")

    def complete(self, params: P, tools: Tools) -> P:
        """Pin what was left open (the newest roster, today's date), so that a later plan means the same."""
        return params

    @abstractmethod
    def targets(self, params: P, tools: Tools) -> Sequence[Target]:
        """The things the job is about; none at all is an error."""

    @abstractmethod
    def plan(self, params: P, tools: Tools) -> Plan:
        """What would change; reads live targets, writes nothing."""

    @abstractmethod
    def apply(self, changes: Sequence[Change], tools: Tools, recovering: bool) -> list[StepResult]:
        """Carry out one batch; one result per change, in order.

        ``recovering`` says that an earlier call for these changes was cut off at an unknown instant.
        """

    def starts(self, params: P, tools: Tools) -> datetime | None:
        """The instant before which the job must not start; None where it may start at once."""
        return None

    def tables(self, steps: Sequence[StepEnd]) -> Sequence[Table]:
        """What this kind of job tells beside its steps, computed from their rows alone; first in its report."""
        return ()

    def conclude(self, params: P, steps: Sequence[StepEnd], tools: Tools) -> None:
        """Write files for people below ``tools.output`` once the last step has ended; must change nothing else."""

    @abstractmethod
    def settle(self, changes: Sequence[Change], tools: Tools) -> list[StepResult]:
        """Say how each target stands now, without writing: for steps cut off that are not to go on."""
