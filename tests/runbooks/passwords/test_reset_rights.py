"""The desk with the least rights that the administrator's page delegates, on a real controller."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.directory import as_administrator
from support.directory_accounts import made
from support.help_desk import HelpDesk, open_desk
from unyo.connectors.directory import LdapDirectory
from unyo.core.directory import Add, Logon, Move
from unyo.core.outcome import Outcome
from unyo.core.risk import Risk
from unyo.lab.samba import SambaLab
from unyo.lab.samba_domain import PATHS, environment

pytestmark = [pytest.mark.samba, pytest.mark.xdist_group("samba_accounts")]

_USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
RIGHTS = {
    "reset password": ("CR", "00299570-246d-11d0-a768-00aa006e0529"),
    "pwdLastSet": ("RPWP", "bf967a0a-0de6-11d0-a285-00aa003049e2"),
    "lockoutTime": ("RPWP", "28630ebf-41d5-11d1-a9c1-0000f80367c1"),
}


class Delegated:
    """An ordinary account that has been given some rights over the users below one unit."""

    def __init__(self, lab: SambaLab, boss: LdapDirectory) -> None:
        self.lab, self.boss = lab, boss
        self.mark = secrets.token_hex(4)
        self.unit = f"OU=desk{self.mark},{lab.base_dn}"
        unit = Add(self.unit, {"objectClass": ("organizationalUnit",)})
        assert boss.send([unit]) == [None]
        dn, self.password = made(boss, lab, f"desk{self.mark}")
        (entry,) = boss.search(dn, "(objectClass=*)", ["objectSid"], "base")
        self.sid = str(entry.first("objectSid"))

    def grant(self, *names: str) -> None:
        aces = "".join(f"(OA;CIIO;{RIGHTS[n][0]};{RIGHTS[n][1]};{_USER};{self.sid})" for n in names)
        program = shutil.which("samba-tool", path=PATHS) or "samba-tool"
        place = (f"--objectdn={self.unit}", f"--sddl={aces}")
        command = [program, "dsacl", "set", "-H", str(self.lab.database), *place]
        subprocess.run(command, check=True, env=environment(), capture_output=True)

    def desk(self, home: Path) -> HelpDesk:
        settings = replace(
            as_administrator(self.lab),
            bind_name=f"desk{self.mark}@{self.lab.domain}",
            password=lambda: self.password,
        )
        return open_desk(self.lab, LdapDirectory(settings), home)

    def person(self) -> tuple[str, str]:
        number = str(secrets.randbelow(10**8))
        dn, _ = made(self.boss, self.lab, f"p{number}", employeeNumber=number, displayName="KATO Jiro")
        assert self.boss.send([Move(dn, f"CN=p{number}", self.unit)]) == [None]
        return number, f"CN=p{number},{self.unit}"


@pytest.fixture
def delegated(samba_lab: SambaLab) -> Iterator[Delegated]:
    boss = LdapDirectory(as_administrator(samba_lab))
    yield Delegated(samba_lab, boss)
    boss.close()


def test_three_rights_are_enough_for_the_desk(delegated: Delegated, tmp_path: Path) -> None:
    delegated.grant(*RIGHTS)
    desk = delegated.desk(tmp_path)
    number, dn = delegated.person()
    plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number))
    assert plan.risk(Risk.ROUTINE) is Risk.ROUTINE
    (result,) = desk.apply("passwords.reset", plan.changes)
    assert (result.outcome, result.code) == (Outcome.DONE, "")
    assert delegated.boss.try_logon(dn, desk.sealed()) is Logon.MUST_CHANGE
    desk.ldap.close()


def test_a_missing_right_is_named_and_nothing_is_half_done(delegated: Delegated, tmp_path: Path) -> None:
    delegated.grant("reset password", "pwdLastSet")
    desk = delegated.desk(tmp_path)
    number, dn = delegated.person()
    plan = desk.plan("passwords.reset", person=number, verification=desk.verify(number))
    (result,) = desk.apply("passwords.reset", plan.changes)
    assert (result.outcome, result.code) == (Outcome.FAILED, "directory.rights")
    assert delegated.boss.try_logon(dn, desk.sealed()) is Logon.WRONG
    desk.ldap.close()
