"""A directory to practise on: a controller, settings that point to it, an installation of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from unyo.core.errors import BadSetting, Refused
from unyo.core.text import Text
from unyo.lab.controller import LabDirectory
from unyo.lab.samba import SambaLab, unavailable
from unyo.lab.samba_domain import cache_directory

_SETTINGS = """# For practice only; everything in it goes away with: scripts/lab samba down
home = {home}

[directory]
urls = [{url}]
base_dn = {base_dn}
bind_name = {bind_name}
password_file = {password_file}
ca_file = {ca_file}
"""


@dataclass(frozen=True, slots=True)
class Practice:
    """What a trainee needs to know: the settings file, the controller's address, the one who may do everything."""

    settings: str
    url: str
    base_dn: str
    admin_name: str
    password_file: str
    ca_file: str


def training_place() -> Path:
    """Where the running practice directory is written down: one for each user."""
    return cache_directory() / "training"


def running() -> Practice | None:
    """The practice directory that is up, or None; what a killed one left behind is not counted."""
    place = training_place()
    try:
        if not _holds(int((place / "pid").read_text())):
            return None
        return Practice(**json.loads((place / "practice.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


@contextmanager
def practice(place: Path) -> Iterator[Practice]:
    """A controller with an installation of unyo below ``place`` (made, private); both end with the block."""
    _require_samba()
    lab = SambaLab()
    try:
        lab.start()
        yield _install(lab, place)
    finally:
        lab.stop()


def _require_samba() -> None:
    reason = unavailable()
    if reason is not None:
        raise BadSetting(
            "lab.samba",
            Text("no directory can be started here", "ここではディレクトリを起動できません"),
            Text("scripts/setup as root installs it", "root で scripts/setup を実行すると導入されます"),
            detail=reason,
        )


def _install(lab: LabDirectory, place: Path) -> Practice:
    password_file = place / "administrator.password"
    handle = os.open(password_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write(lab.admin_password.reveal() + "\n")
    values = {
        "home": place / "home",
        "url": lab.url,
        "base_dn": lab.base_dn,
        "bind_name": lab.admin_name,
        "password_file": password_file,
        "ca_file": lab.ca_file,
    }
    settings = place / "unyo.toml"
    quoted = {name: json.dumps(str(value)) for name, value in values.items()}
    settings.write_text(_SETTINGS.format_map(quoted), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("unyo")), "init"]
    environment = {**os.environ, "UNYO_CONFIG": str(settings)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return Practice(
        settings=str(settings),
        url=lab.url,
        base_dn=lab.base_dn,
        admin_name=lab.admin_name,
        password_file=str(password_file),
        ca_file=str(lab.ca_file),
    )


def open_shell() -> int:
    """A shell whose unyo works on a practice directory; directory and files end with it. Its exit code."""
    with tempfile.TemporaryDirectory(prefix="unyo-training-") as place, practice(Path(place)) as made:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        environment = {**os.environ, "UNYO_CONFIG": made.settings, "PATH": path}
        shell = os.environ.get("SHELL") or "/bin/sh"
        return subprocess.run([shell], env=environment, check=False).returncode


def hold() -> None:
    """Keep a practice directory up until SIGTERM or SIGINT; its facts stand in ``training_place()``."""
    place = training_place()
    place.mkdir(mode=0o700, parents=True)
    awaited = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    try:
        (place / "pid").write_text(str(os.getpid()))
        with practice(place) as made:
            fresh = place / "practice.json.new"
            fresh.write_text(json.dumps({name: getattr(made, name) for name in made.__slots__}))
            fresh.rename(place / "practice.json")
            signal.sigwait(awaited)
    finally:
        shutil.rmtree(place)


def up(seconds: float = 90) -> Practice:
    """Start a practice directory that stays after this process; Refused where one is up already."""
    if running() is not None:
        raise Refused(
            "lab.running",
            Text("a practice directory is up already", "練習用ディレクトリは既に起動しています"),
            Text("stop it first: scripts/lab samba down", "先に停止する: scripts/lab samba down"),
        )
    _require_samba()
    shutil.rmtree(training_place(), ignore_errors=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        holder = subprocess.Popen(
            [sys.executable, "-m", "unyo.lab", "samba", "hold"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd="/",
            start_new_session=True,
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
            Text("the practice directory did not start", "練習用ディレクトリが起動しませんでした"),
            Text(
                "read the answer; scripts/setup installs what is missing",
                "応答を確認。不足分は scripts/setup で導入",
            ),
            detail=said.read()[-1500:],
        )


def down(seconds: float = 30) -> bool:
    """End the practice directory with its processes and files; False where none was up."""
    if running() is None:
        shutil.rmtree(training_place(), ignore_errors=True)
        return False
    pid = int((training_place() / "pid").read_text())
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while _holds(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def _holds(pid: int) -> bool:
    """Whether that process is a practice directory's; a reused number is not."""
    try:
        return b"unyo.lab\0samba\0hold\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
