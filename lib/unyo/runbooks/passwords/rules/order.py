"""What a job wants of one account, and in which order accounts take their turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unyo.core.credential import Credential
from unyo.core.hand import Use


@dataclass(frozen=True, slots=True)
class Order:
    """One account to be renewed for the job that ``purpose`` names; ``uses`` were approved with it.

    ``foreseen``: the plan has read the account. ``uses`` of one that was not foreseen are not known.
    ``even_lent``: it was named by itself, so it is renewed although a person holds its password.
    """

    credential: Credential
    purpose: str
    uses: tuple[Use, ...] = ()
    foreseen: bool = True
    even_lent: bool = False

    @property
    def path(self) -> str:
        return self.credential.path


def phases(credentials: Sequence[Credential]) -> Mapping[str, int]:
    """Path → its turn: an account through which others are set comes after all of them."""
    set_by: dict[str, list[str]] = defaultdict(list)
    for credential in credentials:
        if credential.via and credential.via != credential.path:
            set_by[credential.via].append(credential.path)
    turns: dict[str, int] = {}

    def turn(path: str, above: frozenset[str]) -> int:
        if path not in turns:
            # A ring of accounts that set each other has no right order; it is cut where it closes.
            below = [turn(each, above | {path}) for each in set_by[path] if each not in above]
            turns[path] = 1 + max(below) if below else 0
        return turns[path]

    return {credential.path: turn(credential.path, frozenset()) for credential in credentials}
