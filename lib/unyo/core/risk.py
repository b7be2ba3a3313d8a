"""How dangerous a plan is, who may approve it, and the limits that no plan passes in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from unyo.core.text import Text

if TYPE_CHECKING:
    from unyo.core.change import Change


class Risk(StrEnum):
    """ROUTINE passes by rule, GUARDED needs a colleague, GRAVE needs the customer's officer."""

    ROUTINE = "ROUTINE"
    GUARDED = "GUARDED"
    GRAVE = "GRAVE"

    @property
    def label(self) -> Text:
        return {
            Risk.ROUTINE: Text("routine (approved by rule)", "定例(規則により承認)"),
            Risk.GUARDED: Text("guarded (a colleague approves)", "要承認(同僚が承認)"),
            Risk.GRAVE: Text("grave (the customer's officer approves)", "重大(発注者の責任者が承認)"),
        }[self]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a plan may change before it is GRAVE; None means no limit.

    Shares are fractions (0 to 1) of ``Plan.population``, the number of things under management.
    """

    targets: int | None = None
    target_share: float | None = None
    removals: int | None = None
    removal_share: float | None = None

    def breaches(self, changes: Sequence[Change], population: int) -> tuple[Breach, ...]:
        return self.breaches_of(len(changes), sum(change.removes for change in changes), population)

    def breaches_of(self, targets: int, removals: int, population: int) -> tuple[Breach, ...]:
        """The same of a plan whose changes are only counted."""
        return (
            *_breach("targets", targets, self.targets, self.target_share, population),
            *_breach("removals", removals, self.removals, self.removal_share, population),
        )

    def as_json(self) -> dict[str, float | None]:
        return {
            "targets": self.targets,
            "target_share": self.target_share,
            "removals": self.removals,
            "removal_share": self.removal_share,
        }


@dataclass(frozen=True, slots=True)
class Breach:
    """One limit that a plan passes."""

    what: str
    count: int
    limit: float
    population: int
    is_share: bool

    @property
    def text(self) -> Text:
        noun = {"targets": ("targets", "対象"), "removals": ("removals", "停止・削除")}[self.what]
        if self.is_share:
            share = self.count / self.population if self.population else 1.0
            return Text(
                f"{self.count} {noun[0]} are {share:.1%} of {self.population}; the limit is {self.limit:.1%}",
                f"{noun[1]} {self.count} 件は全 {self.population} 件の {share:.1%} で、上限 {self.limit:.1%} を超えます",
            )
        return Text(
            f"{self.count} {noun[0]}; the limit is {self.limit:.0f}",
            f"{noun[1]} {self.count} 件は上限 {self.limit:.0f} 件を超えます",
        )


def _breach(what: str, count: int, most: int | None, share: float | None, population: int) -> list[Breach]:
    found = []
    if most is not None and count > most:
        found.append(Breach(what, count, float(most), population, False))
    # Divided, not multiplied: 29 of 100 is 29 %, while 0.29 * 100 is a little less than 29.
    if share is not None and count and (population == 0 or count / population > share):
        found.append(Breach(what, count, share, population, True))
    return found
