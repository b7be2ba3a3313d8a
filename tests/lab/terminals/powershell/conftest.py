"""A machine with nothing on it, and a way to run a script there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, NoReturn, cast

import pytest

from unyo.lab.terminals.machine.unsupported import Unsupported
from unyo.lab.terminals.powershell.shell import Ran, Shell

RunScript = Callable[..., Ran]


class BareMachine:
    """Just what the language itself asks of a machine."""

    name = "T-001"
    locale = "ja-JP"

    def now(self) -> datetime:
        return datetime(2026, 4, 1, 0, 30, tzinfo=timezone.utc)

    def unsupported(self, text: str) -> NoReturn:
        raise Unsupported(text)


@pytest.fixture
def run() -> RunScript:
    shell = Shell(cast(Any, BareMachine()), "unyo-admin")
    return shell.run


@pytest.fixture
def output(run: RunScript) -> Callable[[str], list[Any]]:
    """What a script puts out; it must not report errors."""

    def of(script: str) -> list[Any]:
        ran = run(script)
        assert [error.message for error in ran.errors] == []
        return ran.output

    return of
