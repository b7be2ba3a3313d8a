"""The hand of directory accounts beyond the contract: causes, fine-grained rules, locks, lag, lost replies."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from support.directory import as_administrator
from support.directory_accounts import credential, impatient, made, set_rules
from support.hands import Drawer
from unyo.connectors.directory import LdapDirectory
from unyo.connectors.directory.passwords import DirectoryHand
from unyo.connectors.directory.uses import Spellings
from unyo.core.credential import Credential
from unyo.core.directory import Add, Logon, Modify
from unyo.core.errors import Unreachable
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Trial, Use
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Language, Text
from unyo.lab.controller import LabDirectory
from unyo.lab.directory_simulator import DirectorySimulator

SIMULATOR = pytest.param(
    "account_simulator", id="simulator", marks=pytest.mark.xdist_group("account_simulator")
)
SAMBA = pytest.param(
    "samba_lab", id="samba", marks=[pytest.mark.samba, pytest.mark.xdist_group("samba_accounts")]
)
THRESHOLD = 5


@dataclass
class PlacesInMemory:
    """Services that are found under any account; those named ``stuck`` cannot be renewed."""

    uses: tuple[Use, ...] = ()
    renewed: list[tuple[Spellings, str, Secret]] = field(default_factory=list)

    def find(self, accounts: Sequence[Spellings]) -> list[tuple[tuple[Use, ...], tuple[Text, ...]]]:
        return [(self.uses, (Text("one server is off", "1台応答なし"),)) for _ in accounts]

    def renew(self, account: Spellings, uses: Sequence[Use], password: Secret) -> tuple[Use, ...]:
        good = tuple(use for use in uses if use.name != "stuck")
        self.renewed += [(account, use.name, password) for use in good]
        return good


@dataclass
class Shop:
    """One lab directory with a hand on it and accounts of a test's own."""

    lab: LabDirectory
    directory: LdapDirectory
    drawer: Drawer = field(default_factory=Drawer)
    places: PlacesInMemory = field(default_factory=PlacesInMemory)

    def __post_init__(self) -> None:
        self.hand = DirectoryHand(self.drawer.open, lambda: impatient(self.lab), self.places)
        self.boss = credential(self.lab, self.lab.admin_name)
        self.sign_on = self.drawer.keep(self.boss.ref.at(1), self.lab.admin_password)

    def account(self, **attributes: str) -> tuple[Credential, str]:
        """With its password in force as version 1; the DN besides."""
        name = f"svc{secrets.token_hex(4)}"
        dn, first = made(self.directory, self.lab, name, **attributes)
        own = credential(self.lab, name)
        self.drawer.keep(own.ref.at(1), first)
        return own, dn

    def new(self, own: Credential, number: int, text: str = "") -> SecretRef:
        return self.drawer.keep(own.ref.at(number), Secret(text or f"Canary-{secrets.token_hex(9)}"))

    def change(self, own: Credential, new: SecretRef, old: int = 1) -> Exchanged:
        return self.hand.exchange([Exchange(own, own.ref.at(old), new)])[0]

    def reset(self, own: Credential, new: SecretRef, uses: tuple[Use, ...] = ()) -> Exchanged:
        asked = Exchange(own, None, new, sign_on=self.sign_on, via=self.boss, uses=uses)
        return self.hand.exchange([asked])[0]

    def facts(self, own: Credential) -> AccountFacts:
        (told,) = self.hand.facts([Exchange(own, None, own.ref, sign_on=self.sign_on, via=self.boss)])
        assert isinstance(told, AccountFacts)
        return told

    def logon(self, own: Credential, ref: SecretRef) -> Logon | None:
        return self.hand.attempt([Trial(own, ref)])[0].logon


@pytest.fixture(params=[SIMULATOR, SAMBA])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    yield from opened(request.getfixturevalue(request.param))


@pytest.fixture
def simulated(account_simulator: DirectorySimulator) -> Iterator[Shop]:
    yield from opened(account_simulator)


@pytest.fixture
def real(samba_lab: LabDirectory) -> Iterator[Shop]:
    yield from opened(samba_lab)


def opened(lab: LabDirectory) -> Iterator[Shop]:
    directory = LdapDirectory(as_administrator(lab))
    set_rules(directory, lab, timedelta(0), THRESHOLD)
    yield Shop(lab, directory)
    set_rules(directory, lab, timedelta(days=1), 0)
    directory.close()


def told(done: Exchanged) -> str:
    assert done.error is not None
    return done.error.in_language(Language.EN)


@pytest.mark.parametrize(
    ("password", "cause"),
    [("Ab3-x", "shorter than 7"), ("onlysmalletters", "three kinds"), ("Xq7-yamamoto-42", "name")],
)
def test_a_refused_password_is_explained_by_its_cause(shop: Shop, password: str, cause: str) -> None:
    own, _ = shop.account(displayName="YAMAMOTO Ichiro")
    done = shop.change(own, shop.new(own, 2, password))
    assert done.fate is Fate.REFUSED
    assert cause in told(done)
    assert "history" not in told(done)
    assert password not in told(done)


