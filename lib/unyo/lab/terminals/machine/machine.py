"""One simulated Windows terminal: who it is, its state, and whether it answers."""

from __future__ import annotations

import copy
import threading
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from unyo.lab.terminals.machine.accounts import Accounts, LockoutRule, LogonRefusal, User
from unyo.lab.terminals.machine.audit import AuditPolicy
from unyo.lab.terminals.machine.events import Events
from unyo.lab.terminals.machine.features import Features
from unyo.lab.terminals.machine.files import Files
from unyo.lab.terminals.machine.firewall import Firewall
from unyo.lab.terminals.machine.firing import fire_due
from unyo.lab.terminals.machine.hardware import Adapter, Battery, Disk, Profile, Session, Volume
from unyo.lab.terminals.machine.identity import Identity, Kind, Locale, Seat
from unyo.lab.terminals.machine.knobs import Knobs
from unyo.lab.terminals.machine.membership import REFRESH, Membership
from unyo.lab.terminals.machine.mirror import profile_written, registry_written, service_written
from unyo.lab.terminals.machine.overlay import Mark
from unyo.lab.terminals.machine.policy import apply_policy, effective_profile
from unyo.lab.terminals.machine.power import Power
from unyo.lab.terminals.machine.printers import Printers
from unyo.lab.terminals.machine.registry import Registry
from unyo.lab.terminals.machine.restarting import follow_power
from unyo.lab.terminals.machine.rights import UserRights
from unyo.lab.terminals.machine.running import Running
from unyo.lab.terminals.machine.security import SecurityPolicy
from unyo.lab.terminals.machine.services import Services
from unyo.lab.terminals.machine.stored import StoredPasswords
from unyo.lab.terminals.machine.tasks import Tasks
from unyo.lab.terminals.machine.template import template
from unyo.lab.terminals.machine.unsupported import Unsupported
from unyo.lab.terminals.machine.updates import Updates

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.fleet import Fleet

WINRM_PORTS = (5985, 5986)
_NETWORK_SIDS = ("S-1-1-0", "S-1-5-2", "S-1-5-11")
"""Everyone, NETWORK and Authenticated Users: in the token of whoever logs on over the network."""


