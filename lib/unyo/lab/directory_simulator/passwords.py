"""Passwords: how they arrive, the domain's rules for them, resetting and changing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from unyo.lab.directory_simulator.domain import Domain
from unyo.lab.directory_simulator.entry import Entry, Passwords
from unyo.lab.directory_simulator.refusal import constraint, unwilling

_DELIMITERS = re.compile(r"[\s,.\-_#]+")
POLICY, CHANNEL, WRONG_OLD = "0000052D", "0000001F", "00000056"


@dataclass(frozen=True, slots=True)
class NewPassword:
    """What a request does to a password; ``old`` is None for a reset, ``history`` asks a reset to keep to it."""

    new: str
    old: str | None
    history: bool = False


def decoded(value: bytes) -> str:
    """The text of a ``unicodePwd`` value: UTF-16-LE in quotation marks, or refused."""
    try:
        text = value.decode("utf-16-le")
    except UnicodeDecodeError:
        raise unwilling(CHANNEL) from None
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        raise unwilling(CHANNEL)
    return text[1:-1]


def asked(changes: list[tuple[int, tuple[bytes, ...]]], history: bool = False) -> NewPassword:
    """The reset (one replace) or change (delete the old, add the new) that the changes stand for."""
    kinds = [kind for kind, values in changes if len(values) == 1]
    if len(kinds) == len(changes) and kinds == [2]:
        return NewPassword(decoded(changes[0][1][0]), None, history)
    if len(kinds) == len(changes) and sorted(kinds) == [0, 1]:
        by_kind = {kind: values[0] for kind, values in changes}
        return NewPassword(decoded(by_kind[0]), decoded(by_kind[1]))
    raise unwilling("00002035")


def digest(domain: Domain, password: str) -> bytes:
    return hashlib.sha256(f"{domain.sid}/{password}".encode()).digest()


def set_password(domain: Domain, entry: Entry, names: tuple[str, str], wish: NewPassword) -> Passwords:
    """The passwords that the entry then has; refused where a rule forbids it.

    ``names`` are its log-on name and display name. A reset is held to length and complexity, and with
    policy hints to the history; a change by its owner also to history and minimum age.
    """
    policy = domain.policy()
    former = entry.passwords.digests if entry.passwords is not None else ()
    if wish.old is not None:
        _check_change(domain, entry, wish, former)
    elif wish.history and digest(domain, wish.new) in former[: policy.history]:
        raise constraint(POLICY, "unicodePwd")
    too_short = len(wish.new) < policy.minimum_length
    if too_short or (policy.complexity and not is_complex(wish.new, *names)):
        raise unwilling(POLICY)
    return Passwords((digest(domain, wish.new), *former)[: max(policy.history, 3)])


def _check_change(domain: Domain, entry: Entry, wish: NewPassword, former: tuple[bytes, ...]) -> None:
    policy = domain.policy()
    if wish.old is None or not former or former[0] != digest(domain, wish.old):
        raise constraint(WRONG_OLD, "unicodePwd")
    since = entry.number("pwdlastset")
    young = since and domain.ticks() < since + policy.minimum_age // timedelta(microseconds=1) * 10
    if young or digest(domain, wish.new) in former[: policy.history]:
        raise constraint(POLICY, "unicodePwd")


def is_complex(password: str, log_on_name: str, display_name: str) -> bool:
    """Windows' rule: three of five kinds of characters, no log-on name, no part of the display name."""
    folded = password.lower()
    if len(log_on_name) >= 3 and log_on_name.lower() in folded:
        return False
    words = [word for word in _DELIMITERS.split(display_name.lower()) if len(word) >= 3]
    if any(word in folded for word in words):
        return False
    kinds = (
        any("A" <= c <= "Z" or (c.isupper() and not c.isascii()) for c in password),
        any("a" <= c <= "z" or (c.islower() and not c.isascii()) for c in password),
        any("0" <= c <= "9" for c in password),
        any(c.isascii() and not c.isalnum() for c in password),
        any(not c.isascii() and c.isalpha() and not c.isupper() and not c.islower() for c in password),
    )
    return sum(kinds) >= 3
