"""Where the contents of an export go: a private file, the screen, a key file, this installation's vault."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from unyo.cli.screen import Screen
from unyo.core.canonical import plain
from unyo.core.errors import BadInput, BadSetting, Refused
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.settings import load_settings
from unyo.vault.breakglass import Content

_FIRST_TORN = (
    SecretState.TORN.value,
    SecretState.SEALED.value,
    SecretState.SET.value,
    SecretState.UNKNOWN.value,
)


def keep_secrets(screen: Screen, content: Content, file: Path) -> None:
    _write_new(file, json.dumps(plain(list(content.secrets)), ensure_ascii=False, indent=1) + "\n")
    screen.say(
        f"written: {file} (readable by you alone; destroy it when done)",
        f"書き出しました: {file}(所有者のみ閲覧可。使用後は消去してください)",
    )


def keep_keys(screen: Screen, content: Content, file: Path) -> None:
    if not content.keys:
        raise BadInput(
            "breakglass.no_keys",
            Text("this export was made without the vault's keys", "この持出しに保管庫の鍵は含まれません"),
            Text("restore the key file from its own backup", "鍵ファイルは別のバックアップから戻す"),
            target=str(file),
        )
    _write_new(file, "".join(f"{line}\n" for line in content.keys))
    screen.say(f"key file: {file}", f"鍵ファイル: {file}")


def print_secrets(screen: Screen, content: Content, to_stdout: bool) -> None:
    """One line each, tabs between; on a terminal, or into a pipe where that is said."""
    if not (to_stdout or sys.stdout.isatty()):
        raise BadInput(
            "checkout.no_terminal",
            Text("passwords are shown on a terminal only", "パスワードは端末の画面にのみ表示します"),
            Text("give --stdout, or --out FILE", "--stdout または --out を指定する"),
        )
    if screen.json:
        return
    for each in content.secrets:
        version = f"{each['path']}#{each['version']}"
        click.echo(
            "\t".join([each.get("label") or each["path"], version, each["state"] or "-", each["password"]])
        )


def seal_into_vault(screen: Screen, content: Content, file: Path) -> dict[str, object]:
    """Seal everything as plain secrets, what counts last: it is in force, and the others are tried after it.

    Accounts whose passwords have states here already are left alone.
    """
    from unyo.ledger.opening import set_up_django

    set_up_django()
    from unyo.cli.identity import identify
    from unyo.ledger.chain import NewEvent, append
    from unyo.wiring import build_road

    road = build_road(load_settings())
    actor = identify(road, None).name
    skipped: list[str] = []
    sealed = 0
    for each in sorted(content.secrets, key=_what_counts_last):
        try:
            road.tools.vault.seal(
                SecretRef(each["path"]), Secret(each["password"]), f"break-glass {file.name}"
            )
            sealed += 1
        except Refused:
            skipped.append(each["path"])
    fields = {"file": file.name, "accounts": sealed, "skipped": len(skipped), "by": actor}
    append([NewEvent("breakglass.restored", actor, fields=fields)], road.tools.clock.now())
    screen.say(
        f"{sealed} sealed here; {len(skipped)} left alone, the ledger knows them; prove them: passwords.verify",
        f"{sealed} 件を封印しました({len(skipped)} 件は台帳にあるため変更なし)。確認: passwords.verify",
    )
    return {"sealed": sealed, "skipped": sorted(set(skipped))}


def _what_counts_last(each: Mapping[str, Any]) -> tuple[str, bool, int]:
    return each["path"], each["state"] not in _FIRST_TORN, each["version"]


def _write_new(file: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
    except FileExistsError:
        raise BadInput(
            "handover.file_exists",
            Text("the file exists", "ファイルがすでにあります"),
            Text("name a new file", "新しいファイル名を指定する"),
            target=str(file),
        ) from None
    except OSError as error:
        raise BadSetting(
            "output.file",
            Text("the file cannot be written", "ファイルを書き込めません"),
            Text("check space and permissions", "空き容量と権限を確認する"),
            target=str(file),
            detail=error.strerror,
        ) from None
