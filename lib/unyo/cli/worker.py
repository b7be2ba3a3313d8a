"""``unyo worker``: carries out what is approved and due, until it is told to stop."""

from __future__ import annotations

import logging
import signal

import click

from unyo.cli.screen import Screen, command, tr
from unyo.settings import load_settings
from unyo.wiring import build_road, sweep_plays


@command(en="Carry out approved jobs as they fall due.", ja="承認済みのジョブを期日に実行し続けます。")
@click.option(
    "--until-idle", is_flag=True, help=tr("stop when nothing is left to do now", "今できる作業が終われば終了")
)
@click.option("--poll", default=1.0, show_default=True, help=tr("seconds between two looks", "確認間隔(秒)"))
@click.pass_obj
def worker(screen: Screen, until_idle: bool, poll: float) -> None:
    from unyo.flow.worker import Worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    sweep_plays(load_settings())
    made = Worker(build_road(load_settings()))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: made.stop.set())
    screen.say(f"worker {made.owner.name} at work", f"ワーカー {made.owner.name} を開始しました")
    if until_idle:
        due = made.run_until_idle()
        screen.data({"worker": made.owner.name, "next_due": due})
    else:
        made.run_forever(poll)
