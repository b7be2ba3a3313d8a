"""How the versions of one account move along the table of states."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from unyo.core.errors import NotFound, Refused
from unyo.core.password_books import Move, Version
from unyo.core.sealed import DESTROYED
from unyo.core.secret_state import MOVES, SecretState
from unyo.core.text import Text
from unyo.ledger.models import SealedSecret

_S = SecretState
_AT_THE_SYSTEM = (_S.SET, _S.VERIFIED)


@dataclass(slots=True)
class VersionRow:
    """One row of SealedSecret without its blob; light, because history is read by the thousand."""

    pk: int
    version: int
    key_id: str
    purpose: str
    created_at: datetime
    state: str
    set_at: datetime | None
    verified_at: datetime | None
    verified_by: str

    @property
    def is_kept(self) -> bool:
        return self.key_id != DESTROYED


@dataclass
class AccountRows:
    """The rows of one path, newest first, without their blobs; ``changed`` are those to be written.

    A plain row, sealed before the account had states, counts as proven until something was proven since.
    What the moves meant besides: a log-on was proven, the system took a password, a new one was proven.
    """

    path: str
    rows: list[VersionRow]
    changed: dict[int, VersionRow] = field(default_factory=dict)
    is_proven: bool = False
    is_set: bool = False
    is_renewed: bool = False

    def state_of(self, row: VersionRow) -> SecretState:
        if row.state:
            return SecretState(row.state)
        is_replaced = any(each.state == _S.VERIFIED for each in self.rows)
        newest = next(each for each in self.rows if not each.state)
        return _S.VERIFIED if row is newest and not is_replaced else _S.RETIRED

    def versions(self) -> tuple[Version, ...]:
        """As the books show them; what was destroyed is left out."""
        return tuple(
            Version(
                row.version,
                self.state_of(row),
                row.created_at,
                row.set_at,
                row.verified_at,
                row.verified_by,
                row.purpose,
            )
            for row in self.rows
            if row.is_kept
        )

    @property
    def is_open(self) -> bool:
        """Whether the system may hold a version without proof."""
        return any(self.state_of(row).is_open for row in self.rows)

    def move(self, move: Move, at: datetime, *, set_by_unyo: bool = True) -> None:
        """Refused where the table has no such move; a repeated one changes nothing but the newest proof."""
        row = next((each for each in self.rows if each.version == move.number), None)
        if row is None:
            raise _no_version(move)
        state = self.state_of(row)
        if move.state is state and state is not _S.VERIFIED:
            return
        if move.state not in MOVES[state] or (move.state is _S.VERIFIED and not row.is_kept):
            raise _no_move(move, state)
        self._make_plain_ones_explicit(row, move.state)
        if move.state is _S.VERIFIED:
            self._prove(row, move, at)
        if move.state in _AT_THE_SYSTEM and state.is_open and set_by_unyo:
            self.is_set = self.is_set or row.set_at is None
            self.is_renewed = self.is_renewed or move.state is _S.VERIFIED
            row.set_at = row.set_at or at
        self._change(row, move.state)

    def retire_proposed(self) -> None:
        """What a crash left half written was never sent anywhere."""
        for row in self.rows:
            if row.state == _S.PROPOSED:
                self._change(row, _S.RETIRED)

    def beyond(self, history: int) -> list[VersionRow]:
        """Replaced versions that are older than the newest ``history`` proven ones."""
        retired = [row for row in self.rows if row.state == _S.RETIRED and row.is_kept]
        proven = sorted(
            (row for row in retired if row.verified_at is not None),
            key=lambda row: (row.verified_at, row.version),
            reverse=True,
        )
        if len(proven) < history:
            return []
        # What was never proven does not push out what was; it goes with the proven ones of its days.
        oldest = min(row.version for row in proven[:history])
        return [row for row in retired if row.version < oldest]

    def _prove(self, row: VersionRow, move: Move, at: datetime) -> None:
        for other in self.rows:
            if other is not row and other.state in (_S.VERIFIED, _S.TORN):
                self._change(other, _S.RETIRED)
        row.verified_at, row.verified_by = at, move.by[:60]
        self.is_proven = True

    def _make_plain_ones_explicit(self, moved: VersionRow, state: SecretState) -> None:
        """As soon as one of them moves, none may count by its age any more."""
        if moved.state and state is not _S.VERIFIED:
            return
        explicit = [(row, self.state_of(row)) for row in self.rows if not row.state]
        for row, counted in explicit:
            self._change(row, counted)

    def _change(self, row: VersionRow, state: SecretState) -> None:
        row.state = state.value
        self.changed[row.version] = row


def write_changes(accounts: Iterable[AccountRows]) -> None:
    """One update for all rows that get the same values."""
    groups: dict[tuple[str, datetime | None, datetime | None, str], list[int]] = {}
    for account in accounts:
        for row in account.changed.values():
            key = (row.state, row.set_at, row.verified_at, row.verified_by)
            groups.setdefault(key, []).append(row.pk)
    for (state, set_at, verified_at, verified_by), keys in groups.items():
        SealedSecret.objects.filter(pk__in=keys).update(
            state=state, set_at=set_at, verified_at=verified_at, verified_by=verified_by
        )


def destroy(rows: Collection[VersionRow]) -> int:
    """The row stays and counts; its secret is gone for good, but for backups."""
    if not rows:
        return 0
    keys = [row.pk for row in rows]
    return SealedSecret.objects.filter(pk__in=keys).update(key_id=DESTROYED, blob=b"")


def _no_version(move: Move) -> NotFound:
    return NotFound(
        "passwords.no_version",
        Text(f"there is no version {move.number}", f"版 {move.number} はありません"),
        Text(f"look: unyo passwords show {move.path}", f"確認: unyo passwords show {move.path}"),
        target=move.path,
    )


def _no_move(move: Move, state: SecretState) -> Refused:
    return Refused(
        "passwords.move",
        Text(
            f"version {move.number} cannot become {move.state}: it is {state}; nothing was noted",
            f"版 {move.number} は {state} のため {move.state} にできません。何も記録していません",
        ),
        Text(
            f"another job may work on it; look: unyo passwords show {move.path}",
            f"別のジョブが処理中の可能性。確認: unyo passwords show {move.path}",
        ),
        target=move.path,
    )
