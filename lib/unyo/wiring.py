"""The only place that builds tools from settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unyo.baselines import BaselineFiles
from unyo.core.checkout import Checkouts
from unyo.core.credential import AccountKind, Credential
from unyo.core.desk import Messenger, Verifications
from unyo.core.distribution import Distribution, OtherSystem
from unyo.core.errors import BadSetting
from unyo.core.hand import Hands
from unyo.core.own_secrets import OwnSecrets
from unyo.core.password_books import Credentials
from unyo.core.playbook import Playbooks
from unyo.core.post import Post
from unyo.core.proof import Witness
from unyo.core.runbook import Runbook
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Assets, Terminals
from unyo.core.text import Text
from unyo.core.tools import Deliveries, Names, People, Policies
from unyo.policies import PolicyFiles
from unyo.settings import Settings, shipped
from unyo.vault.environment import take_from_environment

if TYPE_CHECKING:
    from unyo.calendars import OfficeCalendar
    from unyo.connectors.directory import DirectorySettings, LdapDirectory
    from unyo.connectors.notify.mail_session import MailSettings
    from unyo.connectors.winrm.options import WinrmSettings
    from unyo.connectors.winrm.own_passwords import OwnPasswords
    from unyo.core.worktime import WorkCalendar
    from unyo.flow.context import Road
    from unyo.vault.safe import Safe

Progress = Callable[[str, int, int], None]


class SystemClock:
    """The machine's clock, shifted where the settings ask for a training date."""

    def __init__(self, shift: timedelta = timedelta(0)) -> None:
        self.shift = shift

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.shift


def _silent(text: str, done: int, total: int) -> None:
    pass


