"""Accounts whose passwords unyo keeps, what the books know of each, and the hands that set and try them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from unyo.core.directory import Logon
from unyo.core.errors import BadInput, UnyoError
from unyo.core.params import option
from unyo.core.secret import Secret, SecretRef
from unyo.core.target import Target
from unyo.core.text import Text

HISTORY = 12
"""At least so many retired passwords of an account are kept: an old image may bring one back."""


class AccountKind(StrEnum):
    """What kind of system an account belongs to; each kind has its own hand."""

    WINDOWS = "windows"
    LINUX = "linux"
    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"
    NETWORK = "network"
    DIRECTORY = "directory"
    APPLIANCE = "appliance"

    @property
    def label(self) -> Text:
        return _KINDS[self]


_KINDS = {
    AccountKind.WINDOWS: Text("local account of a terminal or server", "端末・サーバのローカルアカウント"),
    AccountKind.LINUX: Text("Linux account", "Linux アカウント"),
    AccountKind.POSTGRESQL: Text("PostgreSQL role", "PostgreSQL ロール"),
    AccountKind.MARIADB: Text("MariaDB account", "MariaDB アカウント"),
    AccountKind.NETWORK: Text("network device", "ネットワーク機器"),
    AccountKind.DIRECTORY: Text("directory account", "ディレクトリのアカウント"),
    AccountKind.APPLIANCE: Text("printer or appliance", "プリンタ・機器"),
}


class SecretState(StrEnum):
    """Where one version of a password is on its way; the table of moves is MOVES.

    PROPOSED: made and written, not yet opened again. SEALED: opened again from the ledger, so that it cannot
    be lost; the target may be touched from now on. SET: the target has taken it. VERIFIED: a log-on with it
    worked. UNKNOWN: it was sent and nobody knows whether it was taken. TORN: the books say that it is in
    force, but the target takes neither it nor any other known one. RETIRED: replaced, kept as history.
    """

    PROPOSED = "PROPOSED"
    SEALED = "SEALED"
    SET = "SET"
    VERIFIED = "VERIFIED"
    UNKNOWN = "UNKNOWN"
    TORN = "TORN"
    RETIRED = "RETIRED"

    @property
    def label(self) -> Text:
        return _STATES[self]

    @property
    def is_open(self) -> bool:
        """Whether the target may hold it although nobody has proven it."""
        return self in (SecretState.SEALED, SecretState.SET, SecretState.UNKNOWN)


_STATES = {
    SecretState.PROPOSED: Text("made, not yet sealed", "作成済み(封印前)"),
    SecretState.SEALED: Text("sealed, not yet set", "封印済み(未設定)"),
    SecretState.SET: Text("set, log-on not yet proven", "設定済み(ログオン未確認)"),
    SecretState.VERIFIED: Text("proven by log-on", "ログオン確認済み"),
    SecretState.UNKNOWN: Text("sent, outcome unknown", "送信済み(結果不明)"),
    SecretState.TORN: Text("no known password works", "既知のパスワードがすべて不一致"),
    SecretState.RETIRED: Text("replaced, kept as history", "交換済み(履歴)"),
}

_S = SecretState
MOVES: Mapping[SecretState, frozenset[SecretState]] = {
    _S.PROPOSED: frozenset({_S.SEALED, _S.RETIRED}),
    # Back to PROPOSED: the system was surely not touched, so nothing needs to be tried before it is used.
    _S.SEALED: frozenset({_S.PROPOSED, _S.SET, _S.VERIFIED, _S.UNKNOWN, _S.RETIRED}),
    _S.SET: frozenset({_S.VERIFIED, _S.UNKNOWN, _S.RETIRED, _S.TORN}),
    _S.UNKNOWN: frozenset({_S.SET, _S.VERIFIED, _S.RETIRED, _S.TORN}),
    _S.VERIFIED: frozenset({_S.VERIFIED, _S.RETIRED, _S.TORN}),
    _S.TORN: frozenset({_S.VERIFIED, _S.RETIRED}),
    # A restored image brings an old password back into force.
    _S.RETIRED: frozenset({_S.VERIFIED}),
}


@dataclass(frozen=True, slots=True)
class Credential:
    """One account with a password on one system.

    ``system`` is a terminal's serial number or a device's name; ``path`` its secret's name in the vault;
    ``role`` what it is for (``login``, ``enable``, ``superuser``, ``service``, ``admin``); ``driver`` the
    device type of netmiko or the plug-in of an appliance; ``via`` the path of the account that signs on to set
    it (empty: it changes its own). ``initial`` is where its first password is sealed if its own path is empty.
    ``options`` is what the kind's hand needs besides: host keys, databases, certificates.
    """

    kind: AccountKind
    system: str
    account: str
    path: str
    label: str
    address: str = ""
    port: int = 0
    driver: str = ""
    role: str = "admin"
    via: str = ""
    initial: SecretRef | None = None
    groups: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ref(self) -> SecretRef:
        """The password in force."""
        return SecretRef(self.path)

    @property
    def target(self) -> Target:
        """Its lock is the system's own: nothing else may work there while its password changes."""
        kind = "terminal" if self.kind is AccountKind.WINDOWS else f"{self.kind}"
        key = self.path if self.kind is AccountKind.DIRECTORY else self.system
        return Target(kind, key, self.label)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which accounts a job is about: every given condition must hold; params of runbooks inherit it."""

    path: tuple[str, ...] = option(Text("accounts by their name in the vault", "保管庫での名前"), default=())
    kind: tuple[AccountKind, ...] = option(
        Text("kinds: windows, linux, network, …", "種別 (windows, linux, network など)"), default=()
    )
    group: tuple[str, ...] = option(
        Text("groups of devices or accounts", "機器・アカウントのグループ"), default=()
    )
    system: tuple[str, ...] = option(
        Text("terminals or devices by name or serial number", "端末・機器の名前または製造番号"), default=()
    )
    account: tuple[str, ...] = option(Text("account names", "アカウント名"), default=())
    site: tuple[str, ...] = option(Text("sites", "拠点"), default=())
    everything: bool = option(Text("all accounts that unyo keeps", "管理する全アカウント"), default=False)

    def check(self) -> None:
        """Nothing chosen is an error, never everything."""
        if self.everything or any((self.path, self.kind, self.group, self.system, self.account, self.site)):
            return
        raise BadInput(
            "passwords.none_chosen",
            Text("no account was chosen", "対象のアカウントが指定されていません"),
            Text(
                "give --kind, --group, --system, … or --everything",
                "--kind、--group、--system などか --everything を指定",
            ),
        )


@dataclass(frozen=True, slots=True)
class LockoutPolicy:
    """A system's own rule: ``threshold`` bad log-ons within ``window`` lock the account (0: never)."""

    threshold: int
    window: timedelta
    duration: timedelta | None = None

    @property
    def spare(self) -> int:
        """How many bad log-ons unyo may cause within one window.

        Less than half of what locks: the rest stays for people, and a clock that jumps cannot add up two windows.
        """
        return 5 if self.threshold == 0 else min(5, (self.threshold - 1) // 2)


@dataclass(frozen=True, slots=True)
class Use:
    """A place where an account's password is stored: it breaks there unless it is renewed in the same job.

    ``kind`` is service, task, pool or certificate; ``machine`` a serial number or device.
    """

    kind: str
    machine: str
    name: str


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a system tells of an account; None where it does not tell.

    ``unseen`` says where nobody could look for uses: what runs there with the old password would break.
    """

    exists: bool = True
    enabled: bool | None = None
    locked: bool | None = None
    last_set: datetime | None = None
    bad_logons: int | None = None
    lockout: LockoutPolicy | None = None
    uses: tuple[Use, ...] = ()
    notes: tuple[Text, ...] = ()
    unseen: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One password to be replaced: ``old`` signs on, ``new`` is set. Both name exact versions.

    ``sign_on`` is the password of the ``via`` account where there is one. ``uses`` are renewed with it.
    """

    credential: Credential
    old: SecretRef | None
    new: SecretRef
    sign_on: SecretRef | None = None
    via: Credential | None = None
    uses: tuple[Use, ...] = ()


class Fate(StrEnum):
    """What is known of an exchange; only VERIFIED and the four certain ones end without a look."""

    VERIFIED = "verified"
    SET = "set"
    UNTOUCHED = "untouched"
    WRONG_OLD = "wrong_old"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How one exchange ended.

    VERIFIED: set, and a log-on with the new password worked (``by`` says how: ntlm, ssh, ldap bind …). SET:
    taken, the log-on could not be tried. UNTOUCHED: surely nothing was sent. WRONG_OLD: the old password was
    refused, nothing was set; one bad log-on. REFUSED: the target said no to the new one, the old one is in
    force. UNKNOWN: it was sent, and whether it was taken is unknown. ``error`` explains all but VERIFIED.
    """

    fate: Fate
    error: UnyoError | None = None
    by: str = ""
    facts: AccountFacts | None = None
    renewed: tuple[Use, ...] = ()
    not_renewed: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """One log-on to be tried, with one exact version.

    ``via`` and ``sign_on`` as in an Exchange, for what can only be tried behind another log-on (``enable``);
    without them the ``via`` path of the credential is used, with its password in force.
    """

    credential: Credential
    password: SecretRef
    sign_on: SecretRef | None = None
    via: Credential | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a system said to a log-on; ``by`` is how it was tried. ``error``: it could not be tried at all.

    ``unsaved``: it works now, but a restart of the system would bring another password back; an exchange
    with this password as old and as new mends that.
    """

    logon: Logon | None
    by: str = ""
    error: UnyoError | None = None
    unsaved: bool = False


REFUSED_LOGONS = frozenset(
    {
        "appliances.logon",
        "database.logon",
        "directory.account.wrong",
        "network.logon",
        "ssh.logon",
        "terminals.logon",
    }
)
"""Codes with which hands say, asked for facts, that the very log-on was refused: another password is in force."""


class Hand(Protocol):
    """Sets and tries the passwords of one kind of account, many at once. It never guesses by itself.

    Everything is one answer per question, in order; an outside exception never leaves a hand.
    """

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        """Read the lock-out policy, the last-set time, where the password is stored; changes nothing.

        Only ``old``, ``sign_on`` and ``via`` of a question are looked at.
        """
        ...

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        """Set each new password and prove it by a log-on of its own.

        At most one log-on with ``old`` and one with ``new`` each. Where another session could put the old one
        back after a failed proof, the hand does so and answers REFUSED.
        """
        ...

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        """Exactly one log-on each, nothing else."""
        ...


class Hands(Protocol):
    """The hand of each kind of account."""

    def of(self, kind: AccountKind) -> Hand:
        """BadSetting where this installation has no such hand."""
        ...


@dataclass(frozen=True, slots=True)
class Version:
    """What the books know of one password of an account; never the password."""

    number: int
    state: SecretState
    sealed_at: datetime
    set_at: datetime | None = None
    verified_at: datetime | None = None
    verified_by: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One account in the books: its versions newest first, and what is known besides.

    ``bad_logons`` are the instants at which unyo tried or was about to try a password it was not sure of;
    ``refused`` are the versions that the system has refused since (0: the first password of ``initial``).
    A proven log-on clears both. ``checked_out`` says that a person holds the password now.
    """

    path: str
    versions: tuple[Version, ...] = ()
    bad_logons: tuple[datetime, ...] = ()
    refused: tuple[int, ...] = ()
    lockout: LockoutPolicy | None = None
    last_set: datetime | None = None
    trouble: Text | None = None
    trouble_code: str = ""
    trouble_since: datetime | None = None
    checked_out: bool = False
    rotate_by: datetime | None = None
    rotate_reason: str = ""

    @property
    def in_force(self) -> Version | None:
        """The version that was last proven, if it still counts."""
        return next((each for each in self.versions if each.state is SecretState.VERIFIED), None)

    @property
    def is_refused(self) -> bool:
        """Whether the system has refused the version in force since it was proven."""
        return self.in_force is not None and self.in_force.number in self.refused

    @property
    def open(self) -> tuple[Version, ...]:
        """Versions that the target may hold without proof, newest first."""
        return tuple(each for each in self.versions if each.state.is_open)


@dataclass(frozen=True, slots=True)
class Move:
    """One version's step along the table of moves; ``by`` names the log-on that proved it."""

    path: str
    number: int
    state: SecretState
    by: str = ""


class Credentials(Protocol):
    """The books of passwords. Each call is one transaction and is on disk when it returns."""

    def select(self, scope: Scope) -> Sequence[Credential]:
        """The chosen accounts, by path; a given name that nobody has is a NotFound error."""
        ...

    def named(self, paths: Collection[str]) -> Mapping[str, Credential]:
        """By path; unknown ones are missing."""
        ...

    def standing(self, paths: Collection[str]) -> Mapping[str, Standing]:
        """One for every path, an empty one where nothing is known."""
        ...

    def propose(self, wanted: Mapping[str, Callable[[], Secret]], purpose: str) -> Mapping[str, int]:
        """Make, write, open again and so SEAL one new version for each path; path → version.

        All are on disk before it returns. An account that has an open version is a Refused error: that one
        must be settled first.
        """
        ...

    def advance(self, moves: Sequence[Move]) -> None:
        """Note moves, all or nothing; a move that the table does not allow is a Refused error.

        VERIFIED retires the version that was in force before, clears bad log-ons and trouble, and destroys
        what is older than the history that is kept. A repeated move does no harm.
        """
        ...

    def note_tries(self, paths: Collection[str]) -> None:
        """Note, before it happens, that a password which may be wrong is about to be tried."""
        ...

    def note_answers(self, refused: Mapping[str, int], untried: Collection[str]) -> None:
        """After tries: path → the version that its system refused; ``untried``: for these no log-on came about,
        so the newest try that was noted is taken back."""
        ...

    def note_facts(self, facts: Mapping[str, AccountFacts]) -> None:
        """Keep what systems told: lock-out policy, last-set time."""
        ...

    def note_trouble(self, troubles: Mapping[str, UnyoError | None]) -> None:
        """Keep why an account could not be dealt with; None clears it."""
        ...

    def adopt(self, path: str, password: Secret, by: str) -> int:
        """Take a password in that a person gave and a log-on has proven: a new version, VERIFIED."""
        ...
