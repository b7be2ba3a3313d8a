"""unyo passwords: where each password stands, and taking over one that is known, on a real Linux host."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from support.at_the_desk import Desk
from support.books import NOON, add_device, add_terminals
from unyo.cli.passwords_check import look_at_passwords
from unyo.core.errors import BadSetting, Unreachable
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.password_books import Move
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.flow.approval import approve
from unyo.lab.linux_files import KEEPER, STAFF
from unyo.lab.linux_host import LinuxHost
from unyo.ledger.credentials import LedgerCredentials
from unyo.ledger.models import CredentialRecord, Event, Job, Operator, SealedSecret, Step, StepState
from unyo.settings import load_settings
from unyo.wiring import Toolbox, build_road

pytestmark = pytest.mark.xdist_group("linux_hosts")

PC1, PC2 = "passwords/windows/S1/unyo-admin", "passwords/windows/S2/unyo-admin"


@pytest.fixture
def books(desk: Desk) -> LedgerCredentials:
    add_terminals({"serial": "S1", "name": "PC-0001"}, {"serial": "S2", "name": "PC-0002"})
    found = Toolbox(load_settings()).credentials
    assert isinstance(found, LedgerCredentials)
    return found


@pytest.fixture
def host(books: LedgerCredentials, plain_host: LinuxHost) -> LinuxHost:
    """A real host whose accounts stand in the ledger; unyo knows none of their passwords."""
    add_device(
        plain_host.name,
        "linux",
        [{"name": STAFF}, {"name": KEEPER}],
        address=plain_host.address,
        port=plain_host.port,
        options={"host_key": plain_host.host_key},
    )
    return plain_host


def of(host: LinuxHost, account: str = STAFF) -> str:
    return f"passwords/{host.name}/{account}"


def renew(books: LedgerCredentials, path: str, password: str = "Canary-1") -> None:
    number = books.propose({path: lambda: Secret(password)}, "rotation")[path]
    books.advance([Move(path, number, SecretState.VERIFIED, "ntlm")])


def test_the_list_shows_the_oldest_first_and_what_was_never_set_before_all(
    desk: Desk, books: LedgerCredentials
) -> None:
    renew(books, PC2)
    rows = desk.answer("passwords", "list")
    assert [(row["path"], row["state"]) for row in rows] == [(PC1, None), (PC2, "VERIFIED")]
    assert (rows[1]["verified_by"], rows[1]["days"]) == ("ntlm", 0)
    shown = desk.unyo("passwords", "list").out
    assert "PC-0002 unyo-admin" in shown
    assert "proven by log-on" in shown


def test_the_list_is_narrowed_by_state_trouble_and_the_conditions_of_the_runbooks(
    desk: Desk, books: LedgerCredentials
) -> None:
    renew(books, PC2)
    books.note_trouble({PC1: Unreachable("x.off", Text("it is off", "停止中"), Text("on", "起動"))})
    listed = [
        [row["path"] for row in desk.answer("passwords", "list", *words)]
        for words in (
            ("--state", "VERIFIED"),
            ("--troubled",),
            ("--system", "pc-0002"),
            ("--kind", "windows"),
        )
    ]
    assert listed == [[PC2], [PC1], [PC2], [PC1, PC2]]
    assert (
        desk.answer("passwords", "list", "--system", "PC-9", code=2)["error"]["code"] == "passwords.unknown"
    )


def test_one_account_is_shown_with_all_its_versions_and_no_password(
    desk: Desk, books: LedgerCredentials
) -> None:
    for number in range(15):
        renew(books, PC1, f"Canary-{number}")
    books.propose({PC1: lambda: Secret("Canary-open")}, "rotation of April")
    answer = desk.answer("passwords", "show", PC1)
    assert [(each["number"], each["state"]) for each in answer["versions"][:3]] == [
        (16, "SEALED"),
        (15, "VERIFIED"),
        (14, "RETIRED"),
    ]
    assert [each["number"] for each in answer["versions"] if not each["is_kept"]] == [2, 1]
    shown = desk.unyo("passwords", "show", PC1).out
    assert "rotation of April" in shown
    assert "destroyed" in shown
    assert "Canary" not in shown + str(answer)


def test_states_are_counted_by_kind(desk: Desk, books: LedgerCredentials) -> None:
    renew(books, PC2)
    answer = desk.answer("passwords", "states")
    assert answer["states"] == [
        {"kind": "windows", "state": None, "accounts": 1},
        {"kind": "windows", "state": "VERIFIED", "accounts": 1},
    ]
    assert "proven by log-on" in desk.unyo("passwords", "states").out


def test_a_known_password_is_proven_by_one_log_on_and_then_in_force(desk: Desk, host: LinuxHost) -> None:
    right = host.passwords[STAFF].reveal()
    answer = desk.answer("passwords", "adopt", of(host), typed=f"{right}\n")
    assert [(each["version"], each["by"], each["error"]) for each in answer] == [(1, "ssh", None)]
    assert Toolbox(load_settings()).vault.open(SecretRef(of(host))).reveal() == right
    (row,) = desk.answer("passwords", "list", "--path", of(host))
    assert (row["state"], row["set_at"] is not None) == ("VERIFIED", True)
    event = Event.objects.get(kind="passwords.adopted")
    assert (event.actor, event.fields["accounts"][of(host)]["by"]) == ("tanaka", "ssh")


def test_a_wrong_password_is_not_taken_over_and_the_next_try_waits(desk: Desk, host: LinuxHost) -> None:
    wrong = desk.answer("passwords", "adopt", of(host), typed="Canary-wrong\n", code=1)
    assert wrong[0]["error"]["code"] == "passwords.not_adopted"
    shown = desk.answer("passwords", "show", of(host))
    assert [each["state"] for each in shown["versions"]] == ["RETIRED"]
    right = host.passwords[STAFF].reveal()
    # Nobody has read the lock-out policy of this system, so one bad try is all that is risked.
    held = desk.answer("passwords", "adopt", of(host), typed=f"{right}\n", code=4)
    assert held[0]["error"]["code"] == "passwords.no_tries_left"
    taken = desk.answer("passwords", "adopt", of(host), "--risk-lockout", typed=f"{right}\n")
    assert taken[0]["version"] == 2
    books = Toolbox(load_settings()).credentials.standing([of(host)])[of(host)]
    assert (books.bad_logons, books.refused) == ((), ())


def test_an_account_that_one_wrong_password_locks_is_not_tried_unless_that_is_said(
    desk: Desk, host: LinuxHost, books: LedgerCredentials
) -> None:
    books.note_facts({of(host): AccountFacts(lockout=LockoutPolicy(2, timedelta(minutes=10)))})
    right = host.passwords[STAFF].reveal()
    held = desk.answer("passwords", "adopt", of(host), typed=f"{right}\n", code=4)
    assert "wait until" not in held[0]["error"]["next"]["en"]
    desk.unyo("passwords", "adopt", of(host), "--risk-lockout", typed=f"{right}\n")


def test_an_account_of_which_no_password_is_known_is_shown_as_torn(
    desk: Desk, books: LedgerCredentials
) -> None:
    renew(books, PC1)
    books.advance([Move(PC1, 1, SecretState.TORN)])
    number = books.offer(PC1, Secret("Canary-2"), "typed")
    books.advance([Move(PC1, number, SecretState.RETIRED)])
    (row,) = desk.answer("passwords", "list", "--state", "TORN")
    assert (row["path"], row["version"]) == (PC1, 1)


def test_a_wrong_password_leaves_the_one_in_force(
    desk: Desk, host: LinuxHost, books: LedgerCredentials
) -> None:
    policy = LockoutPolicy(10, timedelta(minutes=10))
    books.note_facts({of(host): AccountFacts(lockout=policy)})
    right = host.passwords[STAFF].reveal()
    desk.unyo("passwords", "adopt", of(host), typed=f"{right}\n")
    desk.unyo("passwords", "adopt", of(host), typed="Canary-wrong\n", code=1)
    assert Toolbox(load_settings()).vault.open(SecretRef(of(host))).reveal() == right
    standing = books.standing([of(host)])[of(host)]
    assert (len(standing.bad_logons), standing.refused) == (1, (2,))


def test_a_system_that_is_away_costs_no_try(
    desk: Desk, books: LedgerCredentials, plain_host: LinuxHost
) -> None:
    add_device(
        "gone",
        "linux",
        [{"name": STAFF}],
        address="127.0.0.1",
        port=9,
        options={"host_key": plain_host.host_key},
    )
    answer = desk.answer("passwords", "adopt", "passwords/gone/" + STAFF, typed="Canary-1\n", code=6)
    assert answer[0]["error"]["code"] != "passwords.not_adopted"
    standing = books.standing([f"passwords/gone/{STAFF}"])[f"passwords/gone/{STAFF}"]
    assert (standing.bad_logons, standing.in_force) == ((), None)


def test_many_come_from_a_private_file_and_each_is_judged_alone(
    desk: Desk, host: LinuxHost, tmp_path: Path
) -> None:
    file = tmp_path / "known.csv"
    keeper = host.passwords[KEEPER].reveal()
    file.write_text(f'path,password\n{of(host)},"Canary, ""wrong"""\n{of(host, KEEPER)},{keeper}\n')
    file.chmod(0o600)
    answer = desk.answer("passwords", "adopt", "--from-file", str(file), code=1)
    codes = {each["path"]: each["error"]["code"] if each["error"] else None for each in answer}
    assert codes == {of(host): "passwords.not_adopted", of(host, KEEPER): None}


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        (0o640, f"{PC1},Canary-1\n", "others may read the file"),
        (0o600, f"{PC1}\n", "known.csv:1"),
        (0o600, f"{PC1},Canary-1\n{PC2},Canary-2,Canary-3\n", "known.csv:2"),
        (0o600, f"{PC1},Canary-1\n{PC1},Canary-2\n", "known.csv:2"),
        (0o600, "\n", "no account in it"),
        (0o600, "passwords/nobody/x,Canary-1\n", "no account has this name"),
    ],
)
def test_a_file_that_others_may_read_or_that_is_wrong_is_refused_without_quoting_it(
    desk: Desk, books: LedgerCredentials, tmp_path: Path, mode: int, text: str, said: str
) -> None:
    file = tmp_path / "known.csv"
    file.write_text(text)
    file.chmod(mode)
    out = desk.unyo("passwords", "adopt", "--from-file", str(file), "--json", code=2).out
    assert said in out
    assert "Canary" not in out
    assert not SealedSecret.objects.exists()


