"""Making passwords that a domain accepts and a person can type from a slip."""

from __future__ import annotations

import re
import secrets
import string
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unyo.core.directory import PasswordPolicy
from unyo.core.secret import Secret
from unyo.core.text import Text

LOOK_ALIKES = "0Oo1lI|.,"
"""What people mix up on a printed slip; no made password holds any of it."""

UPPER = "".join(sorted(set(string.ascii_uppercase) - set(LOOK_ALIKES)))
LOWER = "".join(sorted(set(string.ascii_lowercase) - set(LOOK_ALIKES)))
DIGITS = "23456789"
# The signs that lie on the same key of Japanese and of US keyboards.
SYMBOLS = "!#$%-/?"
_CLASSES = (UPPER, LOWER, DIGITS, SYMBOLS)
_SHORTEST = 8
_SHORTEST_NAME_PART = 3
_SEPARATORS = re.compile(r"[,.\-_#\s]+")


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a password must be; ``names`` (log-on name, person's names) must not stand in it.

    ``readable`` asks that it can be read from paper without mistaking one character for another.
    """

    length: int = 14
    names: tuple[str, ...] = ()
    readable: bool = True


def make_password(rules: PasswordRules) -> Secret:
    """A random password of the given length (at least 8) with all four classes, from the system's source.

    14 characters hold 83 bits. It begins with a letter: a sheet takes ``-`` or ``=`` for a formula.
    """
    if rules.length < _SHORTEST:
        raise ValueError(f"a password has {_SHORTEST} characters or more")
    while True:
        letters = [secrets.choice("".join(_CLASSES)) for _ in range(rules.length - 1)]
        made = Secret(secrets.choice(UPPER + LOWER) + "".join(letters))
        if _has_all_classes(made) and not faults_of(made, rules):
            return made


def faults_of(password: Secret, rules: PasswordRules, policy: PasswordPolicy | None = None) -> list[Text]:
    """Which rules, and which of the domain's where given, a password breaks. Never quotes the password."""
    text = password.reveal()
    shortest = max(rules.length, policy.minimum_length if policy else 0)
    found = []
    if len(text) < shortest:
        found.append(Text(f"shorter than {shortest} characters", f"{shortest} 文字未満です"))
    if (policy is None or policy.complexity) and _kinds_in(text) < 3:
        found.append(Text("fewer than three kinds of characters", "文字種が3種類未満です"))
    if any(part in unicodedata.normalize("NFKC", text).lower() for part in name_parts(rules.names)):
        found.append(
            Text(
                "a part of the name or the log-on name stands in it",
                "氏名またはログオン名の一部を含みます",
            )
        )
    if rules.readable and set(text) & set(LOOK_ALIKES):
        found.append(
            Text(
                "characters that look alike on paper", "紙面で見分けにくい文字を含みます(0 と O、1 と l など)"
            )
        )
    return found


def name_parts(names: Sequence[str]) -> list[str]:
    """What Windows looks for in a password: whole names, and their parts between separators, of 3 letters or more.

    Source: "Password must meet complexity requirements". Windows takes the log-on name whole and the
    display name in parts; here both are taken both ways, which is stricter.
    """
    parts: list[str] = []
    for name in names:
        plain = unicodedata.normalize("NFKC", name).lower().strip()
        parts += [part for part in (plain, *_SEPARATORS.split(plain)) if len(part) >= _SHORTEST_NAME_PART]
    return sorted(set(parts))


def _has_all_classes(password: Secret) -> bool:
    return all(set(password.reveal()) & set(letters) for letters in _CLASSES)


def _kinds_in(text: str) -> int:
    """Windows' kinds: upper, lower, digits, signs, and letters without case such as kana and kanji."""
    kinds: list[Callable[[str], bool]] = [
        str.isupper,
        str.islower,
        lambda c: c in string.digits,
        lambda c: c in string.punctuation + " ",
        lambda c: c.isalpha() and c.upper() == c.lower(),
    ]
    return sum(any(is_kind(c) for c in text) for is_kind in kinds)
