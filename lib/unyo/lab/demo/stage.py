"""The demonstration's stage: a directory, an installation of its own, a clock that can be set."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.lab.controller import LabDirectory
from unyo.settings import _language

UNYO = [sys.executable, "-m", "unyo"]


def say(en: str, ja: str) -> None:
    """A heading in the language of the person who watches."""
    sys.stdout.write(f"\n\x1b[1m== {Text(en, ja).in_language(_language(''))}\x1b[0m\n")
    sys.stdout.flush()


class Stage:
    """Everything the demonstration needs, made on entering and ended on leaving.

    ``out`` keeps the ledger, the personnel files and the report; the directory is gone afterwards.
    """

    def __init__(self, out: Path, simulated: bool) -> None:
        self.out = out
        self.directory, self.kind = _directory(simulated)
        self.passwords = {name: Secret(secrets.token_urlsafe(12)) for name in ("suzuki", "sato")}
        self._clock_shift = 0

    def __enter__(self) -> Stage:
        say(f"a fresh directory: {self.kind.en}", f"新しいディレクトリを用意: {self.kind.ja}")
        self.directory.start()
        self._write_settings()
        self.unyo("init", "--operator", "tanaka")
        for name, role in (("suzuki", "operator"), ("sato", "officer")):
            self.unyo("operators", "add", name, "--role", role, "--password", spoken_by=name, quiet=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.directory.stop()
        self._write_settings()

    def set_clock(self, instant: datetime) -> None:
        """Let unyo's clock show this instant from now on; the directory's own clock is not touched."""
        self._clock_shift = round((instant - datetime.now(timezone.utc)).total_seconds())
        self._write_settings()

    def unyo(
        self, *words: str, spoken_by: str | None = None, quiet: bool = False, check: bool = True
    ) -> None:
        """Run a command as a person would, shown with its output; a password goes by standard input."""
        if not quiet:
            sys.stdout.write(f"\x1b[36m$ unyo {' '.join(words)}\x1b[0m\n")
            sys.stdout.flush()
        typed = self.passwords[spoken_by].reveal() + "\n" if spoken_by else ""
        out = subprocess.DEVNULL if quiet else None
        done = subprocess.run(
            [*UNYO, *words], env=self.environment(), input=typed, text=True, stdout=out, check=False
        )
        if check and done.returncode:
            raise SystemExit(done.returncode)

    def answer(self, *words: str) -> Any:
        """What a command answers in JSON."""
        done = subprocess.run(
            [*UNYO, *words, "--json"], env=self.environment(), capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    def worker(self, *words: str) -> subprocess.Popen[bytes]:
        """A worker process of its own."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen([*UNYO, "worker", *words], env=self.environment(), stdout=quiet, stderr=quiet)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "UNYO_CONFIG": str(self.settings_file)}

    @property
    def settings_file(self) -> Path:
        return self.out / "unyo.toml"

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


def _directory(simulated: bool) -> tuple[LabDirectory, Text]:
    from unyo.lab.samba import SambaLab, unavailable

    reason = unavailable()
    if simulated or reason is not None:
        from unyo.lab.directory_simulator import SimulatorProcess

        why = f" ({reason})" if reason else ""
        return SimulatorProcess(), Text(f"SIMULATOR{why}", f"シミュレータ{why}")
    return SambaLab(), Text("Samba Active Directory (real)", "Samba Active Directory(本物)")