def test_while_a_job_works_on_the_system_nothing_is_tried(desk: Desk, host: LinuxHost) -> None:
    job = Job.objects.create(runbook="passwords.rotate", params={}, requester="suzuki", requested_at=NOON)
    Step.objects.create(
        job=job, order=1, wave=0, change={}, lock=f"linux:{host.name}", state=StepState.RUNNING
    )
    answer = desk.answer("passwords", "adopt", of(host), typed="Canary-1\n", code=4)
    assert answer[0]["error"]["code"] == "passwords.busy"
    assert not SealedSecret.objects.exists()


def test_a_canary_that_was_adopted_stands_nowhere_in_clear(
    desk: Desk, host: LinuxHost, sqlite_ledger: Path
) -> None:
    shown = desk.unyo("passwords", "adopt", of(host), typed="Canary-wrong\n", code=1).out
    right = host.passwords[STAFF].reveal()
    shown += desk.unyo("passwords", "adopt", of(host), "--risk-lockout", typed=f"{right}\n").out
    shown += desk.unyo("passwords", "show", of(host)).out
    files = b"".join(file.read_bytes() for file in sqlite_ledger.parent.glob("ledger.sqlite3*"))
    events = "".join(str(event.fields) for event in Event.objects.all())
    for canary in ("Canary-wrong", right):
        assert canary not in shown + events + str(os.environ)
        assert canary.encode() not in files


