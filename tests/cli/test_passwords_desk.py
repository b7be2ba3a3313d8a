"""unyo passwords reset, unlock, explain: typed at the desk, against the simulated directory and a real mail server."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from support.at_the_desk import Desk
from support.directory import as_administrator
from support.directory_accounts import made, set_rules
from support.post import settings_of
from unyo.connectors.directory import LdapDirectory
from unyo.connectors.notify.mail import MailMessenger
from unyo.core.dates import in_jst
from unyo.core.directory import Logon, Modify
from unyo.core.secret import Secret
from unyo.core.text import Language
from unyo.lab.directory_simulator import DirectorySimulator
from unyo.lab.mail_server import MailServer
from unyo.ledger.models import Affiliation, Event, Job, Operator, VerificationRecord
from unyo.settings import load_settings
from unyo.wiring import SystemClock, Toolbox

pytestmark = pytest.mark.xdist_group("account_simulator")
WHY = ("--reason", "forgotten over the holidays")


class Town:
    """The people of a simulated directory, as the desk sees them."""

    def __init__(self, lab: DirectorySimulator, directory: LdapDirectory) -> None:
        self.lab, self.directory = lab, directory

    def person(self, **attributes: str) -> tuple[str, str]:
        """Staff number and DN."""
        number = str(10**7 + secrets.randbelow(10**7))
        given = {"employeeNumber": number, "displayName": "佐藤 花子", **attributes}
        return number, made(self.directory, self.lab, f"u{number}", **given)[0]


@pytest.fixture
def town(
    desk: Desk, account_simulator: DirectorySimulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    settings = as_administrator(account_simulator)
    directory = LdapDirectory(settings)
    monkeypatch.setattr(Toolbox, "directory", property(lambda _: directory))
    set_rules(directory, account_simulator, timedelta(days=1), 3)
    yield Town(account_simulator, directory)
    set_rules(directory, account_simulator, timedelta(days=1), 0)
    directory.close()


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as server:
        messenger = MailMessenger(settings_of(server), Language.JA, SystemClock().now)
        monkeypatch.setattr(Toolbox, "messenger", property(lambda _: messenger))
        yield server


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("seq"))


def test_a_person_who_is_seen_has_a_new_password_in_one_command(desk: Desk, town: Town) -> None:
    number, dn = town.person()
    done = desk.unyo("passwords", "reset", number, *WHY, "--seen", "職員証", "--show")
    shown = done.out.splitlines()[-1]
    assert town.directory.try_logon(dn, Secret(shown)) is Logon.MUST_CHANGE
    (passed,) = events("verification.passed")
    assert (passed.fields["way"], passed.fields["note"]) == ("in_person", "職員証")
    assert events("handover.done")[0].fields["how"] == "viewed"
    assert Job.objects.get().state == "DONE"


def test_it_is_shown_once(desk: Desk, town: Town) -> None:
    number, dn = town.person()
    quiet = desk.unyo("passwords", "reset", number, *WHY, "--seen", "id")
    assert f"unyo handover show {number}" in quiet.out
    shown = desk.unyo("handover", "show", number, "--reason", "at the counter").out.strip()
    assert shown not in quiet.out
    assert town.directory.try_logon(dn, Secret(shown)) is Logon.MUST_CHANGE
    again = desk.answer("handover", "show", number, "--reason", "again", code=4)
    assert again["error"]["code"] == "handover.twice"


def test_a_slip_is_printed_instead(desk: Desk, town: Town, tmp_path: object) -> None:
    number, _ = town.person()
    slip = f"{tmp_path}/slip.pdf"
    desk.unyo("passwords", "reset", number, *WHY, "--seen", "id", "--slip", slip)
    with open(slip, "rb") as file:  # noqa: PTH123
        assert file.read(5) == b"%PDF-"


def test_a_code_goes_to_the_registered_contact_and_comes_back(
    desk: Desk, town: Town, mails: MailServer
) -> None:
    number, dn = town.person(otherMailbox="hanako@home.example")
    wrong = desk.unyo("passwords", "reset", number, *WHY, "--way", "code", typed="00000000\n", code=4)
    (mail,) = mails.mails
    assert mail.to == ("hanako@home.example",)
    code = re.search(r"^\d{8}$", mail.text, re.MULTILINE)
    assert code is not None
    record = VerificationRecord.objects.get()
    assert (record.sent_to, record.tries) == ("ha***@home.example", 1)
    assert code[0] not in wrong.out + repr(list(Event.objects.values_list("fields", flat=True)))
    go_on = ("--verification", str(record.pk), "--show")
    done = desk.unyo("passwords", "reset", number, *WHY, *go_on, typed=f"{code[0]}\n")
    assert town.directory.try_logon(dn, Secret(done.out.splitlines()[-1])) is Logon.MUST_CHANGE
    assert VerificationRecord.objects.get().hash == b""


def test_a_code_wears_out_after_three_tries(desk: Desk, town: Town, mails: MailServer) -> None:
    number, _ = town.person(otherMailbox="hanako@home.example")
    desk.unyo("passwords", "reset", number, *WHY, "--way", "code", typed="0\n", code=4)
    code = re.search(r"^\d{8}$", mails.mails[0].text, re.MULTILINE)
    assert code is not None
    asked = ("passwords", "reset", number, *WHY, "--verification", str(VerificationRecord.objects.get().pk))
    for _ in range(2):
        desk.unyo(*asked, typed="1\n", code=4)
    assert desk.answer(*asked, typed=f"{code[0]}\n", code=4)["error"]["code"] == "desk.code.over"
    assert not Job.objects.exists()
    assert events("verification.failed")


def test_a_code_of_somebody_else_is_of_no_use(desk: Desk, town: Town, mails: MailServer) -> None:
    number, _ = town.person(otherMailbox="hanako@home.example")
    other, _ = town.person()
    desk.unyo("passwords", "reset", number, *WHY, "--way", "code", typed="0\n", code=4)
    record = VerificationRecord.objects.get()
    done = desk.answer(
        "passwords", "reset", other, *WHY, "--verification", str(record.pk), typed="1\n", code=2
    )
    assert done["error"]["code"] == "desk.code.other"


def test_no_code_is_sent_into_the_mailbox_that_is_locked_out(
    desk: Desk, town: Town, mails: MailServer
) -> None:
    number, _ = town.person(otherMailbox="hanako@lab.unyo.test", mail="hanako@lab.unyo.test")
    done = desk.answer("passwords", "reset", number, *WHY, "--way", "code", code=4)
    assert done["error"]["code"] == "desk.no_contact"
    assert mails.mails == []


def test_without_mail_the_desk_is_told_what_to_do(desk: Desk, town: Town) -> None:
    number, _ = town.person(otherMailbox="hanako@home.example")
    done = desk.answer("passwords", "reset", number, *WHY, "--way", "code", code=2)
    assert done["error"]["code"] == "desk.no_messenger"
    assert not VerificationRecord.objects.exists()


def posts_of(number: str) -> dict[str, str]:
    """A person's posts in the ledger, and what is right to answer."""
    from unyo.ledger.models import RosterFile

    today = in_jst(SystemClock().now()).date()
    roster = RosterFile.objects.create(
        effective=date(2024, 4, 1),
        filename="x.csv",
        sha256="0" * 64,
        intake={},
        departments={},
        findings=[],
        imported_at=SystemClock().now(),
        imported_by="tanaka",
    )
    common = {
        "staff_number": number,
        "name": "佐藤 花子",
        "standing": "active",
        "is_main": True,
        "roster": roster,
    }
    Affiliation.objects.create(
        **common,
        department_code="0101",
        department_name="総務課",
        title="係長",
        valid_from=date(2024, 4, 1),
        valid_until=None,
    )
    Affiliation.objects.create(
        **common,
        department_code="0102",
        department_name="会計課",
        title="主査",
        valid_from=date(2020, 4, 1),
        valid_until=date(2024, 4, 1),
    )
    assert today > date(2024, 4, 1)
    return {
        "your department": "総務課",
        "year and month": "令和6年4月",
        "before": "会 計 課",
        "title": "係長",
        "extension": "4321",
    }


