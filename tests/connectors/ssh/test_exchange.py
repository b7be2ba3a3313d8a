"""Passwords of Linux accounts are exchanged on real hosts, and what breaks in between is told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.hands import Ground
from support.host_programs import CLOSE_DOOR, HANG_UP, behaving, configured
from support.linux_hosts import IMPATIENT, ground_on
from unyo.connectors.ssh.hand import LinuxHand
from unyo.core.directory import Logon
from unyo.core.hand import Exchange, Exchanged, Fate
from unyo.core.secret import Secret, SecretRef
from unyo.lab import linux_hosts as lab
from unyo.lab.linux_files import KEEPER, ROOT
from unyo.lab.linux_host import LinuxHost

pytestmark = [
    pytest.mark.skipif(lab.unavailable() is not None, reason=str(lab.unavailable())),
    pytest.mark.xdist_group("linux_hosts"),
]
CHPASSWD, PASSWD = "usr/sbin/chpasswd", "usr/bin/passwd"


def done(ground: Ground, *, via: bool = False) -> tuple[Exchanged, Secret]:
    new = ground.fresh()
    return ground.hand.exchange([ground.asked(ground.in_force, new, via=via)])[0], ground.drawer.open(new)


def code(answer: Exchanged) -> str:
    return answer.error.code if answer.error is not None else ""


def test_root_sets_its_own_password(plain_host: LinuxHost) -> None:
    answer, new = done(ground_on(plain_host, ROOT))
    assert (answer.fate, answer.by) == (Fate.VERIFIED, "ssh")
    assert plain_host.takes(ROOT, new)


def test_an_account_with_sudo_sets_its_own_with_roots_right(strict_host: LinuxHost) -> None:
    ground = ground_on(strict_host, KEEPER)
    ground.credential = replace(ground.credential, options={**ground.credential.options, "sudo": True})
    answer, new = done(ground)
    assert (answer.fate, answer.error) == (Fate.VERIFIED, None)
    assert strict_host.takes(KEEPER, new)


def test_a_new_password_that_does_not_log_on_is_put_back(strict_host: LinuxHost) -> None:
    ground = ground_on(strict_host)
    before = strict_host.shadow.read_text()
    # The history keeps the old one from being set again by chpasswd: its hash is put back.
    garbles = 'if [ "$1" = -e ]; then exec REAL -e; fi; sed s/$/x/ | REAL\n'
    with behaving(strict_host, CHPASSWD, garbles):
        answer, new = done(ground, via=True)
    assert (answer.fate, code(answer)) == (Fate.REFUSED, "ssh.put_back")
    assert strict_host.takes("staff", ground.first)
    assert not strict_host.takes("staff", new)
    assert hash_in(strict_host.shadow.read_text()) == hash_in(before)


def test_an_account_that_is_kept_out_keeps_its_old_password(plain_host: LinuxHost) -> None:
    with configured(plain_host, "AllowUsers root keeper"):
        answer, _ = done(ground_on(plain_host), via=True)
    assert (answer.fate, code(answer)) == (Fate.REFUSED, "ssh.put_back")
    assert plain_host.takes("staff", plain_host.passwords["staff"])


def test_what_cannot_be_put_back_is_unknown(plain_host: LinuxHost) -> None:
    with behaving(plain_host, CHPASSWD, 'if [ "$1" = -e ]; then exit 1; fi; sed s/$/x/ | REAL\n'):
        answer, _ = done(ground_on(plain_host), via=True)
    assert (answer.fate, code(answer)) == (Fate.UNKNOWN, "ssh.not_put_back")


@pytest.mark.parametrize("via", [False, True])
def test_a_lost_answer_is_found_out_by_the_log_on(plain_host: LinuxHost, via: bool) -> None:
    with behaving(plain_host, CHPASSWD if via else PASSWD, f"REAL\n{HANG_UP}"):
        answer, new = done(ground_on(plain_host), via=via)
    assert (answer.fate, answer.error) == (Fate.VERIFIED, None)
    assert plain_host.takes("staff", new)


def test_a_connection_lost_before_it_was_set_is_unknown(plain_host: LinuxHost) -> None:
    with behaving(plain_host, CHPASSWD, HANG_UP):
        answer, _ = done(ground_on(plain_host), via=True)
    assert (answer.fate, code(answer)) == (Fate.UNKNOWN, "ssh.reply_lost")
    assert plain_host.takes("staff", plain_host.passwords["staff"])


def test_a_server_that_takes_no_new_connection_has_it_set_and_unproven(plain_host: LinuxHost) -> None:
    with configured(plain_host), behaving(plain_host, CHPASSWD, f"REAL\n{CLOSE_DOOR}"):
        answer, new = done(ground_on(plain_host), via=True)
    assert (answer.fate, code(answer)) == (Fate.SET, "ssh.unreachable")
    assert plain_host.takes("staff", new)


def test_a_password_of_the_history_is_refused_and_named(strict_host: LinuxHost) -> None:
    ground = ground_on(strict_host)
    first, second = ground.fresh(), ground.fresh()
    fates = [ground.hand.exchange([ground.asked(None, ref, via=True)])[0] for ref in (first, second, first)]
    assert [each.fate for each in fates] == [Fate.VERIFIED, Fate.VERIFIED, Fate.REFUSED]
    assert code(fates[2]) == "ssh.refused.history"
    assert ground.holds(second)


def test_a_minimum_age_is_refused_and_named(plain_host: LinuxHost) -> None:
    young = plain_host.shadow.read_text().replace(":0:99999:", ":99998:99999:")
    plain_host.shadow.write_text(young)
    answer, _ = done(ground_on(plain_host))
    assert (answer.fate, code(answer)) == (Fate.REFUSED, "ssh.refused.minimum_age")


def test_roots_password_is_proven_with_su_where_ssh_keeps_root_out(plain_host: LinuxHost) -> None:
    ground = ground_on(plain_host, ROOT)
    own = replace(ground.credential, via=f"passwords/srv01/{KEEPER}")
    ground.credential = replace(own, options={**own.options, "log_on": "su"})
    ground.drawer.keep(SecretRef(own.via), plain_host.passwords[KEEPER])
    with configured(plain_host, "PermitRootLogin no"):
        answer, new = done(ground, via=True)
        wrong, right = ground.fresh(), ground.fresh(new)
        tried = ground.hand.attempt([ground.trial(wrong), ground.trial(right)])
    assert (answer.fate, answer.by, answer.error) == (Fate.VERIFIED, "su", None)
    assert plain_host.takes(ROOT, new)
    assert [(each.logon, each.by) for each in tried] == [(Logon.WRONG, "su"), (Logon.ACCEPTED, "su")]


def test_su_proves_nothing_when_root_signs_on(plain_host: LinuxHost) -> None:
    ground = ground_on(plain_host)
    ground.credential = replace(ground.credential, options={**ground.credential.options, "log_on": "su"})
    ground.via = plain_host.credential(ROOT)
    ground.sign_on = ground.drawer.keep(ground.via.ref.at(1), plain_host.passwords[ROOT])
    answer, _ = done(ground, via=True)
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "ssh.su.root")


def test_an_account_without_sudo_cannot_set_another_one(plain_host: LinuxHost) -> None:
    ground = ground_on(plain_host, KEEPER)
    staff = plain_host.credential("staff")
    sign_on = ground.drawer.keep(staff.ref.at(1), plain_host.passwords["staff"])
    asked = Exchange(ground.credential, None, ground.fresh(), sign_on=sign_on, via=staff)
    answer = ground.hand.exchange([asked])[0]
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "ssh.sudo.rights")


def test_sudo_never_hears_the_new_password(plain_host: LinuxHost) -> None:
    """With targetpw sudo wants root's password and asks again: nothing else may be told to it."""
    ground = ground_on(plain_host)
    heard = plain_host.root / "tmp/heard"
    script = 'for n in 1 2; do printf unyo:sudo: >&2; read -r line; echo "$line" >>/tmp/heard; done\n'
    with behaving(plain_host, "usr/bin/sudo", script):
        answer, new = done(ground, via=True)
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "ssh.sudo.password")
    assert new.reveal() not in heard.read_text()


