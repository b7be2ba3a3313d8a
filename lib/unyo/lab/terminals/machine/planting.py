"""What a scenario file plants on one terminal: files, registry values, tasks, names, processes, policy, knobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from unyo.lab.terminals.machine.accounts import ADMINISTRATORS, User
from unyo.lab.terminals.machine.default_registry import value_of
from unyo.lab.terminals.machine.drift import DRIFTS
from unyo.lab.terminals.machine.events import Event
from unyo.lab.terminals.machine.files import File
from unyo.lab.terminals.machine.furnishing import home_of, log_on_event
from unyo.lab.terminals.machine.hardware import Profile
from unyo.lab.terminals.machine.knobs import Knobs
from unyo.lab.terminals.machine.membership import DOMAIN_SID, PolicySetting
from unyo.lab.terminals.machine.running import Connection, DnsEntry, Process
from unyo.lab.terminals.machine.services import Service
from unyo.lab.terminals.machine.stored import IIS, KINDS, POOL, SERVICE, TASK, StoredPassword
from unyo.lab.terminals.machine.tasks import Action, Principal, Task, Trigger
from unyo.lab.terminals.machine.updates import SECURITY, Update

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

Entry = Mapping[str, Any]


class Unreadable(ValueError):
    """An entry that says nothing that can be planted."""


def take(entry: Entry, *names: str, needs: int = 1) -> list[Any]:
    """The values of an entry by name; the first ``needs`` must be there, and no other name may."""
    unknown = entry.keys() - set(names)
    missing = [name for name in names[:needs] if name not in entry]
    if unknown or missing:
        raise Unreadable(f"{dict(entry)}: {sorted(unknown) or missing}")
    return [entry.get(name) for name in names]


def _file(machine: Machine, entry: Entry) -> None:
    path, text, size, days, hidden, locked, away = take(
        entry, "path", "text", "size", "days_old", "hidden", "locked", "away"
    )
    made = machine.now() - timedelta(days=float(days or 1))
    content = str(text or path).encode()
    parts = str(path).split("\\")
    if len(parts) > 3 and parts[1].lower() == "users" and machine.files.find("\\".join(parts[:3])) is None:
        home_of(machine, parts[2], machine.power.boot)
    machine.files.put(
        File(
            str(path),
            content=content,
            size=int(size or 0),
            created=made,
            modified=made,
            hidden=bool(hidden),
            locked=bool(locked),
            away=bool(away),
        )
    )


def _registry(machine: Machine, entry: Entry) -> None:
    key, name, value = take(entry, "key", "name", "value", needs=3)
    user = f"HKU\\{DOMAIN_SID}-"
    path = str(key)
    if path.upper().startswith("HKCU\\"):
        sid = next((p.sid for p in machine.profiles if not p.special), f"{user}1100")
        path = f"HKU\\{sid}\\{path[5:]}"
    kind, data = value_of(str(value))
    machine.registry.put(path, str(name), kind, data)


def _task(machine: Machine, entry: Entry) -> None:
    name, execute, arguments, path, minutes, class_id = take(
        entry, "name", "execute", "arguments", "path", "in_minutes", "class_id", needs=1
    )
    start = machine.now().replace(microsecond=0) + timedelta(minutes=float(minutes or 24 * 60))
    action = Action(str(execute or ""), str(arguments or ""), class_id=str(class_id or ""))
    trigger = Trigger("Once" if minutes else "Daily", start)
    machine.tasks.put(Task(str(name), str(path or "\\"), (action,), machine.now(), (trigger,)))


def _dns(machine: Machine, entry: Entry) -> None:
    name, data = take(entry, "name", "address", needs=2)
    machine.running.remember(DnsEntry(str(name), str(data)))


def _process(machine: Machine, entry: Entry) -> None:
    path, line = take(entry, "path", "command_line")
    name = str(path).rpartition("\\")[2]
    machine.running.start(
        Process(machine.running.new_id(), name, str(path), str(line or path), 664, machine.now())
    )


def _connection(machine: Machine, entry: Entry) -> None:
    address, port, process = take(entry, "address", "port", "process", needs=2)
    number = next((p.id for p in machine.running.processes.values() if p.name == process), 4)
    machine.running.connect(
        Connection(machine.address, 50123, str(address), int(port), "Established", number)
    )


def _log_on(machine: Machine, entry: Entry) -> None:
    user, address, kind, hours = take(entry, "user", "address", "kind", "hours_ago")
    at = machine.now() - timedelta(hours=float(hours or 1))
    english, domain = machine.locale == "en-US", machine.membership.netbios or machine.name
    sid = f"{DOMAIN_SID}-1100"
    machine.events.write(
        log_on_event(sid, str(user), domain, int(kind or 3), str(address or "-"), at, english)
    )


def _event(machine: Machine, entry: Entry) -> None:
    source, number, message, level, log, hours = take(
        entry, "source", "id", "message", "level", "log", "hours_ago", needs=3
    )
    at = machine.now() - timedelta(hours=float(hours or 1))
    machine.events.write(
        Event(str(log or "System"), int(number), int(level or 2), str(source), at, str(message))
    )


def _update(machine: Machine, entry: Entry) -> None:
    kb, title, restart, fails = take(entry, "kb", "title", "restart", "fails")
    told = str(title or f"2026-11 Cumulative Update (KB{kb})")
    machine.updates.put(
        Update(
            f"{kb}-cccc-4ccc-8ccc-000000000000",
            str(kb),
            told,
            SECURITY,
            restart=bool(restart),
            fails=bool(fails),
        )
    )


def _profile(machine: Machine, entry: Entry) -> None:
    """A person's profile; ``loaded`` ones are in use. One of the same user is replaced."""
    user, loaded = take(entry, "user", "loaded")
    home = home_of(machine, str(user), machine.power.boot)
    others = [profile for profile in machine.profiles if profile.path != home]
    sid = next((p.sid for p in machine.profiles if p.path == home), f"{DOMAIN_SID}-{7000 + len(others)}")
    used = machine.now() - timedelta(hours=1)
    machine.profiles = [*others, Profile(sid, home, used, loaded=bool(loaded))]


