"""The one tree of errors: what was tried on which target, what came back, what to do next."""

from __future__ import annotations

from typing import ClassVar

from unyo.core.outcome import Outcome
from unyo.core.text import Language, Text


class UnyoError(Exception):
    """An error that a person may read.

    ``code`` is stable and dotted (``directory.password.policy``); ``target`` names the thing that was
    touched; ``detail`` quotes what came back from outside and never holds a secret.
    """

    outcome: ClassVar[Outcome] = Outcome.ERRORED
    exit_code: ClassVar[int] = 70

    def __init__(
        self,
        code: str,
        what: Text,
        next_step: Text,
        *,
        target: str | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.what = what
        self.next_step = next_step
        self.target = target
        self.detail = detail

    def in_language(self, language: Language) -> str:
        """The whole message: code, target, what happened, what came back, what to do next."""
        label, answer = ("次の操作", "応答") if language is Language.JA else ("next", "answer")
        head = f"[{self.code}] " + (f"{self.target}: " if self.target else "")
        lines = [head + self.what.in_language(language)]
        if self.detail:
            lines.append(f"  {answer}: {self.detail}")
        lines.append(f"  {label}: {self.next_step.in_language(language)}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.in_language(Language.EN)

    def as_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "target": self.target,
            "what": self.what.as_json(),
            "detail": self.detail,
            "next": self.next_step.as_json(),
        }


class BadInput(UnyoError):
    """What a person gave cannot be used; nothing was done."""

    exit_code = 2


class NotFound(BadInput):
    """The named thing does not exist."""


class BadSetting(UnyoError):
    """A setting or a file of the installation is wrong; nothing was done."""

    exit_code = 2


class ApprovalNeeded(UnyoError):
    """The plan waits for another person."""

    exit_code = 3


class Refused(UnyoError):
    """A rule of unyo forbids it; nothing was done."""

    outcome = Outcome.SKIPPED
    exit_code = 4


class Stale(Refused):
    """The world has moved since the plan was made; nothing was done."""

    exit_code = 5


class Unreachable(UnyoError):
    """The target did not answer."""

    outcome = Outcome.UNREACHABLE
    exit_code = 6


class TargetSaidNo(UnyoError):
    """The target answered and refused."""

    outcome = Outcome.FAILED
    exit_code = 1
