"""How the renewal of one account ended, as a step's result and as what the books keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from unyo.core.credential import Credential
from unyo.core.dates import in_jst
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts
from unyo.core.outcome import Outcome, StepResult
from unyo.core.password_books import Standing
from unyo.core.state_runbook import result_of
from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class End:
    """``error`` says why it is not DONE; ``outcome`` stands where the error's own would say too little."""

    error: UnyoError | None = None
    outcome: Outcome | None = None
    untouched: bool = False

    def result(
        self, credential: Credential, standing: Standing | None, note: Text | None = None
    ) -> StepResult:
        """``note`` is what the reader of a good result should know besides."""
        seen = seen_of(credential, standing) if standing is not None else None
        if self.error is None:
            return StepResult(self.outcome or Outcome.DONE, seen, message=note)
        result = replace(result_of(self.error, seen), untouched=self.untouched)
        return replace(result, outcome=self.outcome) if self.outcome else result


def seen_of(credential: Credential, standing: Standing, facts: AccountFacts | None = None) -> dict[str, Any]:
    """An account as a state: the version in force, or where the newest stands, and when it was set."""
    version = standing.in_force or next(iter(standing.versions), None)
    told = (facts.last_set if facts else None, standing.last_set, version.set_at if version else None)
    last_set = max((instant for instant in told if instant is not None), default=None)
    return {
        "account": credential.account,
        "version": version.number if version else None,
        "state": version.state.value if version else None,
        "last_set": in_jst(last_set).date().isoformat() if last_set else None,
    }
