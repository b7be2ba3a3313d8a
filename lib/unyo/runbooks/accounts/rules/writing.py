"""Writing accounts in batches: one request per account, then one per group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from unyo.core.change import Change, State
from unyo.core.dates import in_jst
from unyo.core.directory import Add, Delete, Modify, Move, Write
from unyo.core.dn import escape_rdn, join_dn, parent_of, same_dn
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.passwords import PasswordRules, make_password
from unyo.core.secret import Secret, SecretRef
from unyo.core.state_runbook import attempt
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules import marks
from unyo.runbooks.accounts.rules.entries import (
    HIDDEN_CONTROL,
    HIDDEN_DN,
    HIDDEN_MARKS,
    NORMAL,
    attributes_of,
    wanted_groups,
)
from unyo.runbooks.accounts.rules.places import Places, no_such_place
from unyo.runbooks.accounts.rules.policy import AccountPolicy


@dataclass
class _Batch:
    """The requests of one batch, each with the number of the change it belongs to."""

    writes: list[tuple[int, Write]] = field(default_factory=list)
    passwords: Mapping[SecretRef, Secret] = field(default_factory=dict)
    errors: dict[int, UnyoError] = field(default_factory=dict)
    joins: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    leaves: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


def write_accounts(
    changes: Sequence[Change], tools: Tools, policy: AccountPolicy, places: Places
) -> list[UnyoError | None]:
    """Make every account so; one answer per change. Group membership goes by one request per group."""
    places.ensure(tools.directory, (c.after["place"] for c in changes if c.after and "place" in c.after))
    batch = _Batch(passwords=_passwords(changes, tools, policy), errors=_reserve(changes, tools))
    for number, change in enumerate(changes):
        if number in batch.errors:
            continue
        try:
            _add_writes(batch, number, change, policy, places)
        except UnyoError as error:
            batch.errors[number] = error
    _send(batch, tools, batch.writes)
    _send_memberships(batch, tools, _group_writes(batch, policy))
    gone = [
        str(change.before["sam"])
        for number, change in enumerate(changes)
        if change.after is None and change.before is not None and number not in batch.errors
    ]
    if gone:
        tools.names.release(gone, in_jst(tools.clock.now()).date())
    return [batch.errors.get(number) for number in range(len(changes))]


def _reserve(changes: Sequence[Change], tools: Tools) -> dict[int, UnyoError]:
    """Reserve all names in one go; where one is somebody else's, each for itself."""
    wanted = [
        (i, {str(c.after["sam"]): c.target.key})
        for i, c in enumerate(changes)
        if c.after and "sam" in c.after
    ]
    whole = {name: number for _, pair in wanted for name, number in pair.items()}
    if not whole or attempt(tools.names.reserve, whole) is None:
        return {}
    answers = ((i, attempt(tools.names.reserve, pair)) for i, pair in wanted)
    return {i: error for i, error in answers if error is not None}


def _send_memberships(batch: _Batch, tools: Tools, writes: list[tuple[tuple[int, ...], Modify]]) -> None:
    """One request per group; where it is refused, one per member, so that nobody suffers for another."""
    answers = tools.directory.send([write for _, write in writes])
    singles: list[tuple[int, Write]] = []
    for (owners, write), error in zip(writes, answers, strict=True):
        if isinstance(error, TargetSaidNo) and len(owners) > 1:
            joins = [Modify(write.dn, add={"member": (dn,)}) for dn in write.add.get("member", ())]
            leaves = [Modify(write.dn, remove={"member": (dn,)}) for dn in write.remove.get("member", ())]
            singles += zip(owners, (*joins, *leaves), strict=True)
        elif error is not None:
            for number in owners:
                batch.errors.setdefault(number, error)
    _send(batch, tools, singles)


def _send(batch: _Batch, tools: Tools, writes: list[tuple[int, Write]]) -> None:
    answers = tools.directory.send([write for _, write in writes])
    for (number, _), error in zip(writes, answers, strict=True):
        if error is not None:
            batch.errors.setdefault(number, error)


def _add_writes(batch: _Batch, number: int, change: Change, policy: AccountPolicy, places: Places) -> None:
    before, after = change.before, change.after
    if after is None:
        if before is not None:
            batch.writes.append((number, Delete(before[HIDDEN_DN])))
        return
    if before is None:
        dn = _create(batch, number, change, policy, places)
    else:
        dn = _update(batch, number, change, policy, places)
    held = set(before["groups"]) if before else set()
    wanted = wanted_groups(after, held)
    for group in sorted(wanted - held):
        batch.joins.setdefault(group, []).append((number, dn))
    for group in sorted(held - wanted):
        batch.leaves.setdefault(group, []).append((number, dn))


