"""``unyo lab``: a fleet of simulated Windows terminals to practise on."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from unyo.cli.screen import Screen, command, group, tr
from unyo.core.text import Text
from unyo.lab.terminals import practice

lab = group("lab", "Simulated terminals to practise on.", "練習用の模擬端末")


@command(
    lab,
    "up",
    en="Start a fleet in the background, with settings and a ledger of its own.",
    ja="模擬端末群を専用の設定・台帳とともに起動します。",
)
@click.option("--terminals", default=40, show_default=True, help=tr("how many", "台数"))
@click.option(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=tr("a YAML file that describes the fleet", "端末群を記述した YAML ファイル"),
)
@click.pass_obj
def up(screen: Screen, terminals: int, scenario: Path | None) -> None:
    made = practice.up(terminals, scenario)
    screen.say(
        f"{made.terminals} simulated terminals are up. Use them with:",
        f"模擬端末 {made.terminals} 台を起動しました。使うには:",
    )
    screen.line(f"  export UNYO_CONFIG='{made.settings}'")
    screen.say("They stay until: unyo lab down", "停止するまで動きます: unyo lab down")
    screen.data(asdict(made))


@command(lab, "down", en="Stop the fleet and remove its files.", ja="模擬端末群を停止し、後片付けします。")
@click.pass_obj
def down(screen: Screen) -> None:
    stopped = practice.down()
    if stopped:
        screen.say("stopped; nothing is left", "停止しました。何も残っていません")
    else:
        screen.say("none was running", "起動していません")
    screen.data({"stopped": stopped})


@command(lab, "list", en="The terminals of the fleet that is up.", ja="起動中の模擬端末の一覧。")
@click.pass_obj
def listed(screen: Screen) -> None:
    found = practice.facts()
    fields = ("name", "serial", "address", "locale", "kind", "site", "room", "seat")
    headings = [
        Text("name", "端末名"),
        Text("serial", "製造番号"),
        Text("address", "接続先"),
        Text("language", "言語"),
        Text("kind", "種別"),
        Text("site", "拠点"),
        Text("room", "室"),
        Text("seat", "座席"),
    ]
    screen.table(headings, [[terminal[field] for field in fields] for terminal in found])
    screen.data(found)
