"""Making passwords that a domain accepts and a person can type from a slip."""

from __future__ import annotations

import secrets
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from unyo.core.secret import Secret
from unyo.core.text import Text

# Without 0 O o 1 l I |, which look alike in print, and without what differs between JIS and US keyboards.
UPPER = "".join(sorted(set(string.ascii_uppercase) - set("OI")))
LOWER = "".join(sorted(set(string.ascii_lowercase) - set("ol")))
DIGITS = "23456789"
SYMBOLS = "!#$%-./,?"
_CLASSES = (UPPER, LOWER, DIGITS, SYMBOLS)
_SHORTEST_NAME_PART = 3


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a password must be; ``names`` (log-on name, person's names) must not stand in it."""

    length: int = 14
    names: tuple[str, ...] = ()


def make_password(rules: PasswordRules) -> Secret:
    """A random password of the given length (at least 8) with all four classes, from the system's source."""
    if rules.length < 8:
        raise ValueError("a password has 8 characters or more")
    while True:
        letters = [secrets.choice(letters) for letters in _CLASSES]
        letters += [secrets.choice("".join(_CLASSES)) for _ in range(rules.length - len(letters))]
        secrets.SystemRandom().shuffle(letters)
        made = Secret("".join(letters))
        if not faults_of(made, rules):
            return made


def faults_of(password: Secret, rules: PasswordRules) -> list[Text]:
    """Which rules a password breaks; none for a good one. Never quotes the password."""
    text = password.reveal()
    found = []
    if len(text) < rules.length:
        found.append(Text(f"shorter than {rules.length}", f"{rules.length} 文字未満です"))
    kinds = [any(c.isupper() for c in text), any(c.islower() for c in text), any(c.isdigit() for c in text)]
    kinds.append(any(not c.isalnum() for c in text))
    if sum(kinds) < 3:
        found.append(Text("fewer than three kinds of characters", "文字種が3種類未満です"))
    if any(part in text.lower() for part in name_parts(rules.names)):
        found.append(Text("a part of the name stands in it", "氏名またはログオン名の一部を含みます"))
    return found


def name_parts(names: Sequence[str]) -> list[str]:
    """The parts of names that Windows looks for in a password: split at separators, three letters or more."""
    parts = []
    for name in names:
        plain = unicodedata.normalize("NFKC", name).lower()
        for separator in ",.-_#\t":
            plain = plain.replace(separator, " ")
        parts += [part for part in plain.split() if len(part) >= _SHORTEST_NAME_PART]
    return parts
