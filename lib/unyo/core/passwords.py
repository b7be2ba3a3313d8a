"""Making passwords: for a slip that a person types from, and for accounts that unyo itself renews."""

from __future__ import annotations

import math
import re
import secrets
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
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
_READABLE = {"upper": UPPER, "lower": LOWER, "digit": DIGITS, "sign": SYMBOLS}
_WHOLE = {
    "upper": string.ascii_uppercase,
    "lower": string.ascii_lowercase,
    "digit": string.digits,
    "sign": string.punctuation,
}
CLASSES = tuple(_WHOLE)
EXCLUSIONS: Mapping[str, str] = {
    "look_alikes": LOOK_ALIKES,
    # On other keys, or with another shift, of a Japanese than of a US keyboard.
    "keyboards": "\"&'()*+:=@[\\]^_`{|}~",
    "quotes": "\"'`",
    # What shells, consoles of devices and connection strings read as something else.
    "shell": "!\"#$%&'()*;<=>?@[\\]^`{|}~/",
}
"""Names for characters that a password must do without."""
_SHORTEST = 8
_SHORTEST_NAME_PART = 3
_MOST_TRIES = 1_000
# Few words are as long as the longest; a length near that is seldom hit.
_MOST_TRIES_OF_WORDS = 20_000
_SEPARATORS = re.compile(r"[,.\-_#\s]+")


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a password must be; ``names`` (log-on name, person's names) must not stand in it.

    ``readable`` asks that it can be read from paper without mistaking one character for another. Each of
    ``classes`` (of CLASSES) must appear and no other; none given means Windows' own rule. No character of
    ``exclude`` appears. ``words``: a passphrase of so many words, however long it becomes.
    """

    length: int = 14
    names: tuple[str, ...] = ()
    readable: bool = True
    classes: tuple[str, ...] = ()
    exclude: str = ""
    words: int = 0


def make_password(rules: PasswordRules) -> Secret:
    """A random password of the given length (at least 8) with all its classes, from the system's source.

    14 readable characters hold 83 bits; ``bits_of`` tells for any rules. It begins with a letter where there
    are letters: a sheet takes ``-`` or ``=`` for a formula.
    """
    if rules.length < _SHORTEST:
        raise ValueError(f"a password has {_SHORTEST} characters or more")
    letters = alphabets(rules)
    make = _passphrase if rules.words else _characters
    for _ in range(_MOST_TRIES_OF_WORDS if rules.words else _MOST_TRIES):
        made = Secret(make(rules, letters))
        if _has_classes(made, letters) and not faults_of(made, rules):
            return made
    raise ValueError("no password can fulfil these rules")


def alphabets(rules: PasswordRules) -> Mapping[str, str]:
    """Class → the characters that may be used of it; ValueError where a class has none left."""
    base = _READABLE if rules.readable else _WHOLE
    found = {name: "".join(sorted(set(base[name]) - set(rules.exclude))) for name in rules.classes or CLASSES}
    for name, characters in found.items():
        if not characters:
            raise ValueError(f"no character is left of the class {name}")
    return found


def bits_of(rules: PasswordRules) -> float:
    """The entropy of a made password; demanding every class costs less than one bit of it."""
    letters = alphabets(rules)
    if rules.words:
        return rules.words * math.log2(len(_words(rules, letters)) or 1) + math.log2(len(_tail(letters)) or 1)
    every = sum(map(len, letters.values()))
    return math.log2(len(_first(letters))) + (rules.length - 1) * math.log2(every)


def _characters(rules: PasswordRules, letters: Mapping[str, str]) -> str:
    every = "".join(letters.values())
    return secrets.choice(_first(letters)) + "".join(secrets.choice(every) for _ in range(rules.length - 1))


def _passphrase(rules: PasswordRules, letters: Mapping[str, str]) -> str:
    """``Acid-Robin-Velvet-7``: 10 bits a word; only as many signs and digits as the classes ask for."""
    known = _words(rules, letters)
    if not known:
        raise ValueError("no word is left without the excluded characters")
    signs = letters.get("sign", "")
    between = "-" if "-" in signs else signs[:1]
    chosen = [secrets.choice(known) for _ in range(rules.words)]
    tail = _tail(letters)
    return between.join([*chosen, *([secrets.choice(tail)] if tail else [])])


def _words(rules: PasswordRules, letters: Mapping[str, str]) -> list[str]:
    """The 1,024 words of SLIP-0039 (4 to 8 letters, told apart by their first four), without what is excluded."""
    # Its package is there for the break-glass export anyway; loading it costs time that few need.
    from shamir_mnemonic.wordlist import WORDLIST

    spelled = [word.capitalize() if "upper" in letters else word for word in WORDLIST]
    return [word for word in spelled if not set(word) & set(rules.exclude)]


def _tail(letters: Mapping[str, str]) -> str:
    return letters.get("digit", "")


def _first(letters: Mapping[str, str]) -> str:
    return letters.get("upper", "") + letters.get("lower", "") or "".join(letters.values())


def faults_of(password: Secret, rules: PasswordRules, policy: PasswordPolicy | None = None) -> list[Text]:
    """Which rules, and which of the domain's where given, a password breaks. Never quotes the password."""
    text = password.reveal()
    shortest = max(rules.length, policy.minimum_length if policy else 0)
    found = []
    if len(text) < shortest:
        found.append(Text(f"shorter than {shortest} characters", f"{shortest} 文字未満です"))
    by_windows = policy.complexity if policy else not rules.classes
    if by_windows and _kinds_in(text) < 3:
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
    if set(text) & set(rules.exclude):
        found.append(Text("characters that are excluded", "使用しない文字を含みます"))
    if rules.classes and not rules.words and not _has_classes(password, alphabets(rules)):
        found.append(Text("a class of characters is missing", "必要な文字種が不足しています"))
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


def _has_classes(password: Secret, letters: Mapping[str, str]) -> bool:
    return all(set(password.reveal()) & set(characters) for characters in letters.values())


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
