"""``unyo passwords``: accounts whose passwords unyo keeps. Each subcommand is loaded when it is called."""

from __future__ import annotations

import importlib

import click

from unyo.cli.screen import tr
from unyo.core.text import Text

# name → (module:attribute, one line of help); nothing is imported for the list.
SUBCOMMANDS: dict[str, tuple[str, Text]] = {
    "list": (
        "passwords_list:list_accounts",
        Text("accounts, the oldest password first", "アカウント一覧(古い順)"),
    ),
    "show": ("passwords_list:show_account", Text("one account with its versions", "1アカウントの版の一覧")),
    "states": ("passwords_list:states", Text("how many stand where", "状態別の件数")),
    "adopt": (
        "passwords_adopt:adopt",
        Text("take over a password that is known, after one log-on", "既知のパスワードを確認して取り込む"),
    ),
    "reset": (
        "passwords_desk:reset",
        Text("a person forgot: verify, reset, unlock, hand over", "失念したパスワードの再設定(本人確認つき)"),
    ),
    "unlock": ("passwords_desk:unlock", Text("unlock a person's account", "アカウントのロック解除")),
    "explain": (
        "passwords_explain:explain",
        Text("what a code of the directory means", "ディレクトリのエラーコードの意味"),
    ),
    "laps": (
        "passwords_laps:laps",
        Text("what Windows LAPS keeps of a terminal", "端末の Windows LAPS の状態・取込み"),
    ),
    "checkout": (
        "passwords_checkout:checkout",
        Text("hold one password for a while", "パスワードを一時的に払い出す"),
    ),
    "read": ("passwords_checkout:read", Text("read what is checked out", "払出し中のパスワードを表示する")),
    "checkin": ("passwords_checkout:checkin", Text("give it back", "パスワードを返却する")),
    "checkouts": ("passwords_checkout:checkouts", Text("who holds what", "払出し状況の一覧")),
    "proof": (
        "passwords_proof:proof",
        Text("the report for an auditor", "監査用の証跡報告書を出力する"),
    ),
}


class LazySubcommands(click.Group):
    """A group that knows its commands' names without loading them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        module, attribute = SUBCOMMANDS[cmd_name][0].split(":")
        found = getattr(importlib.import_module(f"unyo.cli.{module}"), attribute)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(tr("Commands", "コマンド")):
            formatter.write_dl([(name, tr(text.en, text.ja)) for name, (_, text) in SUBCOMMANDS.items()])


passwords = LazySubcommands(
    "passwords",
    help=tr(
        "Accounts whose passwords unyo keeps: where each stands, never the passwords.",
        "unyo が管理するパスワードの状態(パスワード自体は表示しません)。",
    ),
)