def test_the_minimum_age_is_named_with_its_end(shop: Shop) -> None:
    own, _ = shop.account()
    set_rules(shop.directory, shop.lab, timedelta(days=1), THRESHOLD)
    done = shop.change(own, shop.new(own, 2))
    assert done.fate is Fate.REFUSED
    assert "minimum age" in told(done)
    assert shop.logon(own, own.ref.at(1)) is Logon.ACCEPTED


def test_the_history_is_named_where_nothing_else_is_broken(shop: Shop) -> None:
    own, _ = shop.account()
    assert shop.change(own, shop.new(own, 2)).fate is Fate.VERIFIED
    shop.drawer.keep(own.ref.at(3), shop.drawer.open(own.ref.at(1)))
    done = shop.change(own, own.ref.at(3), old=2)
    assert done.fate is Fate.REFUSED
    assert "last 24 passwords" in told(done)


def test_a_reset_is_held_to_the_history_where_the_directory_can(simulated: Shop) -> None:
    own, _ = simulated.account()
    assert simulated.reset(own, simulated.new(own, 2)).fate is Fate.VERIFIED
    simulated.drawer.keep(own.ref.at(3), simulated.drawer.open(own.ref.at(1)))
    done = simulated.reset(own, own.ref.at(3))
    assert done.fate is Fate.REFUSED
    assert "history" in told(done)
    assert simulated.logon(own, own.ref.at(2)) is Logon.ACCEPTED


def test_a_password_that_an_earlier_try_has_set_is_recognised(simulated: Shop) -> None:
    own, _ = simulated.account()
    new = simulated.new(own, 2)
    assert [simulated.reset(own, new).fate for _ in range(2)] == [Fate.VERIFIED, Fate.VERIFIED]


def test_a_real_controller_without_policy_hints_says_so(real: Shop) -> None:
    assert not real.directory.facts().keeps_history


def test_a_fine_grained_policy_counts_and_is_named(real: Shop) -> None:
    own, dn = real.account()
    strict = f"CN=strict{own.account},CN=Password Settings Container,CN=System,{real.lab.base_dn}"
    rules = {
        "msDS-PasswordSettingsPrecedence": "1",
        "msDS-PasswordReversibleEncryptionEnabled": "FALSE",
        "msDS-PasswordComplexityEnabled": "TRUE",
        "msDS-PasswordHistoryLength": "5",
        "msDS-MinimumPasswordLength": "30",
        "msDS-MinimumPasswordAge": "0",
        "msDS-MaximumPasswordAge": "-36288000000000",
        "msDS-LockoutThreshold": "9",
        "msDS-LockoutObservationWindow": "-6000000000",
        "msDS-LockoutDuration": "-6000000000",
        "msDS-PSOAppliesTo": dn,
    }
    attributes = {
        "objectClass": ("msDS-PasswordSettings",),
        **{key: (value,) for key, value in rules.items()},
    }
    assert real.directory.send([Add(strict, attributes)]) == [None]
    done = real.reset(own, real.new(own, 2))
    assert done.fate is Fate.REFUSED
    assert "shorter than 30" in told(done)
    assert "CN=strict" in told(done)
    lockout = real.facts(own).lockout
    assert lockout is not None
    assert (lockout.threshold, lockout.window) == (9, timedelta(minutes=10))


def test_facts_tell_of_bad_log_ons_and_of_the_lock(shop: Shop) -> None:
    own, _ = shop.account()
    wrong = shop.new(own, 9)
    assert shop.logon(own, wrong) is Logon.WRONG
    before = shop.facts(own)
    assert (before.bad_logons, before.locked, before.enabled) == (1, False, True)
    assert before.lockout is not None
    assert before.lockout.threshold == THRESHOLD
    assert before.last_set is not None
    for _ in range(THRESHOLD - 1):
        shop.logon(own, wrong)
    assert shop.facts(own).locked
    assert shop.logon(own, own.ref.at(1)) is Logon.LOCKED


def test_a_locked_account_is_not_touched(shop: Shop) -> None:
    own, _ = shop.account()
    for _ in range(THRESHOLD):
        shop.logon(own, shop.new(own, 9))
    done = shop.change(own, shop.new(own, 2))
    assert done.fate is Fate.UNTOUCHED
    assert "locked" in told(done)


def test_who_must_change_cannot_change_alone_but_can_be_reset(shop: Shop) -> None:
    own, dn = shop.account()
    assert shop.directory.send([Modify(dn, replace={"pwdLastSet": ("0",)})]) == [None]
    done = shop.change(own, shop.new(own, 2))
    assert (done.fate, "via" in told(done)) == (Fate.UNTOUCHED, True)
    assert shop.reset(own, own.ref.at(2)).fate is Fate.VERIFIED


def test_a_disabled_account_is_set_but_cannot_be_proven(shop: Shop) -> None:
    own, _ = shop.account(userAccountControl="514")
    done = shop.reset(own, shop.new(own, 2))
    assert (done.fate, "disabled" in told(done)) == (Fate.SET, True)


