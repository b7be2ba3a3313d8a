"""What stands and runs on one terminal beyond a fresh Windows: disks, adapters, software, people, updates, events."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from unyo.lab.terminals.machine import updates as upd
from unyo.lab.terminals.machine.accounts import ADMINISTRATORS
from unyo.lab.terminals.machine.defaults import rows
from unyo.lab.terminals.machine.events import Event
from unyo.lab.terminals.machine.files import File
from unyo.lab.terminals.machine.hardware import Adapter, Battery, Disk, Profile, Session, Volume
from unyo.lab.terminals.machine.membership import DOMAIN_SID, REFRESH
from unyo.lab.terminals.machine.restarting import ACTIVE_NAME_KEY, NAME_KEY
from unyo.lab.terminals.machine.running import Connection, DnsEntry, Process

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

GIB = 1 << 30
UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
DOMAIN_ADMINS, DOMAIN_USERS = f"{DOMAIN_SID}-512", f"{DOMAIN_SID}-513"


def furnish_machine(machine: Machine, rng: Random, number: int) -> None:
    """Everything by chance; the same for the same seed and number."""
    _hardware(machine, rng, number)
    _names(machine)
    _software(machine, rng)
    _updates(machine, rng)
    _system_profiles(machine)
    if machine.seat.user:
        _person(machine, rng, number)
    _traffic(machine, rng)
    _events(machine, rng)


def _hardware(machine: Machine, rng: Random, number: int) -> None:
    model = machine.identity.model
    size = model.disk_gib * GIB
    machine.disks = [
        Disk(0, "NVMe SSD", f"{rng.getrandbits(48):012X}", model.disk_gib, 1 if number % 41 == 7 else 0)
    ]
    protected = model.laptop and rng.random() < 0.9
    free = int(size * rng.choice((0.03, 0.35, 0.5, 0.62, 0.7)))
    recovery = f"{{{rng.getrandbits(32):08X}-{rng.getrandbits(16):04X}-4000-8000-{rng.getrandbits(48):012X}}}"
    machine.volumes = [
        Volume("C:", size, free, "", "NTFS", int(protected), 100 * protected, recovery if protected else "")
    ]
    mac = ":".join(
        f"{byte:02X}" for byte in (0xD4, 0x5D, 0x64, rng.getrandbits(8), number // 256 % 256, number % 256)
    )
    machine.adapters = [
        Adapter(
            6,
            "Ethernet" if machine.locale == "en-US" else "イーサネット",
            "Intel(R) Ethernet Connection (16) I219-LM",
            mac,
            machine.address,
            8,
            "127.0.0.1",
            ("127.0.0.2",),
            machine.kind == "client",
            "127.0.0.1" if machine.kind == "client" else "",
            suffix=machine.domain,
        )
    ]
    if model.laptop:
        machine.battery = Battery(rng.choice((38, 77, 96, 100)))


def _names(machine: Machine) -> None:
    registry = machine.registry
    for key in (NAME_KEY, ACTIVE_NAME_KEY):
        registry.put(key, "ComputerName", "String", machine.name)
    tcpip = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
    registry.put(tcpip, "Hostname", "String", machine.name)
    registry.put(tcpip, "Domain", "String", machine.domain)
    if machine.domain:
        machine.firewall.active = "Domain"
        machine.membership.netbios = machine.domain.partition(".")[0].upper()[:15]
        machine.membership.refresh_at = machine.now() + REFRESH
        administrators = machine.accounts.groups[ADMINISTRATORS]
        machine.accounts.set_members(administrators, (*administrators.members, DOMAIN_ADMINS))


def _software(machine: Machine, rng: Random) -> None:
    for key, name, version, publisher, share, narrow in rows("software.txt"):
        if machine.kind == "server" and "Edge" not in name:
            continue
        if rng.random() < float(share):
            branch = "HKLM\\SOFTWARE\\WOW6432Node" if narrow == "True" else "HKLM\\SOFTWARE"
            path = f"{branch}\\{UNINSTALL}\\{key}"
            for value, data in (("DisplayName", name), ("DisplayVersion", version), ("Publisher", publisher)):
                machine.registry.put(path, value, "String", data)
            machine.registry.put(path, "UninstallString", "String", f"MsiExec.exe /X{key}")


def _updates(machine: Machine, rng: Random) -> None:
    now = machine.now()
    build = machine.identity.windows.build
    behind = rng.choice((0, 0, 0, 1, 2))
    titles = {
        "en-US": "{when} Cumulative Update for Windows (KB{kb})",
        "ja-JP": "{when} Windows の累積更新プログラム (KB{kb})",
    }
    for age in range(3):
        when = now - timedelta(days=20 + 30 * age)
        kb = str(5040000 + build % 1000 + ((when.year - 2020) * 12 + when.month) * 7)
        update = upd.Update(
            f"{rng.getrandbits(32):08x}-aaaa-4aaa-8aaa-{rng.getrandbits(48):012x}",
            kb,
            titles[machine.locale].format(when=when.strftime("%Y-%m"), kb=kb),
            upd.SECURITY,
            "Critical",
            680_000_000,
            restart=True,
            installed=None if age < behind else when,
        )
        machine.updates.put(update)
    if rng.random() < 0.4:
        ident = f"{rng.getrandbits(32):08x}-bbbb-4bbb-8bbb-{rng.getrandbits(48):012x}"
        machine.updates.put(
            upd.Update(
                ident, "2267602", "Security Intelligence Update (KB2267602)", upd.DEFINITIONS, "", 1_200_000
            )
        )


def _system_profiles(machine: Machine) -> None:
    machine.profiles = [
        Profile("S-1-5-18", "C:\\Windows\\system32\\config\\systemprofile", machine.power.boot, True, True),
        Profile("S-1-5-19", "C:\\Windows\\ServiceProfiles\\LocalService", machine.power.boot, True, True),
        Profile("S-1-5-20", "C:\\Windows\\ServiceProfiles\\NetworkService", machine.power.boot, True, True),
    ]


def _person(machine: Machine, rng: Random, number: int) -> None:
    sid = f"{DOMAIN_SID}-{2000 + number}"
    now = machine.now()
    here = rng.random() < 0.6
    machine.profiles.append(
        Profile(sid, f"C:\\Users\\{machine.seat.user}", now - timedelta(hours=rng.randrange(90)), loaded=here)
    )
    home = home_of(machine, machine.seat.user, machine.power.boot)
    machine.files.put(
        File(f"{home}\\Documents\\メモ.txt", content="覚え書き\r\n".encode(), created=machine.power.boot)
    )
    machine.registry.make(f"HKU\\{sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run")
    if rng.random() < 0.7:
        one_drive = f'"{home}\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe" /background'
        run = f"HKU\\{sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"
        machine.registry.put(run, "OneDrive", "String", one_drive)
    if here:
        netbios = machine.membership.netbios or machine.name
        machine.sessions = [
            Session(1, netbios, machine.seat.user, sid, now - timedelta(hours=3), 2, True, 0x4F2A1)
        ]
        explorer = Process(
            5120,
            "explorer.exe",
            "C:\\Windows\\explorer.exe",
            "C:\\Windows\\Explorer.EXE",
            5080,
            None,
            sid,
            180 << 20,
            1,
        )
        machine.running.start(explorer)


def home_of(machine: Machine, user: str, when: datetime) -> str:
    """The folder of a user's profile, made with its usual content."""
    home = f"C:\\Users\\{user}"
    for folder in (
        "Desktop",
        "Documents",
        "Downloads",
        "AppData\\Local\\Temp",
        "AppData\\Roaming\\Microsoft",
    ):
        machine.files.make_folder(f"{home}\\{folder}", when)
    machine.files.put(
        File(f"{home}\\NTUSER.DAT", content=b"regf", size=1 << 20, created=when, modified=when, hidden=True)
    )
    return home


