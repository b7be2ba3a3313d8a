"""What the hand does at a switch, and what is in force there afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from support.network_town import Town, blocking_town, old_town
from unyo.connectors.network.reading import UNSAVED, WEAK_HASH
from unyo.core.directory import Logon
from unyo.core.errors import BadInput, TargetSaidNo, Unreachable
from unyo.core.hand import AccountFacts, Fate, Trial
from unyo.core.secret import Secret
from unyo.lab.network.switches import Switches

pytestmark = pytest.mark.xdist_group("network")


def test_a_local_user_gets_a_new_password_that_survives_a_restart(town: Town) -> None:
    ended = town.exchange(town.login)
    assert (ended.fate, ended.by, ended.error) == (Fate.VERIFIED, "ssh", None)
    town.order("reload")
    assert town.holds(town.login) == {2}


def test_the_secret_of_enable_is_exchanged_and_survives_a_restart(town: Town) -> None:
    ended = town.exchange(town.enable)
    assert (ended.fate, ended.error) == (Fate.VERIFIED, None)
    town.order("reload")
    assert town.holds(town.enable) == {2}
    assert town.holds(town.login) == {1}


def test_a_device_with_a_long_name_is_understood(rack: Switches) -> None:
    town = Town.of(rack, rack.add("switch-of-the-third-floor-east-01"))
    ended = town.hand.exchange([town.asked(town.login), town.asked(town.enable)])
    assert [each.fate for each in ended] == [Fate.VERIFIED, Fate.VERIFIED]


def test_both_of_one_device_are_exchanged_in_one_go(town: Town) -> None:
    ended = town.hand.exchange([town.asked(town.login), town.asked(town.enable)])
    assert [each.fate for each in ended] == [Fate.VERIFIED, Fate.VERIFIED]
    assert town.holds(town.login) == town.holds(town.enable) == {2}


def test_the_password_itself_is_not_typed_where_the_device_keeps_a_computable_hash(town: Town) -> None:
    town.exchange(town.login)
    typed = "\n".join(town.order("typed"))
    assert town.password(town.login, 2).reveal() not in typed
    assert "username admin secret 9 $9$" in typed


def test_a_device_with_old_hashes_is_given_the_password_itself(rack: Switches) -> None:
    town = old_town(rack)
    found = town.hand.facts([town.asked(town.login)])[0]
    assert isinstance(found, AccountFacts)
    assert WEAK_HASH in found.notes
    assert town.exchange(town.login).fate is Fate.VERIFIED
    assert town.holds(town.login) == {2}


def test_a_wrong_old_password_changes_nothing_and_costs_one_bad_log_on(town: Town) -> None:
    town.safe.keep(town.login, 1, Secret("NotThisOne1"))
    ended = town.exchange(town.login)
    assert ended.fate is Fate.WRONG_OLD
    assert town.order("counts")["bad_logons"] == 1
    assert town.holds(town.login) == set()


def test_a_wrong_old_secret_of_enable_changes_nothing_and_costs_one_try(town: Town) -> None:
    town.safe.keep(town.enable, 1, Secret("NotThisOne1"))
    assert town.exchange(town.enable).fate is Fate.WRONG_OLD
    assert town.order("counts")["bad_logons"] == 1


def test_a_device_that_refuses_the_new_password_keeps_the_old_one(rack: Switches) -> None:
    town = old_town(rack)
    town.order("configure", "security passwords min-length 16")
    town.safe.keep(town.login, 2, Secret("Short12"))
    ended = town.exchange(town.login)
    assert ended.fate is Fate.REFUSED
    assert ended.error is not None
    assert ended.error.code == "network.refused"
    assert town.holds(town.login) == {1}


def test_where_the_second_session_cannot_log_on_the_old_password_is_put_back(town: Town) -> None:
    saved = town.order("startup")
    town.order("refuse_after", 1)
    ended = town.exchange(town.login)
    assert ended.fate is Fate.REFUSED
    assert ended.error is not None
    assert ended.error.code == "network.put_back"
    assert town.holds(town.login) == {1}
    assert town.order("startup") == saved


def test_what_cannot_be_saved_is_taken_back(town: Town) -> None:
    town.fault("no_room_to_save")
    ended = town.exchange(town.login)
    assert ended.fate is Fate.REFUSED
    assert town.holds(town.login) == {1}


@pytest.mark.parametrize(("fault", "held"), [("lose_before_set", 1), ("lose_after_set", 2)])
def test_a_connection_lost_while_setting_leaves_it_unknown_and_a_try_tells(
    town: Town, fault: str, held: int
) -> None:
    town.fault(fault)
    ended = town.exchange(town.login)
    assert ended.fate is Fate.UNKNOWN
    assert isinstance(ended.error, Unreachable)
    tried = [town.attempt(town.login, version).logon for version in (2, 1)]
    assert tried == ([Logon.WRONG, Logon.ACCEPTED] if held == 1 else [Logon.ACCEPTED, Logon.WRONG])


def test_a_password_that_is_proven_but_not_saved_is_told_and_mended(town: Town) -> None:
    town.fault("lose_while_saving")
    assert town.exchange(town.login).fate is Fate.UNKNOWN
    assert town.attempt(town.login, 2).unsaved
    found = town.hand.facts([town.asked(town.login, old=2)])[0]
    assert isinstance(found, AccountFacts)
    assert UNSAVED in found.notes
    assert town.exchange(town.login, old=2, new=2).fate is Fate.VERIFIED
    assert not town.attempt(town.login, 2).unsaved
    town.order("reload")
    assert town.holds(town.login) == {2}


def test_a_restart_before_saving_brings_the_old_password_back_and_a_try_finds_it(town: Town) -> None:
    town.fault("lose_while_saving")
    town.exchange(town.login)
    town.order("reload")
    assert town.attempt(town.login, 2).logon is Logon.WRONG
    assert town.attempt(town.login, 1).logon is Logon.ACCEPTED


def test_a_changed_host_key_stops_everything_before_a_password_is_sent(town: Town) -> None:
    town.order("new_key")
    ended = town.exchange(town.login)
    assert ended.fate is Fate.UNTOUCHED
    assert ended.error is not None
    assert ended.error.code == "devices.host_key.changed"
    assert town.order("counts") == {"bad_logons": 0, "good_logons": 0, "lock_outs": 0, "restarts": 0}


def test_a_device_that_is_off_was_surely_not_touched(town: Town, unused_port: int) -> None:
    gone = town.other_address(town.login, unused_port)
    ended = town.hand.exchange([town.asked(gone)])[0]
    assert ended.fate is Fate.UNTOUCHED
    assert isinstance(ended.error, Unreachable)
    tried = town.hand.attempt([Trial(gone, gone.ref.at(1))])[0]
    assert (tried.logon, type(tried.error)) == (None, Unreachable)


@pytest.mark.parametrize(
    "bad", ["Has?Question1", "Has Space1", "日本語パスワード1", "x" * 128, "Line\nbreak1"]
)
def test_a_password_that_the_console_would_misread_is_never_sent(town: Town, bad: str) -> None:
    town.safe.keep(town.login, 2, Secret(bad))
    ended = town.exchange(town.login)
    assert ended.fate is Fate.UNTOUCHED
    assert isinstance(ended.error, BadInput)
    assert town.order("counts")["good_logons"] == 0


def test_a_readable_password_is_refused_with_the_reason(town: Town) -> None:
    town.order("configure", "no username admin", "username admin privilege 15 password 0 Readable1")
    town.safe.keep(town.login, 1, Secret("Readable1"))
    ended = town.exchange(town.login)
    assert (ended.fate, ended.error and ended.error.code) == (Fate.UNTOUCHED, "network.readable")


def test_an_account_that_the_device_does_not_have_is_named_when_another_signs_on(town: Town) -> None:
    ghost = replace(town.switch.login("ghost"), via=town.login.path)
    town.safe.keep(ghost, 1, Secret("Any-Thing-1"))
    town.safe.keep(ghost, 2, Secret("Any-Thing-2"))
    ended = town.exchange(ghost)
    assert (ended.fate, ended.error and ended.error.code) == (Fate.UNTOUCHED, "network.account")


def test_an_account_without_rights_needs_the_secret_of_enable(town: Town) -> None:
    first = Secret("Operator-First-1")
    town.order("configure", f"username operator secret 0 {first.reveal()}")
    weak = town.switch.login("operator")
    town.safe.keep(weak, 1, first)
    town.safe.keep(weak, 2, Secret("Operator-Next-2"))
    ended = town.exchange(weak)
    assert (ended.fate, ended.error and ended.error.code) == (Fate.UNTOUCHED, "network.rights")
    helped = replace(weak, options={**weak.options, "enable": town.enable.path})
    assert town.exchange(helped).fate is Fate.VERIFIED
    assert town.holds(weak) == {2}


def test_bad_log_ons_are_blocked_by_the_device_and_its_rule_is_read_first(rack: Switches) -> None:
    town = blocking_town(rack)
    found = town.hand.facts([town.asked(town.login)])[0]
    assert isinstance(found, AccountFacts)
    assert found.lockout is not None
    assert (found.lockout.threshold, found.lockout.window) == (3, timedelta(seconds=30))
    for _ in range(found.lockout.spare):
        assert town.attempt(town.login, 2).logon is Logon.WRONG
    assert town.order("counts")["lock_outs"] == 0
    for _ in range(3 - found.lockout.spare):
        town.attempt(town.login, 2)
    assert town.order("counts")["lock_outs"] == 1
    blocked = town.attempt(town.login, 1)
    assert (blocked.logon, type(blocked.error)) == (None, Unreachable)


def test_enable_is_tried_once_behind_the_log_on_of_its_account(town: Town) -> None:
    assert town.attempt(town.enable, 1).logon is Logon.ACCEPTED
    assert town.attempt(town.enable, 2).logon is Logon.WRONG
    assert town.order("counts")["bad_logons"] == 1


def test_a_refused_log_on_of_the_signing_account_says_nothing_of_enable(town: Town) -> None:
    town.safe.kept[town.login.path] = Secret("NotThisOne1")
    tried = town.attempt(town.enable, 1)
    assert (tried.logon, type(tried.error)) == (None, TargetSaidNo)


def test_answers_come_in_the_order_of_the_questions(rack: Switches, town: Town) -> None:
    trials = [Trial(town.login, town.login.ref.at(version)) for version in (1, 2, 1)]
    trials.insert(1, Trial(town.enable, town.enable.ref.at(1)))
    found = [each.logon for each in town.hand.attempt(trials)]
    assert found == [Logon.ACCEPTED, Logon.ACCEPTED, Logon.WRONG, Logon.ACCEPTED]
