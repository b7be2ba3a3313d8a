"""Local users and groups, their passwords and the lock-out after wrong ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table

ADMINISTRATORS, USERS, GUESTS, RDP_USERS = "S-1-5-32-544", "S-1-5-32-545", "S-1-5-32-546", "S-1-5-32-555"
SYSTEM = "S-1-5-18"


class LogonRefusal(StrEnum):
    """Why nobody was let in."""

    UNKNOWN_USER = "unknown_user"
    WRONG_PASSWORD = "wrong_password"
    LOCKED = "locked"
    DISABLED = "disabled"
    EXPIRED = "expired"
    MUST_CHANGE = "must_change"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class User:
    """A local account."""

    name: str
    sid: str
    password: str = ""
    full_name: str = ""
    description: str = ""
    enabled: bool = True
    password_set: datetime | None = None
    password_expires: bool = True
    password_required: bool = True
    may_change_password: bool = True
    expires: datetime | None = None
    last_logon: datetime | None = None
    former: tuple[str, ...] = ()
    """Passwords before this one, newest first, as many as the policy wants remembered."""


@dataclass(frozen=True, slots=True)
class Group:
    """A local group; members are SIDs."""

    name: str
    sid: str
    description: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong passwords of one user; ``since`` is the last one's time."""

    wrong: int
    since: datetime
    locked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LockoutRule:
    """How many wrong passwords lock for how long; a threshold of 0 never does, a duration of 0 for ever."""

    threshold: int
    duration: timedelta
    window: timedelta
    administrators: bool


class Accounts:
    """Users and groups by SID; names are unique without regard to case.

    ``refusals`` and ``lockouts`` count by SID all that ever happened: nothing sets them back.
    """

    __slots__ = ("attempts", "groups", "lockouts", "machine_sid", "next_rid", "refusals", "users")

    def __init__(self, machine_sid: str, groups: Table[Group], mark: Mark) -> None:
        self.machine_sid = machine_sid
        self.users: Overlay[User] = Overlay({}, mark)
        self.groups: Overlay[Group] = Overlay(groups, mark)
        self.attempts: dict[str, Attempts] = {}
        self.refusals: dict[str, int] = {}
        self.lockouts: dict[str, int] = {}
        self.next_rid = 1001

    def user(self, name_or_sid: str) -> User | None:
        """By SID, name, ``.\\name`` or ``MACHINE\\name``; None where nobody is called so."""
        found = self.users.get(name_or_sid)
        if found is not None:
            return found
        wanted = name_or_sid.rpartition("\\")[2].lower()
        return next((user for user in self.users.values() if user.name.lower() == wanted), None)

    def group(self, name_or_sid: str) -> Group | None:
        found = self.groups.get(name_or_sid)
        if found is not None:
            return found
        wanted = name_or_sid.rpartition("\\")[2].lower()
        return next((group for group in self.groups.values() if group.name.lower() == wanted), None)

    def new_sid(self) -> str:
        """A SID that nobody has had yet."""
        self.next_rid += 1
        return f"{self.machine_sid}-{self.next_rid - 1}"

    def groups_of(self, sid: str) -> set[str]:
        """The SIDs of the local groups that hold the SID."""
        return {group.sid for group in self.groups.values() if sid in group.members}

    def is_administrator(self, sid: str) -> bool:
        return sid == SYSTEM or sid in self.groups[ADMINISTRATORS].members

    def put_user(self, user: User) -> None:
        self.users[user.sid] = user

    def remove_user(self, user: User) -> None:
        """The account and its memberships are gone."""
        del self.users[user.sid]
        self.attempts.pop(user.sid, None)
        for group in self.groups.values():
            if user.sid in group.members:
                self.set_members(group, tuple(sid for sid in group.members if sid != user.sid))

    def set_members(self, group: Group, members: tuple[str, ...]) -> None:
        self.groups[group.sid] = replace(group, members=members)

    def locked(self, user: User, rule: LockoutRule, now: datetime) -> bool:
        """Whether the account is locked now."""
        attempts = self.attempts.get(user.sid)
        if attempts is None or attempts.locked_at is None:
            return False
        return not rule.duration or now < attempts.locked_at + rule.duration

    def count_wrong(self, user: User, rule: LockoutRule, now: datetime) -> None:
        """One more wrong password; at the threshold the account is locked."""
        before = self.attempts.get(user.sid)
        wrong = before.wrong + 1 if before is not None and now - before.since < rule.window else 1
        exempt = user.sid.endswith("-500") and not rule.administrators
        full = bool(rule.threshold) and wrong >= rule.threshold and not exempt
        self.attempts[user.sid] = Attempts(wrong, now, now if full else None)
        self.refusals[user.sid] = self.refusals.get(user.sid, 0) + 1
        if full:
            self.lockouts[user.sid] = self.lockouts.get(user.sid, 0) + 1

    def forgive(self, user: User) -> None:
        """A right password, or an administrator, sets the count back."""
        self.attempts.pop(user.sid, None)