class Toolbox:
    """The tools of one installation, each built when first asked for."""

    def __init__(self, settings: Settings, progress: Progress = _silent) -> None:
        take_from_environment()
        self.settings = settings
        self._progress = progress

    @cached_property
    def clock(self) -> SystemClock:
        return SystemClock(timedelta(seconds=self.settings.clock_shift_seconds))

    @cached_property
    def directory(self) -> LdapDirectory:
        from unyo.connectors.directory import LdapDirectory

        return LdapDirectory(self.directory_settings)

    @property
    def directory_settings(self) -> DirectorySettings:
        from unyo.connectors.directory import DirectorySettings

        options = self.settings.directory
        if not options.urls:
            raise BadSetting(
                "settings.directory",
                Text("no directory is configured", "ディレクトリが設定されていません"),
                Text("set [directory] urls: unyo init", "[directory] urls を設定: unyo init"),
                target=str(self.settings.file),
            )
        return DirectorySettings(
            urls=options.urls,
            base_dn=options.base_dn,
            bind=options.bind,
            bind_name=options.bind_name,
            password=self._bind_password,
            newer=self._newer_bind_passwords,
            ca_file=options.ca_file,
        )

    def _bind_password(self) -> Secret:
        options = self.settings.directory
        return self._secret_from(options.password_file, options.password_secret)

    def _newer_bind_passwords(self) -> list[Secret]:
        """Versions of a renewal that was cut off: the directory may hold one of them already."""
        options = self.settings.directory
        if options.password_file:
            return []
        ref = SecretRef(options.password_secret)
        standing = self.credentials.standing([ref.name])[ref.name]
        return [self.vault.open(ref.at(version.number)) for version in standing.open]

    def _secret_from(self, file: str, reference: str) -> Secret:
        if not file:
            return self.vault.open(SecretRef(reference))
        try:
            return Secret(Path(file).read_text(encoding="utf-8").rstrip("\n"))
        except (OSError, ValueError) as error:
            raise BadSetting(
                "settings.password_file",
                Text("the password file cannot be read", "パスワードファイルを読めません"),
                Text("check path and permissions", "パスと権限を確認する"),
                target=file,
            ) from error

    @cached_property
    def vault(self) -> Safe:
        from unyo.ledger.sealed import LedgerStore
        from unyo.vault.keyring import KeySource
        from unyo.vault.safe import Safe

        return Safe(KeySource(self.settings.key_file), LedgerStore(), self.clock)

    @cached_property
    def messenger(self) -> Messenger:
        """Carries codes to people; BadSetting where no mail is set up."""
        from unyo.connectors.notify.mail import MailMessenger

        if not self.settings.mail.host:
            raise BadSetting(
                "desk.no_messenger",
                Text("no way to send codes is set up", "確認コードの送信手段が設定されていません"),
                Text(
                    "set up mail (docs/notifications.md), or see the person face to face: --way in_person",
                    "メールを設定する (docs/notifications.ja.md) か、対面で確認する: --way in_person",
                ),
            )
        return MailMessenger(self.mail_settings(), self.settings.language, self.clock.now)

    @cached_property
    def post(self) -> Post:
        from unyo.connectors.notify.post_office import PostOffice

        return PostOffice(
            lambda: self.policies.load("notifications"),
            self.mail_settings,
            self.vault.open,
            self.clock.now,
        )

    def mail_settings(self) -> MailSettings:
        from unyo.connectors.notify.mail_session import MailSettings

        options = self.settings.mail
        return MailSettings(
            host=options.host,
            sender=options.sender,
            port=options.port,
            security=options.security,
            user=options.user,
            password=lambda: self._secret_from(options.password_file, options.password_secret),
            ca_file=options.ca_file,
            hello=options.hello,
            timeout=options.timeout_seconds,
        )

    @cached_property
    def people(self) -> People:
        from unyo.ledger.rosters import LedgerPeople

        return LedgerPeople()

    @cached_property
    def names(self) -> Names:
        from unyo.ledger.names import LedgerNames

        return LedgerNames(self.clock)

    @cached_property
    def deliveries(self) -> Deliveries:
        from unyo.ledger.deliveries import LedgerDeliveries

        return LedgerDeliveries(self.clock)

    @cached_property
    def distribution(self) -> Distribution:
        import time

        from unyo.connectors.distribution.opening import OtherSystems

        return OtherSystems(
            open_secret=self.vault.open,
            output=self.output,
            open_directory=_other_directory,
            sleep=time.sleep,
            now=self.clock.now,
        )

    @cached_property
    def assets(self) -> Assets:
        from unyo.ledger.assets import LedgerAssets

        return LedgerAssets(self.clock)

    @cached_property
    def terminals(self) -> Terminals:
        from unyo.connectors.winrm.fleet import WinrmTerminals

        return WinrmTerminals(
            reach(self.settings), self.terminal_password, self.vault.open, self.own_passwords
        )

    @cached_property
    def playbooks(self) -> Playbooks:
        from unyo.connectors.ansible.options import AnsibleSettings
        from unyo.connectors.ansible.playing import AnsiblePlaybooks

        options, own = self.settings.terminals, map(Path, self.settings.runbook_directories)
        settings = AnsibleSettings(
            places=(*own, shipped("playbooks").parent),
            scripts=shipped("scripts") / "windows",
            reach=reach(self.settings),
            forks=options.forks,
            private_directory=options.private_directory,
        )
        return AnsiblePlaybooks(
            settings,
            lambda: _and_close(self.terminal_password),
            lambda ref: _and_close(self.vault.open, ref),
            self.own_passwords,
        )

    @cached_property
    def credentials(self) -> Credentials:
        from unyo.ledger.credentials import LedgerCredentials

        user = self.settings.terminals.user.removeprefix(".\\")
        return LedgerCredentials(self.vault, self.clock, self.policies, self.own_accounts, user)

    @property
    def own_accounts(self) -> tuple[Credential, ...]:
        """The account that unyo itself signs on to the directory with, where the vault holds its password."""
        options = self.settings.directory
        if options.bind != "simple" or not (options.urls and options.bind_name) or options.password_file:
            return ()
        name, path = options.bind_name, options.password_secret
        label = f"directory {name}"
        return (Credential(AccountKind.DIRECTORY, "directory", name, path, label, groups=("directory",)),)

    @cached_property
    def hands(self) -> Hands:
        from unyo.hands import BuiltHands

        return BuiltHands(self)

    @cached_property
    def checkouts(self) -> Checkouts:
        from unyo.ledger.checkouts import LedgerCheckouts

        return LedgerCheckouts(self.clock)

    @cached_property
    def witness(self) -> Witness:
        from unyo.ledger.witness import LedgerWitness

        return LedgerWitness()

    @cached_property
    def verifications(self) -> Verifications:
        from unyo.ledger.resets import LedgerVerifications

        return LedgerVerifications()

    @cached_property
    def own_secrets(self) -> OwnSecrets:
        from unyo.own_secrets import InstalledSecrets

        return InstalledSecrets(self.settings, self.vault, self.clock)

    def terminal_password(self) -> Secret:
        """The one that terminals share which have none of their own."""
        options = self.settings.terminals
        return self._secret_from(options.password_file, options.password_secret)

    @cached_property
    def own_passwords(self) -> OwnPasswords | None:
        """Those of the account with which unyo reaches terminals; None for an account of a domain."""
        from unyo.connectors.winrm.own_passwords import KeptPasswords
        from unyo.connectors.winrm.signing_on import is_local
        from unyo.ledger.credentials_accounts import windows_path

        options = self.settings.terminals
        if options.transport == "certificate" or not is_local(options.user):
            return None
        user = options.user.removeprefix(".\\")
        accounts = (self.policies.load("passwords").get("windows") or {}).get("accounts") or ()
        # Sealed under the name as the policy spells it.
        name = next((str(each) for each in accounts if str(each).casefold() == user.casefold()), user)
        return KeptPasswords(
            lambda serial: windows_path(serial, name), self.vault.open_many, self.credentials.standing
        )

    @cached_property
    def policies(self) -> Policies:
        return PolicyFiles(self.settings.site)

    @cached_property
    def baselines(self) -> BaselineFiles:
        return BaselineFiles(self.settings.site)

    @cached_property
    def office_calendar(self) -> OfficeCalendar:
        from unyo.calendars import OfficeCalendar

        return OfficeCalendar(self.settings.site)

    @property
    def calendar(self) -> WorkCalendar:
        """The working days as of now: national holidays, year's end, and the site's own closing days."""
        return self.office_calendar.now()

    @property
    def output(self) -> Path:
        self.settings.output.mkdir(parents=True, exist_ok=True, mode=0o750)
        return self.settings.output

    def progress(self, text: str, done: int, total: int) -> None:
        self._progress(text, done, total)


