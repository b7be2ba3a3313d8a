"""A simulated terminal that belongs to the domain of a real controller."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from unyo.lab.samba import SambaLab
from unyo.lab.terminals.fleet_process import FleetProcess


@contextmanager
def joined_fleet(lab: SambaLab, folder: Path, name: str) -> Iterator[FleetProcess]:
    """One terminal ``PC00001`` whose account in the domain is ``name``; tickets stay in memory."""
    keytab = folder / "terminals.keytab"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRB5_CONFIG", str(lab.krb5_config))
        patch.setenv("KRB5CCNAME", f"MEMORY:{os.getpid()}")
        _join(lab, name, keytab)
        with FleetProcess(count=1, keytab=keytab) as fleet:
            fleet.order("domain", fleet.terminals[0]["serial"], lab.domain)
            yield fleet


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
