"""What every hand does, on real systems: those of a kind that cannot run here are skipped with the reason.

To add a hand: a fixture that gives a support.hands.Ground, and its name in GROUNDS.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from support.hands import Ground, watching
from unyo.core.directory import Logon
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.hand import AccountFacts, Exchange, Fate, Trial
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Language

GROUNDS = [
    pytest.param("linux_ground", id="linux", marks=pytest.mark.xdist_group("linux_hosts")),
    pytest.param("windows_ground", id="windows", marks=pytest.mark.xdist_group("password_fleet")),
    pytest.param("network_ground", id="network", marks=pytest.mark.xdist_group("network")),
    pytest.param("enable_ground", id="enable", marks=pytest.mark.xdist_group("network")),
    pytest.param("appliance_ground", id="appliance", marks=pytest.mark.xdist_group("appliance")),
    pytest.param(
        "postgresql_ground",
        id="postgresql",
        marks=[pytest.mark.postgresql, pytest.mark.xdist_group("postgresql_hand")],
    ),
    pytest.param("mariadb_ground", id="mariadb", marks=pytest.mark.xdist_group("mariadb")),
    pytest.param("directory_ground", id="directory", marks=pytest.mark.xdist_group("account_simulator")),
    pytest.param(
        "samba_ground", id="samba", marks=[pytest.mark.samba, pytest.mark.xdist_group("samba_accounts")]
    ),
]


@pytest.fixture(params=GROUNDS)
def ground(request: pytest.FixtureRequest) -> Ground:
    found: Ground = request.getfixturevalue(request.param)
    return found


def test_an_exchange_is_proven_by_a_log_on(ground: Ground) -> None:
    new = ground.fresh()
    done = ground.hand.exchange([ground.asked(ground.in_force, new)])
    assert [(each.fate, each.error) for each in done] == [(Fate.VERIFIED, None)]
    assert done[0].by
    assert ground.holds(new)
    assert not ground.holds(ground.in_force)


def test_an_exchange_through_another_account_is_proven_too(ground: Ground) -> None:
    if ground.via is None:
        pytest.skip("accounts of this kind set only their own password")
    new = ground.fresh()
    done = ground.hand.exchange([ground.asked(None, new, via=True)])
    assert [(each.fate, each.error) for each in done] == [(Fate.VERIFIED, None)]
    assert ground.holds(new)


def test_a_second_exchange_follows_the_first(ground: Ground) -> None:
    second, third = ground.fresh(), ground.fresh()
    fates = [
        ground.hand.exchange([ground.asked(old, new)])[0].fate
        for old, new in ((ground.in_force, second), (second, third))
    ]
    assert fates == [Fate.VERIFIED, Fate.VERIFIED]
    assert ground.holds(third)


def test_a_wrong_old_password_changes_nothing(ground: Ground) -> None:
    wrong, new = ground.fresh(), ground.fresh()
    done = ground.hand.exchange([ground.asked(wrong, new)])[0]
    assert done.fate is Fate.WRONG_OLD
    assert done.error is not None
    assert ground.holds(ground.in_force)


def test_a_password_that_the_policy_refuses_changes_nothing_and_is_explained(ground: Ground) -> None:
    if ground.refused is None:
        pytest.skip("this system has no policy that could refuse a password")
    done = ground.hand.exchange([ground.asked(ground.in_force, ground.fresh(ground.refused))])[0]
    assert done.fate is Fate.REFUSED
    assert done.error is not None
    assert done.error.next_step.en
    assert ground.holds(ground.in_force)


def test_where_nothing_listens_nothing_is_touched(ground: Ground) -> None:
    asked = replace(ground.asked(ground.in_force, ground.fresh()), credential=ground.elsewhere)
    done = ground.hand.exchange([asked])[0]
    told = ground.hand.facts([asked])[0]
    tried = ground.hand.attempt([Trial(ground.elsewhere, ground.in_force)])[0]
    assert done.fate is Fate.UNTOUCHED
    assert isinstance(done.error, Unreachable)
    assert isinstance(told, Unreachable)
    assert (tried.logon, type(tried.error)) == (None, Unreachable)


def test_a_secret_that_cannot_be_opened_touches_nothing(ground: Ground) -> None:
    missing = SecretRef(f"{ground.credential.path}#99")
    done = ground.hand.exchange([ground.asked(ground.in_force, missing)])[0]
    tried = ground.hand.attempt([ground.trial(missing)])[0]
    assert done.fate is Fate.UNTOUCHED
    assert isinstance(done.error, UnyoError)
    assert tried.logon is None
    assert isinstance(tried.error, UnyoError)
    assert ground.holds(ground.in_force)


def test_an_attempt_tells_right_from_wrong(ground: Ground) -> None:
    tried = ground.hand.attempt([ground.trial(ground.in_force), ground.trial(ground.fresh())])
    assert [each.logon for each in tried] == [Logon.ACCEPTED, Logon.WRONG]
    assert all(each.by and each.error is None for each in tried)


def test_facts_change_nothing(ground: Ground) -> None:
    told = ground.hand.facts([ground.asked(ground.in_force, ground.fresh())])[0]
    assert isinstance(told, AccountFacts)
    assert told.exists
    assert told.locked in (False, None)
    assert ground.holds(ground.in_force)


def test_nothing_asked_is_nothing_done(ground: Ground) -> None:
    assert ground.hand.exchange([]) == []
    assert ground.hand.attempt([]) == []
    assert ground.hand.facts([]) == []


def test_answers_come_in_the_order_of_the_questions(ground: Ground) -> None:
    wrong = ground.fresh()
    asked = [ground.trial(ground.in_force), Trial(ground.elsewhere, wrong), ground.trial(ground.in_force)]
    assert [each.logon for each in ground.hand.attempt(asked)] == [Logon.ACCEPTED, None, Logon.ACCEPTED]


def test_no_secret_is_seen_anywhere(ground: Ground, caplog: pytest.LogCaptureFixture) -> None:
    old, new, wrong = ground.in_force, ground.fresh(), ground.fresh()
    refused = ground.fresh(ground.refused or Secret("Canary-0123456789"))
    exchanges: list[Exchange] = [
        *(ground.asked(wrong, new), ground.asked(old, refused), ground.asked(old, new))
    ]
    if ground.refused is None:
        exchanges.pop(1)
    canaries = [ground.drawer.open(ref).reveal().encode() for ref in (old, new, wrong)]
    with caplog.at_level(logging.DEBUG), watching(canaries) as seen:
        told = [repr(ground.hand.facts([ground.asked(old, new)]))]
        for each in exchanges:
            done = ground.hand.exchange([each])[0]
            told += [repr(done), done.error.in_language(Language.JA) if done.error else ""]
        told += [repr(ground.hand.attempt([ground.trial(new), ground.trial(wrong)]))]
    everything = "\n".join([*told, caplog.text]).encode() + ground.traces()
    assert seen == []
    assert [canary for canary in canaries if canary in everything] == []
    assert ground.holds(new)
