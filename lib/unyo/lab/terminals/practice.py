"""Terminals to practise on: a fleet that stays, settings that point to it, a ledger that knows it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unyo.core.errors import BadSetting, Refused
from unyo.core.text import Text
from unyo.lab.samba_domain import cache_directory
from unyo.lab.terminals.fleet_process import FleetProcess

_SETTINGS = """# For practice only; everything in it goes away with: unyo lab down
home = {home}

[terminals]
user = {user}
password_file = {password_file}
ca_file = {ca_file}
transport = "ntlm"
scheme = "https"
"""
_HEADINGS = {
    "serial": "製造番号",
    "name": "コンピュータ名",
    "address": "接続先",
    "model": "機種",
    "kind": "種別",
    "site": "拠点",
    "floor": "階",
    "room": "室",
    "seat": "座席番号",
    "department": "部署コード",
    "user": "職員番号",
}


@dataclass(frozen=True, slots=True)
class Practice:
    """What a trainee needs to know; ``register`` is a sheet of the terminals as a customer would hand it over."""

    settings: str
    terminals: int
    user: str
    password_file: str
    ca_file: str
    register: str


def practice_place() -> Path:
    """Where the running fleet is written down: one for each user."""
    return cache_directory() / "terminals"


def running() -> Practice | None:
    """The fleet that is up, or None; what a killed one left behind is not counted."""
    place = practice_place()
    try:
        if not _holds(int((place / "pid").read_text())):
            return None
        return Practice(**json.loads((place / "practice.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def facts() -> Sequence[Mapping[str, Any]]:
    """Every terminal of the fleet that is up."""
    try:
        listed: list[Mapping[str, Any]] = json.loads(
            (practice_place() / "terminals.json").read_text(encoding="utf-8")
        )
    except OSError:
        return []
    return listed if running() is not None else []


def up(terminals: int, scenario: Path | None = None, seconds: float = 120) -> Practice:
    """Start a fleet that stays after this process; Refused where one is up already."""
    if running() is not None:
        raise Refused(
            "lab.running",
            Text("a fleet of terminals is up already", "練習用の端末群は既に起動しています"),
            Text("stop it first: unyo lab down", "先に停止する: unyo lab down"),
        )
    shutil.rmtree(practice_place(), ignore_errors=True)
    command = [sys.executable, "-m", "unyo.lab", "terminals", "hold", "--terminals", str(terminals)]
    if scenario is not None:
        command += ["--scenario", str(scenario.resolve())]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        holder = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", start_new_session=True
        )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and holder.poll() is None:
            made = running()
            if made is not None:
                return made
            time.sleep(0.1)
        holder.terminate()
        holder.wait()
        said.seek(0)
        raise BadSetting(
            "lab.start",
            Text("the terminals did not start", "端末群が起動しませんでした"),
            Text("read the answer", "応答を確認する"),
            detail=said.read()[-1500:],
        )


def down(seconds: float = 30) -> bool:
    """End the fleet with its processes and files; False where none was up."""
    if running() is None:
        shutil.rmtree(practice_place(), ignore_errors=True)
        return False
    pid = int((practice_place() / "pid").read_text())
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while _holds(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def hold(terminals: int, scenario: Path | None) -> None:
    """Keep a fleet up until SIGTERM or SIGINT; its facts stand in ``practice_place()``."""
    place = practice_place()
    place.mkdir(mode=0o700, parents=True)
    awaited = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    try:
        (place / "pid").write_text(str(os.getpid()))
        with practice(place, terminals, scenario) as made:
            _write_whole(place / "practice.json", {name: getattr(made, name) for name in made.__slots__})
            signal.sigwait(awaited)
    finally:
        shutil.rmtree(place)


@contextmanager
def practice(place: Path, terminals: int, scenario: Path | None = None) -> Iterator[Practice]:
    """A fleet with an installation of unyo below ``place`` (made, private); both end with the block."""
    with FleetProcess(terminals, scenario) as fleet:
        yield install(fleet, place)


def install(fleet: FleetProcess, place: Path) -> Practice:
    """An installation of unyo below ``place`` whose ledger knows the running fleet."""
    values = {
        "home": place / "home",
        "user": fleet.user,
        "password_file": fleet.password_file,
        "ca_file": fleet.ca_file,
    }
    settings = place / "unyo.toml"
    quoted = {name: json.dumps(str(value)) for name, value in values.items()}
    settings.write_text(_SETTINGS.format_map(quoted), encoding="utf-8")
    _write_whole(place / "terminals.json", fleet.terminals)
    register = _write_register(place / "terminals.csv", fleet.terminals)
    command = [str(Path(sys.executable).with_name("unyo")), "init"]
    environment = {**os.environ, "UNYO_CONFIG": str(settings)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    command = [sys.executable, "-m", "unyo.lab.terminals.register", str(register)]
    subprocess.run(command, env=environment, check=True)
    return Practice(
        settings=str(settings),
        terminals=len(fleet.terminals),
        user=fleet.user,
        password_file=str(fleet.password_file),
        ca_file=str(fleet.ca_file),
        register=str(register),
    )


def _write_register(file: Path, terminals: Sequence[Mapping[str, Any]]) -> Path:
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        sheet = csv.writer(opened)
        sheet.writerow([*_HEADINGS.values(), "状態"])
        for terminal in terminals:
            sheet.writerow([*(terminal.get(field, "") for field in _HEADINGS), "使用中"])
    return file


def _write_whole(file: Path, value: object) -> None:
    """Nobody ever reads half of it."""
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    fresh.rename(file)


def _holds(pid: int) -> bool:
    """Whether that process holds a fleet; a reused number does not."""
    try:
        return b"unyo.lab\0terminals\0hold\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
