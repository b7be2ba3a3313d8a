"""Gathering the proof of passwords from the books, the policy and the ledger; no system is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from unyo.core.credential import Credential, Scope
from unyo.core.password_books import Standing
from unyo.core.proof import Access, AccountRow, Proof, Witness
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.checkout_policy import checkout_policy
from unyo.runbooks.passwords.rules.policy import accounts_policy


def gather(tools: Tools, scope: Scope, proven_within: timedelta, organisation: str = "") -> Proof:
    """The proof as of now, the oldest password first; before them those that unyo has never set."""
    now, witness = tools.clock.now(), tools.witness
    credentials = tools.credentials.select(scope)
    standings = tools.credentials.standing([each.path for each in credentials])
    ordered = sorted(credentials, key=lambda each: _age_key(each, standings[each.path], now))
    paths = {each.path for each in credentials}
    readings = [each for each in witness.readings() if each.path in paths]
    checkouts = [each for each in witness.checkouts() if each.path in paths]
    return Proof(
        at=now,
        organisation=organisation,
        rows=_rows(ordered, standings, tools, witness),
        readings=tuple(readings),
        checkouts=tuple(checkouts),
        keepers=tuple(witness.keepers()),
        head=witness.head(),
        proven_within=proven_within,
        break_glass=witness.break_glass(),
    )


def _age_key(credential: Credential, standing: Standing, now: datetime) -> tuple[bool, datetime, str]:
    version = standing.in_force
    if version is None:
        return False, now, credential.path
    return True, version.set_at or standing.last_set or version.sealed_at, credential.path


def _rows(
    ordered: Sequence[Credential], standings: Mapping[str, Standing], tools: Tools, witness: Witness
) -> tuple[AccountRow, ...]:
    policy, lending, now = accounts_policy(tools), checkout_policy(tools.policies), tools.clock.now()
    read = Counter(each.path for each in witness.readings())
    lent = Counter(each.path for each in witness.checkouts() if each.shown_at is not None)
    held = tools.checkouts.held([each.path for each in ordered])
    rows = []
    for number, credential in enumerate(ordered, 1):
        rules = lending.of(credential)
        holder = held.get(credential.path)
        rows.append(
            AccountRow(
                number=number,
                credential=credential,
                standing=standings[credential.path],
                max_age=policy.of(credential).max_age,
                access=Access(rules.who, rules.risk, rules.longest),
                readings=read[credential.path],
                checkouts=lent[credential.path],
                holder=holder.holder if holder else "",
                at=now,
            )
        )
    return tuple(rows)