def reach(settings: Settings) -> WinrmSettings:
    """How terminals are reached, by scripts and by playbooks alike."""
    from unyo.connectors.winrm.options import WinrmSettings

    options = settings.terminals
    return WinrmSettings(
        user=options.user,
        transport=options.transport,
        protocol=options.protocol,
        scheme=options.scheme,
        port=options.port,
        ca_file=options.ca_file,
        certificate_file=options.certificate_file,
        certificate_key_file=options.certificate_key_file,
        connect_seconds=options.connect_seconds,
        parallel=options.parallel,
        scripts=(settings.home / "scripts/windows", shipped("scripts") / "windows"),
    )


def sweep_plays(settings: Settings) -> None:
    """Remove the private files of plays whose process was killed; there is no secret in them."""
    from unyo.connectors.ansible.private import SHARED_MEMORY, sweep

    sweep(Path(settings.terminals.private_directory or SHARED_MEMORY))


def _and_close(opened: Callable[..., Secret], *arguments: SecretRef) -> Secret:
    """A secret for a thread that ends soon: its connection to the ledger must not stay open."""
    from django.db import connections

    try:
        return opened(*arguments)
    finally:
        connections.close_all()


@contextmanager
def _other_directory(system: OtherSystem, password: Secret | None) -> Iterator[LdapDirectory]:
    """A directory that takes account information, with its own account and CA."""
    from unyo.connectors.directory import DirectorySettings, LdapDirectory

    opened = LdapDirectory(
        DirectorySettings(
            urls=(system.destination,),
            bind_name=system.user,
            password=(lambda: password) if password is not None else None,
            ca_file=system.ca_file,
            base_dn=system.base,
        )
    )
    try:
        yield opened
    finally:
        opened.close()


def runbook_names(settings: Settings) -> list[str]:
    """All runbooks by name, the site's own included; none is loaded."""
    import unyo.runbooks as shipped_runbooks

    _add_own_runbooks(settings)
    return shipped_runbooks.runbook_names()


def find_runbook(settings: Settings, name: str) -> Runbook[Any]:
    """The runbook of that name; NotFound with what is near."""
    import unyo.runbooks as shipped_runbooks

    _add_own_runbooks(settings)
    return shipped_runbooks.load(name)


def _add_own_runbooks(settings: Settings) -> None:
    from unyo.runbooks import add_runbook_directory

    for place in settings.runbook_directories:
        add_runbook_directory(Path(place))


def build_road(settings: Settings, progress: Progress = _silent) -> Road:
    """Open the ledger and build the road for the jobs of this installation."""
    from unyo.ledger.opening import open_ledger

    open_ledger()
    from unyo.core.trigger import triggers_from
    from unyo.flow.context import Road

    tools = Toolbox(settings, progress)
    return Road(
        tools,
        lambda name: find_runbook(settings, name),
        settings.home / "audit.anchor",
        settings.approval_hours,
        lambda: tools.calendar,
        lambda: triggers_from(tools.policies.load("triggers")),
        tools.post,
    )
