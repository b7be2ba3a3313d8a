"""A real Active Directory compatible controller: Samba, provisioned once, started fresh in seconds."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cached_property
from pathlib import Path

from unyo.core.secret import Secret
from unyo.lab.certificates import make_authority, write_server_certificate

REALM, DOMAIN, HOST = "LAB.UNYO.TEST", "LABUNYO", "dc1"
PACKAGES = (
    "samba-ad-dc",
    "samba-ad-provision",
    "samba-dsdb-modules",
    "samba-vfs-modules",
    "winbind",
    "ldb-tools",
)
_RECIPE = "3"
_PLACEHOLDER = "@PLACE@"


def unavailable() -> str | None:
    """Why no controller can run here, or None."""
    if os.geteuid() != 0:
        return "a Samba controller needs root"
    for program in ("samba", "samba-tool"):
        if shutil.which(program, path="/usr/sbin:/usr/bin") is None:
            return f"{program} is missing: apt-get install {' '.join(PACKAGES)}"
    return None


class SambaLab:
    """One controller in a directory of its own, on a loopback address of its own."""

    def __init__(self) -> None:
        reason = unavailable()
        if reason is not None:
            raise RuntimeError(reason)
        self._place = Path(tempfile.mkdtemp(prefix="unyo-samba-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.admin_password = Secret("Aa1-" + secrets.token_urlsafe(18))
        self._reserved = _reserve_address()
        self.address = self._reserved.getsockname()[0]
        self._prepared = False

    @property
    def host(self) -> str:
        return f"{HOST}.{REALM.lower()}"

    @property
    def url(self) -> str:
        return f"ldaps://{self.address}"

    @property
    def starttls_url(self) -> str:
        return f"ldap://{self.address}"

    @property
    def base_dn(self) -> str:
        return ",".join(f"DC={part}" for part in REALM.lower().split("."))

    @property
    def domain(self) -> str:
        return REALM.lower()

    @property
    def admin_name(self) -> str:
        return f"Administrator@{self.domain}"

    @property
    def realm(self) -> str:
        return REALM

    @property
    def ca_file(self) -> Path:
        return self._place / "ca.pem"

    @property
    def database(self) -> Path:
        """The controller's sam.ldb, for measurements against the files themselves."""
        return self._state / "private" / "sam.ldb"

    @property
    def _state(self) -> Path:
        return self._place / "dc"

    @cached_property
    def krb5_config(self) -> Path:
        """A krb5.conf that knows only this controller."""
        path = self._place / "krb5.conf"
        path.write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            " dns_canonicalize_hostname = false\n rdns = false\n"
            f"[realms]\n {REALM} = {{\n  kdc = {self.address}\n }}\n"
            f"[domain_realm]\n .{self.domain} = {REALM}\n"
        )
        return path

    def start(self) -> None:
        """Start the controller and wait until it answers over TLS; the first start makes a fresh domain."""
        if not self._prepared:
            self._make_fresh()
        command = ["samba", "-F", "-s", str(self._state / "etc/smb.conf"), "--no-process-group"]
        log = (self._place / "samba.out").open("ab")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the child only asks the kernel for a signal
            env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
        log.close()
        self._wait_until_ready()

    def down(self) -> None:
        """End every process of the controller; the data stays for ``up()``."""
        if self._process is None:
            return
        _end_session(self._process)
        self._process = None

    def up(self) -> None:
        self.start()

    def reset(self) -> None:
        """A fresh domain, as provisioned."""
        self.down()
        self._make_fresh()
        self.start()

    def stop(self) -> None:
        """End all processes and remove every file; safe to call twice."""
        self.down()
        self._reserved.close()
        shutil.rmtree(self._place, ignore_errors=True)

    def __enter__(self) -> SambaLab:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def freeze(self) -> None:
        """The whole controller stands still: it neither answers nor refuses."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise RuntimeError("the controller is not running")
        for pid in _session_members(self._process.pid):
            os.kill(pid, number)

    def use_certificate(self, certificate: Path, key: Path) -> None:
        """Serve another certificate from the next start on."""
        shutil.copyfile(certificate, self._place / "tls/cert.pem")
        shutil.copyfile(key, self._place / "tls/key.pem")
        (self._place / "tls/key.pem").chmod(0o600)

    def _make_fresh(self) -> None:
        shutil.rmtree(self._state, ignore_errors=True)
        shutil.copytree(_pristine(), self._state, symlinks=True)
        if not self.ca_file.exists():
            authority = make_authority()
            authority.write(self.ca_file)
            names = (self.host, self.address, "localhost")
            write_server_certificate(authority, self._place / "tls", names)
        conf = self._state / "etc/smb.conf"
        conf.write_text(self._configured(conf.read_text()))
        _set_administrator_password(self.database, self.admin_password)
        self._prepared = True

    def _configured(self, text: str) -> str:
        """The provisioned settings moved to this place and address, without what the lab does not need."""
        place = self._state
        lines = [line for line in text.splitlines() if "interfaces" not in line]
        extra = [
            f"interfaces = {self.address}/8",
            "bind interfaces only = yes",
            "server services = ldap, cldap, kdc, drepl",
            f"pid directory = {place}/run",
            f"ncalrpc dir = {place}/run/ncalrpc",
            f"ntp signd socket directory = {place}/run/ntp",
            f"winbindd socket directory = {place}/run/winbindd",
            f"log file = {place}/log.samba",
            "old password allowed period = 0",
            "ldap server require strong auth = allow_sasl_over_tls",
            "tls enabled = yes",
            f"tls keyfile = {self._place}/tls/key.pem",
            f"tls certfile = {self._place}/tls/cert.pem",
            f"tls cafile = {self.ca_file}",
        ]
        (place / "run").mkdir(exist_ok=True)
        head = lines.index("[global]") + 1
        whole = [*lines[:head], *(f"\t{line}" for line in extra), *lines[head:]]
        return "\n".join(whole).replace(_PLACEHOLDER, str(place)) + "\n"

    def _wait_until_ready(self, seconds: float = 60) -> None:
        import ssl

        context = ssl.create_default_context(cafile=str(self.ca_file))
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                plain = socket.create_connection((self.address, 636), timeout=1)
                with plain, context.wrap_socket(plain, server_hostname=self.host):
                    return
            except OSError:
                time.sleep(0.05)
        said = (self._place / "samba.out").read_text(errors="replace")[-2000:]
        self.down()
        raise RuntimeError(f"the Samba controller did not start: {said}")


def cache_directory() -> Path:
    """Where provisioned domains are kept between runs: $UNYO_LAB_DIR, else below the user's cache."""
    named = os.environ.get("UNYO_LAB_DIR")
    return (
        Path(named)
        if named
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unyo-lab"
    )


