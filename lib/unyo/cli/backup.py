"""``unyo backup`` and ``unyo restore``: the ledger with everything sealed in it, the anchor, the site's policies."""

from __future__ import annotations

from pathlib import Path

import click

from unyo.cli.screen import Screen, command, tr
from unyo.settings import load_settings


@command(
    en="Copy ledger, anchors and policies into one file. The vault's key is NOT in it: keep that apart.",
    ja="台帳・控え・ポリシーを1ファイルに保存します。保管庫の鍵は含みません(別に保管してください)。",
)
@click.argument("target", type=click.Path(path_type=Path))
@click.pass_obj
def backup(screen: Screen, target: Path) -> None:
    from unyo.ledger.backup import back_up
    from unyo.wiring import build_road

    settings = load_settings()
    build_road(settings)
    facts = back_up(settings.home, settings.file, target)
    screen.say(
        f"written: {target} ({facts.bytes:,} bytes, {facts.events} events)",
        f"保存しました: {target}({facts.bytes:,} バイト、イベント {facts.events} 件)",
    )
    screen.data({"file": str(target), "bytes": facts.bytes, "events": facts.events, "sha256": facts.sha256})


@command(
    en="Bring a backup back; refuses to overwrite a ledger that holds data.",
    ja="バックアップから復元します。データのある台帳は上書きしません。",
)
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help=tr("set the present ledger aside first", "現在の台帳を退避して置き換える")
)
@click.pass_obj
def restore(screen: Screen, source: Path, replace: bool) -> None:
    from unyo.ledger.backup import restore_backup

    settings = load_settings()
    events = restore_backup(settings.home, source, replace)
    screen.say(
        f"restored, {events} events; now: unyo audit verify",
        f"復元しました(イベント {events} 件)。次: unyo audit verify",
    )
    screen.data({"events": events})
