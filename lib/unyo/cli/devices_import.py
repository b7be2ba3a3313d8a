"""``unyo devices import``: a list of devices goes into the ledger, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from django.db import IntegrityError

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, tr
from unyo.core.errors import BadInput, Refused
from unyo.core.text import Text
from unyo.ledger.devices import DeviceImport, compare, store
from unyo.settings import load_settings
from unyo.wiring import build_road

_SHOWN = 40


@command(
    name="import",
    en="Import a list of devices (YAML). Shows what it would change first; devices that are not in the file are left alone.",
    ja="機器の一覧(YAML)を取り込みます。先に変更内容を表示し、ファイルにない機器は変更しません。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-y", "--yes", is_flag=True, help=tr("without asking", "確認なしで実行"))
@click.option("--by", help=tr("who does it, if not this user", "実施者(この OS ユーザと異なる場合)"))
@click.pass_obj
def import_file(screen: Screen, file: Path, yes: bool, by: str | None) -> None:
    road = build_road(load_settings())
    actor = identify(road, by).name
    now = road.tools.clock.now()
    own = {credential.path for credential in getattr(road.tools.credentials, "own", ())}
    found = compare(_text_of(file), file.name, now, own)
    _show_changes(screen, found)
    stored = bool(found.changes) and (yes or confirmed(screen, "import it?", "取り込みますか?"))
    if stored:
        try:
            store(found, file.name, actor, now)
        except IntegrityError as error:
            raise _moved(file.name) from error
    new = sum(change.is_new for change in found.changes)
    word = "" if stored else tr("would be ", "(予定) ")
    screen.say(
        f"{new} {word}added, {len(found.changes) - new} {word}changed, {found.unchanged} as they were; "
        f"{len(found.unmentioned)} in the ledger only, left alone",
        f"{word}追加 {new} 台、変更 {len(found.changes) - new} 台、変更なし {found.unchanged} 台。"
        f"台帳にのみある {len(found.unmentioned)} 台は変更しません",
    )
    screen.data(_import_as_json(found, stored))


def confirmed(screen: Screen, en: str, ja: str) -> bool:
    return not screen.json and click.confirm(tr(en, ja), default=False)


def _show_changes(screen: Screen, found: DeviceImport) -> None:
    rows = [
        (change.record.name, field, before, after)
        for change in found.changes
        for field, (before, after) in (change.differences or {"": ("", tr("new", "新規"))}).items()
    ]
    if rows:
        headings = [
            Text("device", "機器"),
            Text("field", "項目"),
            Text("before", "変更前"),
            Text("after", "変更後"),
        ]
        screen.table(headings, rows[:_SHOWN])
    if len(rows) > _SHOWN:
        screen.say(f"… {len(rows) - _SHOWN} more", f"… ほか {len(rows) - _SHOWN} 件")


def _import_as_json(found: DeviceImport, stored: bool) -> dict[str, Any]:
    return {
        "new": [change.record.name for change in found.changes if change.is_new],
        "changed": {change.record.name: change.differences for change in found.changes if not change.is_new},
        "unchanged": found.unchanged,
        "unmentioned": list(found.unmentioned),
        "stored": stored,
    }


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "devices.file",
            Text("the file cannot be read as UTF-8", "ファイルを UTF-8 として読めません"),
            Text("save it as UTF-8", "UTF-8 で保存する"),
            target=file.name,
            detail=type(error).__name__,
        ) from None


def _moved(filename: str) -> Refused:
    return Refused(
        "devices.import_raced",
        Text(
            "somebody changed the ledger at the same time; nothing was imported",
            "同時に台帳が変更されたため、何も取り込んでいません",
        ),
        Text("import again", "もう一度取り込む"),
        target=filename,
    )