def policy_setting(entry: Entry) -> PolicySetting:
    """One setting of the domain's group policy."""
    kind, where, value, name, gpo = take(entry, "kind", "where", "value", "name", "gpo", needs=3)
    if kind == "registry":
        value_kind, data = value_of(str(value))
        return PolicySetting(
            kind, str(where), data, str(name), value_kind, str(gpo or "Default Domain Policy")
        )
    data = tuple(str(part) for part in value) if isinstance(value, list) else value
    return PolicySetting(kind, str(where), data, str(name or ""), gpo=str(gpo or "Default Domain Policy"))


def _user(machine: Machine, entry: Entry) -> None:
    """A local account; one of the same name is replaced."""
    name, password, administrator = take(entry, "name", "password", "administrator", needs=2)
    accounts = machine.accounts
    known = accounts.user(str(name))
    sid = known.sid if known is not None else accounts.new_sid()
    accounts.put_user(User(str(name), sid, str(password), password_set=machine.now() - timedelta(days=90)))
    group = accounts.groups[ADMINISTRATORS]
    if administrator and sid not in group.members:
        accounts.set_members(group, (*group.members, sid))


def _stored(machine: Machine, entry: Entry) -> None:
    """A password that a service, task, pool or certificate mapping holds; what is missing of these is made."""
    kind, name, account, password = take(entry, "kind", "name", "account", "password", needs=3)
    if kind not in KINDS:
        raise Unreadable(f"kind {kind!r}; known: {', '.join(KINDS)}")
    user, where = machine.accounts.user(str(account)), str(name)
    if password is None and user is None:
        raise Unreadable(f"{dict(entry)}: say its password")
    text = str(password) if password is not None or user is None else user.password
    machine.stored.put(StoredPassword(kind, where, str(account), text))
    if kind == SERVICE:
        known = machine.services.find(where) or Service(where, where, "Auto", True)
        machine.services.put(replace(known, account=str(account)))
    if kind == POOL:
        machine.files.put(File(IIS, content=b"MZ"))
    if kind == TASK:
        folder, _, bare = where.rpartition("\\")
        path = f"{folder}\\"
        action = Action("C:\\Windows\\System32\\cmd.exe", "/c exit 0")
        start = machine.now().replace(microsecond=0) + timedelta(days=1)
        known_task = machine.tasks.find(path, bare)
        task = known_task or Task(bare, path, (action,), machine.now(), (Trigger("Daily", start),))
        machine.tasks.put(replace(task, principal=Principal(str(account), "Password")))


PLANTS: dict[str, Callable[[Machine, Entry], None]] = {
    "files": _file,
    "registry": _registry,
    "tasks": _task,
    "dns": _dns,
    "processes": _process,
    "connections": _connection,
    "log_ons": _log_on,
    "events": _event,
    "updates": _update,
    "profiles": _profile,
    "users": _user,
    "stored_passwords": _stored,
}
"""By the names that scenario files use; each takes a list of entries."""


def plant(machine: Machine, wanted: Entry) -> None:
    """Everything that a scenario says of one terminal beyond what it is."""
    for name in wanted.get("drifts", ()):
        if name not in DRIFTS:
            raise Unreadable(f"drift {name!r}; known: {', '.join(sorted(DRIFTS))}")
        DRIFTS[name](machine)
    for part, work in PLANTS.items():
        for entry in wanted.get(part, ()):
            work(machine, entry)
    if wanted.get("disk_health") is not None:
        machine.disks = [replace(disk, health=int(wanted["disk_health"])) for disk in machine.disks]
    machine.membership.policy += tuple(policy_setting(entry) for entry in wanted.get("policy", ()))
    known = {field.name for field in fields(Knobs)}
    for name, value in wanted.get("knobs", {}).items():
        if name not in known:
            raise Unreadable(f"knob {name!r}; known: {', '.join(sorted(known))}")
        setattr(machine.knobs, name, value)
