"""``unyo passwords list|show|states``: where each account's password stands, never the password."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import click

from unyo.cli.passwords_lines import NEVER, chosen, lines_of, scope_options, when
from unyo.cli.screen import Screen, command, show, tr
from unyo.core.credential import Scope
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.ledger.credentials_history import ShownVersion, versions_of
from unyo.settings import load_settings
from unyo.wiring import build_road


@command(
    name="list",
    en="Accounts and where their passwords stand, the oldest first; all, or chosen.",
    ja="アカウントとパスワードの状態を古い順に表示します(全件または条件指定)。",
)
@scope_options
@click.option(
    "--state",
    type=click.Choice([state.value for state in SecretState]),
    help=tr("only in this state", "この状態だけ"),
)
@click.option("--troubled", is_flag=True, help=tr("only those with a trouble", "問題のあるものだけ"))
@click.pass_obj
def list_accounts(screen: Screen, /, state: str | None, troubled: bool, **conditions: Any) -> None:
    road = build_road(load_settings())
    lines = [
        line
        for line in lines_of(road, chosen(road, conditions))
        if (state is None or line.state == state) and (line.trouble is not None or not troubled)
    ]
    screen.table(
        [
            Text("account", "アカウント"),
            Text("kind", "種別"),
            Text("state", "状態"),
            Text("days", "日数"),
            Text("proven", "確認日時"),
            Text("by", "確認方法"),
        ],
        [
            (
                line.credential.label,
                line.credential.kind,
                ("! " if line.trouble else "") + show(line.label),
                line.days,
                when(line.version.verified_at if line.version else None),
                line.version.verified_by if line.version else "",
            )
            for line in lines
        ],
    )
    for line in lines:
        for note in line.notes:
            screen.line(f"{line.credential.label}: {show(note)}")
    screen.say(f"{len(lines)} accounts", f"{len(lines)} 件")
    screen.data([line.as_json() for line in lines])


@command(
    name="show",
    en="One account: its versions and their states, never the passwords.",
    ja="1アカウントの版と状態を表示します(パスワードは表示しません)。",
)
@click.argument("path")
@click.pass_obj
def show_account(screen: Screen, path: str) -> None:
    road = build_road(load_settings())
    (credential,) = road.tools.credentials.select(Scope(path=(path,)))
    line = lines_of(road, [credential])[0]
    versions = versions_of(credential.path)
    standing = line.standing
    screen.line(f"{credential.label}  {credential.path}  ({show(credential.kind.label)})")
    screen.line(show(line.label))
    for note in line.notes:
        screen.line(show(note))
    if standing.bad_logons:
        count, last = len(standing.bad_logons), when(max(standing.bad_logons))
        screen.say(f"{count} tries were noted, the last {last}", f"試行の記録 {count} 件(最終 {last})")
    screen.table(_VERSION_HEADINGS, [_version_row(each) for each in versions])
    screen.data(line.as_json() | {"versions": [each.as_json() for each in versions]})


_VERSION_HEADINGS = [
    Text("no.", "版"),
    Text("state", "状態"),
    Text("sealed", "封印"),
    Text("set", "設定"),
    Text("proven", "確認"),
    Text("by", "確認方法"),
    Text("purpose", "用途"),
]


def _version_row(each: ShownVersion) -> tuple[object, ...]:
    state = show(each.label)
    instants = (when(each.sealed_at), when(each.set_at), when(each.verified_at))
    return (each.number, state, *instants, each.verified_by, _instant_of(each.purpose))


@command(
    name="states",
    en="How many accounts stand in which state, by kind.",
    ja="状態別の件数を種別ごとに表示します。",
)
@scope_options
@click.pass_obj
def states(screen: Screen, /, **conditions: Any) -> None:
    road = build_road(load_settings())
    lines = lines_of(road, chosen(road, conditions))
    counted = Counter((line.credential.kind, line.state) for line in lines)
    troubles = Counter(line.standing.trouble_code for line in lines if line.trouble)
    screen.table(
        [Text("kind", "種別"), Text("state", "状態"), Text("", ""), Text("accounts", "件数")],
        [
            (kind, state or "-", show(SecretState(state).label if state else NEVER), count)
            for (kind, state), count in sorted(counted.items())
        ],
    )
    if troubles:
        screen.table([Text("trouble", "問題"), Text("accounts", "件数")], sorted(troubles.items()))
    screen.data(
        {
            "accounts": len(lines),
            "states": [
                {"kind": kind, "state": state or None, "accounts": count}
                for (kind, state), count in sorted(counted.items())
            ],
            "troubles": dict(troubles),
        }
    )


def _instant_of(purpose: str) -> str:
    """What it was made for, with the job's instant as a person reads it."""
    what, _, instant = purpose.rpartition(" ")
    try:
        return f"{what} {when(datetime.fromisoformat(instant))}"
    except ValueError:
        return purpose
