"""``scripts/lab``: counterparts to practise with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from unyo.core.errors import UnyoError
from unyo.core.text import Language, Text
from unyo.lab import training
from unyo.lab.terminals import practice as terminal_practice
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


@lab.group()
def terminals() -> None:
    """Simulated Windows terminals. 模擬 Windows 端末。"""


@terminals.command(name="up")
@click.option("--terminals", "count", default=40, show_default=True, help="how many / 台数")
@click.option("--scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML")
def terminals_up(count: int, scenario: Path | None) -> None:
    """Start a fleet and print the settings to use. 起動して設定を表示。"""
    made = terminal_practice.up(count, scenario)
    _say(f"{made.terminals} simulated terminals. Settings:", f"模擬端末 {made.terminals} 台。設定:")
    click.echo(f"  export UNYO_CONFIG='{made.settings}'")
    click.echo(f"  {made.user}  ({made.password_file})")
    click.echo(f"  CA: {made.ca_file}")
    _say("They stay until: scripts/lab terminals down", "停止するまで動きます: scripts/lab terminals down")


@terminals.command(name="down")
def terminals_down() -> None:
    """Stop the fleet and remove its files. 停止して後片付け。"""
    if terminal_practice.down():
        _say("stopped; nothing is left", "停止しました。何も残っていません")
    else:
        _say("none was running", "起動していません")


@terminals.command(name="list")
def terminals_list() -> None:
    """Name, serial number, address, language and kind, tab-separated. 一覧(タブ区切り)。"""
    for terminal in terminal_practice.facts():
        click.echo(
            "\t".join(str(terminal[field]) for field in ("name", "serial", "address", "locale", "kind"))
        )


@terminals.command(name="hold", hidden=True)
@click.option("--terminals", "count", default=40)
@click.option("--scenario", type=click.Path(path_type=Path))
def terminals_hold(count: int, scenario: Path | None) -> None:
    """Keep a fleet up until a signal. 合図があるまで維持。"""
    terminal_practice.hold(count, scenario)


def main() -> None:
    try:
        lab(prog_name="scripts/lab")
    except UnyoError as error:
        click.echo(error.in_language(_language()), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
