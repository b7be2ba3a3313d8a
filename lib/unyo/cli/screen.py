"""What the command line shows: two languages, tables for people, JSON for scripts."""

from __future__ import annotations

import functools
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from unyo.core.canonical import plain
from unyo.core.errors import UnyoError
from unyo.core.text import Language, Text


def language() -> Language:
    """$UNYO_LANG, else the settings file, else the locale."""
    if "UNYO_LANG" in os.environ:
        return Language.JA if os.environ["UNYO_LANG"].lower().startswith("ja") else Language.EN
    from unyo.settings import load_settings

    try:
        return load_settings().language
    except UnyoError:
        return Language.EN


def tr(en: str, ja: str) -> str:
    """The sentence in the language of this process."""
    return Text(en, ja).in_language(language())


def show(text: Text) -> str:
    return text.in_language(language())


class Screen:
    """Standard output for people or, with ``--json``, for scripts."""

    def __init__(self) -> None:
        self.json = "--json" in sys.argv

    def say(self, en: str, ja: str) -> None:
        """A sentence for people; silent in JSON mode."""
        if not self.json:
            click.echo(tr(en, ja))

    def line(self, text: str = "") -> None:
        if not self.json:
            click.echo(text)

    def data(self, value: Any) -> None:
        """The command's answer for scripts; silent otherwise."""
        if self.json:
            click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))

    def fail(self, error: UnyoError) -> None:
        """The error on standard error, and as the answer in JSON mode."""
        if self.json:
            click.echo(json.dumps({"error": error.as_json()}, ensure_ascii=False, indent=2))
        click.echo(error.in_language(language()), err=True)

    @property
    def language(self) -> Language:
        return language()

    @contextmanager
    def bar(self, label: str) -> Iterator[Callable[[int, int], None]]:
        """A progress bar with the time left, fed with (done, total); nothing where nobody watches."""
        if self.json or not sys.stderr.isatty():
            yield lambda done, total: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task(label, total=None)
            yield lambda done, total: shown.update(task, completed=done, total=total or None)

    def progress(self) -> Callable[[str, int, int], None]:
        """For long readings: a line on standard error a second at the most, with the time left."""
        if self.json or not sys.stderr.isatty():
            return lambda text, done, total: None
        return _Meter()

    def table(self, headings: Sequence[Text], rows: Iterable[Sequence[object]], title: str = "") -> None:
        """A table for people; values are shown as they are, never read as markup."""
        if self.json:
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text as Cell

        from unyo.cli.columns import widths

        console, shown = Console(), [show(heading) for heading in headings]
        cells = [["" if value is None else str(value) for value in row] for row in rows]
        # A border, and a blank on either side of each column.
        room = console.width - 1 - 3 * len(shown)
        fitted: Sequence[int | None] = widths(list(zip(shown, *cells, strict=True)), room) or [None] * len(
            shown
        )
        table = Table(title=title or None, title_justify="left", header_style="bold", expand=False)
        for heading, width in zip(shown, fitted, strict=True):
            table.add_column(heading, overflow="fold", width=width)
        for row in cells:
            table.add_row(*map(Cell, row))
        console.print(table)


class _Meter:
    """Rewrites one line of standard error with done, total and the estimated seconds left."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._last = 0.0

    def __call__(self, text: str, done: int, total: int) -> None:
        now = time.monotonic()
        begun = self._begun.setdefault(text, now)
        if now - begun < 1 or (now - self._last < 0.5 and done < total):
            return
        self._last = now
        left = (now - begun) / done * (total - done) if done else 0.0
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r\x1b[K{text} {done}/{total} {tr('left', '残り')} {left:.0f} s{end}")
        sys.stderr.flush()


def command(group: click.Group | None = None, name: str | None = None, **texts: str) -> Callable[..., Any]:
    """A click command with ``--json`` and help in both languages (``en=…, ja=…``)."""

    def make(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        def call(*args: Any, json: bool, **options: Any) -> Any:  # noqa: ARG001
            return function(*args, **options)

        json_option = click.option("--json", is_flag=True, help=tr("answer in JSON", "JSON で出力"))
        made = click.command(name or function.__name__.replace("_", "-"), help=tr(texts["en"], texts["ja"]))(
            json_option(call)
        )
        if group is not None:
            group.add_command(made)
        return made

    return make


def group(name: str, en: str, ja: str) -> click.Group:
    """An empty group of commands."""
    return click.Group(name, help=tr(en, ja))