def test_a_host_whose_one_password_is_known_has_all_of_them_renewed_and_in_the_books(
    desk: Desk, books: LedgerCredentials, plain_host: LinuxHost
) -> None:
    accounts = [{"name": KEEPER}, {"name": STAFF, "via": KEEPER}, {"name": "root", "via": KEEPER}]
    where = {"address": plain_host.address, "port": plain_host.port}
    add_device(plain_host.name, "linux", accounts, **where, options={"host_key": plain_host.host_key})
    known = plain_host.passwords[KEEPER].reveal()
    desk.unyo("passwords", "adopt", of(plain_host, KEEPER), typed=f"{known}\n")
    Operator.objects.create(name="suzuki", role="operator")
    asked = ("passwords.rotate", "--system", plain_host.name, "--reason", "the yearly round")
    desk.unyo("plan", *asked)
    job = Job.objects.get()
    approve(build_road(load_settings()), job, "suzuki", "as agreed", job.digest)
    desk.unyo("worker", "--until-idle")
    rows = desk.answer("passwords", "list", "--system", plain_host.name)
    assert {(row["account"], row["state"], row["verified_by"]) for row in rows} == {
        (KEEPER, "VERIFIED", "ssh"),
        (STAFF, "VERIFIED", "ssh"),
        ("root", "VERIFIED", "ssh"),
    }
    vault = Toolbox(load_settings()).vault
    assert all(plain_host.takes(row["account"], vault.open(SecretRef(row["path"]))) for row in rows)
    assert vault.open(SecretRef(of(plain_host, KEEPER)).at(1)).reveal() == known
    assert desk.unyo("audit", "verify").code == 0