def test_an_expired_account_must_change_at_a_terminal_first(strict_host: LinuxHost) -> None:
    expired = strict_host.shadow.read_text().replace(
        f"{staff_hash(strict_host)}:19800:", f"{staff_hash(strict_host)}:0:"
    )
    strict_host.shadow.write_text(expired)
    answer, _ = done(ground_on(strict_host))
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "ssh.must_change")


def test_a_connection_that_maxstartups_drops_is_tried_again(plain_host: LinuxHost) -> None:
    settings = replace(IMPATIENT, greetings=30, per_device=12)
    ground = ground_on(plain_host)
    hand = LinuxHand(ground.drawer.open, settings)
    with configured(plain_host, "MaxStartups 2:60:4"):
        tried = hand.attempt([ground.trial(ground.in_force)] * 12)
    assert [each.logon for each in tried] == [Logon.ACCEPTED] * 12


def test_many_accounts_of_one_server_do_not_wait_for_each_other_for_ever(plain_host: LinuxHost) -> None:
    grounds = [ground_on(plain_host, account) for account in (ROOT, KEEPER, "staff")]
    news = [ground.fresh() for ground in grounds]
    for ground in grounds[1:]:
        for ref in (ground.in_force, ground.fresh()):
            grounds[0].drawer.keep(ref, ground.drawer.open(ref))
    asked = [ground.asked(ground.in_force, new) for ground, new in zip(grounds, news, strict=True)]
    for each, new in zip(grounds, news, strict=True):
        grounds[0].drawer.keep(new, each.drawer.open(new))
    hand = LinuxHand(grounds[0].drawer.open, replace(IMPATIENT, per_device=1))
    assert [each.fate for each in hand.exchange(asked)] == [Fate.VERIFIED] * 3


