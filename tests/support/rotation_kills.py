"""Kills of workers that renew passwords, for a kind of accounts of any hand.

A kind brings a ``home`` (settings, key, ``arena.json``), its accounts in the ledger, and a maker of a
``support.password_arena.Arena`` as ``module:function``; see ``support.box_arena`` for a whole one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from unyo.core.secret import SecretRef
from unyo.core.tools import Vault


@dataclass(frozen=True)
class Killed:
    """How many workers were killed, and how often at which kind of instant."""

    killed: int
    instants: dict[str, int]


def kill_workers(ledger: Path, home: Path, factory: str, seed: str, kills: int) -> Killed:
    """After each kill every account's password was found in the books, and nobody was locked out.

    At the end all jobs have ended, and what the books call in force is in force everywhere.
    """
    from django.db import connections

    connections.close_all()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "support.killing_passwords", f"sqlite:///{ledger}"),
            *(str(home), factory, seed, str(kills)),
        ],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Killed(**json.loads(done.stdout))


def leaks(vault: Vault, ledger: Path, *places: Path) -> list[str]:
    """Where any password that is sealed in this ledger stands in clear: the ledger, files, logs, what workers showed."""
    from django.db import connections

    from unyo.ledger.models import SealedSecret

    refs = [SecretRef(row.path).at(row.version) for row in SealedSecret.objects.exclude(blob=b"")]
    canaries = [vault.open(ref).reveal() for ref in refs]
    connections.close_all()
    assert canaries, "nothing is sealed, so nothing can be looked for"
    spellings = [text.encode(code) for text in canaries for code in ("utf-8", "utf-16-le")]
    files = [*ledger.parent.glob("*.sqlite3*"), *(file for place in places for file in place.rglob("*"))]
    return [str(file) for file in files if file.is_file() and _holds_any(file.read_bytes(), spellings)]


def _holds_any(content: bytes, spellings: list[bytes]) -> bool:
    return any(each in content for each in spellings)
