"""Setting and trying passwords of local accounts on simulated terminals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from support.hands import Drawer
from support.windows_hand import credential_of, hand_of
from unyo.core.credential import Credential
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, LockoutPolicy, Trial, Use
from unyo.core.secret import Secret, SecretRef
from unyo.lab.terminals.fleet_process import FleetProcess

pytestmark = pytest.mark.xdist_group("password_fleet")
OTHER = "help-desk"


@dataclass
class Bench:
    """One terminal and the hand that works on it."""

    fleet: FleetProcess
    serial: str
    drawer: Drawer
    settings: dict[str, Any]

    def __post_init__(self) -> None:
        self.hand = hand_of(self.fleet, self.drawer, **self.settings)

    @property
    def account(self) -> Credential:
        return credential_of(self.fleet, self.serial, scheme=str(self.settings.get("scheme", "https")))

    def other(self, name: str = OTHER, **fields: Any) -> Credential:
        return replace(credential_of(self.fleet, self.serial, name), **fields)

    def with_settings(self, **changed: Any) -> Bench:
        return replace(self, settings=self.settings | changed)

    def keep(self, credential: Credential, number: int, text: str) -> SecretRef:
        return self.drawer.keep(credential.ref.at(number), Secret(text))

    def first(self, credential: Credential | None = None) -> SecretRef:
        return self.keep(credential or self.account, 1, self.fleet.password.reveal())

    def exchange(self, old: SecretRef | None, new: SecretRef, **more: Any) -> Exchanged:
        credential = more.pop("credential", None) or self.account
        return self.hand.exchange([Exchange(credential, old, new, **more)])[0]

    def attempt(self, ref: SecretRef, credential: Credential | None = None) -> Logon | None:
        return self.hand.attempt([Trial(credential or self.account, ref)])[0].logon

    def facts(self, old: SecretRef | None, credential: Credential | None = None) -> AccountFacts | UnyoError:
        asked = credential or self.account
        return self.hand.facts([Exchange(asked, old, asked.ref)])[0]

    def told(self, old: SecretRef | None, credential: Credential | None = None) -> AccountFacts:
        answer = self.facts(old, credential)
        assert isinstance(answer, AccountFacts), answer
        return answer

    def takes(self, text: str, user: str = "") -> bool:
        return bool(self.fleet.order("takes", self.serial, user or self.fleet.user, text))

    def tries(self, user: str = "") -> int:
        return int(self.fleet.order("tries", self.serial, user or self.fleet.user)["refused"])

    def stores(self, kind: str, name: str, account: str = "", password: str | None = None) -> Use:
        entry = {
            "kind": kind,
            "name": name,
            "account": account or f".\\{self.fleet.user}",
            "password": password,
        }
        self.fleet.order("plant", self.serial, {"stored_passwords": [entry]})
        return Use(kind, self.serial, name)

    def stale(self) -> list[str]:
        return [each["name"] for each in self.fleet.order("stored", self.serial) if not each["fits"]]


@pytest.fixture
def bench(lent_fleet: FleetProcess) -> Bench:
    return Bench(lent_fleet, str(lent_fleet.terminals[1]["serial"]), Drawer(), {})


@pytest.fixture
def with_other(bench: Bench) -> Bench:
    """The terminal has another local account, which unyo's own one looks after."""
    bench.fleet.order("plant", bench.serial, {"users": [{"name": OTHER, "password": "Other-pass.01"}]})
    return bench


NEW, OLD = "Canary-new.0002", "Canary-old.0001"


@pytest.mark.parametrize(
    "settings", [{}, {"protocol": "psrp"}, {"scheme": "http"}, {"transport": "basic"}], ids=str
)
def test_the_account_that_signs_on_sets_itself_and_proves_it(bench: Bench, settings: dict[str, Any]) -> None:
    if settings.get("transport") == "basic":
        key = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service"
        bench.fleet.order("registry", bench.serial, key, "AllowBasic", "DWord", 1)
    ours = bench.with_settings(**settings)
    done = ours.exchange(ours.first(), ours.keep(ours.account, 2, NEW))
    assert (done.fate, done.by, done.error) == (Fate.VERIFIED, settings.get("transport", "ntlm"), None)
    assert bench.takes(NEW)
    # With Basic every message logs on: the one that asks for the answer still comes with the old password.
    assert bench.tries() == (settings.get("transport") == "basic")