def _pristine() -> Path:
    """A provisioned domain for this version of Samba, made once (5 to 20 s)."""
    version = subprocess.run(["/usr/sbin/samba", "--version"], capture_output=True, check=True).stdout
    name = hashlib.sha256(version + _RECIPE.encode()).hexdigest()[:12]
    cache = cache_directory()
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = cache / f"samba-{name}"
        if not ready.is_dir():
            fresh = cache / f"samba-{name}.new"
            shutil.rmtree(fresh, ignore_errors=True)
            _provision(fresh)
            fresh.rename(ready)
    return ready


def _provision(place: Path) -> None:
    place.mkdir(mode=0o700)
    seed = place / "seed.conf"
    seed.write_text("[global]\n")
    # A throw-away password: every lab sets its own administrator password in the files before it starts.
    options = [
        f"--targetdir={place}",
        f"--realm={REALM}",
        f"--domain={DOMAIN}",
        "--server-role=dc",
        "--dns-backend=SAMBA_INTERNAL",
        f"--adminpass=Aa1-{secrets.token_urlsafe(18)}",
        f"--host-name={HOST}",
        "--host-ip=127.0.0.2",
        "--use-rfc2307",
        "--option=interfaces=127.0.0.2/8",
        "--option=bind interfaces only=yes",
        "--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb",
        f"--option=posix:eadb={place}/eadb.tdb",
    ]
    done = subprocess.run(
        ["/usr/bin/samba-tool", "domain", "provision", "-s", str(seed), *options],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    if done.returncode:
        raise RuntimeError(f"samba-tool domain provision failed: {done.stderr[-2000:]}")
    conf = place / "etc/smb.conf"
    conf.write_text(conf.read_text().replace(str(place), _PLACEHOLDER))


def _set_administrator_password(database: Path, password: Secret) -> None:
    """Set it in the files through standard input, so that it stands on no command line."""
    import base64

    quoted = base64.b64encode(f'"{password.reveal()}"'.encode("utf-16-le")).decode()
    dn = "CN=Administrator,CN=Users," + ",".join(f"DC={part}" for part in REALM.lower().split("."))
    ldif = f"dn: {dn}\nchangetype: modify\nreplace: clearTextPassword\nclearTextPassword:: {quoted}\n"
    ldif = ldif.replace(quoted, base64.b64encode(password.reveal().encode("utf-16-le")).decode())
    done = subprocess.run(
        ["/usr/bin/ldbmodify", "-H", str(database)], input=ldif, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"ldbmodify failed: {done.stderr[-500:]}")


def _reserve_address() -> socket.socket:
    """A listening socket on an address of 127/8 whose LDAP port nobody uses; holding it reserves the address.

    The port of the reservation is not one that Samba needs.
    """
    for last in range(2, 250):
        address = f"127.0.{os.getpid() % 50 + 10}.{last}"
        held = socket.socket()
        try:
            held.bind((address, 47636))
            with socket.socket() as probe:
                probe.bind((address, 636))
            return held
        except OSError:
            held.close()
    raise RuntimeError("no loopback address is free for a controller")


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _session_members(leader: int) -> list[int]:
    """All processes of the session, children of forked workers included."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(errors="replace")
            except OSError:
                continue
            if int(stat[stat.rindex(")") + 2 :].split()[3]) == leader:
                found.append(int(entry.name))
    return found


def _end_session(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in _session_members(process.pid):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            process.poll()
            if not _session_members(process.pid):
                return
            time.sleep(0.02)
