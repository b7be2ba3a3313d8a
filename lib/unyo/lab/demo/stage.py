"""The demonstration's stage: a directory, an installation of its own, a clock that can be set."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from unyo.core.text import Text
from unyo.lab.controller import LabDirectory
from unyo.lab.demo.desk import Desk, say


class Stage(Desk):
    """Everything the demonstration needs, made on entering and ended on leaving.

    ``out`` keeps the ledger, the personnel files and the report; the directory is gone afterwards.
    """

    def __init__(self, out: Path, simulated: bool) -> None:
        super().__init__(out / "unyo.toml")
        self.out = out
        self.directory, self.kind = lab_directory(simulated)
        self._clock_shift = 0

    def __enter__(self) -> Stage:
        say(f"a fresh directory: {self.kind.en}", f"新しいディレクトリを用意: {self.kind.ja}")
        self.directory.start()
        self._write_settings()
        self.employ()
        return self

    def __exit__(self, *_: object) -> None:
        self.directory.stop()
        self._write_settings()

    def set_clock(self, instant: datetime) -> None:
        """Let unyo's clock show this instant from now on; the directory's own clock is not touched."""
        self._clock_shift = round((instant - datetime.now(timezone.utc)).total_seconds())
        self._write_settings()

    def _write_settings(self) -> None:
        secret = self.out / "bind.password"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(self.directory.admin_password.reveal())
        lines = [
            f'home = "{self.out / "home"}"',
            'organisation = "デモ庁"',
            'contact = "運用担当 内線 1234"',
            f"clock_shift_seconds = {self._clock_shift}",
            "[directory]",
            f'urls = ["{self.directory.url}"]',
            f'bind_name = "{self.directory.admin_name}"',
            f'password_file = "{secret}"',
            f'ca_file = "{self.directory.ca_file}"',
        ]
        self.settings_file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def lab_directory(simulated: bool) -> tuple[LabDirectory, Text]:
    """A directory that has not been started, and what it is; the simulator where Samba cannot run."""
    from unyo.lab.samba import SambaLab, unavailable

    reason = unavailable()
    if simulated or reason is not None:
        from unyo.lab.directory_simulator import SimulatorProcess

        why = f" ({reason})" if reason else ""
        return SimulatorProcess(), Text(f"SIMULATOR{why}", f"シミュレータ{why}")
    return SambaLab(), Text("Samba Active Directory (real)", "Samba Active Directory(本物)")
