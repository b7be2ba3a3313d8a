"""The new password of each account, sealed before its system is touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from unyo.core.errors import UnyoError
from unyo.core.password_books import Move, Standing, Version
from unyo.core.passwords import faults_of, make_password
from unyo.core.secret_state import SecretState
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.order import Order
from unyo.runbooks.passwords.rules.policy import AccountsPolicy

_REUSED = (SecretState.PROPOSED, SecretState.SEALED, SecretState.SET, SecretState.UNKNOWN)


def propose(
    orders: Sequence[Order], standings: Mapping[str, Standing], policy: AccountsPolicy, tools: Tools
) -> dict[str, int]:
    """Path → the sealed version that is to be sent.

    What this job sealed before is used again as long as it fulfils the policy of now; what it does not, or
    another job's, is retired: it may still turn up at the system and is then known.
    """
    ready: dict[str, int] = {}
    moves: list[Move] = []
    for order in orders:
        in_force = standings[order.path].in_force
        for version in standings[order.path].versions:
            if version.state not in _REUSED:
                continue
            # Numbers tell which came after which, so an older one never follows the one in force.
            is_next = order.path not in ready and (in_force is None or version.number > in_force.number)
            if is_next and _fits(order, version, policy, tools):
                ready[order.path] = version.number
                if version.state is SecretState.PROPOSED:
                    moves.append(Move(order.path, version.number, SecretState.SEALED))
            else:
                moves.append(Move(order.path, version.number, SecretState.RETIRED))
    if moves:
        tools.credentials.advance(moves)
    for purpose in sorted({order.purpose for order in orders}):
        wanted = {
            order.path: partial(make_password, policy.of(order.credential).password)
            for order in orders
            if order.purpose == purpose and order.path not in ready
        }
        if wanted:
            ready |= tools.credentials.propose(wanted, purpose)
    return ready


def _fits(order: Order, version: Version, policy: AccountsPolicy, tools: Tools) -> bool:
    """Whether a sealed version can be sent for this order; it is opened, so that it is known to open."""
    if version.purpose != order.purpose:
        return False
    try:
        password = tools.vault.open(order.credential.ref.at(version.number))
    except UnyoError:
        return False
    return not faults_of(password, policy.of(order.credential).password)
