"""Real ``unyo worker`` processes on simulated terminals, killed with SIGKILL at chosen instants of a play."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from support.plays import descendants, processes_naming
from support.trouble import TroubledTown
from unyo.flow.context import Owner

INSTANTS = ("any", "before the play", "in the play", "after the play", "guard armed")


@dataclass(frozen=True)
class Kill:
    """What was under way when a worker was killed."""

    instant: str
    playing: bool
    steps: int
    guards: int


@dataclass
class Workers:
    """Workers of one town; ``private`` is where their plays keep their files while they run."""

    town: TroubledTown
    private: Path
    ledger: Path
    dice: random.Random
    kills: list[Kill] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)
    """Command lines, environments and play files as they were at the kills."""

    def __post_init__(self) -> None:
        options = self.town.road.tools.settings.terminals  # type: ignore[attr-defined]
        (self.home / "unyo.toml").write_text(
            f'home = "{self.home}"\n[terminals]\nuser = "{options.user}"\ntransport = "{options.transport}"\n'
            f'password_file = "{options.password_file}"\nca_file = "{options.ca_file}"\n'
            f'private_directory = "{self.private}"\n'
        )

    @property
    def home(self) -> Path:
        home: Path = self.town.road.tools.settings.home  # type: ignore[attr-defined]
        return home

    def start(self) -> subprocess.Popen[bytes]:
        names = [name for name in os.environ if not name.startswith("UNYO_")]
        environment = {name: os.environ[name] for name in names}
        environment |= {
            "UNYO_CONFIG": str(self.home / "unyo.toml"),
            "UNYO_LEDGER": f"sqlite:///{self.ledger}",
        }
        command = [sys.executable, "-m", "unyo", "worker", "--until-idle"]
        with (self.home / "worker.log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def finish(self) -> None:
        """One worker does all that is left."""
        assert self.start().wait(90) == 0

    def kill_one(self, instant: str) -> bool:
        """Start a worker and kill it at this instant; False where it had finished before."""
        worker = self.start()
        if instant == "any":
            self._look_until(worker, lambda: False, self.dice.uniform(0.3, 4))
        else:
            self._look_until(worker, self._reached(instant), 60)
            time.sleep(self.dice.uniform(0, 2) if instant == "in the play" else 0)
        if worker.poll() is not None:
            assert worker.returncode == 0
            return False
        self._look_at(worker)
        playing = self._playing()
        worker.kill()
        worker.wait()
        self.kills.append(Kill(instant, playing, self._steps_cut_off(), len(self.town.guards())))
        return True

    def wait_until_ended(self) -> None:
        """Until no process of a killed worker's play is left; they may take a moment to die, and no more."""
        ends = time.monotonic() + 10
        while alive := processes_naming(str(self.private)):
            assert time.monotonic() < ends, f"a play outlived its worker: {alive}"
            time.sleep(0.02)

    def left(self) -> list[str]:
        """What plays have left behind, in processes and in memory."""
        return [*map(str, processes_naming(str(self.private))), *map(str, self.private.iterdir())]

    def _reached(self, instant: str) -> Callable[[], bool]:
        playing = self._playing
        if instant == "before the play":
            return self._steps_begun
        if instant == "guard armed":
            return lambda: bool(self.town.guards())
        if instant == "in the play":
            return playing
        begun: list[bool] = []

        def over() -> bool:
            begun.extend([True] if playing() else [])
            return bool(begun) and not playing()

        return over

    def _playing(self) -> bool:
        return any(self.private.glob("*/supervisor"))

    def _steps_begun(self) -> bool:
        """Whether a living worker is at work on a step."""
        return any(not owner.is_dead for owner in _owners())

    def _steps_cut_off(self) -> int:
        return sum(owner.is_dead for owner in _owners())

    def _look_until(self, worker: subprocess.Popen[bytes], seen: Callable[[], bool], seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and worker.poll() is None and not seen():
            time.sleep(0.01)

    def _look_at(self, worker: subprocess.Popen[bytes]) -> None:
        places = [Path(f"/proc/{pid}") for pid in (worker.pid, *descendants(worker.pid))]
        files = [place / name for place in places for name in ("cmdline", "environ")]
        for file in [*files, *self.private.rglob("*")]:
            try:
                self.seen.append(file.read_bytes())
            except OSError:
                continue


def _owners() -> list[Owner]:
    """Who has begun steps that have no end yet."""
    from unyo.ledger.models import Step, StepState

    names = Step.objects.filter(state=StepState.RUNNING).values_list("owner", flat=True)
    return [Owner.from_name(name) for name in names]
