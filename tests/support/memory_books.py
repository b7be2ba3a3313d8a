"""The books of passwords and the vault in memory, for tests that need hundreds of quick turns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from unyo.core.credential import Credential, Scope
from unyo.core.errors import NotFound, Refused, UnyoError
from unyo.core.hand import AccountFacts
from unyo.core.password_books import Move, Standing, Version
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import MOVES, SecretState
from unyo.core.text import Text

_S = SecretState
_NO = Text("no", "不可")


class MemoryBooks:
    """core.password_books.Credentials and core.tools.Vault over two dictionaries; held to the same contract."""

    def __init__(self, clock: Any, accounts: Sequence[Credential] = ()) -> None:
        self._clock = clock
        self.accounts = {account.path: account for account in accounts}
        self.standings: dict[str, Standing] = {}
        self.sealed: dict[SecretRef, Secret] = {}
        self.calls: list[str] = []

    # The vault.
    def open(self, ref: SecretRef) -> Secret:
        found = self.sealed.get(ref)
        if found is None and ref.version is None:
            in_force = self._of(ref.path).in_force
            found = self.sealed.get(ref.at(in_force.number)) if in_force else None
        if found is None:
            raise NotFound("vault.unknown", _NO, _NO, target=ref.path)
        return found

    def has(self, ref: SecretRef) -> bool:
        return ref in self.sealed

    def seal(self, ref: SecretRef, secret: Secret, purpose: str) -> None:
        self.sealed[ref] = secret

    # The books.
    def select(self, scope: Scope) -> Sequence[Credential]:
        return [
            account
            for path, account in sorted(self.accounts.items())
            if (not scope.path or path in scope.path)
            and (not scope.group or set(scope.group) & set(account.groups))
        ]

    def named(self, paths: Collection[str]) -> Mapping[str, Credential]:
        return {path: self.accounts[path] for path in paths if path in self.accounts}

    def standing(self, paths: Collection[str]) -> Mapping[str, Standing]:
        return {path: self._of(path) for path in paths}

    def propose(self, wanted: Mapping[str, Callable[[], Secret]], purpose: str) -> Mapping[str, int]:
        self.calls.append("propose")
        for path in wanted:
            if self._of(path).open:
                raise Refused("passwords.open", _NO, _NO, target=path)
        numbers = {}
        for path, make in wanted.items():
            known = self._of(path)
            for each in known.versions:
                if each.state is _S.PROPOSED:
                    self._move(Move(path, each.number, _S.RETIRED))
            numbers[path] = 1 + max((each.number for each in known.versions), default=0)
            self._add(path, Version(numbers[path], _S.SEALED, self._clock.now(), purpose=purpose), make())
        return numbers

    def advance(self, moves: Sequence[Move]) -> None:
        self.calls.append("advance")
        before = dict(self.standings)
        try:
            for move in moves:
                self._move(move)
        except UnyoError:
            self.standings = before
            raise

    def note_tries(self, paths: Collection[str]) -> None:
        for path in paths:
            known = self._of(path)
            self.standings[path] = replace(known, bad_logons=(*known.bad_logons, self._clock.now()))

    def note_answers(self, refused: Mapping[str, int], untried: Collection[str]) -> None:
        for path, number in refused.items():
            self.standings[path] = replace(self._of(path), refused=(*self._of(path).refused, number))
        for path in untried:
            self.standings[path] = replace(self._of(path), bad_logons=self._of(path).bad_logons[:-1])

    def note_facts(self, facts: Mapping[str, AccountFacts]) -> None:
        for path, told in facts.items():
            known = self._of(path)
            self.standings[path] = replace(
                known, lockout=told.lockout or known.lockout, last_set=told.last_set or known.last_set
            )

    def note_trouble(self, troubles: Mapping[str, UnyoError | None]) -> None:
        for path, error in troubles.items():
            what, code = (error.what, error.code) if error else (None, "")
            self.standings[path] = replace(self._of(path), trouble=what, trouble_code=code)

    def adopt(self, path: str, password: Secret, by: str) -> int:
        number = 1 + max((each.number for each in self._of(path).versions), default=0)
        self._add(path, Version(number, _S.SEALED, self._clock.now()), password)
        for each in self._of(path).open:
            self._move(Move(path, each.number, _S.VERIFIED if each.number == number else _S.RETIRED, by))
        return number

    def _of(self, path: str) -> Standing:
        return self.standings.get(path, Standing(path))

    def _add(self, path: str, version: Version, secret: Secret) -> None:
        known = self._of(path)
        self.sealed[SecretRef(path).at(version.number)] = secret
        self.standings[path] = replace(known, versions=(version, *known.versions))

    def _move(self, move: Move) -> None:
        known = self._of(move.path)
        (old,) = [each for each in known.versions if each.number == move.number]
        if move.state is not old.state and move.state not in MOVES[old.state]:
            raise Refused("passwords.move", _NO, _NO, target=f"{move.path} {old.state} {move.state}")
        changed = {move.number: self._moved(old, move)}
        if move.state is _S.VERIFIED:
            for each in known.versions:
                if each.state in (_S.VERIFIED, _S.TORN) and each.number != move.number:
                    changed[each.number] = replace(each, state=_S.RETIRED)
            known = replace(known, bad_logons=(), refused=(), trouble=None, trouble_code="")
        versions = tuple(changed.get(each.number, each) for each in known.versions)
        self.standings[move.path] = replace(known, versions=versions)

    def _moved(self, old: Version, move: Move) -> Version:
        now = self._clock.now()
        if move.state is _S.SET:
            return replace(old, state=_S.SET, set_at=now)
        if move.state is _S.VERIFIED:
            set_at = old.set_at or (now if old.state.is_open else None)
            return replace(old, state=_S.VERIFIED, set_at=set_at, verified_at=now, verified_by=move.by)
        return replace(old, state=move.state)
