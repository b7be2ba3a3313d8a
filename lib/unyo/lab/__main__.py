"""``scripts/lab``: counterparts to practise with."""

from __future__ import annotations

import sys

import click

from unyo.core.errors import UnyoError
from unyo.core.text import Language, Text
from unyo.lab import training
from unyo.lab.training import Practice
from unyo.settings import load_settings


def _language() -> Language:
    return load_settings().language


def _say(en: str, ja: str) -> None:
    click.echo(Text(en, ja).in_language(_language()))


def _show(made: Practice) -> None:
    _say("Settings for this practice directory:", "練習用ディレクトリの設定:")
    click.echo(f"  export UNYO_CONFIG='{made.settings}'")
    click.echo(f"  {made.url}  {made.base_dn}")
    click.echo(f"  {made.admin_name}  ({made.password_file})")
    click.echo(f"  CA: {made.ca_file}")
    _say("Try: unyo doctor", "試す: unyo doctor")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def lab() -> None:
    """Counterparts on this machine to practise with. 練習用の相手方を用意します。"""


@lab.group()
def samba() -> None:
    """A real Active Directory compatible controller. 実物のディレクトリ。"""


@samba.command()
def up() -> None:
    """Start it and print the settings to use. 起動して設定を表示。"""
    _show(training.up())
    _say("It stays until: scripts/lab samba down", "停止するまで動きます: scripts/lab samba down")


@samba.command()
def down() -> None:
    """Stop it and remove its files. 停止して後片付け。"""
    if training.down():
        _say("stopped; nothing is left", "停止しました。何も残っていません")
    else:
        _say("none was running", "起動していません")


@samba.command()
def shell() -> None:
    """A shell on a directory that ends with it. 終了すると消えるディレクトリ上のシェル。"""
    _say("Leave the shell to end the directory.", "シェルを抜けるとディレクトリも終了します。")
    sys.exit(training.open_shell())


@samba.command(hidden=True)
def hold() -> None:
    """Keep a directory up until a signal. 合図があるまで維持。"""
    training.hold()


def main() -> None:
    try:
        lab(prog_name="scripts/lab")
    except UnyoError as error:
        click.echo(error.in_language(_language()), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
