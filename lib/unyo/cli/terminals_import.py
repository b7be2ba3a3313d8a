"""``unyo terminals import``: an asset register into the ledger, with a preview."""

from __future__ import annotations

from pathlib import Path

import click
from django.db import IntegrityError

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, show, tr
from unyo.core.errors import Refused
from unyo.core.text import Text
from unyo.ledger.intake.mapping import load_mapping
from unyo.ledger.intake.terminal_file import TerminalFile, read_terminal_file
from unyo.ledger.intake.terminal_headings import HEADINGS, TERMINALS
from unyo.ledger.terminal_changes import Hand
from unyo.ledger.terminal_import import Comparison, compare, import_terminals, refuse_bad_rows
from unyo.settings import load_settings
from unyo.wiring import build_road

_SHOWN = 40


@command(
    name="import",
    en="Import an asset register (CSV or XLSX); a second import changes only what differs.",
    ja="端末台帳のファイル(CSV・XLSX)を取り込みます。再取込みは差分だけを変更します。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--columns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=tr("mapping file (YAML)", "対応表ファイル(YAML)"),
)
@click.option("--dry-run", is_flag=True, help=tr("only show what would change", "変更内容を表示するだけ"))
@click.option("--skip-bad", is_flag=True, help=tr("leave bad rows out", "不正な行を除いて取り込む"))
@click.option("--by", help=tr("who imports, if not this user", "取り込む人(この OS ユーザと異なる場合)"))
@click.pass_obj
def import_file(
    screen: Screen, file: Path, columns: Path | None, dry_run: bool, skip_bad: bool, by: str | None
) -> None:
    road = build_road(load_settings())
    actor = identify(road, by).name
    mapping = load_mapping(columns, TERMINALS) if columns else None
    read = read_terminal_file(file.read_bytes(), file.name, mapping)
    found = compare(read)
    _show(screen, read, found)
    if found.faults and not skip_bad:
        raise refuse_bad_rows(file.name, found.faults, read.rows_read)
    for fault in found.faults:
        screen.line("! " + show(fault.sentence()))
    answer = _as_json(read, found, stored=not dry_run)
    if not dry_run:
        try:
            import_terminals(read, found, Hand(actor, file.name, road.tools.clock.now()))
        except IntegrityError as error:
            raise _moved(file.name) from error
    word = tr("would be ", "(予定) ") if dry_run else ""
    screen.say(
        f"{len(found.new)} {word}added, {len(found.changed)} {word}changed, {found.unchanged} as they were; "
        f"{found.unmentioned} in the ledger only, left alone",
        f"{word}追加 {len(found.new)} 台、変更 {len(found.changed)} 台、変更なし {found.unchanged} 台。"
        f"台帳にのみある {found.unmentioned} 台は変更しません",
    )
    screen.data(answer)


def _show(screen: Screen, read: TerminalFile, found: Comparison) -> None:
    """What was detected, then what would change."""
    screen.line(f"{read.filename}: {read.encoding} {read.worksheet}".rstrip())
    at = {field: read.columns.heading(field) for field in read.columns.at}
    screen.line("  ".join(f"{show(HEADINGS[field])}={heading}" for field, heading in at.items()))
    if read.columns.unread:
        listed = ", ".join(read.columns.unread)
        screen.say(f"? not read: {listed}", f"? 読み取らない列: {listed}")
    rows = [
        (amendment.record.name or amendment.record.serial, show(HEADINGS[field]), before, after)
        for amendment in found.changed
        for field, (before, after) in amendment.differences.items()
    ]
    if rows:
        screen.table(
            [
                Text("terminal", "端末"),
                Text("field", "項目"),
                Text("before", "変更前"),
                Text("after", "変更後"),
            ],
            rows[:_SHOWN],
        )
    if len(rows) > _SHOWN:
        screen.say(f"… {len(rows) - _SHOWN} more", f"… ほか {len(rows) - _SHOWN} 件")


def _as_json(read: TerminalFile, found: Comparison, stored: bool) -> dict[str, object]:
    return {
        "filename": read.filename,
        "encoding": read.encoding,
        "worksheet": read.worksheet,
        "columns": {field: read.columns.heading(field) for field in read.columns.at},
        "unread": list(read.columns.unread),
        "rows_read": read.rows_read,
        "new": [amendment.record.serial for amendment in found.new],
        "changed": {a.record.serial: a.differences for a in found.changed},
        "unchanged": found.unchanged,
        "unmentioned": found.unmentioned,
        "bad_rows": [fault.as_json() for fault in found.faults],
        "stored": stored,
    }


def _moved(filename: str) -> Refused:
    return Refused(
        "terminals.import_raced",
        Text(
            "somebody changed the ledger at the same time; nothing was imported",
            "同時に台帳が変更されたため、何も取り込んでいません",
        ),
        Text("import again", "もう一度取り込む"),
        target=filename,
    )
