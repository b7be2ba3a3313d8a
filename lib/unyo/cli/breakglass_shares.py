"""Gathering the shares of an export: from files, or typed by their holders one after the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from unyo.cli.screen import show, tr
from unyo.core.errors import BadInput
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.vault.breakglass import Header
from unyo.vault.shares import ShareWords, read_share

share_files = click.option(
    "--share",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=tr("a file with one share; without any they are typed", "分割片のファイル(省略時は入力)"),
)


def collect(header: Header, files: Sequence[Path]) -> list[ShareWords]:
    """The shares in the files, or typed until there are enough; BadInput names the file that is wrong."""
    if files:
        return [_of_file(file) for file in files]
    if not sys.stdin.isatty():
        lines = [line for line in sys.stdin.read().splitlines() if line.strip()]
        return [read_share(Secret(line)) for line in lines]
    found: dict[int, ShareWords] = {}
    while len(found) < header.needed:
        label = tr(f"share {len(found) + 1} of {header.needed}", f"分割片 {len(found) + 1}/{header.needed}")
        try:
            share = _fitting(read_share(Secret(click.prompt(label, err=True))), header, found)
        except BadInput as error:
            # Whoever mistyped one of 33 words types that share again, not all of them.
            click.echo(f"{show(error.what)}: {show(error.next_step)}", err=True)
            continue
        found[share.index] = share
    return list(found.values())


def _fitting(share: ShareWords, header: Header, found: dict[int, ShareWords]) -> ShareWords:
    if share.set_id != header.set_id:
        raise BadInput(
            "breakglass.mixed",
            Text(f"it belongs to export {share.set_id}", f"持出し {share.set_id} の分割片です"),
            Text(f"take the one of export {header.set_id}", f"持出し {header.set_id} のものを使う"),
        )
    if share.index in found:
        raise BadInput(
            "breakglass.repeated",
            Text("this share was typed before", "同じ分割片が入力済みです"),
            Text("let another holder type", "別の保管者が入力する"),
        )
    return share


def _of_file(file: Path) -> ShareWords:
    try:
        return read_share(Secret(file.read_text(encoding="utf-8", errors="replace") or "-"))
    except BadInput as error:
        error.target = str(file)
        raise
