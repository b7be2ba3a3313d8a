"""The books of passwords in the ledger: which accounts there are, and where each version of each stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from unyo.core.credential import AccountFacts, Credential, Move, Scope, Standing
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret
from unyo.core.tools import Clock, Policies, Vault


class LedgerCredentials:
    """core.credential.Credentials in the ledger's database."""

    def __init__(self, vault: Vault, clock: Clock, policies: Policies) -> None:
        self._vault, self._clock, self._policies = vault, clock, policies

    def select(self, scope: Scope) -> Sequence[Credential]:
        raise NotImplementedError

    def named(self, paths: Collection[str]) -> Mapping[str, Credential]:
        raise NotImplementedError

    def standing(self, paths: Collection[str]) -> Mapping[str, Standing]:
        raise NotImplementedError

    def propose(self, wanted: Mapping[str, Callable[[], Secret]], purpose: str) -> Mapping[str, int]:
        raise NotImplementedError

    def advance(self, moves: Sequence[Move]) -> None:
        raise NotImplementedError

    def note_tries(self, paths: Collection[str]) -> None:
        raise NotImplementedError

    def note_facts(self, facts: Mapping[str, AccountFacts]) -> None:
        raise NotImplementedError

    def note_trouble(self, troubles: Mapping[str, UnyoError | None]) -> None:
        raise NotImplementedError

    def adopt(self, path: str, password: Secret, by: str) -> int:
        raise NotImplementedError
