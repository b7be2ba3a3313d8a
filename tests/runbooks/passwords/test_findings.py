"""What an approver reads of a plan before the accounts themselves."""

from __future__ import annotations

from datetime import timedelta

from support.books import NOON
from unyo.core.credential import AccountKind, Credential
from unyo.core.hand import AccountFacts, Use
from unyo.core.password_books import Standing, Version
from unyo.core.plan import Finding, Weight
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.runbooks.passwords.rules.findings import findings_of
from unyo.runbooks.passwords.rules.foreseeing import Foreseen

OFF = Text("not looked at for stored passwords, as they did not answer: PC-9", "応答なし: PC-9")


def told(facts: AccountFacts, role: str = "service") -> list[Finding]:
    credential = Credential(AccountKind.DIRECTORY, "domain", "svc", "passwords/domain/svc", "svc", role=role)
    standing = Standing(credential.path, (Version(1, SecretState.VERIFIED, NOON),))
    machines = {f"S{number}": f"PC-{number}" for number in range(20)}
    return findings_of([Foreseen(credential, standing, facts)], [], machines, NOON)


def test_one_service_on_many_terminals_is_one_line_with_the_terminals_names() -> None:
    uses = tuple(Use("service", f"S{number}", "backup") for number in (3, 1, 2))
    (line,) = [each.text.en for each in told(AccountFacts(uses=uses)) if each.code == "passwords.used"]
    assert line.endswith("service backup (PC-1, PC-2, PC-3)")


def test_of_a_whole_fleet_the_first_ten_are_named() -> None:
    uses = tuple(Use("service", f"S{number}", "backup") for number in range(20))
    (line,) = [each.text.en for each in told(AccountFacts(uses=uses)) if each.code == "passwords.used"]
    assert (line.count("PC-"), line.endswith("… 20)")) == (10, True)


def test_terminals_that_could_not_be_looked_at_are_odd_for_an_account_of_services() -> None:
    found = {
        role: [each.weight for each in told(AccountFacts(unseen=(OFF,)), role) if each.text == OFF]
        for role in ("service", "admin")
    }
    assert found == {"service": [Weight.ODD], "admin": [Weight.NOTE]}


def test_the_oldest_is_as_old_as_its_system_says() -> None:
    set_long_ago = AccountFacts(last_set=NOON - timedelta(days=983))
    assert "the oldest is 983 days old" in [each.text.en for each in told(set_long_ago)]
