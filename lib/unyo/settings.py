"""The settings of one installation: a TOML file, the environment over it, sound defaults under it."""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from unyo.core.errors import BadSetting
from unyo.core.text import Language, Text

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class DirectoryOptions:
    """How to reach the directory; the password is a vault reference or a file, never a value here."""

    urls: tuple[str, ...] = ()
    base_dn: str = ""
    bind: str = "simple"
    bind_name: str = ""
    password_file: str = ""
    password_secret: str = "directory/bind"
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class TerminalOptions:
    """How to reach terminals; the password is a vault reference or a file, never a value here.

    ``transport`` is kerberos, negotiate, ntlm, certificate or basic (over HTTPS only); ``protocol`` is winrm
    (WinRS, one PowerShell per script) or psrp (one runspace per terminal, faster where many scripts run).
    ``certificate_file`` and its key (PEM) log on in the place of a password.
    ``parallel`` terminals are spoken to at once; ``forks`` is Ansible's number of them.
    """

    user: str = ""
    password_file: str = ""
    password_secret: str = "terminals/admin"
    transport: str = "negotiate"
    protocol: str = "winrm"
    scheme: str = "https"
    port: int = 0
    ca_file: str = ""
    certificate_file: str = ""
    certificate_key_file: str = ""
    connect_seconds: float = 5.0
    parallel: int = 32
    forks: int = 20
    private_directory: str = ""


@dataclass(frozen=True, slots=True)
class MailOptions:
    """The mail server; the password is a vault reference or a file, never a value here.

    ``security`` is starttls, tls (from the first byte) or plain (to this machine only).
    """

    host: str = ""
    port: int = 0
    security: str = "starttls"
    sender: str = ""
    user: str = ""
    password_file: str = ""
    password_secret: str = "mail/password"
    ca_file: str = ""
    hello: str = ""
    timeout_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that wiring needs to build the tools.

    ``home`` holds ledger, outputs and the audit anchor; ``site`` may hold the site's own policies, which win
    over the shipped ones. ``ledger_password_file`` holds PostgreSQL's password. ``clock_shift_seconds``
    moves the clock for training and rehearsals.
    """

    home: Path
    file: Path | None = None
    language: Language = Language.EN
    ledger_url: str = ""
    ledger_password_file: str = ""
    vault_key_file: str = ""
    organisation: str = ""
    contact: str = ""
    font: str = ""
    approval_hours: int = 336
    clock_shift_seconds: int = 0
    directory: DirectoryOptions = field(default_factory=DirectoryOptions)
    terminals: TerminalOptions = field(default_factory=TerminalOptions)
    mail: MailOptions = field(default_factory=MailOptions)
    runbook_directories: tuple[str, ...] = ()

    @property
    def site(self) -> Path:
        return self.home / "inventory"

    @property
    def output(self) -> Path:
        return self.home / "output"

    @property
    def ledger(self) -> str:
        return self.ledger_url or f"sqlite:///{self.home / 'ledger.sqlite3'}"

    @property
    def key_file(self) -> Path:
        return Path(self.vault_key_file) if self.vault_key_file else self.home / "vault.key"


def shipped(name: str) -> Path:
    """The folder ``playbooks``, ``roles``, ``inventory``, ``scripts`` or ``docs`` that came with unyo."""
    inside = _PACKAGE / "shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def settings_file() -> Path | None:
    """The first of $UNYO_CONFIG, ./unyo.toml, ~/.config/unyo/unyo.toml, /etc/unyo/unyo.toml that exists."""
    named = os.environ.get("UNYO_CONFIG")
    if named:
        return Path(named)
    places = [Path("unyo.toml"), Path.home() / ".config/unyo/unyo.toml", Path("/etc/unyo/unyo.toml")]
    return next((place for place in places if place.is_file()), None)


@cache
def load_settings() -> Settings:
    """Read the settings once per process; BadSetting names the file and the key that is wrong."""
    path = settings_file()
    # A named file that is not there yet is one that unyo init will make.
    values: Mapping[str, Any] = _read(path) if path is not None and path.exists() else {}
    return _build(values, path)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(
            "settings.file",
            Text("the settings file cannot be read", "設定ファイルを読めません"),
            Text("mend the file, or make a new one: unyo init", "ファイルを直すか unyo init で作り直す"),
            target=str(path),
            detail=str(error),
        ) from error


def _build(values: Mapping[str, Any], path: Path | None) -> Settings:
    known = {
        "home",
        "language",
        "ledger",
        "ledger_password_file",
        "vault_key_file",
        "organisation",
        "contact",
        "font",
        "approval_hours",
        "clock_shift_seconds",
        "directory",
        "terminals",
        "mail",
        "runbook_directories",
    }
    _refuse_unknown(values, known, path, "")
    directory = dict(values.get("directory", {}))
    _refuse_unknown(directory, set(DirectoryOptions.__dataclass_fields__), path, "directory.")
    directory["urls"] = tuple(directory.get("urls", ()))
    terminals = dict(values.get("terminals", {}))
    _refuse_unknown(terminals, set(TerminalOptions.__dataclass_fields__), path, "terminals.")
    mail = dict(values.get("mail", {}))
    _refuse_unknown(mail, set(MailOptions.__dataclass_fields__), path, "mail.")
    base = path.resolve().parent if path is not None else Path.cwd()
    home = os.environ.get("UNYO_HOME") or values.get("home")
    return Settings(
        home=(base / Path(home).expanduser()) if home else _default_home(),
        file=path,
        language=_language(values.get("language", "")),
        ledger_url=os.environ.get("UNYO_LEDGER") or str(values.get("ledger", "")),
        ledger_password_file=_beside(base, str(values.get("ledger_password_file", ""))),
        vault_key_file=str(values.get("vault_key_file", "")),
        organisation=str(values.get("organisation", "")),
        contact=str(values.get("contact", "")),
        font=str(values.get("font", "")),
        approval_hours=int(values.get("approval_hours", 336)),
        clock_shift_seconds=int(values.get("clock_shift_seconds", 0)),
        directory=DirectoryOptions(**directory),
        terminals=TerminalOptions(**terminals),
        mail=MailOptions(**mail),
        runbook_directories=tuple(str(base / place) for place in values.get("runbook_directories", ())),
    )


def _beside(base: Path, file: str) -> str:
    return str(base / Path(file).expanduser()) if file else ""


def _refuse_unknown(values: Mapping[str, Any], known: set[str], path: Path | None, where: str) -> None:
    for name in sorted(set(values) - known):
        listed = ", ".join(sorted(known))
        raise BadSetting(
            "settings.unknown",
            Text(f"there is no setting {where}{name}", f"設定項目 {where}{name} はありません"),
            Text(f"known settings: {listed}", f"使える項目: {listed}"),
            target=str(path),
        )


def _default_home() -> Path:
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local/state") / "unyo"


def _language(configured: str) -> Language:
    """$UNYO_LANG, else the setting, else the locale; anything but Japanese is English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    named = os.environ.get("UNYO_LANG") or configured or locale
    return Language.JA if named.lower().startswith("ja") else Language.EN


def who_runs_this() -> str:
    """The operating system's name of the person at the keyboard, through sudo too."""
    return os.environ.get("SUDO_USER") or getpass.getuser()
