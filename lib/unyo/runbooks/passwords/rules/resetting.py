"""The reset itself: sealed first, one request, read back, and proven by the log-on that asks for a change."""

from __future__ import annotations

from functools import partial
from typing import Any

from unyo.core.change import Change, State
from unyo.core.directory import Logon, Modify
from unyo.core.errors import Refused, Stale, TargetSaidNo, UnyoError
from unyo.core.outcome import Outcome, StepResult
from unyo.core.passwords import PasswordRules, make_password
from unyo.core.secret import Secret, SecretRef
from unyo.core.state_runbook import result_of
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.passwords.rules.desk_policy import desk_policy
from unyo.runbooks.passwords.rules.people import DeskPerson, find_person

POLICY = "directory.password.policy"


def before(person: DeskPerson) -> dict[str, Any]:
    return {
        "sam": person.sam,
        "display": person.display,
        "department": person.department,
        "privileged": sorted(each.code for each in person.privileges),
        "locked": person.locked,
        "must_change": person.must_change,
    }


def after(person: DeskPerson, ref: SecretRef) -> dict[str, Any]:
    wanted = {**before(person), "locked": False, "must_change": not person.never_expires}
    return {**wanted, "password": ref.as_state()}


def carry_out(change: Change, tools: Tools, recovering: bool) -> StepResult:
    """One account; an UnyoError where it is refused. A run that was cut off is looked at before it is repeated."""
    person, ref = _as_planned(change, tools), _ref(change)
    if recovering and tools.vault.has(ref) and not person.locked:
        logon = tools.directory.try_logon(person.dn, tools.vault.open(ref))
        if logon is _expected(person):
            return _done(change, person.key, tools, logon)
    password = tools.vault.seal_once(ref, partial(make_password, _rules(person, tools)), "reset at the desk")
    (refusal,) = tools.directory.send([_write(person, password)])
    if refusal is not None and recovering and refusal.code == POLICY:
        # The history refuses what is in force already: all that is left to do is to unlock.
        (refusal,) = tools.directory.send([_write(person, None)])
    if refusal is not None:
        raise refusal
    return _done(change, person.key, tools, tools.directory.try_logon(person.dn, password))


def settled(change: Change, tools: Tools) -> StepResult:
    """How it stands now, without writing; at most one log-on, with the sealed password."""
    try:
        person, _ = find_person(change.target.key, tools)
        ref = _ref(change)
        if not tools.vault.has(ref):
            return _stopped(before(person))
        if person.locked:
            return _unproven(before(person), Logon.LOCKED)
        logon = tools.directory.try_logon(person.dn, tools.vault.open(ref))
    except UnyoError as error:
        result = result_of(error)
        return StepResult(
            Outcome.UNVERIFIED, None, result.code, result.message, result.next_step, result.detail
        )
    return _done(change, person.key, tools, logon) if logon is _expected(person) else _stopped(before(person))


def _as_planned(change: Change, tools: Tools) -> DeskPerson:
    """The person as the plan knew him; what has changed since was not approved."""
    person, _ = find_person(change.target.key, tools)
    planned = change.before or {}
    if not person.enabled or person.expired:
        raise Refused(
            "desk.disabled",
            Text(
                "the account was disabled or has expired since",
                "計画後にアカウントが無効または期限切れになりました",
            ),
            Text("find out why; nothing was done", "理由を確認する。何も実行していません"),
            target=person.target.shown,
        )
    if person.sam != planned.get("sam") or before(person)["privileged"] != planned.get("privileged"):
        raise Stale(
            "step.moved",
            Text("somebody changed it after the plan was approved", "計画の承認後に対象が変更されています"),
            Text("make a new plan (unyo passwords reset)", "計画を作り直す (unyo passwords reset)"),
            target=person.target.shown,
        )
    return person


def _ref(change: Change) -> SecretRef:
    ref = SecretRef.from_state((change.after or {}).get("password"))
    assert ref is not None
    return ref


def _rules(person: DeskPerson, tools: Tools) -> PasswordRules:
    length = max(desk_policy(tools.policies).length, person.rules.minimum_length)
    return PasswordRules(length, person.names)


def _write(person: DeskPerson, password: Secret | None) -> Modify:
    """Reset, unlock and must-change in one request: all of it or nothing."""
    replaced: dict[str, tuple[str, ...]] = {"lockoutTime": ("0",)}
    if not person.never_expires:
        replaced["pwdLastSet"] = ("0",)
    return Modify(person.dn, replace=replaced, password=password, keep_history=password is not None)


def _expected(person: DeskPerson) -> Logon:
    """Only the right password is asked to be changed."""
    return Logon.ACCEPTED if person.never_expires else Logon.MUST_CHANGE


def _done(change: Change, key: str, tools: Tools, logon: Logon) -> StepResult:
    person, _ = find_person(key, tools)
    seen: State = {**before(person), "proven": str(logon)}
    wanted = change.after or {}
    if logon is _expected(person) and all(seen[name] == wanted[name] for name in ("locked", "must_change")):
        return StepResult(Outcome.DONE, seen)
    return _unproven(seen, logon)


def _unproven(seen: State, logon: Logon) -> StepResult:
    error = TargetSaidNo(
        "desk.unproven",
        Text(
            f"set, but the log-on with it answers: {logon}",
            f"設定しましたが、ログオンの結果が想定と異なります: {logon}",
        ),
        Text(
            "a locked account: something keeps trying an old password (phone, share); find it, then again",
            "ロックが続く場合は、古いパスワードを使う機器(スマートフォン、共有接続等)を確認して再実行する",
        ),
    )
    return StepResult(Outcome.UNVERIFIED, seen, error.code, error.what, error.next_step)


def _stopped(seen: State) -> StepResult:
    return StepResult(
        Outcome.SKIPPED,
        seen,
        "step.stopped",
        Text("stopped before the password was set", "パスワードの設定前に停止しました"),
        Text("begin again: unyo passwords reset", "最初からやり直す: unyo passwords reset"),
    )
