"""A Samba domain's files: provisioned once for all labs of this user, copied and adapted for each."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
from pathlib import Path

from unyo.core.secret import Secret

REALM, DOMAIN, HOST = "LAB.UNYO.TEST", "LABUNYO", "dc1"
BASE_DN = ",".join(f"DC={part}" for part in REALM.lower().split("."))
PACKAGES = "samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind ldb-tools"
PATHS = "/usr/sbin:/usr/bin:/sbin:/bin"

_HERE = "@PLACE@"
_OPTIONS = (
    f"--targetdir={_HERE}",
    f"--realm={REALM}",
    f"--domain={DOMAIN}",
    "--server-role=dc",
    "--dns-backend=SAMBA_INTERNAL",
    f"--host-name={HOST}",
    "--host-ip=127.0.0.2",
    "--use-rfc2307",
    "--option=interfaces=127.0.0.2/8",
    "--option=bind interfaces only=yes",
    "--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb",
    f"--option=posix:eadb={_HERE}/eadb.tdb",
)


def unavailable() -> str | None:
    """Why no controller can run here, or None."""
    if os.geteuid() != 0:
        return "a Samba controller needs root"
    for program in ("samba", "samba-tool", "ldbmodify"):
        if shutil.which(program, path=PATHS) is None:
            return f"{program} is missing: apt-get install {PACKAGES}"
    if not Path("/usr/share/samba/setup").is_dir():
        return f"samba-ad-provision is missing: apt-get install {PACKAGES}"
    return None


def environment() -> dict[str, str]:
    """Ours, with the paths of Debian's own programs only: samba-tool needs Debian's Python."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "KRB5_CONFIG", "KRB5CCNAME")
    return {name: value for name, value in os.environ.items() if name not in foreign} | {"PATH": PATHS}


def cache_directory() -> Path:
    """Where provisioned domains are kept between runs: $UNYO_LAB_DIR, else below the user's cache."""
    named = os.environ.get("UNYO_LAB_DIR")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unyo-lab"


def copy_domain(to: Path) -> None:
    """A fresh domain below ``to``, provisioned first (5 to 20 s) where this version of Samba never was."""
    version = _run(["samba", "--version"])
    name = hashlib.sha256("\n".join((version, *_OPTIONS)).encode()).hexdigest()[:12]
    cache = cache_directory()
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready = cache / f"samba-{name}"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.is_dir():
            fresh = cache / f"samba-{name}.new"
            shutil.rmtree(fresh, ignore_errors=True)
            _provision(fresh)
            fresh.rename(ready)
    shutil.copytree(ready, to, symlinks=True)


def _provision(place: Path) -> None:
    place.mkdir(mode=0o700)
    seed = place / "seed.conf"
    seed.write_text("[global]\n")
    # This password works nowhere: every lab sets its own before its controller starts.
    options = [*(option.replace(_HERE, str(place)) for option in _OPTIONS), f"--adminpass={_throw_away()}"]
    _run(["samba-tool", "domain", "provision", "-s", str(seed), *options])
    conf = place / "etc/smb.conf"
    conf.write_text(conf.read_text().replace(str(place), _HERE))


def _throw_away() -> str:
    return f"Aa1-{secrets.token_urlsafe(18)}"


def configure(state: Path, address: str, tls: Path, ca_file: Path) -> None:
    """Point the copied settings at this place and address; leave out what the lab does not need."""
    run = state / "run"
    run.mkdir(exist_ok=True)
    extra = (
        f"interfaces = {address}/8",
        "bind interfaces only = yes",
        "server services = ldap, cldap, kdc, drepl",
        f"pid directory = {run}",
        f"ncalrpc dir = {run}/ncalrpc",
        f"ntp signd socket directory = {run}/ntp",
        f"winbindd socket directory = {run}/winbindd",
        f"log file = {state}/log.samba",
        "old password allowed period = 0",
        # A domain may be given the attributes of LAPS.
        "dsdb:schema update allowed = true",
        "ldap server require strong auth = allow_sasl_over_tls",
        "tls enabled = yes",
        f"tls keyfile = {tls}/key.pem",
        f"tls certfile = {tls}/cert.pem",
        f"tls cafile = {ca_file}",
    )
    conf = state / "etc/smb.conf"
    lines = [line for line in conf.read_text().splitlines() if "interfaces" not in line]
    head = lines.index("[global]") + 1
    whole = [*lines[:head], *(f"\t{line}" for line in extra), *lines[head:]]
    conf.write_text("\n".join(whole).replace(_HERE, str(state)) + "\n")


def set_administrator_password(database: Path, password: Secret) -> None:
    """Set it in the files, through standard input, so that it stands on no command line."""
    value = base64.b64encode(password.reveal().encode("utf-16-le")).decode()
    ldif = (
        f"dn: CN=Administrator,CN=Users,{BASE_DN}\nchangetype: modify\n"
        f"replace: clearTextPassword\nclearTextPassword:: {value}\n"
    )
    _run(["ldbmodify", "-H", str(database)], ldif)


def name_services(database: Path) -> None:
    """Give the controller its Kerberos names, which Samba's own updates would add only later."""
    ldif = (
        f"dn: CN={HOST.upper()},OU=Domain Controllers,{BASE_DN}\nchangetype: modify\n"
        f"add: servicePrincipalName\nservicePrincipalName: ldap/{HOST}.{REALM.lower()}\n"
    )
    _run(["ldbmodify", "-H", str(database)], ldif)


def _run(command: list[str], said: str | None = None) -> str:
    """Its output; RuntimeError with the end of its complaint where it fails."""
    program = shutil.which(command[0], path=PATHS) or command[0]
    done = subprocess.run(
        [program, *command[1:]], input=said, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout
