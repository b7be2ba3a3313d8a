"""The versions of accounts' passwords in the ledger: each change is one transaction, with its event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from django.db import IntegrityError, transaction

from unyo.core.errors import BadSetting, Refused
from unyo.core.password_books import Move, Version
from unyo.core.sealed import Sealer
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.core.tools import Clock
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.credentials_notes import clear_after_proof, note_renewed, note_set
from unyo.ledger.credentials_states import AccountRows, VersionRow, destroy, write_changes
from unyo.ledger.models import SealedSecret
from unyo.ledger.sealed import model_of, portions, row_of

ACTOR = "unyo"
_S = SecretState
_RACES = 5
_FIELDS = tuple(field.name for field in fields(VersionRow))


class Versions:
    """``history`` is asked each time: the policy may change while a worker runs."""

    def __init__(self, sealer: Sealer, clock: Clock, history: Callable[[], int]) -> None:
        self._sealer, self._clock, self._history = sealer, clock, history

    def of(self, paths: Collection[str]) -> dict[str, tuple[Version, ...]]:
        """One question for all."""
        return {path: account.versions() for path, account in read_accounts(paths, lock=False).items()}

    def propose(
        self, wanted: Mapping[str, Callable[[], Secret]], purpose: str, *, beside_open: bool = False
    ) -> dict[str, int]:
        """Two transactions: written as PROPOSED, then, opened again and compared, SEALED."""
        if not wanted:
            return {}
        made = {path: make() for path, make in sorted(wanted.items())}
        numbers = self._write(made, purpose, beside_open)
        self._open_again(made, numbers)
        self._seal(numbers, purpose)
        return numbers

    def advance(self, moves: Sequence[Move], *, set_by_unyo: bool = True) -> None:
        if not moves:
            return
        now = self._clock.now()
        with transaction.atomic():
            accounts = read_accounts({move.path for move in moves}, lock=True)
            for move in moves:
                accounts[move.path].move(move, now, set_by_unyo=set_by_unyo)
            changed = [account for account in accounts.values() if account.changed]
            if not changed:
                return
            write_changes(changed)
            proven = [account for account in changed if account.is_proven]
            clear_after_proof([account.path for account in proven])
            note_set([account.path for account in changed if account.is_set], now)
            note_renewed([account.path for account in changed if account.is_renewed])
            keep = self._history() if proven else 0
            gone = destroy([row for account in proven for row in account.beyond(keep)])
            by = sorted({move.by for move in moves if move.by})
            told = _states(changed) | ({"destroyed": gone} if gone else {}) | ({"by": by} if by else {})
            append([NewEvent("passwords.moved", ACTOR, fields=told)], now)

    def _write(self, made: Mapping[str, Secret], purpose: str, beside_open: bool) -> dict[str, int]:
        for _ in range(_RACES):
            try:
                with transaction.atomic():
                    return self._written(made, purpose, beside_open)
            except IntegrityError:
                # Another worker wrote the same version an instant earlier; what it left is looked at again.
                continue
        raise _raced(min(made))

    def _written(self, made: Mapping[str, Secret], purpose: str, beside_open: bool) -> dict[str, int]:
        accounts = read_accounts(made, lock=True)
        taken = [path for path in made if accounts[path].is_open]
        if taken and not beside_open:
            raise _is_open(taken)
        for account in accounts.values():
            account.retire_proposed()
        write_changes(accounts.values())
        numbers = {path: 1 + max((row.version for row in accounts[path].rows), default=0) for path in made}
        rows = [
            self._sealer.sealed(SecretRef(path).at(numbers[path]), secret, purpose, _S.PROPOSED)
            for path, secret in made.items()
        ]
        SealedSecret.objects.bulk_create(model_of(row) for row in rows)
        return numbers

    def _open_again(self, made: Mapping[str, Secret], numbers: Mapping[str, int]) -> None:
        """What is not in the ledger as it was made must not be sent anywhere."""
        found: dict[str, Secret] = {}
        for some in portions(sorted(numbers)):
            rows = SealedSecret.objects.filter(path__in=some, state=_S.PROPOSED)
            for row in rows:
                if row.version == numbers[row.path]:
                    found[row.path] = self._sealer.open_row(row_of(row))
        for path, secret in made.items():
            if path not in found:
                raise _raced(path)
            if found[path] != secret:
                raise BadSetting(
                    "passwords.read_back",
                    Text(
                        "the ledger gives back another password than was written; nothing was sent",
                        "台帳から読み戻したパスワードが一致しません。何も送信していません",
                    ),
                    Text("check the disk and the ledger: unyo doctor", "ディスクと台帳を点検: unyo doctor"),
                    target=path,
                )

    def _seal(self, numbers: Mapping[str, int], purpose: str) -> None:
        now = self._clock.now()
        with transaction.atomic():
            accounts = read_accounts(numbers, lock=True)
            for path, number in numbers.items():
                try:
                    accounts[path].move(Move(path, number, _S.SEALED), now)
                except Refused:
                    raise _raced(path) from None
            write_changes(accounts.values())
            told = _states(accounts.values()) | {"purpose": purpose}
            append([NewEvent("passwords.sealed", ACTOR, fields=told)], now)


def read_accounts(paths: Collection[str], *, lock: bool) -> dict[str, AccountRows]:
    """The rows of each path without their blobs; ``lock`` inside a transaction only."""
    rows: dict[str, list[VersionRow]] = defaultdict(list)
    for some in portions(sorted(paths)):
        found = SealedSecret.objects.filter(path__in=some).order_by("path", "-version")
        for path, *values in (found.select_for_update() if lock else found).values_list("path", *_FIELDS):
            rows[path].append(VersionRow(*values))
    return {path: AccountRows(path, rows[path]) for path in sorted(paths)}


def _states(accounts: Iterable[AccountRows]) -> dict[str, Any]:
    """State → path#version of all that changed, for the event."""
    listed: dict[str, list[str]] = defaultdict(list)
    for account in accounts:
        for number, row in sorted(account.changed.items()):
            listed[row.state].append(SecretRef(account.path).at(number).path)
    return dict(listed)


def _is_open(paths: Sequence[str]) -> Refused:
    more = f" (+{len(paths) - 1})" if len(paths) > 1 else ""
    return Refused(
        "passwords.open",
        Text(
            f"an earlier change is not settled yet{more}: the system may hold its password",
            f"前回の変更が未確定です{more}。対象がそのパスワードを持つ可能性があります",
        ),
        Text(
            f"settle it first: unyo run passwords.verify --path {paths[0]}",
            f"先に確定する: unyo run passwords.verify --path {paths[0]}",
        ),
        target=paths[0],
    )


def _raced(path: str) -> Refused:
    return Refused(
        "passwords.raced",
        Text(
            "another worker changes this password now; nothing was sent",
            "別の処理が同じパスワードを変更中のため、何も送信していません",
        ),
        Text("try again when that job has ended", "そのジョブの終了後に再実行する"),
        target=path,
    )
