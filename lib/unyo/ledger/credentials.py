"""The books of passwords in the ledger: which accounts there are, and where each version of each stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from unyo.core.credential import Credential, Scope
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts
from unyo.core.password_books import Move, Standing, Version
from unyo.core.sealed import Sealer
from unyo.core.secret import Secret
from unyo.core.secret_state import HISTORY, SecretState
from unyo.core.tools import Clock, Policies
from unyo.ledger import credentials_notes as notes
from unyo.ledger.checkouts import held
from unyo.ledger.credentials_accounts import KeptAccount, device_accounts, own_account, windows_accounts
from unyo.ledger.credentials_choice import choose
from unyo.ledger.credentials_versions import Versions
from unyo.ledger.models import CredentialRecord


class LedgerCredentials:
    """core.password_books.Credentials in the ledger's database."""

    def __init__(
        self,
        sealer: Sealer,
        clock: Clock,
        policies: Policies,
        own: Sequence[Credential] = (),
        signs_on: str = "",
    ) -> None:
        """``own``: accounts that the settings name, which stand in no list of devices. ``signs_on``: the local
        account with which terminals are reached."""
        self._clock, self._policies, self.own = clock, policies, tuple(own)
        self._signs_on = signs_on
        self._versions = Versions(sealer, clock, self._history)

    def select(self, scope: Scope) -> Sequence[Credential]:
        policy = self._policies.load("passwords")
        return choose(scope, [*windows_accounts(policy, signs_on=self._signs_on), *self._others()])

    def named(self, paths: Collection[str]) -> Mapping[str, Credential]:
        policy = self._policies.load("passwords")
        kept = [*windows_accounts(policy, paths, self._signs_on), *self._others()]
        found = {each.credential.path: each.credential for each in kept}
        return {path: found[path] for path in paths if path in found}

    def standing(self, paths: Collection[str]) -> Mapping[str, Standing]:
        versions, records, out = self._versions.of(paths), notes.records_of(paths), held(paths)
        return {path: _standing(path, versions[path], records.get(path), path in out) for path in paths}

    def propose(self, wanted: Mapping[str, Callable[[], Secret]], purpose: str) -> Mapping[str, int]:
        return self._versions.propose(wanted, purpose)

    def offer(self, path: str, password: Secret, purpose: str) -> int:
        """Seal what a person gave, beside whatever is open, to be tried next; its version."""
        return self._versions.propose({path: lambda: password}, purpose, beside_open=True)[path]

    def advance(self, moves: Sequence[Move]) -> None:
        self._versions.advance(moves)

    def note_tries(self, paths: Collection[str]) -> None:
        notes.note_tries(paths, self._clock.now())

    def note_answers(self, refused: Mapping[str, int], untried: Collection[str]) -> None:
        notes.note_answers(refused, untried)

    def note_facts(self, facts: Mapping[str, AccountFacts]) -> None:
        notes.note_facts(facts)

    def note_trouble(self, troubles: Mapping[str, UnyoError | None]) -> None:
        notes.note_troubles(troubles, self._clock.now())

    def adopt(self, path: str, password: Secret, by: str) -> int:
        number = self.offer(path, password, f"adopted: {by}")
        self.adopted(path, number, by)
        return number

    def adopted(self, path: str, number: int, by: str) -> None:
        """What was offered has been proven: it is in force, and whatever was open is not.

        It was not set by unyo, so its age and a reason to renew it stay as they were.
        """
        others = [each.number for each in self._versions.of([path])[path] if each.state.is_open]
        retired = [Move(path, other, SecretState.RETIRED) for other in others if other != number]
        self._versions.advance([*retired, Move(path, number, SecretState.VERIFIED, by)], set_by_unyo=False)

    def _others(self) -> list[KeptAccount]:
        """Where a device names an account that the settings name too, the device says more."""
        devices = list(device_accounts())
        named = {each.credential.path for each in devices}
        return [*devices, *(own_account(each) for each in self.own if each.path not in named)]

    def _history(self) -> int:
        """Retired versions that are kept: as the policy says, never fewer than HISTORY."""
        wanted = self._policies.load("passwords").get("history")
        return max(HISTORY, wanted) if isinstance(wanted, int) else HISTORY


def _standing(
    path: str, versions: tuple[Version, ...], record: CredentialRecord | None, checked_out: bool
) -> Standing:
    if record is None:
        return Standing(path, versions, checked_out=checked_out)
    return Standing(
        path,
        versions,
        checked_out=checked_out,
        bad_logons=notes.instants_of(record),
        refused=tuple(record.refused),
        lockout=notes.lockout_of(record),
        last_set=record.last_set,
        trouble=notes.trouble_of(record),
        trouble_code=record.trouble["code"] if record.trouble else "",
        trouble_since=record.trouble_since,
        rotate_by=record.rotate_by,
        rotate_reason=record.rotate_reason,
    )