def test_a_wrong_old_password_costs_exactly_one_bad_log_on(bench: Bench) -> None:
    done = bench.exchange(bench.keep(bench.account, 1, OLD), bench.keep(bench.account, 2, NEW))
    assert done.fate is Fate.WRONG_OLD
    assert bench.tries() == 1
    assert not bench.takes(NEW)


def test_a_trial_is_one_log_on_and_starts_no_powershell(bench: Bench) -> None:
    bench.fleet.knob(bench.serial, "powershell_start_seconds", 30)
    assert bench.attempt(bench.first()) is Logon.ACCEPTED
    assert bench.attempt(bench.keep(bench.account, 2, NEW)) is Logon.WRONG
    assert bench.tries() == 1


@pytest.mark.parametrize("left", ["Kerberos", ""])
def test_where_the_terminal_offers_no_ntlm_no_log_on_is_tried(bench: Bench, left: str) -> None:
    key = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service"
    for scheme in {"Negotiate", "Kerberos"} - {left}:
        bench.fleet.order("registry", bench.serial, key, f"Allow{scheme}", "DWord", 0)
    (tried,) = bench.hand.attempt([Trial(bench.account, bench.first())])
    assert tried.logon is None
    assert tried.error is not None
    assert tried.error.code == "terminals.scheme"


def test_a_lost_reply_leaves_the_outcome_unknown_and_tries_nothing(bench: Bench) -> None:
    bench.fleet.knob(bench.serial, "lose_reply_after_change", 1)
    new = bench.keep(bench.account, 2, NEW)
    done = bench.exchange(bench.first(), new)
    assert done.fate is Fate.UNKNOWN
    assert done.error is not None
    assert done.error.code == "terminals.reply_lost"
    assert bench.attempt(new) is Logon.ACCEPTED
    assert bench.tries() == 0


def test_after_a_lost_reply_stored_passwords_are_renewed_once_more(bench: Bench) -> None:
    use = bench.stores("service", "Backup")
    bench.fleet.knob(bench.serial, "lose_reply_after_change", 1)
    done = bench.exchange(bench.first(), bench.keep(bench.account, 2, NEW), uses=(use,))
    assert (done.fate, done.renewed, bench.stale()) == (Fate.VERIFIED, (use,), [])


def test_what_the_policy_refuses_is_refused_with_the_number(bench: Bench) -> None:
    bench.fleet.order("policy", bench.serial, "MinimumPasswordLength", 14)
    done = bench.exchange(bench.first(), bench.keep(bench.account, 2, "Short-1"))
    assert done.fate is Fate.REFUSED
    assert done.error is not None
    assert (done.error.code, done.error.detail) == ("passwords.windows.policy", "2245")


def test_a_young_password_is_reset_where_it_may_not_be_changed(bench: Bench) -> None:
    bench.fleet.order("policy", bench.serial, "MinimumPasswordAge", 1)
    second, third = bench.keep(bench.account, 2, NEW), bench.keep(bench.account, 3, "Canary-new.0003")
    fates = [bench.exchange(bench.first(), second).fate, bench.exchange(second, third).fate]
    assert fates == [Fate.VERIFIED, Fate.VERIFIED]


def test_a_persons_young_password_is_never_reset(with_other: Bench) -> None:
    with_other.fleet.order("policy", with_other.serial, "MinimumPasswordAge", 1)
    person = with_other.other(role="person")
    first = with_other.keep(person, 1, "Other-pass.01")
    second, third = with_other.keep(person, 2, NEW), with_other.keep(person, 3, "Canary-new.0003")
    assert with_other.exchange(first, second, credential=person).fate is Fate.VERIFIED
    assert with_other.exchange(second, third, credential=person).fate is Fate.REFUSED
    assert with_other.takes(NEW, OTHER)


