"""Choosing accounts by name, kind, group, system and site, tolerant of width and case."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence

from unyo.core.credential import Credential, Scope
from unyo.core.errors import NotFound
from unyo.core.text import Text
from unyo.ledger.credentials_accounts import KeptAccount
from unyo.ledger.terminal_fields import key_of

_Words = Callable[[KeptAccount], Iterable[str]]

_CONDITIONS: tuple[tuple[str, _Words], ...] = (
    ("path", lambda each: (each.credential.path,)),
    ("kind", lambda each: (each.credential.kind,)),
    ("group", lambda each: each.credential.groups),
    ("system", lambda each: each.names),
    ("account", lambda each: (each.credential.account,)),
    ("site", lambda each: (each.site,)),
)


def choose(scope: Scope, accounts: Sequence[KeptAccount]) -> list[Credential]:
    """Those that fulfil every condition, by path; NotFound for a word that no account has.

    Terminals that are not in use (in stock, in repair) are chosen only by their name or their account's.
    """
    chosen = list(accounts)
    if not (scope.path or scope.system):
        chosen = [each for each in chosen if each.in_service]
    for field, words_of in _CONDITIONS:
        wanted: Sequence[str] = getattr(scope, field)
        if wanted:
            keys = _known(field, wanted, words_of, accounts)
            chosen = [each for each in chosen if keys & {key_of(word) for word in words_of(each)}]
    return sorted((each.credential for each in chosen), key=lambda credential: credential.path)


def _known(field: str, wanted: Sequence[str], words_of: _Words, accounts: Sequence[KeptAccount]) -> set[str]:
    known = {key_of(word): word for each in accounts for word in words_of(each) if word}
    for word in wanted:
        if key_of(word) not in known:
            raise _unknown(field, word, known)
    return {key_of(word) for word in wanted}


def _unknown(field: str, word: str, known: dict[str, str]) -> NotFound:
    near = [known[key] for key in difflib.get_close_matches(key_of(word), list(known), 5, 0.6)]
    listed = ", ".join(near or sorted(known.values())[:5]) or "-"
    return NotFound(
        "passwords.unknown",
        Text(f"no account has this {field}", f"該当するアカウントがありません({field})"),
        Text(
            f"near: {listed}; list them: unyo passwords list",
            f"近い値: {listed}。一覧: unyo passwords list",
        ),
        target=word,
    )
