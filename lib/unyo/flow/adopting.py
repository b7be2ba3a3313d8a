"""Taking over passwords that people know: sealed first, tried once, and in force only if that log-on worked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from unyo.core.credential import AccountKind, Credential
from unyo.core.dates import in_jst
from unyo.core.errors import NotFound, Refused, TargetSaidNo, UnyoError
from unyo.core.hand import Trial, Tried
from unyo.core.password_books import Move, Standing
from unyo.core.secret import Secret
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.credentials import LedgerCredentials
from unyo.ledger.models import Step, StepState
from unyo.runbooks.passwords.rules.behind import behind_others
from unyo.runbooks.passwords.rules.budget import free_again, policy_of, tries_left
from unyo.runbooks.passwords.rules.looking import RIGHT, shown


@dataclass(frozen=True, slots=True)
class Adopted:
    """How one account ended: proven ``by`` that log-on, or why it was not taken over."""

    credential: Credential
    version: int | None = None
    by: str = ""
    error: UnyoError | None = None


def adopt(
    road: Road, wanted: Mapping[str, Secret], actor: str, *, risk_lockout: bool = False
) -> list[Adopted]:
    """One log-on for each; ``wanted`` is path → password.

    Nothing is set at any target. A password that was refused, or could not be tried, is kept as history.
    """
    books = _books(road)
    accounts = _accounts(books, wanted)
    standings = books.standing(list(wanted))
    ends: dict[str, Adopted] = {}
    for path, credential in accounts.items():
        error = _objection(road, credential, standings[path], risk_lockout)
        if error is not None:
            ends[path] = Adopted(credential, error=error)
    numbers = {
        path: books.offer(path, password, f"adopted from {actor}")
        for path, password in wanted.items()
        if path not in ends
    }
    # What is tried behind another account's log-on comes last: that one may be among those taken over here.
    for behind in (False, True):
        turn = {path: accounts[path] for path in numbers if bool(accounts[path].via) is behind}
        for path, answer in _try(turn, numbers, road).items():
            ends[path] = _settle(accounts[path], numbers[path], answer, books)
    _note(road, ends, actor, risk_lockout)
    return [ends[path] for path in sorted(ends)]


def _books(road: Road) -> LedgerCredentials:
    books = road.tools.credentials
    assert isinstance(books, LedgerCredentials)
    return books


def _accounts(books: LedgerCredentials, wanted: Mapping[str, Secret]) -> dict[str, Credential]:
    known = dict(books.named(list(wanted)))
    for path in wanted:
        if path not in known:
            raise NotFound(
                "passwords.unknown",
                Text("no account has this name", "この名前のアカウントはありません"),
                Text("list them: unyo passwords list", "一覧: unyo passwords list"),
                target=path,
            )
    return known


def _objection(
    road: Road, credential: Credential, standing: Standing, risk_lockout: bool
) -> UnyoError | None:
    """Why no log-on may be tried now."""
    if Step.objects.filter(state=StepState.RUNNING, lock=credential.target.lock).exists():
        return Refused(
            "passwords.busy",
            Text("a job is working on this system now", "現在ジョブがこの対象を処理中です"),
            Text("wait for its end: unyo jobs list --active", "終了を待つ: unyo jobs list --active"),
            target=credential.label,
        )
    now = road.tools.clock.now()
    if risk_lockout or tries_left(standing, now) > 0:
        return None
    next_step = Text("if you are sure, say --risk-lockout", "確実な場合は --risk-lockout を付ける")
    if policy_of(standing).spare:
        until = f"{in_jst(free_again(standing, now)):%Y-%m-%d %H:%M}"
        next_step = Text(f"wait until {until}; {next_step.en}", f"{until} まで待つ。{next_step.ja}")
    return Refused(
        "passwords.no_tries_left",
        Text(
            f"another wrong password could lock the account (threshold {policy_of(standing).threshold})",
            f"もう一度誤るとロックされる可能性があります(しきい値 {policy_of(standing).threshold})",
        ),
        next_step,
        target=credential.label,
    )


def _try(accounts: Mapping[str, Credential], numbers: Mapping[str, int], road: Road) -> dict[str, Tried]:
    """Noted before it is made: a kill in between must not lose count of a try."""
    if not accounts:
        return {}
    road.tools.credentials.note_tries(list(accounts))
    kinds: dict[AccountKind, list[str]] = defaultdict(list)
    for path, credential in accounts.items():
        kinds[credential.kind].append(path)
    answers: dict[str, Tried] = {}
    for kind, paths in kinds.items():
        trials = [Trial(accounts[path], accounts[path].ref.at(numbers[path])) for path in paths]
        try:
            told = road.tools.hands.of(kind).attempt(behind_others(trials, road.tools))
        except UnyoError as error:
            told = [Tried(None, error=error) for _ in paths]
        answers |= dict(zip(paths, told, strict=True))
    return answers


def _settle(credential: Credential, number: int, answer: Tried, books: LedgerCredentials) -> Adopted:
    path = credential.path
    if answer.logon in RIGHT:
        books.adopted(path, number, shown(answer))
        return Adopted(credential, number, shown(answer))
    books.advance([Move(path, number, SecretState.RETIRED)])
    if answer.logon is None:
        books.note_answers({}, [path])
        return Adopted(credential, number, error=answer.error or _refused(credential, "no answer"))
    books.note_answers({path: number}, [])
    return Adopted(credential, number, error=_refused(credential, answer.logon))


def _note(road: Road, ends: Mapping[str, Adopted], actor: str, risk_lockout: bool) -> None:
    listed = {
        path: {"version": end.version, "by": end.by, "error": end.error.code if end.error else None}
        for path, end in sorted(ends.items())
    }
    fields = {"accounts": listed, "risk_lockout": risk_lockout}
    append([NewEvent("passwords.adopted", actor, fields=fields)], road.tools.clock.now())


def _refused(credential: Credential, answer: str) -> UnyoError:
    return TargetSaidNo(
        "passwords.not_adopted",
        Text(
            f"the system did not take this password ({answer}); the one before stays in force",
            f"対象がこのパスワードを受け付けません({answer})。これまでのものを有効とします",
        ),
        Text("check the password by hand, then try again", "手作業で確認してから再実行する"),
        target=credential.label,
    )
