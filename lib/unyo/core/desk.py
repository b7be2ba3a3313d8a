"""Who is calling: how the desk makes sure of a person before a password that was forgotten is set anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from unyo.core.text import Text


class Way(StrEnum):
    """How a person was verified, the strongest first."""

    IN_PERSON = "in_person"
    CODE = "code"
    QUESTIONS = "questions"

    @property
    def label(self) -> Text:
        return {
            Way.IN_PERSON: Text("seen in person with identification", "対面(身分証明書を確認)"),
            Way.CODE: Text("code by the registered contact", "登録連絡先への確認コード"),
            Way.QUESTIONS: Text("questions answered", "本人確認の質問"),
        }[self]


@dataclass(frozen=True, slots=True)
class Verified:
    """One verification that was passed; ``person`` is the staff number (or log-on name) it holds for."""

    number: int
    person: str
    way: Way
    by: str
    passed_at: datetime


class Verifications(Protocol):
    """The desk's verifications as the ledger keeps them, read-only."""

    def passed(self, number: int) -> Verified | None:
        """None where there is no such one, or where it was not passed."""
        ...


class Messenger(Protocol):
    """Sends one short message to one address outside; never kept, never logged."""

    def send(self, address: str, subject: Text, body: Text) -> None:
        """An UnyoError where it could not be handed to the carrier."""
        ...
