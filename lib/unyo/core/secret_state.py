"""Where one version of a password is on its way, and which ways it may go."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from unyo.core.text import Text

HISTORY = 12
"""At least so many retired passwords of an account are kept: an old image may bring one back."""


class SecretState(StrEnum):
    """Where one version of a password is on its way; the table of moves is MOVES.

    PROPOSED: made and written, not yet opened again. SEALED: opened again from the ledger, so that it cannot
    be lost; the target may be touched from now on. SET: the target has taken it. VERIFIED: a log-on with it
    worked. UNKNOWN: it was sent and nobody knows whether it was taken. TORN: the books say that it is in
    force, but the target takes neither it nor any other known one. RETIRED: replaced, kept as history.
    """

    PROPOSED = "PROPOSED"
    SEALED = "SEALED"
    SET = "SET"
    VERIFIED = "VERIFIED"
    UNKNOWN = "UNKNOWN"
    TORN = "TORN"
    RETIRED = "RETIRED"

    @property
    def label(self) -> Text:
        return _STATES[self]

    @property
    def is_open(self) -> bool:
        """Whether the target may hold it although nobody has proven it."""
        return self in (SecretState.SEALED, SecretState.SET, SecretState.UNKNOWN)


_STATES = {
    SecretState.PROPOSED: Text("made, not yet sealed", "作成済み(封印前)"),
    SecretState.SEALED: Text("sealed, not yet set", "封印済み(未設定)"),
    SecretState.SET: Text("set, log-on not yet proven", "設定済み(ログオン未確認)"),
    SecretState.VERIFIED: Text("proven by log-on", "ログオン確認済み"),
    SecretState.UNKNOWN: Text("sent, outcome unknown", "送信済み(結果不明)"),
    SecretState.TORN: Text("no known password works", "既知のパスワードがすべて不一致"),
    SecretState.RETIRED: Text("replaced, kept as history", "交換済み(履歴)"),
}

_S = SecretState

MOVES: Mapping[SecretState, frozenset[SecretState]] = {
    _S.PROPOSED: frozenset({_S.SEALED, _S.RETIRED}),
    # Back to PROPOSED: the system was surely not touched, so nothing needs to be tried before it is used.
    _S.SEALED: frozenset({_S.PROPOSED, _S.SET, _S.VERIFIED, _S.UNKNOWN, _S.RETIRED}),
    _S.SET: frozenset({_S.VERIFIED, _S.UNKNOWN, _S.RETIRED, _S.TORN}),
    _S.UNKNOWN: frozenset({_S.SET, _S.VERIFIED, _S.RETIRED, _S.TORN}),
    _S.VERIFIED: frozenset({_S.VERIFIED, _S.RETIRED, _S.TORN}),
    _S.TORN: frozenset({_S.VERIFIED, _S.RETIRED}),
    # A restored image brings an old password back into force.
    _S.RETIRED: frozenset({_S.VERIFIED}),
}
