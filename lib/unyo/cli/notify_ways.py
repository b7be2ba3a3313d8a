"""What commands about messages share: who asks, and whether an address fits a channel."""

from __future__ import annotations

import click

from unyo.cli.screen import tr
from unyo.connectors.notify.letter import check_address
from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.flow.context import Road

by_option = click.option("--by", help=tr("who asks, if not this user", "実施者(この OS ユーザと異なる場合)"))


def check_way(road: Road, channel: str, address: str) -> None:
    assert road.post is not None
    found = road.post.channels().get(channel)
    if found is None:
        road.post.carrier(channel)
        return
    if found.needs_address:
        check_address(address)
    elif address:
        raise BadInput(
            "notify.address",
            Text("this channel has its own address", "この送信手段に宛先は指定できません"),
            Text("leave --to out", "--to を外す"),
            target=channel,
        )
