"""``unyo devices trust``: a person says that the host key a device shows now is the right one."""

from __future__ import annotations

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, tr
from unyo.core.errors import BadInput, Refused
from unyo.core.text import Text
from unyo.ledger.devices import find_device, pin_host_key, pinned_keys
from unyo.settings import load_settings
from unyo.wiring import build_road


@command(
    name="trust",
    en="Look at the SSH host key that a device shows and trust it from now on. "
    "Compare the fingerprint at its console first.",
    ja="機器の SSH ホスト鍵を確認して登録します。先に機器のコンソールで指紋を照合してください。",
)
@click.argument("name")
@click.option(
    "--fingerprint",
    help=tr(
        "as read at the console: SHA256:…; trusted only if equal",
        "コンソールの指紋 (SHA256:…)。一致時のみ登録",
    ),
)
@click.option("-y", "--yes", is_flag=True, help=tr("without asking", "確認なしで登録"))
@click.option("--add", is_flag=True, help=tr("beside the keys trusted before", "登録済みの鍵に追加"))
@click.option("--by", help=tr("who does it, if not this user", "実施者(この OS ユーザと異なる場合)"))
@click.pass_obj
def trust(screen: Screen, name: str, fingerprint: str | None, yes: bool, add: bool, by: str | None) -> None:
    from unyo.connectors.ssh.host_keys import fingerprint as fingerprint_of
    from unyo.connectors.ssh.host_keys import read_host_key

    road = build_road(load_settings())
    actor = identify(road, by).name
    record = find_device(name)
    if not record.address:
        raise BadInput(
            "devices.no_address",
            Text("this device has no address of its own", "この機器には接続先がありません"),
            Text("only devices over SSH have host keys", "ホスト鍵は SSH の機器のみです"),
            target=record.name,
        )
    line = read_host_key(record.address, record.port)
    shown = fingerprint_of(line)
    known = [fingerprint_of(key) for key in pinned_keys(record)]
    screen.line(f"{record.name} {record.address}: {shown}")
    for each in known:
        screen.say(f"trusted before: {each}", f"登録済み: {each}")
    if fingerprint is not None and _bare(fingerprint) != _bare(shown):
        raise _another(record.name, shown)
    is_known = shown in known and (add or len(known) == 1)
    trusted = is_known or yes or fingerprint is not None or _confirmed(screen)
    if trusted and not is_known:
        pin_host_key(record.name, line, shown, actor, road.tools.clock.now(), add=add)
    if is_known:
        screen.say("it is trusted already", "すでに登録済みです")
    elif trusted:
        screen.say("trusted from now on", "登録しました")
    screen.data({"name": record.name, "fingerprint": shown, "before": known, "trusted": trusted})


def _bare(fingerprint: str) -> str:
    """Consoles write it with or without the key's type and the hash's name."""
    return fingerprint.split()[-1].removeprefix("SHA256:").rstrip("=")


def _confirmed(screen: Screen) -> bool:
    question = tr("the same as at its console? trust it?", "コンソールの指紋と一致しますか? 登録しますか?")
    return not screen.json and click.confirm(question, default=False)


def _another(name: str, shown: str) -> Refused:
    return Refused(
        "devices.other_fingerprint",
        Text(
            "the device shows another key than the one you read at its console; nothing was trusted",
            "機器の鍵がコンソールで読んだ指紋と一致しません。登録していません",
        ),
        Text(
            "check that the address is this device's and that nobody stands in between",
            "接続先が正しいか、間に別の機器がないか確認する",
        ),
        target=name,
        detail=shown,
    )
