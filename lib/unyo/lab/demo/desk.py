"""The desk at which the demonstration sits: commands typed as a person would, with one installation's settings."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.settings import _language

UNYO = [sys.executable, "-m", "unyo"]


def say(en: str, ja: str) -> None:
    """A heading in the language of the person who watches."""
    sys.stdout.write(f"\n\x1b[1m== {Text(en, ja).in_language(_language(''))}\x1b[0m\n")
    sys.stdout.flush()


def end_process(process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Let a process end its batch, or end it."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Desk:
    """One installation with tanaka (asks), suzuki (colleague) and sato (the customer's officer)."""

    def __init__(self, settings_file: Path) -> None:
        self.settings_file = settings_file
        self.passwords = {name: Secret(secrets.token_urlsafe(12)) for name in ("suzuki", "sato")}

    def employ(self) -> None:
        self.unyo("init", "--operator", "tanaka")
        for name, role in (("suzuki", "operator"), ("sato", "officer")):
            self.unyo("operators", "add", name, "--role", role, "--password", spoken_by=name, quiet=True)

    def unyo(self, *words: str, spoken_by: str | None = None, quiet: bool = False, check: bool = True) -> int:
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
        return done.returncode

    def answer(self, *words: str, check: bool = True) -> Any:
        """What a command answers in JSON."""
        done = subprocess.run(
            [*UNYO, *words, "--json"], env=self.environment(), capture_output=True, text=True, check=check
        )
        return json.loads(done.stdout)

    def said(self, *words: str) -> str:
        """What a command says; it is not shown."""
        done = subprocess.run(
            [*UNYO, *words], env=self.environment(), stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def worker(self, *words: str) -> subprocess.Popen[bytes]:
        """A worker process of its own."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen([*UNYO, "worker", *words], env=self.environment(), stdout=quiet, stderr=quiet)

    def environment(self) -> dict[str, str]:
        return {**os.environ, "UNYO_CONFIG": str(self.settings_file)}
