"""Sentences for people, in Japanese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language that screens, errors and reports speak."""

    EN = "en"
    JA = "ja"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; the writer supplies both."""

    en: str
    ja: str

    def in_language(self, language: Language) -> str:
        return self.ja if language is Language.JA else self.en

    def __str__(self) -> str:
        return self.en

    def as_json(self) -> dict[str, str]:
        return {"en": self.en, "ja": self.ja}

    @staticmethod
    def from_json(value: dict[str, str]) -> Text:
        return Text(value["en"], value["ja"])
