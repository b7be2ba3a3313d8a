"""The files that make a light Linux host a host of its own: accounts, host key, sshd, PAM, sudo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from unyo.core.secret import Secret
from unyo.lab.shadow import hashed

ROOT, KEEPER, STAFF = "root", "keeper", "staff"
"""Accounts of every host: the superuser, one that may use sudo, one that may change only its own password."""

DENY, UNLOCK_SECONDS, WITHIN_SECONDS = 4, 600, 900
"""What a strict host's faillock does."""

_SSHD = """\
ListenAddress {address}
HostKey /etc/ssh/lab_host_key
UsePAM {pam}
UseDNS no
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
MaxStartups 200:30:400
LogLevel VERBOSE
"""
_PAM_PLAIN = {
    "common-auth": "auth required pam_unix.so nodelay\n",
    "common-account": "account required pam_unix.so\n",
    "common-password": "password required pam_unix.so obscure sha512 nodelay\n",
    "common-session": "session required pam_unix.so\n",
}
_PAM_STRICT = {
    **_PAM_PLAIN,
    "common-auth": (
        "auth required pam_faillock.so preauth\n"
        "auth [success=1 default=ignore] pam_unix.so nodelay\n"
        "auth [default=die] pam_faillock.so authfail\n"
        "auth required pam_faillock.so authsucc\n"
    ),
    "common-account": "account required pam_faillock.so\naccount required pam_unix.so\n",
    "common-password": (
        "password requisite pam_pwhistory.so remember=5 enforce_for_root\n"
        "password required pam_unix.so use_authtok sha512 nodelay\n"
    ),
}
_PAM_SSHD = (
    "@include common-auth\naccount required pam_nologin.so\n@include common-account\n"
    "@include common-session\n@include common-password\n"
)
_FAILLOCK = f"deny = {DENY}\nunlock_time = {UNLOCK_SECONDS}\nfail_interval = {WITHIN_SECONDS}\nnodelay\n"
_SUDOERS = "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n"
_LOGIN_SHELL = "/bin/bash"


def lay_out(place: Path, name: str, address: str, passwords: Mapping[str, Secret], strict: bool) -> str:
    """Write one host's files below ``place``; its public host key comes back."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    files = {
        "etc/hostname": f"{name}\n",
        "etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {name}\n",
        "etc/ssh/sshd_config": _SSHD.format(address=address, pam="yes" if strict else "no"),
        "etc/ssh/lab_host_key": private,
        "etc/pam.d/sshd": _PAM_SSHD,
        "etc/security/opasswd": "",
        "root/.bashrc": "",
        **{f"etc/pam.d/{part}": text for part, text in (_PAM_STRICT if strict else _PAM_PLAIN).items()},
        **_accounts(passwords),
    }
    if strict:
        files["etc/security/faillock.conf"] = _FAILLOCK
    for path, text in files.items():
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600 if path in _PRIVATE else 0o644)
    (place / "etc/sudoers").write_text(_SUDOERS)
    (place / "etc/sudoers").chmod(0o440)
    for home in (KEEPER, STAFF):
        (place / "home" / home).mkdir(parents=True)
    place.chmod(0o755)
    return public


_PRIVATE = ("etc/shadow", "etc/gshadow", "etc/ssh/lab_host_key", "etc/security/opasswd")


def _accounts(passwords: Mapping[str, Secret]) -> dict[str, str]:
    """This machine's system accounts without passwords, and the lab's own three."""
    system = [line for line in _lines("/etc/passwd") if _is_system(line)]
    groups = [line for line in _lines("/etc/group") if _is_system(line) and not line.startswith("sudo:")]
    own = {KEEPER: 2001, STAFF: 2002}
    people = [f"{name}:x:{number}:{number}::/home/{name}:{_LOGIN_SHELL}" for name, number in own.items()]
    names = [line.split(":")[0] for line in system]
    shadow = [f"{name}:*:19800:0:99999:7:::" for name in names]
    shadow += [f"{name}:{hashed(passwords[name])}:19800:0:99999:7:::" for name in (ROOT, KEEPER, STAFF)]
    return {
        "etc/passwd": _text([f"root:x:0:0:root:/root:{_LOGIN_SHELL}", *system, *people]),
        "etc/shadow": _text(shadow),
        "etc/group": _text([*groups, f"sudo:x:27:{KEEPER}", *(f"{n}:x:{g}:" for n, g in own.items())]),
        "etc/gshadow": "",
    }


def _is_system(line: str) -> bool:
    name, _, number, *_ = line.split(":")
    return (
        name not in (ROOT, KEEPER, STAFF) and number.isdecimal() and (int(number) < 1000 or name == "nobody")
    )


def _lines(file: str) -> list[str]:
    return [line for line in Path(file).read_text(encoding="utf-8").splitlines() if line.count(":") >= 3]


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
