"""``unyo passwords adopt``: a password that people know goes into the vault after one log-on with it."""

from __future__ import annotations

import csv
import os
import stat
import sys
from pathlib import Path

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, show, tr
from unyo.core.errors import BadInput
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.flow.adopting import Adopted
from unyo.flow.adopting import adopt as take_over
from unyo.settings import load_settings
from unyo.wiring import build_road


@command(
    name="adopt",
    en="Take over a password that is known: it is sealed, tried by ONE log-on, and in force if that works. "
    "It is read from the terminal or as one line from standard input; many from a private CSV file (path,password).",
    ja="既知のパスワードを取り込みます。封印後に1回だけログオンして確認し、成功すれば有効になります。"
    "端末または標準入力の1行から読みます。複数件は他人が読めない CSV(パス,パスワード)で指定します。",
)
@click.argument("path", required=False)
@click.option(
    "--from-file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=tr("CSV of path,password with mode 0600", "パス,パスワード の CSV(権限 0600)"),
)
@click.option(
    "--risk-lockout",
    is_flag=True,
    help=tr("try although a wrong one could lock the account", "ロックの可能性があっても試す"),
)
@click.option("--by", help=tr("who does it, if not this user", "実施者(この OS ユーザと異なる場合)"))
@click.pass_obj
def adopt(screen: Screen, path: str | None, file: Path | None, risk_lockout: bool, by: str | None) -> None:
    if (path is None) == (file is None):
        raise _bad("PATH", Text("give one account or a file", "アカウント1件かファイルを指定してください"))
    road = build_road(load_settings())
    actor = identify(road, by).name
    wanted = passwords_in(file) if file is not None else {str(path): _typed(str(path))}
    ends = take_over(road, wanted, actor, risk_lockout=risk_lockout)
    for end in ends:
        _say(screen, end)
    if file is not None:
        screen.say(f"destroy the file now: shred -u {file}", f"ファイルを破棄してください: shred -u {file}")
    screen.data([_as_json(end) for end in ends])
    failed = [end.error for end in ends if end.error is not None]
    if failed:
        raise click.exceptions.Exit(failed[0].exit_code)


def passwords_in(file: Path) -> dict[str, Secret]:
    """Path → password; BadInput where others may read the file, or names the line that is wrong."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        facts = os.fstat(opened.fileno())
        if facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO) or facts.st_uid != os.geteuid():
            raise _bad(
                str(file),
                Text("others may read the file", "他のユーザが読めるファイルです"),
                Text(
                    f"chmod 600 {file}; change passwords that others saw",
                    f"chmod 600 {file} を実行し、見られた可能性のあるものは変更する",
                ),
            )
        found: dict[str, Secret] = {}
        for number, row in enumerate(csv.reader(opened), 1):
            if not row or row == ["path", "password"]:
                continue
            if len(row) != 2 or not all(row) or row[0].strip() in found:
                # Never the line itself: half of it is a password.
                raise _bad(
                    f"{file}:{number}",
                    Text(
                        "not one account and its password", "「パス,パスワード」になっていません(または重複)"
                    ),
                )
            found[row[0].strip()] = Secret(row[1])
    if not found:
        raise _bad(str(file), Text("there is no account in it", "アカウントがありません"))
    return found


def _typed(path: str) -> Secret:
    if sys.stdin.isatty():
        typed = click.prompt(path, hide_input=True, confirmation_prompt=True, err=True)
    else:
        typed = sys.stdin.readline().rstrip("\n")
    if not typed:
        raise _bad(path, Text("no password was given", "パスワードが入力されていません"))
    return Secret(typed)


def _say(screen: Screen, end: Adopted) -> None:
    label = end.credential.label
    if end.error is None:
        screen.say(
            f"{label}: in force, proven by {end.by} (version {end.version})",
            f"{label}: 有効({end.by} で確認、版 {end.version})",
        )
    else:
        screen.line(f"! {label}: [{end.error.code}] {show(end.error.what)}")
        screen.line(f"  {show(end.error.next_step)}")


def _as_json(end: Adopted) -> dict[str, object]:
    return {
        "path": end.credential.path,
        "version": end.version,
        "by": end.by,
        "error": end.error.as_json() if end.error else None,
    }


def _bad(target: str, what: Text, next_step: Text | None = None) -> BadInput:
    usual = Text("see: unyo passwords adopt --help", "参照: unyo passwords adopt --help")
    return BadInput("passwords.adopt", what, next_step or usual, target=target)