def test_what_is_wrong_and_until_when_stands_below_the_list(desk: Desk, books: LedgerCredentials) -> None:
    renew(books, PC2)
    books.note_trouble({PC2: Unreachable("x.off", Text("it is off", "停止中"), Text("on", "起動"))})
    CredentialRecord.objects.filter(path=PC2).update(rotate_by=NOON, rotate_reason="sato leaves")
    shown = desk.unyo("passwords", "list").out
    assert "[x.off] it is off" in shown
    assert "to be renewed by 2026-04-01 12:00: sato leaves" in shown


def test_a_password_that_was_refused_does_not_read_as_one_that_was_replaced(
    desk: Desk, books: LedgerCredentials
) -> None:
    renew(books, PC1)
    number = books.propose({PC1: lambda: Secret("Canary-wrong")}, "rotation 2026-11-26T00:52:00.224110+00:00")
    books.advance([Move(PC1, number[PC1], SecretState.RETIRED)])
    shown = " ".join(desk.unyo("passwords", "show", PC1).out.replace("│", " ").split())
    assert "never proven" in shown
    assert "T00:52" not in shown


def test_the_doctor_names_an_account_whose_password_nobody_knows(books: LedgerCredentials) -> None:
    renew(books, PC1)
    assert look_at_passwords(Toolbox(load_settings())) == "2 accounts, 1 due, 0 with a trouble"
    books.advance([Move(PC1, 1, SecretState.TORN)])
    with pytest.raises(BadSetting, match="PC-0001 unyo-admin") as caught:
        look_at_passwords(Toolbox(load_settings()))
    assert caught.value.code == "doctor.passwords"


def test_the_doctor_reads_the_whole_policy_of_passwords(
    books: LedgerCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Toolbox(load_settings())
    wrong = {**tools.policies.load("passwords"), "checkout": {"rules": {"risk": "guarded"}}}
    monkeypatch.setattr(type(tools.policies), "load", lambda *_: wrong)
    with pytest.raises(BadSetting, match="checkout"):
        look_at_passwords(tools)
