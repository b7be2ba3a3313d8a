"""unyo's command line in this process, on a ledger of the test's own: quick enough to type a lot."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from unyo.core.errors import UnyoError
from unyo.settings import load_settings, who_runs_this


@dataclass
class Typed:
    """What a command came to; ``code`` is its exit code."""

    code: int
    out: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """Types commands as the operator tanaka, who is this process's user."""

    run: Callable[..., Typed]

    def unyo(self, *words: str, typed: str = "", code: int = 0) -> Typed:
        done = self.run(words, typed)
        assert done.code == code, done.out
        return done

    def answer(self, *words: str, typed: str = "", code: int = 0) -> Any:
        return self.unyo(*words, "--json", typed=typed, code=code).answer


@pytest.fixture
def desk(
    sqlite_ledger: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    """A ledger, a vault key and one operator."""
    import click

    from unyo.cli.app import unyo
    from unyo.cli.screen import Screen
    from unyo.ledger.models import Operator
    from unyo.vault.key_file import create_key_file

    Operator.objects.create(name="tanaka", role="operator", os_user=who_runs_this())
    key_file, anchor = load_settings().key_file, load_settings().home / "audit.anchor"
    # The home is this process's; every test has a ledger of its own.
    for file in (key_file, anchor):
        file.unlink(missing_ok=True)
    create_key_file(key_file)

    def run(words: tuple[str, ...], typed: str) -> Typed:
        monkeypatch.setattr(sys, "argv", ["unyo", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        monkeypatch.setenv("COLUMNS", "250")
        capsys.readouterr()
        try:
            code = unyo.main(list(words), prog_name="unyo", standalone_mode=False)
        except UnyoError as error:
            Screen().fail(error)
            code = error.exit_code
        except click.ClickException as error:
            error.show()
            code = 2
        return Typed(code if isinstance(code, int) else 0, capsys.readouterr().out)

    yield Desk(run)
    for file in (key_file, anchor):
        file.unlink(missing_ok=True)