def _create(batch: _Batch, number: int, change: Change, policy: AccountPolicy, places: Places) -> str:
    after = change.after or {}
    dn = _dn_of(after["cn"], after["place"], places, change.target.shown)
    password = _password(batch, after)
    if password is None and after.get("enabled"):
        raise _no_password(change)
    attributes = {name: values for name, values in attributes_of(after, NORMAL).items() if values}
    attributes |= {"objectClass": ("user",), policy.staff_attribute: (after["number"],)}
    if policy.must_change and password is not None:
        attributes["pwdLastSet"] = ("0",)
    batch.writes.append((number, Add(dn, attributes, password)))
    return dn


def _update(batch: _Batch, number: int, change: Change, policy: AccountPolicy, places: Places) -> str:
    before, after = change.before or {}, change.after or {}
    old_dn = str(before[HIDDEN_DN])
    dn = old_dn
    if "cn" in after or "place" in after:
        dn = _dn_of(
            after.get("cn", before["cn"]), after.get("place", before["place"]), places, change.target.shown
        )
    if not same_dn(dn, old_dn) or dn.partition(",")[0] != old_dn.partition(",")[0]:
        parent = parent_of(dn)
        moved = None if same_dn(parent, parent_of(old_dn)) else parent
        batch.writes.append((number, Move(old_dn, dn[: len(dn) - len(parent) - 1], moved)))
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    password = _password(batch, after)
    replaced = attributes_of(changed, int(before[HIDDEN_CONTROL]))
    if "former" in changed or "grants" in changed:
        replaced[marks.ATTRIBUTE] = marks.written_marks({**before, **changed}, before[HIDDEN_MARKS])
    if password is not None and policy.must_change:
        replaced["pwdLastSet"] = ("0",)
    if replaced or password is not None:
        batch.writes.append((number, Modify(dn, replace=replaced, password=password)))
    return dn


def _dn_of(cn: str, place: str, places: Places, target: str) -> str:
    container = places.dn_of(place)
    if container is None:
        raise no_such_place(place, target)
    return join_dn(f"CN={escape_rdn(cn)}", container)


def _passwords(changes: Sequence[Change], tools: Tools, policy: AccountPolicy) -> Mapping[SecretRef, Secret]:
    """The batch's passwords, all sealed before any account is touched.

    A worker killed now finds the very same passwords later.
    """
    wanted = {}
    for change in changes:
        after = change.after or {}
        ref = SecretRef.from_state(after.get("password"))
        if ref is not None:
            names = tuple(str(after.get(key) or "") for key in ("sam", "display", "family", "given"))
            rules = PasswordRules(policy.password_length, names)
            wanted[ref] = partial(make_password, rules)
    return tools.vault.seal_once_many(wanted, "initial password") if wanted else {}


def _password(batch: _Batch, after: State) -> Secret | None:
    ref = SecretRef.from_state(after.get("password"))
    return None if ref is None else batch.passwords[ref]


def _group_writes(batch: _Batch, policy: AccountPolicy) -> list[tuple[tuple[int, ...], Modify]]:
    writes: list[tuple[tuple[int, ...], Modify]] = []
    for group in sorted(batch.joins.keys() | batch.leaves.keys()):
        joins = [(n, dn) for n, dn in batch.joins.get(group, ()) if n not in batch.errors]
        leaves = [(n, dn) for n, dn in batch.leaves.get(group, ()) if n not in batch.errors]
        if joins or leaves:
            named = {"member": tuple(dn for _, dn in joins)}, {"member": tuple(dn for _, dn in leaves)}
            dn = join_dn(f"CN={escape_rdn(group)}", policy.groups_dn)
            write = Modify(dn, add=named[0] if joins else {}, remove=named[1] if leaves else {})
            writes.append((tuple(n for n, _ in (*joins, *leaves)), write))
    return writes


def _no_password(change: Change) -> TargetSaidNo:
    return TargetSaidNo(
        "accounts.no_password",
        Text(
            "an account is never enabled without a password", "パスワードのないアカウントは有効にできません"
        ),
        Text("plan the account anew", "アカウントを計画し直す"),
        target=change.target.shown,
    )