def test_another_account_is_set_by_unyos_own_whatever_it_holds(with_other: Bench) -> None:
    other = with_other.other()
    done = with_other.exchange(
        with_other.keep(other, 1, "not-it"), with_other.keep(other, 2, NEW), credential=other
    )
    assert done.fate is Fate.VERIFIED
    assert with_other.takes(NEW, OTHER)
    assert with_other.tries(OTHER) == 0


def test_the_built_in_administrator_is_found_under_any_name(bench: Bench) -> None:
    bench.fleet.order("plant", bench.serial, {"drifts": ["administrator_renamed"]})
    name = next(
        n for n, u in bench.fleet.order("state", bench.serial)["users"].items() if u["sid"].endswith("-500")
    )
    bench.fleet.order("enable", bench.serial, name, True)
    built_in = bench.other("*500")
    new = bench.keep(built_in, 2, NEW)
    assert bench.exchange(None, new, credential=built_in).fate is Fate.VERIFIED
    assert bench.takes(NEW, name)
    assert bench.attempt(new, built_in) is Logon.ACCEPTED


def test_where_the_new_password_does_not_log_on_the_former_is_put_back(with_other: Bench) -> None:
    with_other.fleet.order("enable", with_other.serial, OTHER, False)
    other = with_other.other()
    old, new = with_other.keep(other, 1, "Other-pass.01"), with_other.keep(other, 2, NEW)
    done = with_other.exchange(old, new, credential=other)
    assert done.fate is Fate.REFUSED
    assert done.error is not None
    assert done.error.code == "passwords.windows.put_back"
    assert with_other.takes("Other-pass.01", OTHER)


def test_locked_and_disabled_show_where_another_account_can_look(with_other: Bench) -> None:
    other = with_other.other()
    right, wrong = with_other.keep(other, 1, "Other-pass.01"), with_other.keep(other, 2, NEW)
    with_other.fleet.knob(with_other.serial, "lockout_threshold", 2)
    assert with_other.told(None, other).exists
    seen = [with_other.attempt(ref, other) for ref in (wrong, wrong, right)]
    assert seen == [Logon.WRONG, Logon.LOCKED, Logon.LOCKED]
    with_other.fleet.order("unlock", with_other.serial, OTHER)
    with_other.fleet.order("enable", with_other.serial, OTHER, False)
    assert with_other.attempt(right, other) is Logon.DISABLED


def test_unyos_own_account_is_not_tried_again_where_it_was_refused(with_other: Bench) -> None:
    with_other.fleet.order("password", with_other.serial, with_other.fleet.user, "changed-by-hand.1")
    other = with_other.other()
    ref = with_other.keep(other, 1, "not-it")
    told = [with_other.facts(None, other) for _ in range(3)]
    codes = [each.code for each in told if isinstance(each, UnyoError)]
    assert codes == ["passwords.windows.manager", "terminals.logon.stopped", "terminals.logon.stopped"]
    assert with_other.attempt(ref, other) is Logon.WRONG
    assert with_other.tries() == 1


def test_facts_tell_policy_age_and_bad_log_ons(with_other: Bench) -> None:
    for name, value in (("LockoutBadCount", 7), ("ResetLockoutCount", 15), ("LockoutDuration", 0)):
        with_other.fleet.order("policy", with_other.serial, name, value)
    other = with_other.other()
    with_other.attempt(with_other.keep(other, 9, NEW), other)
    told = with_other.told(None, other)
    assert told.lockout == LockoutPolicy(7, timedelta(minutes=15), None)
    assert (told.exists, told.enabled, told.locked, told.bad_logons) == (True, True, False, 1)


def test_facts_tell_when_it_was_set(bench: Bench) -> None:
    new = bench.keep(bench.account, 2, NEW)
    bench.exchange(bench.first(), new)
    assert bench.told(new).last_set is not None


def test_an_account_that_is_not_there_is_a_fact(bench: Bench) -> None:
    nobody = bench.other("nobody")
    assert bench.told(None, nobody).exists is False
    done = bench.exchange(None, bench.keep(nobody, 2, NEW), credential=nobody)
    assert done.error is not None
    assert (done.fate, done.error.code) == (Fate.REFUSED, "passwords.windows.gone")