def test_an_account_that_is_not_there_is_told(shop: Shop) -> None:
    nobody = credential(shop.lab, "nobody-here")
    shop.drawer.keep(nobody.ref.at(1), Secret("whatever-it-was"))
    assert not shop.facts(nobody).exists
    assert shop.reset(nobody, shop.new(nobody, 2)).fate is Fate.UNTOUCHED


@pytest.mark.parametrize("spell", ["{}@{domain}", "CN={},CN=Users,{base}", "LABUNYO\\{}"])
def test_an_account_may_be_spelled_in_every_way(shop: Shop, spell: str) -> None:
    own, _ = shop.account()
    spelled = spell.format(own.account, domain=shop.lab.domain, base=shop.lab.base_dn)
    assert shop.change(replace(own, account=spelled), shop.new(own, 2)).fate is Fate.VERIFIED


def test_a_wrong_password_of_the_account_in_between_is_tried_once_for_all(shop: Shop) -> None:
    helper, helper_dn = shop.account()
    wrong = shop.new(helper, 5)
    accounts = [shop.account()[0] for _ in range(6)]
    asked = [Exchange(own, None, shop.new(own, 2), sign_on=wrong, via=helper) for own in accounts]
    done = shop.hand.exchange(asked)
    assert {each.fate for each in done} == {Fate.WRONG_OLD}
    (entry,) = shop.directory.search(helper_dn, "(objectClass=*)", ["badPwdCount"], "base")
    assert entry.first("badPwdCount") == "1"


def test_places_are_found_told_and_renewed_with_the_password(shop: Shop) -> None:
    own, _ = shop.account()
    good, stuck = Use("service", "PC01", "backup"), Use("task", "PC02", "stuck")
    shop.places.uses = (good, stuck)
    told_before = shop.facts(own)
    assert told_before.uses == (good, stuck)
    assert "one server is off" in {note.en for note in told_before.unseen}
    new = shop.new(own, 2)
    done = shop.reset(own, new, uses=told_before.uses)
    assert (done.fate, done.renewed, done.not_renewed) == (Fate.VERIFIED, (good,), (stuck,))
    ((names, place, password),) = shop.places.renewed
    assert place == "backup"
    assert password == shop.drawer.open(new)
    assert {name.casefold() for name in names} == {
        f"labunyo\\{own.account}",
        f"{own.account}@{shop.lab.domain}",
    }


def test_a_lost_reply_leaves_it_open_and_one_log_on_tells(
    simulated: Shop, account_simulator: DirectorySimulator
) -> None:
    own, _ = simulated.account()
    new = simulated.new(own, 2)
    account_simulator.faults.drop_connection_after(1)
    done = simulated.reset(own, new)
    assert done.fate is Fate.UNKNOWN
    assert isinstance(done.error, Unreachable)
    assert simulated.logon(own, new) is Logon.ACCEPTED


@dataclass
class Twins:
    """Two controllers of one domain between which nothing is replicated."""

    first: Shop
    second: DirectorySimulator
    own: Credential


@pytest.fixture
def twins(simulated: Shop) -> Iterator[Twins]:
    own, _ = simulated.account()
    with DirectorySimulator() as second:
        # The same administrator, and a certificate that is trusted at both: a domain has one authority.
        second.admin_password = simulated.lab.admin_password
        second.reset()
        place = simulated.lab.ca_file.parent
        second.use_certificate(place / "cert.pem", place / "key.pem")
        other = LdapDirectory(replace(as_administrator(second), ca_file=str(simulated.lab.ca_file)))
        person = {"objectClass": ("user",), "sAMAccountName": (own.account,), "userAccountControl": ("512",)}
        dn = f"CN={own.account},CN=Users,{second.base_dn}"
        assert other.send([Add(dn, person, simulated.drawer.open(own.ref.at(1)))]) == [None]
        other.close()
        both = {**own.options, "urls": [simulated.lab.url, second.url]}
        yield Twins(simulated, second, replace(own, options=both))


def test_a_controller_that_lags_behind_is_told_and_no_failure(twins: Twins) -> None:
    done = twins.first.reset(twins.own, twins.first.new(twins.own, 2))
    assert done.fate is Fate.VERIFIED
    assert done.facts is not None
    assert "does not know the new password yet" in done.facts.notes[-1].en
    twins.second.down()
    again = twins.first.reset(twins.own, twins.first.new(twins.own, 3))
    assert again.fate is Fate.VERIFIED
    assert again.facts is not None
    assert "did not answer" in again.facts.notes[-1].en
    twins.second.up()


def test_the_pinned_controller_is_waited_for_never_replaced(
    twins: Twins, account_simulator: DirectorySimulator
) -> None:
    account_simulator.down()
    tried = twins.first.hand.attempt([Trial(twins.own, twins.own.ref.at(1))])[0]
    done = twins.first.change(twins.own, twins.first.new(twins.own, 2))
    account_simulator.up()
    assert (tried.logon, type(tried.error)) == (None, Unreachable)
    assert done.fate is Fate.UNTOUCHED