def _traffic(machine: Machine, rng: Random) -> None:
    for name, data in (("www.example.jp", "192.0.2.10"), ("login.example.com", "198.51.100.7")):
        machine.running.remember(DnsEntry(name, data))
    port = rng.randrange(50000, 60000)
    machine.running.connect(Connection(machine.address, port, "192.0.2.10", 443, "Established", 1356))


_TEXTS = {
    6005: ("The Event log service was started.", "イベント ログ サービスが開始されました。"),
    134: (
        "The time provider NtpClient reached no time source.",
        "タイム プロバイダー NtpClient: 時刻ソースに接続できませんでした。",
    ),
    1000: (
        "Faulting application name: Lhaplus.exe",
        "障害が発生しているアプリケーション名: Lhaplus.exe",
    ),
    2013: ("The C: disk is at or near capacity.", "C: ディスクの空き容量がないか、不足しています。"),
    7: (
        "The device, \\Device\\Harddisk0\\DR0, has a bad block.",
        "デバイス \\Device\\Harddisk0\\DR0 に不良ブロックがあります。",
    ),
}


def _events(machine: Machine, rng: Random) -> None:
    boot, now = machine.power.boot, machine.now()
    japanese = machine.locale == "ja-JP"

    def log(name: str, number: int, level: int, source: str, at: datetime) -> None:
        machine.events.write(Event(name, number, level, source, at, _TEXTS[number][japanese]))

    log("System", 6005, 4, "EventLog", boot)
    if rng.random() < 0.5:
        log("System", 134, 3, "Microsoft-Windows-Time-Service", boot + timedelta(minutes=1))
    if rng.random() < 0.3:
        log("Application", 1000, 2, "Application Error", now - timedelta(hours=rng.randrange(60)))
    if machine.volumes[0].free < machine.volumes[0].bytes // 20:
        log("System", 2013, 3, "srv", now - timedelta(hours=5))
    if machine.disks[0].health:
        log("System", 7, 2, "disk", now - timedelta(hours=7))
    for session in machine.sessions:
        machine.events.write(
            log_on_event(
                session.sid,
                session.user,
                session.domain,
                session.kind,
                "127.0.0.1",
                session.since,
                not japanese,
            )
        )


def log_on_event(
    sid: str, user: str, domain: str, kind: int, address: str, at: datetime, english: bool
) -> Event:
    """Event 4624 with its properties in Windows' order."""
    message = "An account was successfully logged on." if english else "アカウントが正常にログオンしました。"
    data: tuple[tuple[str, str | int], ...] = (
        ("SubjectUserSid", "S-1-5-18"),
        ("SubjectUserName", "-"),
        ("SubjectDomainName", "-"),
        ("SubjectLogonId", 999),
        ("TargetUserSid", sid),
        ("TargetUserName", user),
        ("TargetDomainName", domain),
        ("TargetLogonId", 0x4F2A1),
        ("LogonType", kind),
        ("LogonProcessName", "User32 "),
        ("AuthenticationPackageName", "Negotiate"),
        ("WorkstationName", "-"),
        ("LogonGuid", "{00000000-0000-0000-0000-000000000000}"),
        ("TransmittedServices", "-"),
        ("LmPackageName", "-"),
        ("KeyLength", 0),
        ("ProcessId", 1060),
        ("ProcessName", "C:\\Windows\\System32\\svchost.exe"),
        ("IpAddress", address),
        ("IpPort", 0),
    )
    return Event("Security", 4624, 0, "Microsoft-Windows-Security-Auditing", at, message, data)