def test_a_password_is_renewed_wherever_the_terminal_stores_it(bench: Bench) -> None:
    uses = (
        bench.stores("service", "Backup"),
        bench.stores("task", r"\Jobs\Nightly", bench.fleet.user),
        bench.stores("pool", "Intranet"),
        bench.stores("certificate", f"{bench.fleet.user}@localhost | 00ff | *", bench.fleet.user),
    )
    bench.stores("service", "Foreign", "EXAMPLE\\svc-other", "Other-pass.01")
    assert bench.told(bench.first()).uses == uses
    done = bench.exchange(bench.first(), bench.keep(bench.account, 2, NEW), uses=uses)
    assert (done.fate, done.renewed, done.not_renewed) == (Fate.VERIFIED, uses, ())
    assert bench.stale() == []


def test_what_could_not_be_renewed_is_named(bench: Bench) -> None:
    kept, moved = bench.stores("service", "Backup"), Use("service", bench.serial, "Spooler")
    done = bench.exchange(bench.first(), bench.keep(bench.account, 2, NEW), uses=(kept, moved))
    assert (done.fate, done.renewed, done.not_renewed) == (Fate.VERIFIED, (kept,), (moved,))


def test_an_exchange_of_a_password_for_itself_only_renews(bench: Bench) -> None:
    use = bench.stores("service", "Backup", password="stale")
    first = bench.first()
    done = bench.exchange(first, first, uses=(use,))
    assert (done.fate, done.renewed, bench.stale()) == (Fate.VERIFIED, (use,), [])


@pytest.mark.parametrize("managed", ["", "unyo-admin", "somebody-else"])
def test_what_windows_laps_manages_is_left_alone(bench: Bench, managed: str) -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\LAPS"
    bench.fleet.order("registry", bench.serial, key, "BackupDirectory", "DWord", 2)
    bench.fleet.order("registry", bench.serial, key, "AdministratorAccountName", "String", managed)
    is_ours = managed == bench.fleet.user
    assert any("LAPS" in note.en for note in bench.told(bench.first()).notes) == is_ours
    done = bench.exchange(bench.first(), bench.keep(bench.account, 2, NEW))
    assert done.fate is (Fate.REFUSED if is_ours else Fate.VERIFIED)
    taken_over = replace(bench.account, options={"laps": "override"})
    if is_ours:
        new = bench.keep(bench.account, 3, NEW)
        assert bench.exchange(bench.first(), new, credential=taken_over).fate is Fate.VERIFIED


def test_another_machine_at_the_address_is_not_touched(bench: Bench) -> None:
    bench.fleet.knob(bench.serial, "swapped_serial", "ANOTHER")
    done = bench.exchange(bench.first(), bench.keep(bench.account, 2, NEW))
    assert done.error is not None
    assert (done.fate, done.error.code) == (Fate.UNTOUCHED, "terminals.swapped")


def test_a_restored_image_brings_the_old_password_back(bench: Bench) -> None:
    first, new = bench.first(), bench.keep(bench.account, 2, NEW)
    assert bench.exchange(first, new).fate is Fate.VERIFIED
    bench.fleet.knob(bench.serial, "restored_from_old_image", True)
    assert [bench.attempt(new), bench.attempt(first)] == [Logon.WRONG, Logon.ACCEPTED]


def test_all_terminals_are_set_side_by_side(lent_fleet: FleetProcess) -> None:
    drawer = Drawer()
    asked = []
    for facts in lent_fleet.terminals:
        lent_fleet.knob(facts["serial"], "powershell_start_seconds", 0.3)
        credential = credential_of(lent_fleet, str(facts["serial"]))
        old = drawer.keep(credential.ref.at(1), lent_fleet.password)
        asked.append(Exchange(credential, old, drawer.keep(credential.ref.at(2), Secret(NEW))))
    done = hand_of(lent_fleet, drawer).exchange(asked)
    assert [each.fate for each in done] == [Fate.VERIFIED] * len(asked)