class Machine:
    """State and behaviour of one terminal; every part is plain and may be changed by tests.

    ``address`` is the loopback address at which the lab lets it answer. Times of the machine are
    ``now()``, its own clock, which may be wrong.
    """

    def __init__(self, fleet: Fleet, identity: Identity, name: str, address: str, seat: Seat) -> None:
        self.fleet = fleet
        self.identity = identity
        self.address = address
        self.seat = seat
        self.knobs = Knobs()
        self.lock = threading.RLock()
        self.mark = Mark()
        base = template(identity.windows, identity.locale)
        self.name = name
        self.domain = ""
        self.power = Power(fleet.clock())
        self.registry = Registry(base.registry, self.mark)
        self.accounts = Accounts(identity.machine_sid, base.groups, self.mark)
        self.services = Services(base.services, self.mark)
        self.firewall = Firewall("Private", base.rules, self.mark)
        self.security = SecurityPolicy(identity.kind, self.mark)
        self.rights = UserRights(identity.kind, identity.machine_sid, self.mark)
        self.audit = AuditPolicy(base.audit, self.mark)
        self.features = Features(base.features, self.mark)
        self.files = Files(base.files, self.mark)
        self.tasks = Tasks(self.mark)
        self.updates = Updates(self.mark)
        self.printers = Printers(self.mark)
        self.stored = StoredPasswords(self.mark)
        self.events = Events()
        self.running = Running(base.processes, base.listeners, self.mark)
        self.membership = Membership()
        self.disks: list[Disk] = []
        self.volumes: list[Volume] = []
        self.adapters: list[Adapter] = []
        self.battery: Battery | None = None
        self.sessions: list[Session] = []
        self.profiles: list[Profile] = []
        self.fired: deque[str] = deque(maxlen=50)
        """What scheduled tasks did, the newest last."""
        self.image: dict[str, Any] = {}
        """The snapshot that an old image would bring back."""
        self._busy = False
        self._listen()

    @property
    def serial(self) -> str:
        """The serial number that the firmware tells; another one's where the terminal was swapped."""
        return self.knobs.swapped_serial or self.identity.serial

    @property
    def model(self) -> str:
        return self.identity.model.name

    @property
    def locale(self) -> Locale:
        return self.identity.locale

    @property
    def kind(self) -> Kind:
        return self.identity.kind

    @property
    def fqdn(self) -> str:
        return f"{self.name}.{self.domain}".lower() if self.domain else self.name.lower()

    @property
    def network(self) -> str:
        """The subnet that the terminal thinks it stands in."""
        return "127.0.0.0/8"

    @property
    def changed(self) -> bool:
        """Whether any state was changed since this was last set to False."""
        return self.mark.changed

    @changed.setter
    def changed(self, value: bool) -> None:
        self.mark.changed = value

    def now(self) -> datetime:
        """What the machine's clock says, in UTC."""
        return self.fleet.clock() + timedelta(seconds=self.knobs.clock_skew_seconds)

    def unsupported(self, text: str) -> NoReturn:
        """Say that something lies beyond the simulation; the fleet remembers it."""
        error = Unsupported(text)
        self.fleet.unsupported.append(f"{self.name}: {error}")
        raise error

    # --- reaching it ---

    def answers(self) -> bool:
        """Whether it is switched on and not restarting."""
        self.tick()
        away = self.power.away_until
        return not (self.knobs.powered_off or self.power.shut_down) and away is None

    def accepts(self, port: int, remote_address: str) -> bool:
        """Whether a TCP connection from there is accepted now: power, service and firewall."""
        if not self.answers():
            return False
        if port in WINRM_PORTS and not self.services.running("WinRM"):
            return False
        if not self.services.running("mpssvc"):
            return True
        profile = effective_profile(self, self.firewall.active)
        return self.firewall.lets_in(profile, port, remote_address, self.network)

    def verify_password(self, user: str, password: str) -> LogonRefusal | None:
        """Whether the password is right; a wrong one counts towards the lock-out."""
        account = self.accounts.user(user)
        if account is None:
            return LogonRefusal.UNKNOWN_USER
        if self.accounts.locked(account, self.lockout_rule, self.now()):
            return LogonRefusal.LOCKED
        if self.password_of(account) != password:
            self.wrong_password(user)
            return LogonRefusal.WRONG_PASSWORD
        self.accounts.forgive(account)
        return None

    def password_of(self, account: User) -> str:
        """The password that really opens the account."""
        return account.password + ("?" if self.knobs.wrong_password else "")

    def wrong_password(self, user: str) -> None:
        """Count a wrong password, for log-on by challenge and response."""
        account = self.accounts.user(user)
        if account is not None:
            self.accounts.count_wrong(account, self.lockout_rule, self.now())

    def may_log_on(self, user: str) -> LogonRefusal | None:
        """Why a user may not log on over the network although the password is right, or None."""
        account = self.accounts.user(user)
        if account is None:
            return LogonRefusal.UNKNOWN_USER
        return self.barred(account) or (None if self._has_network_right(account) else LogonRefusal.DENIED)

    def barred(self, account: User) -> LogonRefusal | None:
        """Why an account may not log on in any way, or None."""
        now = self.now()
        if self.accounts.locked(account, self.lockout_rule, now):
            return LogonRefusal.LOCKED
        if not account.enabled:
            return LogonRefusal.DISABLED
        return LogonRefusal.EXPIRED if account.expires is not None and account.expires <= now else None

    def log_on(self, user: str, password: str) -> LogonRefusal | None:
        """Password and permission together."""
        refusal = self.verify_password(user, password) or self.may_log_on(user)
        account = self.accounts.user(user)
        if refusal is None and account is not None:
            account = replace(account, last_logon=self.now())
            changed = self.changed
            self.accounts.put_user(account)
            self.changed = changed
        return refusal

    @property
    def lockout_rule(self) -> LockoutRule:
        policy = self.security
        threshold = self.knobs.lockout_threshold
        return LockoutRule(
            policy.number("LockoutBadCount") if threshold is None else threshold,
            timedelta(minutes=max(policy.number("LockoutDuration"), 0)),
            timedelta(minutes=policy.number("ResetLockoutCount") or 10),
            bool(policy.number("AllowAdministratorLockout")),
        )

    def token(self, account: User) -> set[str]:
        """The SIDs of a local account that logs on over the network."""
        local = {"S-1-5-113"}
        sids = {account.sid, *_NETWORK_SIDS, *self.accounts.groups_of(account.sid)}
        return sids | local | ({"S-1-5-114"} if self.accounts.is_administrator(account.sid) else set())

    def _has_network_right(self, account: User) -> bool:
        token = self.token(account)
        return self.rights.any_of("SeNetworkLogonRight", token) and not self.rights.any_of(
            "SeDenyNetworkLogonRight", token
        )

    # --- the passing of time ---

    def tick(self) -> None:
        """Let happen what is due by now: power, restarts, tasks, the refresh of group policy.

        Where another thread is about it already, nothing waits for it: a slow task stops no other terminal.
        """
        if self._busy or not self.lock.acquire(blocking=False):
            return
        self._busy = True
        try:
            with self.mark.by_itself():
                self._happen()
        finally:
            self._busy = False
            self.lock.release()

    def _happen(self) -> None:
        if self.knobs.restored_from_old_image and self.image:
            self.restore(self.image)
            self.knobs.restored_from_old_image = False
        real = self.fleet.clock()
        follow_power(self, real)
        if self.power.seen_off or self.power.away_until is not None:
            return
        now = self.now()
        fire_due(self, now)
        due = self.membership.refresh_at
        if self.domain and due is not None and now >= due:
            self.membership.refresh_at = now + REFRESH
            apply_policy(self)

    def restart(self, delay_seconds: float = 0, *, off: bool = False) -> None:
        """Go away after the delay and come back ``knobs.reboot_seconds`` later, or stay off."""
        longest = self.knobs.longest_shutdown_delay_seconds
        delay = delay_seconds if longest is None else min(delay_seconds, longest)
        self.power.restart_at = self.fleet.clock() + timedelta(seconds=delay)
        self.power.then_off = off
        self.changed = True

    def snapshot(self) -> dict[str, Any]:
        """A copy of all state; cheap, for only differences from the defaults are copied."""
        return {name: _copied(getattr(self, name)) for name in _PARTS}

    def restore(self, kept: dict[str, Any]) -> None:
        """Set all state back to a snapshot."""
        counted = self.accounts
        for name in _PARTS:
            setattr(self, name, _copied(kept[name]))
        # These count what happened, for those who ask about it; no image takes that back.
        self.accounts.refusals, self.accounts.lockouts = counted.refusals, counted.lockouts
        self._listen()

    def as_json(self) -> dict[str, Any]:
        """What differs from a fresh Windows, for tests."""
        from unyo.lab.terminals.machine.state import state_of

        return state_of(self)

    def _listen(self) -> None:
        self.registry.keys.written = lambda key: registry_written(self, key)
        self.services.table.written = lambda service: service_written(self, service)
        self.firewall.profiles.written = lambda profile: profile_written(self, profile)


_PARTS = [
    "name",
    "domain",
    "power",
    "registry",
    "accounts",
    "services",
    "firewall",
    "security",
    "rights",
    "audit",
    "features",
    "files",
    "tasks",
    "updates",
    "printers",
    "stored",
    "events",
    "running",
    "membership",
    "disks",
    "volumes",
    "adapters",
    "battery",
    "sessions",
    "profiles",
]


def _copied(part: Any) -> Any:
    # The values in lists are frozen: no need to copy them as well.
    return list(part) if isinstance(part, list) else copy.deepcopy(part)