@pytest.mark.parametrize("knows", [True, False], ids=["right", "wrong"])
def test_questions_are_answered_without_the_desk_seeing_the_answers(
    desk: Desk, town: Town, knows: bool
) -> None:
    number, _ = town.person(telephoneNumber="03-1234-4321")
    right = posts_of(number)
    asked = ("passwords", "reset", number, *WHY, "--way", "questions")
    questions: list[str] = []

    def answer(prompt: str) -> str:
        questions.append(prompt)
        if not knows:
            return "経理課"
        key = max((word for word in right if word in prompt), key=len)
        return right[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("unyo.cli.desk_verifying._typed", answer)
        done = desk.unyo(*asked, code=0 if knows else 4)
    assert len(questions) == 4
    assert not any(each in done.out for each in right.values() if not each.isascii())
    assert bool(events("verification.passed")) is knows
    assert bool(Job.objects.count()) is knows


def test_too_few_known_facts_lead_to_the_counter(desk: Desk, town: Town) -> None:
    number, _ = town.person()
    done = desk.answer("passwords", "reset", number, *WHY, "--way", "questions", code=4)
    assert done["error"]["code"] == "desk.questions.few"


def test_a_person_and_an_operator_have_only_so_many_goes(desk: Desk, town: Town) -> None:
    number, _ = town.person()
    for _ in range(3):
        desk.unyo("passwords", "reset", number, *WHY, "--seen", "id")
    done = desk.answer("passwords", "reset", number, *WHY, "--seen", "id", code=4)
    assert done["error"]["code"] == "desk.rate.person"
    assert events("verification.refused")[0].fields["code"] == "desk.rate.person"
    now = SystemClock().now()
    VerificationRecord.objects.bulk_create(
        VerificationRecord(person=f"x{place}", way="code", operator="tanaka", started_at=now)
        for place in range(20)
    )
    other, _ = town.person()
    done = desk.answer("passwords", "reset", other, *WHY, "--seen", "id", code=4)
    assert done["error"]["code"] == "desk.rate.operator"


def test_an_administrator_waits_for_the_officer(desk: Desk, town: Town) -> None:
    number, dn = town.person()
    admins = f"CN=Domain Admins,CN=Users,{town.lab.base_dn}"
    assert town.directory.send([Modify(admins, add={"member": (dn,)})]) == [None]
    waiting = desk.unyo("passwords", "reset", number, *WHY, "--seen", "id", code=3)
    assert "officer approves" in waiting.out
    job = Job.objects.get()
    Operator.objects.create(name="sato", role="officer", os_user="somebody-else")
    from unyo.flow.approval import approve
    from unyo.flow.worker import Worker
    from unyo.wiring import build_road

    road = build_road(load_settings())
    approve(road, job, "sato", "called back", job.digest)
    Worker(road).run_until_idle()
    shown = desk.unyo("handover", "show", number, "--reason", "at the counter").out.strip()
    assert town.directory.try_logon(dn, Secret(shown)) is Logon.MUST_CHANGE


def test_the_road_alone_does_not_reset_without_the_desk(desk: Desk, town: Town) -> None:
    number, _ = town.person()
    done = desk.answer("run", "passwords.reset", "--person", number, *WHY, "--yes", code=4)
    assert done["error"]["code"] == "desk.unverified"
    rehearsed = desk.answer("run", "passwords.reset", "--person", number, *WHY, "--rehearse", code=4)
    assert rehearsed["error"]["code"] == "passwords.no_rehearsal"


def test_a_disabled_account_is_refused_before_anybody_is_verified(desk: Desk, town: Town) -> None:
    number, _ = town.person(userAccountControl="514")
    done = desk.answer("passwords", "reset", number, *WHY, "--seen", "id", code=4)
    assert done["error"]["code"] == "desk.disabled"
    assert not VerificationRecord.objects.exists()


def test_no_password_goes_into_an_answer_for_scripts(desk: Desk, town: Town) -> None:
    number, _ = town.person()
    done = desk.answer("passwords", "reset", number, *WHY, "--seen", "id", "--show", code=2)
    assert done["error"]["code"] == "desk.json"


def test_unlocking_says_since_when(desk: Desk, town: Town) -> None:
    number, dn = town.person()
    for _ in range(3):
        town.directory.try_logon(dn, Secret("wrong"))
    done = desk.unyo("passwords", "unlock", number, *WHY)
    assert "locked since" in done.out
    assert town.directory.try_logon(dn, Secret("wrong")) is Logon.WRONG


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (["0000052D"], "0000052D"),
        (["1325"], "0000052D"),
        (["53"], "53"),
        (["0xC0000234"], "775"),
        (["773"], "773"),
        (["KRB_AP_ERR_SKEW"], "KRB_AP_ERR_SKEW"),
        (["80090308:", "LdapErr:", "DSID-0C090439,", "comment:", "error,", "data", "533,", "v4563"], "533"),
        (
            ["00000056:", "Constraint", "violation", "-", "the", "old", "password", "doesn't", "match"],
            "00000056",
        ),
    ],
)
def test_codes_are_explained_in_both_languages(desk: Desk, said: list[str], code: str) -> None:
    (found,) = desk.answer("passwords", "explain", *said)
    assert found["code"] == code
    assert found["what"]["ja"]
    assert found["next"]["en"]
    assert found["what"]["ja"] in desk.unyo("passwords", "explain", *said).out


def test_an_unknown_code_is_told(desk: Desk) -> None:
    assert desk.answer("passwords", "explain", "4711", code=2)["error"]["code"] == "explain.unknown"


def test_a_privileged_account_that_is_not_locked_needs_nobodys_approval(desk: Desk, town: Town) -> None:
    number, _ = town.person(adminCount="1")
    told = desk.unyo("passwords", "unlock", number, "--reason", "called").out
    assert "no bad log-on is counted" in told


def test_who_waits_for_approval_is_told_how_it_goes_on(desk: Desk, town: Town) -> None:
    number, _ = town.person(adminCount="1")
    waits = desk.answer("passwords", "reset", number, *WHY, "--seen", "id", code=3)["error"]
    assert waits["next"]["en"].endswith(f"unyo handover show {number} --reason …")


def test_a_disabled_account_is_told_what_to_do_instead(desk: Desk, town: Town) -> None:
    number, _ = town.person(userAccountControl="514")
    barred = desk.answer("passwords", "reset", number, *WHY, "--seen", "id", code=4)["error"]
    assert (barred["code"], "accounts.restore" in barred["next"]["en"]) == ("desk.disabled", True)
