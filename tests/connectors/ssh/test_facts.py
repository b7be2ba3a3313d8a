"""What a Linux server tells of an account, and how its lock-out is respected."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from support.linux_hosts import ground_on
from unyo.core.directory import Logon
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.lab import linux_hosts as lab
from unyo.lab.linux_files import DENY, ROOT, UNLOCK_SECONDS, WITHIN_SECONDS
from unyo.lab.linux_host import LinuxHost

pytestmark = [
    pytest.mark.skipif(lab.unavailable() is not None, reason=str(lab.unavailable())),
    pytest.mark.xdist_group("linux_hosts"),
]
STRICT = LockoutPolicy(DENY, timedelta(seconds=WITHIN_SECONDS), timedelta(seconds=UNLOCK_SECONDS))


def facts(host: LinuxHost, account: str = "staff", *, via: bool = False) -> AccountFacts:
    ground = ground_on(host, account)
    told = ground.hand.facts([ground.asked(ground.in_force, ground.in_force, via=via)])[0]
    assert isinstance(told, AccountFacts), told
    return told


def test_root_is_told_everything(strict_host: LinuxHost) -> None:
    told = facts(strict_host, via=True)
    assert told == AccountFacts(
        enabled=True,
        locked=False,
        last_set=datetime(2024, 3, 18, tzinfo=timezone.utc),
        bad_logons=0,
        lockout=STRICT,
    )


def test_an_account_alone_is_told_the_policy_and_when_it_was_set(strict_host: LinuxHost) -> None:
    told = facts(strict_host)
    assert (told.lockout, told.locked, told.bad_logons) == (STRICT, None, None)
    assert told.last_set == datetime(2024, 3, 18, tzinfo=timezone.utc)


def test_a_server_whose_sshd_asks_no_pam_never_locks(plain_host: LinuxHost) -> None:
    told = facts(plain_host, via=True)
    assert told.lockout is not None
    assert told.lockout.threshold == 0


def test_root_is_not_locked_unless_faillock_says_so(strict_host: LinuxHost) -> None:
    told = facts(strict_host, ROOT)
    assert told.lockout is not None
    assert told.lockout.threshold == 0
    conf = strict_host.root / "etc/security/faillock.conf"
    before = conf.read_text()
    conf.write_text(before + "even_deny_root\n")
    assert facts(strict_host, ROOT).lockout == STRICT
    conf.write_text(before)


def test_bad_log_ons_are_counted_and_lock_the_account(strict_host: LinuxHost) -> None:
    ground = ground_on(strict_host)
    wrong = [ground.trial(ground.fresh()) for _ in range(DENY)]
    assert {each.logon for trial in wrong for each in ground.hand.attempt([trial])} == {Logon.WRONG}
    told = facts(strict_host, via=True)
    assert (told.locked, told.bad_logons) == (True, DENY)
    assert strict_host.failures == DENY
    assert ground.hand.attempt([ground.trial(ground.in_force)])[0].logon is Logon.WRONG


def test_one_attempt_is_one_log_on(strict_host: LinuxHost) -> None:
    ground = ground_on(strict_host)
    ground.hand.attempt([ground.trial(ground.fresh())])
    assert strict_host.failures == 1


def test_a_wrong_old_password_costs_one_bad_log_on(strict_host: LinuxHost) -> None:
    ground = ground_on(strict_host)
    ground.hand.exchange([ground.asked(ground.fresh(), ground.fresh())])
    assert strict_host.failures == 1


def test_an_account_that_is_not_there_is_said_to_be_missing(plain_host: LinuxHost) -> None:
    assert facts_of_missing(plain_host) == AccountFacts(exists=False)


def facts_of_missing(host: LinuxHost) -> object:
    from dataclasses import replace

    ground = ground_on(host)
    ground.credential = replace(ground.credential, account="nobody-here")
    return ground.hand.facts([ground.asked(None, ground.in_force, via=True)])[0]


def test_a_locked_password_is_told(plain_host: LinuxHost) -> None:
    plain_host.shadow.write_text(plain_host.shadow.read_text().replace("staff:$", "staff:!$"))
    assert facts(plain_host, via=True).enabled is False
