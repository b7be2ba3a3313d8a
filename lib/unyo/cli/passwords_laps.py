"""``unyo passwords laps``: what Windows LAPS keeps of a terminal; its password is taken over, never shown."""

from __future__ import annotations

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, show, tr
from unyo.connectors.directory.laps import Laps, read_laps
from unyo.core.credential import AccountKind, Credential, Scope
from unyo.core.dates import in_jst
from unyo.core.errors import NotFound, Refused
from unyo.core.text import Text
from unyo.flow.adopting import adopt
from unyo.flow.context import Road
from unyo.settings import load_settings
from unyo.wiring import build_road


@command(
    None,
    "laps",
    en="What Windows LAPS (or the older one) keeps of a terminal. With --adopt its password is sealed in the vault, "
    "tried by ONE log-on and in force if that works; it is never shown here.",
    ja="端末の Windows LAPS(旧 LAPS を含む)の状態を示します。--adopt を付けるとパスワードを保管庫に封印し、"
    "1回のログオンで確認して取り込みます(画面には表示しません)。",
)
@click.argument("terminal")
@click.option("--adopt", "take", is_flag=True, help=tr("take the password over", "パスワードを取り込む"))
@click.option(
    "--account", default="", help=tr("the older LAPS: which account it is", "旧 LAPS: 対象のアカウント名")
)
@click.option("--by", help=tr("who does it, if not this user", "実施者(この OS ユーザと異なる場合)"))
@click.pass_obj
def laps(screen: Screen, /, terminal: str, take: bool, account: str, by: str | None) -> None:
    road = build_road(load_settings())
    actor = identify(road, by).name
    found = read_laps(road.tools.directory, terminal)
    _say(screen, found)
    if take:
        _take_over(screen, road, found, terminal, account or found.account, actor)


def _say(screen: Screen, found: Laps) -> None:
    screen.line(f"{found.machine}: {show(found.state)}")
    rows = [
        (Text("account", "アカウント"), found.account),
        (Text("set", "設定日時"), f"{in_jst(found.updated):%Y-%m-%d %H:%M}" if found.updated else ""),
        (Text("expires", "有効期限"), f"{in_jst(found.expires):%Y-%m-%d %H:%M}" if found.expires else ""),
    ]
    for label, value in rows:
        if value:
            screen.line(f"  {show(label)}: {value}")
    screen.data(
        {
            "machine": found.machine,
            "source": found.source,
            "state": found.state.as_json(),
            "account": found.account,
            "updated": found.updated,
            "expires": found.expires,
            "readable": found.password is not None,
        }
    )


def _take_over(screen: Screen, road: Road, found: Laps, terminal: str, account: str, actor: str) -> None:
    if found.password is None:
        raise Refused(
            "laps.unreadable",
            found.state,
            Text(
                "let LAPS keep it, or give unyo the right to read it", "LAPS に任せるか、参照権限を付与する"
            ),
            target=found.machine,
        )
    credential = _kept(road, terminal, account)
    (end,) = adopt(road, {credential.path: found.password}, actor)
    if end.error is not None:
        raise end.error
    screen.say(
        f"taken over, proven by {end.by}; LAPS will change it again: exclude the terminal from LAPS, or do not renew "
        "this account with unyo",
        f"取り込みました({end.by} で確認)。LAPS は今後も変更するため、LAPS の対象から外すか unyo での変更対象から外してください",
    )


def _kept(road: Road, terminal: str, account: str) -> Credential:
    chosen = road.tools.credentials.select(Scope(kind=(AccountKind.WINDOWS,), system=(terminal,)))
    match = [each for each in chosen if each.account.casefold() == account.casefold()]
    if len(match) == 1:
        return match[0]
    listed = ", ".join(sorted({each.account for each in chosen})) or "-"
    raise NotFound(
        "laps.not_kept",
        Text(
            f"unyo keeps no such account of this terminal: {account or '?'}",
            f"unyo が管理するアカウントではありません: {account or '?'}",
        ),
        Text(
            f"kept: {listed}; name one with --account, or add it to windows.accounts in passwords.yml",
            f"管理対象: {listed}。--account で指定するか passwords.yml の windows.accounts に追加する",
        ),
        target=terminal,
    )