def test_no_process_shows_the_password_while_it_is_set(plain_host: LinuxHost) -> None:
    """Looked at on the host itself, at the very moment at which the password is being set."""
    ground = ground_on(plain_host)
    looks = 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ >/run/looked 2>/dev/null\nexec REAL "$@"\n'
    with behaving(plain_host, CHPASSWD, looks):
        answer, new = done(ground, via=True)
    seen = (plain_host.root / "run/looked").read_bytes()
    assert answer.fate is Fate.VERIFIED
    assert b"chpasswd" in seen
    assert new.reveal().encode() not in seen
    assert hash_in(plain_host.shadow.read_text()).encode() not in seen


@pytest.mark.parametrize("text", ["two\nlines", "bell\a"])
def test_a_password_with_control_characters_is_never_sent(plain_host: LinuxHost, text: str) -> None:
    ground = ground_on(plain_host)
    answer = ground.hand.exchange([ground.asked(ground.in_force, ground.fresh(Secret(text)))])[0]
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "ssh.password_text")


def test_a_name_that_is_a_command_is_never_sent(plain_host: LinuxHost) -> None:
    ground = ground_on(plain_host)
    odd = replace(ground.credential, account="staff; reboot")
    answer = ground.hand.exchange([Exchange(odd, ground.in_force, ground.fresh())])[0]
    assert (answer.fate, code(answer)) == (Fate.UNTOUCHED, "ssh.account_name")


@pytest.mark.parametrize("text", ["a:b", "spaces in it", "'quoted\"$HOME`id`\\", "パスワード例九九"])
def test_signs_of_the_shell_are_only_letters(plain_host: LinuxHost, text: str) -> None:
    ground = ground_on(plain_host)
    new = ground.fresh(Secret(f"Odd-1-{text}"))
    assert ground.hand.exchange([ground.asked(None, new, via=True)])[0].fate is Fate.VERIFIED
    assert ground.holds(new)


def staff_hash(host: LinuxHost) -> str:
    return hash_in(host.shadow.read_text())


def hash_in(shadow: str) -> str:
    return next(line for line in shadow.splitlines() if line.startswith("staff:")).split(":")[1]
