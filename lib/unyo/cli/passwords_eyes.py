"""Showing a password to a person's eyes: on a terminal's other screen, which leaves nothing to scroll back to."""

from __future__ import annotations

import select
import sys

import click

from unyo.cli.screen import Screen, tr
from unyo.core.dates import in_jst
from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.flow.reading import Shown

SECONDS_ON_SCREEN = 120
_OTHER_SCREEN, _BACK = "\x1b[?1049h\x1b[H\x1b[2J", "\x1b[2J\x1b[?1049l"


def check_eyes(to_stdout: bool) -> None:
    """BadInput where the password would fall into a pipe or a file that nobody asked for."""
    if to_stdout or watched():
        return
    raise BadInput(
        "checkout.no_terminal",
        Text("a password is shown on a terminal only", "パスワードは端末の画面にのみ表示します"),
        Text(
            "run it at a terminal; or give --stdout, or --no-read",
            "端末で実行するか、--stdout または --no-read を指定する",
        ),
    )


def show_to(screen: Screen, shown: Shown, to_stdout: bool) -> None:
    """The reading is on record already; what is shown here is gone from the screen afterwards."""
    until = f"{in_jst(shown.until):%Y-%m-%d %H:%M}"
    if to_stdout:
        click.echo(shown.password.reveal())
        return
    on_other_screen(
        f"{shown.label}  {shown.path}#{shown.version}",
        tr(f"account:  {shown.account}", f"アカウント: {shown.account}"),
        tr("password: ", "パスワード: ") + shown.password.reveal(),
        tr(f"until {until}; Enter hides it", f"期限 {until}。Enter で消去"),
    )
    screen.say(
        f"shown: {shown.path}#{shown.version}, until {until}; give it back: unyo passwords checkin {shown.path}",
        f"表示しました: {shown.path}#{shown.version}(期限 {until})。返却: unyo passwords checkin {shown.path}",
    )
    screen.data({"path": shown.path, "version": shown.version, "until": shown.until})


def watched() -> bool:
    """Whether a person sits in front of it."""
    return sys.stdout.isatty() and sys.stdin.isatty()


def on_other_screen(*lines: str) -> None:
    """Shown until Enter, or for two minutes; nothing of it can be scrolled back to."""
    sys.stdout.write(_OTHER_SCREEN)
    try:
        for line in lines:
            click.echo(line)
        sys.stdout.flush()
        select.select([sys.stdin], [], [], SECONDS_ON_SCREEN)
    finally:
        sys.stdout.write(_BACK)
        sys.stdout.flush()
