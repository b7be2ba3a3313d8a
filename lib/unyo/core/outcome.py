"""How a step ends: eight honest outcomes, none of which means "probably"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from unyo.core.text import Text

if TYPE_CHECKING:
    from unyo.core.change import State


class Outcome(StrEnum):
    """The end of one step on one target."""

    DONE = "DONE"
    UNCHANGED = "UNCHANGED"
    SKIPPED = "SKIPPED"
    UNREACHABLE = "UNREACHABLE"
    FAILED = "FAILED"
    ERRORED = "ERRORED"
    UNVERIFIED = "UNVERIFIED"
    PENDING_REBOOT = "PENDING_REBOOT"

    @property
    def is_good(self) -> bool:
        """The target is as wanted (or will be, after a reboot that was announced)."""
        return self in (Outcome.DONE, Outcome.UNCHANGED, Outcome.PENDING_REBOOT)

    @property
    def stops_waves(self) -> bool:
        """Counts towards the stop rule."""
        return self in (Outcome.FAILED, Outcome.ERRORED, Outcome.UNVERIFIED, Outcome.UNREACHABLE)

    @property
    def label(self) -> Text:
        return _LABELS[self]


_LABELS = {
    Outcome.DONE: Text("done, read back", "完了(読み戻し確認済み)"),
    Outcome.UNCHANGED: Text("already as wanted", "変更不要"),
    Outcome.SKIPPED: Text("not touched", "未実施"),
    Outcome.UNREACHABLE: Text("did not answer", "応答なし"),
    Outcome.FAILED: Text("the target refused", "対象が拒否"),
    Outcome.ERRORED: Text("unyo broke", "unyo の異常"),
    Outcome.UNVERIFIED: Text("written, not confirmed", "書込み後の確認不可"),
    Outcome.PENDING_REBOOT: Text("waits for a reboot", "再起動待ち"),
}


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one change: the outcome, what was read back, and why if it is not good.

    ``seen`` is the target's state after the step (None: absent or not read). ``code``, ``message``
    and ``next_step`` explain every outcome that is not good. ``untouched`` says that surely nothing was
    written, so that a later try need not reckon with a half-done one.
    """

    outcome: Outcome
    seen: State | None = None
    code: str = ""
    message: Text | None = None
    next_step: Text | None = None
    detail: str = ""
    untouched: bool = False
