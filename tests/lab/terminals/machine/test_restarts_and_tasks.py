"""What happens by itself: restarts, scheduled tasks, group policy that comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.windows_machines import Clock
from unyo.lab.terminals.machine.accounts import SYSTEM
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.membership import PolicySetting
from unyo.lab.terminals.machine.restarting import CBS_PENDING, pending_reasons, rename
from unyo.lab.terminals.machine.running import DnsEntry, Process
from unyo.lab.terminals.machine.tasks import RAN_NEVER, Action, Principal, Task, TaskSettings, Trigger

NOTE = "HKLM\\SOFTWARE\\unyo-test"
WRITES = (
    "powershell.exe",
    "-NoProfile -Command \"New-Item -Path 'HKLM:\\SOFTWARE\\unyo-test' -Force | Out-Null; "
    "Set-ItemProperty -Path 'HKLM:\\SOFTWARE\\unyo-test' -Name Who -Value $env:USERNAME\"",
)


def task_in(machine: Machine, minutes: float, *, late: bool = True) -> Task:
    trigger = Trigger("Once", machine.now() + timedelta(minutes=minutes))
    settings = TaskSettings(start_when_available=late)
    task = Task("t", "\\", (Action(*WRITES),), machine.now(), (trigger,), Principal(SYSTEM), settings)
    machine.tasks.put(task)
    return task


def test_a_restart_takes_its_time_and_gives_a_new_boot_time(terminal: Machine, clock: Clock) -> None:
    before = terminal.power.boot
    terminal.knobs.reboot_seconds = 60
    terminal.restart()
    assert not terminal.answers()
    clock.forward(seconds=59)
    assert not terminal.answers()
    clock.forward(seconds=2)
    assert terminal.answers()
    assert terminal.power.boot > before


def test_a_restart_ordered_for_later_comes_later(terminal: Machine, clock: Clock) -> None:
    terminal.restart(300)
    assert terminal.answers()
    clock.forward(seconds=301)
    assert not terminal.answers()


def test_a_new_name_and_a_pending_feature_wait_for_the_restart(terminal: Machine, clock: Clock) -> None:
    old = terminal.name
    rename(terminal, "PC-NEW")
    assert terminal.features.turn("SMB1Protocol", True)
    terminal.registry.make(CBS_PENDING)
    assert pending_reasons(terminal) == ["servicing", "name"]
    assert terminal.name == old
    terminal.restart()
    terminal.tick()
    clock.forward(seconds=10)
    terminal.tick()
    assert terminal.name == "PC-NEW"
    assert terminal.features.table["SMB1Protocol"].state == "Enabled"
    assert pending_reasons(terminal) == []


def test_a_service_that_starts_with_windows_comes_back(terminal: Machine, clock: Clock) -> None:
    terminal.services.change("WinRM", running=False)
    terminal.restart()
    terminal.tick()
    clock.forward(seconds=10)
    assert terminal.accepts(5985, "127.0.0.1")


def test_nobody_is_logged_on_after_a_restart(terminal: Machine, clock: Clock) -> None:
    explorer = Process(5120, "explorer.exe", "C:\\Windows\\explorer.exe", "", 5080)
    terminal.running.start(explorer)
    terminal.running.remember(DnsEntry("a.example", "192.0.2.1"))
    terminal.restart()
    terminal.tick()
    clock.forward(seconds=10)
    terminal.tick()
    assert "5120" not in terminal.running.processes
    assert len(terminal.running.dns) == 0
    assert not terminal.sessions


def test_a_task_runs_at_its_time_as_system(terminal: Machine, clock: Clock) -> None:
    task_in(terminal, 5)
    clock.forward(minutes=4)
    terminal.tick()
    assert terminal.registry.key(NOTE) is None
    clock.forward(minutes=1)
    terminal.tick()
    assert terminal.registry.data(NOTE, "Who") == "SYSTEM"
    task = terminal.tasks.find("\\", "t")
    assert task is not None
    assert (task.last_result, task.next_run(terminal.now())) == (0, None)


def test_what_a_task_does_is_no_change_by_a_command(terminal: Machine, clock: Clock) -> None:
    task_in(terminal, 1)
    terminal.changed = False
    clock.forward(minutes=2)
    terminal.tick()
    assert terminal.registry.key(NOTE) is not None
    assert not terminal.changed


@pytest.mark.parametrize("late", [True, False])
def test_a_start_that_was_missed_is_made_up_for_only_where_the_task_allows(
    terminal: Machine, clock: Clock, late: bool
) -> None:
    task_in(terminal, 5, late=late)
    terminal.knobs.powered_off = True
    terminal.tick()
    clock.forward(minutes=30)
    terminal.tick()
    assert terminal.registry.key(NOTE) is None
    terminal.knobs.powered_off = False
    terminal.tick()
    assert (terminal.registry.key(NOTE) is not None) is late
    task = terminal.tasks.find("\\", "t")
    assert task is not None
    assert (task.last_result == RAN_NEVER) is not late


def test_the_domains_policy_comes_back_with_the_next_refresh(terminal: Machine, clock: Clock) -> None:
    terminal.membership.policy = (
        PolicySetting("registry", "SOFTWARE\\Policies\\X", 1, "Y"),
        PolicySetting("user_right", "SeShutdownPrivilege", ("S-1-5-32-544",)),
        PolicySetting("service", "RemoteRegistry", "Disabled"),
        PolicySetting("audit", "{0CCE9215-69AE-11D9-BED3-505054503030}", 3),
    )
    terminal.registry.put("HKLM\\SOFTWARE\\Policies\\X", "Y", "DWord", 0)
    clock.forward(minutes=100)
    terminal.tick()
    assert terminal.registry.data("HKLM\\SOFTWARE\\Policies\\X", "Y") == 1
    assert terminal.rights.holders("SeShutdownPrivilege") == ("S-1-5-32-544",)
    assert terminal.audit.table["{0cce9215-69ae-11d9-bed3-505054503030}"].audited == 3


def test_a_snapshot_brings_everything_back(terminal: Machine) -> None:
    kept = terminal.snapshot()
    terminal.registry.put("HKLM\\SOFTWARE\\X", "Y", "DWord", 1)
    terminal.services.change("Spooler", mode="Disabled", running=False)
    terminal.files.put(terminal.files.table["c:\\windows\\win.ini"])
    terminal.files.remove("C:\\Windows\\win.ini")
    terminal.restore(kept)
    assert terminal.registry.key("HKLM\\SOFTWARE\\X") is None
    assert terminal.services.running("Spooler")
    assert terminal.files.find("C:\\Windows\\win.ini") is not None


def test_an_old_image_forgets_what_was_done(terminal: Machine) -> None:
    terminal.registry.put("HKLM\\SOFTWARE\\X", "Y", "DWord", 1)
    terminal.knobs.restored_from_old_image = True
    terminal.tick()
    assert terminal.registry.key("HKLM\\SOFTWARE\\X") is None


def test_start_modes_stand_in_the_registry_as_well(terminal: Machine) -> None:
    start = ("HKLM\\SYSTEM\\CurrentControlSet\\Services\\Spooler", "Start")
    terminal.services.change("Spooler", mode="Disabled")
    assert terminal.registry.data(*start) == 4
    terminal.registry.put(*start, "DWord", 3)
    assert terminal.services.table["Spooler"].mode == "Manual"


def test_a_clock_that_is_wrong_is_wrong_for_tasks_too(terminal: Machine) -> None:
    task_in(terminal, 30)
    terminal.knobs.clock_skew_seconds = 3600
    terminal.tick()
    assert terminal.registry.key(NOTE) is not None
