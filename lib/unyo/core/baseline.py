"""The security baseline's words: a rule says what one setting of a terminal should be, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from unyo.core.canonical import digest
from unyo.core.terminal import Terminal
from unyo.core.text import Text


class Kind(StrEnum):
    """What sort of thing a rule sets; the address of each sort is in ``unyo.core.baseline_address``."""

    REGISTRY = "registry"
    SECURITY = "security"
    USER_RIGHT = "user_right"
    AUDIT = "audit"
    SERVICE = "service"
    FIREWALL = "firewall"
    FEATURE = "feature"
    SCRIPT = "script"


class Severity(StrEnum):
    """How much harm a breach of the rule may do."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def weight(self) -> int:
        """The rule's share in a terminal's score."""
        return {"low": 1, "medium": 3, "high": 6, "critical": 10}[self.value]

    @property
    def label(self) -> Text:
        return {
            Severity.LOW: Text("low", "低"),
            Severity.MEDIUM: Text("medium", "中"),
            Severity.HIGH: Text("high", "高"),
            Severity.CRITICAL: Text("critical", "重大"),
        }[self]


class Channel(StrEnum):
    """A way in which administrators reach a terminal."""

    WINRM = "winrm"
    RDP = "rdp"
    LOGON = "logon"


_ALWAYS_SOMETHING = (Kind.SERVICE, Kind.FEATURE, Kind.AUDIT, Kind.FIREWALL)


@dataclass(frozen=True, slots=True)
class Setting:
    """One addressable setting: its kind and the address within it, as pairs sorted by name."""

    kind: Kind
    address: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, str]:
        """The shape that ``settings.ps1`` reads."""
        return {"kind": self.kind.value, **dict(self.address)}

    def __getitem__(self, name: str) -> str:
        return dict(self.address)[name]

    @property
    def shown(self) -> str:
        """The address for people, in one line."""
        given = dict(self.address)
        if self.kind is Kind.REGISTRY:
            return f"{given['key']}\\{given['name']}"
        return " ".join(value for _, value in self.address)


@dataclass(frozen=True, slots=True)
class Accept:
    """Which values beside the wanted one are as good: a range, a choice, or more or fewer members.

    ``superset`` takes a list that holds all wanted members and more (who is denied), ``subset`` one that
    holds no other than the wanted members (who is allowed).
    """

    least: int | None = None
    most: int | None = None
    one_of: tuple[Any, ...] = ()
    members: str = ""

    def takes(self, value: Any, wanted: Any) -> bool:
        if self.members:
            return _members_fit(self.members, value, wanted)
        if any(_same(value, good) for good in self.one_of):
            return True
        if self.least is None and self.most is None:
            return False
        number = _number(value)
        if number is None:
            return False
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)

    def as_json(self) -> dict[str, Any]:
        return {"least": self.least, "most": self.most, "one_of": self.one_of, "members": self.members}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a baseline.

    ``reference`` names public baselines or the policy's path; ``applies`` is client, server or both;
    ``reboot`` says that it takes effect after a restart; ``cuts`` names what it may cut off.
    """

    id: str
    title: Text
    why: Text
    reference: tuple[str, ...]
    severity: Severity
    setting: Setting
    wanted: Any
    accept: Accept = Accept()
    reboot: bool = False
    cuts: tuple[Channel, ...] = ()
    applies: str = "both"

    def accepts(self, value: Any) -> bool:
        """Whether a value found on a terminal is as good as the wanted one."""
        return _same(value, self.wanted) or self.accept.takes(value, self.wanted)

    def applicable(self, value: Any) -> bool:
        """False where the terminal has no such service, feature, audit subcategory or firewall profile."""
        return value is not None or self.setting.kind not in _ALWAYS_SOMETHING

    def goal(self, value: Any) -> Any:
        """What an application aims at where ``value`` is found: never weaker than what is there."""
        return value if self.accepts(value) or not self.applicable(value) else self.wanted

    def suits(self, terminal: Terminal) -> bool:
        return self.applies in ("both", terminal.kind)

    @property
    def address_digest(self) -> str:
        """Twelve hexadecimal digits that change with the setting the rule is about."""
        return digest({"id": self.id, "setting": self.setting.as_json()})[:12]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title.as_json(),
            "why": self.why.as_json(),
            "reference": self.reference,
            "severity": self.severity,
            "setting": self.setting.as_json(),
            "wanted": self.wanted,
            "accept": self.accept.as_json(),
            "reboot": self.reboot,
            "cuts": self.cuts,
            "applies": self.applies,
        }

    @property
    def digest(self) -> str:
        return digest(self.as_json())


@dataclass(frozen=True, slots=True)
class Pack:
    """A named, ordered set of rules."""

    name: str
    title: Text
    rules: tuple[Rule, ...]

    @property
    def digest(self) -> str:
        return digest({"name": self.name, "rules": [rule.digest for rule in self.rules]})

    def by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}


@dataclass(frozen=True, slots=True)
class Exemption:
    """A rule that some terminals need not keep until ``expires`` (that day included, Japan's time).

    ``scope`` maps terminal, site, floor, room, department, model and kind to the names that are meant; every given
    condition must hold. ``rules`` are rule ids.
    """

    rules: tuple[str, ...]
    scope: tuple[tuple[str, tuple[str, ...]], ...]
    reason: Text
    owner: str
    expires: date

    def holds_at(self, terminal: Terminal) -> bool:
        return all(_within(name, given, terminal) for name, given in self.scope)

    def covers(self, rule: str, terminal: Terminal) -> bool:
        return rule in self.rules and self.holds_at(terminal)

    def holds(self, today: date) -> bool:
        return today <= self.expires


class Baselines(Protocol):
    """The rule packs and exceptions of an installation."""

    def names(self) -> Sequence[str]:
        """All packs, the site's own and the shipped ones."""
        ...

    def pack(self, name: str) -> Pack:
        """The pack of that name; NotFound, or BadSetting where its file is wrong."""
        ...

    def exceptions(self) -> Sequence[Exemption]:
        """The site's exceptions, expired ones included."""
        ...

    def rules(self) -> Mapping[str, Rule]:
        """Every rule by its id: an id means the same setting in every pack."""
        ...


def exemption_for(rule: str, terminal: Terminal, exemptions: Sequence[Exemption]) -> Exemption | None:
    """The exception that covers the rule there; of several, the one that holds longest."""
    found = [given for given in exemptions if given.covers(rule, terminal)]
    return max(found, key=lambda given: given.expires, default=None)


def _within(name: str, given: tuple[str, ...], terminal: Terminal) -> bool:
    place = terminal.place
    has = {
        "terminal": (terminal.name, terminal.serial),
        "site": (place.site,),
        "floor": (place.floor,),
        "room": (place.room,),
        "department": (terminal.department,),
        "model": (terminal.model,),
        "kind": (terminal.kind,),
    }[name]
    return bool({item.casefold() for item in has} & {item.casefold() for item in given})


def _number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _same(value: Any, wanted: Any) -> bool:
    """Equal, where 1 is not True."""
    return type(value) is type(wanted) and bool(value == wanted)


def _members_fit(how: str, value: Any, wanted: Any) -> bool:
    """An absent list has no members; it is a subset of all."""
    if not isinstance(wanted, (list, tuple)) or not (value is None or isinstance(value, (list, tuple))):
        return False
    has, named = set(value or ()), set(wanted)
    return has >= named if how == "superset" else has <= named
