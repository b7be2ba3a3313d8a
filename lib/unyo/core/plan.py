"""What would change, target by target, with a digest that an approval binds to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from unyo.core.canonical import digest
from unyo.core.change import Change
from unyo.core.risk import Breach, Limits, Risk
from unyo.core.target import Target
from unyo.core.text import Text


class Weight(StrEnum):
    """How much a finding matters: a note, something odd to look at, or a reason to refuse."""

    NOTE = "note"
    ODD = "odd"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the reader of a plan should know; ``where`` names a row, a target or a file."""

    code: str
    weight: Weight
    text: Text
    where: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "weight": self.weight, "text": self.text.as_json(), "where": self.where}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Finding:
        return Finding(value["code"], Weight(value["weight"]), Text.from_json(value["text"]), value["where"])


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of one job, in order, and what stays as it is.

    ``population`` is the number of things under management, the base of the limits' shares.
    ``unchanged`` are targets that were read and found as wanted. The digest covers everything that
    an approver judges: the runbook, the parameters, every change, the limits. It does not cover the
    findings' wording or the unchanged targets. ``least_risk`` raises the runbook's usual risk for what
    this plan touches (a privileged account).
    """

    runbook: str
    params: Mapping[str, Any]
    changes: tuple[Change, ...]
    population: int
    unchanged: tuple[Target, ...] = ()
    findings: tuple[Finding, ...] = ()
    limits: Limits = field(default_factory=Limits)
    least_risk: Risk = Risk.ROUTINE

    @property
    def digest(self) -> str:
        return digest(
            {
                "runbook": self.runbook,
                "params": self.params,
                "changes": [change.as_json() for change in self.changes],
                "limits": self.limits.as_json(),
            }
        )

    @property
    def breaches(self) -> tuple[Breach, ...]:
        return self.limits.breaches(self.changes, self.population)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.weight is Weight.REFUSE)

    @property
    def foreseen_share(self) -> float:
        """The share of changes that could really be foreseen, 0 to 1."""
        if not self.changes:
            return 1.0
        return sum(change.foreseen for change in self.changes) / len(self.changes)

    def risk(self, usual: Risk) -> Risk:
        """The runbook's usual risk, a higher one that the plan asks for, or GRAVE where a limit is passed."""
        return Risk.GRAVE if self.breaches else max(usual, self.least_risk, key=list(Risk).index)

    def counts(self) -> dict[str, int]:
        """Changes by sort, largest first."""
        return dict(Counter(change.sort for change in self.changes).most_common())
