"""Kerberos log-ons with tickets of a real controller."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypsrp.client import Client
from pypsrp.exceptions import AuthenticationError

from support.terminal_clients import SYSTEM, Terminal
from unyo.lab.samba import SambaLab, unavailable
from unyo.lab.terminals.fleet_process import FleetProcess

pytestmark = [
    pytest.mark.samba,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]


@pytest.fixture(scope="module")
def member(samba_lab: SambaLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal that belongs to the controller's domain."""
    keytab = tmp_path_factory.mktemp("kerberos") / "terminals.keytab"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRB5_CONFIG", str(samba_lab.krb5_config))
        patch.setenv("KRB5CCNAME", f"MEMORY:{os.getpid()}")
        _join(samba_lab, "wire-pc1", keytab)
        with FleetProcess(count=1, keytab=keytab) as fleet:
            terminal = Terminal(fleet, fleet.terminals[0])
            fleet.order("domain", terminal.serial, samba_lab.domain)
            terminal.policy(SYSTEM, "LocalAccountTokenFilterPolicy", 1)
            yield terminal


def _join(lab: SambaLab, name: str, keytab: Path) -> None:
    service = f"HTTP/{name}.{lab.domain}"
    for arguments in (
        ("computer", "create", name),
        ("user", "setpassword", f"{name}$", f"--newpassword=Aa1-{secrets.token_urlsafe(18)}"),
        ("spn", "add", service, f"{name}$"),
        ("domain", "exportkeytab", str(keytab), f"--principal={service}"),
    ):
        configuration = lab.database.parents[1] / "etc/smb.conf"
        command = ["/usr/bin/samba-tool", *arguments, "-s", str(configuration)]
        if arguments[0] != "domain":
            command += ["-H", str(lab.database)]
        subprocess.run(command, check=True, capture_output=True, env={"PATH": "/usr/bin:/usr/sbin:/bin"})


def reached(member: Terminal, lab: SambaLab, auth: str, scheme: str = "http") -> str:
    with Client(
        member.address,
        username=lab.admin_name.replace(lab.domain, str(lab.realm)),
        password=lab.admin_password.reveal(),
        ssl=scheme == "https",
        cert_validation=str(member.fleet.ca_file),
        auth=auth,
        negotiate_service="HTTP",
        negotiate_hostname_override=f"wire-pc1.{lab.domain}",
    ) as client:
        return str(client.execute_cmd("echo %USERNAME%")[0])


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
def test_a_ticket_opens_the_terminal(member: Terminal, samba_lab: SambaLab, auth: str, scheme: str) -> None:
    assert reached(member, samba_lab, auth, scheme) == "Administrator\r\n"


def test_local_accounts_still_log_on_with_ntlm(member: Terminal) -> None:
    assert member.says("echo in") == "in\r\n"


def test_a_clock_that_is_wrong_by_more_than_five_minutes_shuts_tickets_out(
    member: Terminal, samba_lab: SambaLab
) -> None:
    member.knob("clock_skew_seconds", 400)
    with pytest.raises(AuthenticationError):
        reached(member, samba_lab, "kerberos")
    member.knob("clock_skew_seconds", 0)
    assert reached(member, samba_lab, "kerberos") == "Administrator\r\n"


def test_a_terminal_of_another_domain_refuses_the_ticket(member: Terminal, samba_lab: SambaLab) -> None:
    member.fleet.order("domain", member.serial, "elsewhere.test")
    with pytest.raises(AuthenticationError):
        reached(member, samba_lab, "kerberos")
    member.fleet.order("domain", member.serial, samba_lab.domain)
