"""``unyo terminals``: the asset ledger of terminals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, group, show, tr
from unyo.cli.terminals_import import import_file
from unyo.core.dates import in_jst
from unyo.core.errors import BadInput
from unyo.core.terminal import Selection, TerminalState
from unyo.core.text import Text
from unyo.ledger.assets import LedgerAssets, find_terminal
from unyo.ledger.intake.terminal_headings import HEADINGS
from unyo.ledger.models import IsolationRecord, TerminalChange, TerminalRecord
from unyo.ledger.terminal_choice import choose
from unyo.ledger.terminal_fields import FIELDS, texts_of
from unyo.settings import load_settings
from unyo.wiring import build_road

terminals = group("terminals", "The asset ledger of terminals.", "端末台帳")
terminals.add_command(import_file)

_many = ("terminal", "site", "floor", "room", "department", "model", "kind")
_LABELS = {**HEADINGS, "last_seen": Text("Last seen", "最終応答"), "added_at": Text("Added", "登録")}


def _selection(function: Any) -> Any:
    for name in reversed(_many):
        function = click.option(f"--{name}", multiple=True)(function)
    return function


@command(terminals, "list", en="Terminals, all or chosen.", ja="端末の一覧。")
@_selection
@click.option("--state", type=click.Choice([*TerminalState]), help=tr("only in this state", "この状態だけ"))
@click.pass_obj
def list_terminals(screen: Screen, /, state: str | None, **conditions: Any) -> None:
    build_road(load_settings())
    records = list(TerminalRecord.objects.order_by("name_key", "serial"))
    if any(conditions.values()):
        records = choose(Selection(**conditions), records)
    found = [record for record in records if state is None or record.state == state]
    shown = ("name", "serial", "model", "site", "floor", "room", "seat", "user", "department")
    screen.table(
        [*(HEADINGS[field] for field in shown), HEADINGS["state"], _LABELS["last_seen"]],
        [
            (
                *(texts_of(record)[field] for field in shown),
                show(TerminalState(record.state).label),
                f"{in_jst(record.last_seen):%Y-%m-%d %H:%M}" if record.last_seen else "",
            )
            for record in found
        ],
    )
    screen.say(f"{len(found)} terminals", f"{len(found)} 台")
    screen.data([_as_json(record) for record in found])


def _as_json(record: TerminalRecord) -> dict[str, Any]:
    return texts_of(record) | {"last_seen": record.last_seen, "added_at": record.added_at}


@command(terminals, "show", en="One terminal.", ja="端末1台の内容。")
@click.argument("name")
@click.pass_obj
def show_terminal(screen: Screen, name: str) -> None:
    road = build_road(load_settings())
    record = find_terminal(name)
    texts = texts_of(record) | {"state": show(TerminalState(record.state).label)}
    texts["added_at"] = f"{in_jst(record.added_at):%Y-%m-%d %H:%M}"
    texts["last_seen"] = f"{in_jst(record.last_seen):%Y-%m-%d %H:%M}" if record.last_seen else ""
    cut = IsolationRecord.objects.filter(serial=record.serial, released_at=None).first()
    holds = cut is not None and (cut.until is None or cut.until > road.tools.clock.now())
    if cut is not None:
        since = f"{in_jst(cut.since):%Y-%m-%d %H:%M}"
        until = f"{in_jst(cut.until):%Y-%m-%d %H:%M}" if cut.until else "-"
        if holds:
            screen.say(
                f"CUT OFF from the network since {since}, until {until}",
                f"通信遮断中: {since} から {until} まで",
            )
        else:
            screen.say(
                f"it was cut off from {since}, and ended that by itself at {until} (not read back since)",
                f"{since} に通信遮断、{until} に自動解除(解除後の確認は未実施)",
            )
    screen.table(
        [Text("field", "項目"), Text("", ""), Text("value", "値")],
        [(show(_LABELS[field]), field, value) for field, value in texts.items()],
    )
    screen.data(_as_json(record) | {"isolated_until": cut.until if cut else None, "isolated": holds})


@command(terminals, "set", en="Change fields of one terminal.", ja="端末1台の項目を変更します。")
@click.argument("name")
@click.argument("changes", nargs=-1, required=True, metavar="FIELD=VALUE…")
@click.option("--by", help=tr("who changes it, if not this user", "変更者(この OS ユーザと異なる場合)"))
@click.pass_obj
def set_fields(screen: Screen, name: str, changes: tuple[str, ...], by: str | None) -> None:
    road = build_road(load_settings())
    actor = identify(road, by).name
    serial = find_terminal(name).serial
    LedgerAssets(road.tools.clock).amend(serial, _pairs(changes), "unyo terminals set", actor)
    record = TerminalRecord.objects.get(pk=serial)
    screen.say(f"{record.name or serial} changed", f"{record.name or serial} を変更しました")
    screen.data(_as_json(record))


def _pairs(changes: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(change.split("=", 1) for change in changes if "=" in change)
    if len(pairs) != len(changes):
        listed = ", ".join(FIELDS)
        raise BadInput(
            "terminals.set",
            Text("a change is written FIELD=VALUE, each once", "変更は 項目=値 と書き、各項目1回です"),
            Text(f"fields: {listed}", f"項目: {listed}"),
            target=" ".join(changes),
        )
    return pairs


@command(terminals, "history", en="What changed on one terminal, by date.", ja="端末1台の変更履歴。")
@click.argument("name")
@click.pass_obj
def history(screen: Screen, name: str) -> None:
    build_road(load_settings())
    record = find_terminal(name)
    changes = list(TerminalChange.objects.filter(serial=record.serial).order_by("pk"))
    screen.table(
        [
            Text("when", "日時"),
            Text("field", "項目"),
            Text("before", "変更前"),
            Text("after", "変更後"),
            Text("by", "変更者"),
            Text("source", "出所"),
        ],
        [
            (f"{in_jst(c.at):%Y-%m-%d %H:%M}", show(_LABELS[c.field]), c.before, c.after, c.by, c.source)
            for c in changes
        ],
    )
    names = ("at", "field", "before", "after", "by", "source")
    screen.data([{name: getattr(change, name) for name in names} for change in changes])


@command(terminals, "export", en="Write the ledger to a sheet.", ja="端末台帳を CSV・XLSX に出力します。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--encoding", type=click.Choice(["utf-8-sig", "cp932"]), default="utf-8-sig", show_default=True)
@click.pass_obj
def export(screen: Screen, file: Path, encoding: str) -> None:
    from unyo.core.table import csv_bytes, xlsx_bytes
    from unyo.ledger.terminal_export import terminal_table

    road = build_road(load_settings())
    records = list(TerminalRecord.objects.order_by("name_key", "serial"))
    taken = f"{in_jst(road.tools.clock.now()):%Y-%m-%d %H:%M}"
    table = terminal_table(records, Text(f"taken {taken}", f"{taken} 出力"))
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise BadInput(
            "terminals.export",
            Text("the file's ending says which form it gets", "ファイルの拡張子で形式を決めます"),
            Text("name it .csv or .xlsx", ".csv または .xlsx とする"),
            target=str(file),
        )
    as_workbook = file.suffix.lower() == ".xlsx"
    file.write_bytes(
        xlsx_bytes(table, screen.language) if as_workbook else csv_bytes(table, screen.language, encoding)
    )
    screen.say(f"{len(records)} terminals written: {file}", f"{len(records)} 台を出力しました: {file}")
    screen.data({"file": str(file), "terminals": len(records)})
