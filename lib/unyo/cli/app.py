"""The tree of commands; a command's module is loaded only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
import traceback

import click

from unyo.cli.screen import Screen, tr
from unyo.core.errors import UnyoError
from unyo.core.text import Text

# name → (module:attribute, one line of help); nothing is imported for the list.
COMMANDS: dict[str, tuple[str, Text]] = {
    "init": ("setup:init", Text("make or upgrade an installation", "導入・更新を行う")),
    "doctor": ("doctor:doctor", Text("check every connection and setting", "接続と設定をすべて点検する")),
    "runbooks": ("runbooks:runbooks", Text("list what unyo can do", "実行できる作業の一覧")),
    "run": ("run:run", Text("plan, approve and run a runbook", "作業を計画・承認・実行する")),
    "plan": ("run:plan", Text("plan a runbook and leave it for approval", "計画だけ作り承認待ちにする")),
    "approve": ("approve:approve", Text("approve a waiting plan", "承認待ちの計画を承認する")),
    "refuse": ("approve:refuse", Text("refuse a waiting plan", "承認待ちの計画を却下する")),
    "jobs": (
        "jobs:jobs",
        Text("list, show, watch, resume, cancel, undo jobs", "ジョブの一覧・確認・再開・取消・取戻し"),
    ),
    "stop": ("jobs:stop", Text("EMERGENCY STOP of all jobs", "全ジョブの緊急停止")),
    "schedule": (
        "schedule:schedule",
        Text("runbooks by cron or working days", "作業の定期実行(cron・開庁日)"),
    ),
    "incident": (
        "incident:incident",
        Text("passwords that may have leaked, and what followed", "パスワード漏えいの疑いへの対応"),
    ),
    "worker": ("worker:worker", Text("carry out what is approved and due", "承認済みの作業を期日に実行する")),
    "people": (
        "people:people",
        Text("personnel files: import, list, compare", "人事ファイルの取込み・一覧・比較"),
    ),
    "terminals": (
        "terminals:terminals",
        Text("the asset ledger of terminals: import, export, change", "端末台帳の取込み・出力・変更"),
    ),
    "handover": ("handover:handover", Text("hand initial passwords to people", "初期パスワードの引渡し")),
    "operators": ("operators:operators", Text("who may request and approve", "運用担当者と承認者")),
    "tickets": ("tickets:tickets", Text("requests that jobs belong to", "ジョブに結び付く受付票")),
    "vault": ("vault:vault", Text("keys and sealed secrets", "鍵と封印した秘密情報")),
    "passwords": (
        "passwords:passwords",
        Text("where each kept password stands", "管理するパスワードの状態・取込み"),
    ),
    "devices": (
        "devices:devices",
        Text("servers, switches, appliances whose passwords are kept", "パスワードを管理する機器の台帳"),
    ),
    "notify": ("notify:notify", Text("who is told of what, by mail or chat", "メール・チャットへの通知")),
    "audit": ("audit:audit", Text("prove that the event log is whole", "イベント記録の完全性を検証する")),
    "breakglass": (
        "breakglass:breakglass",
        Text("all passwords for the day the server burns", "サーバ全損時に備えた全パスワードの持出し"),
    ),
    "backup": ("backup:backup", Text("copy the ledger to a safe place", "台帳をバックアップする")),
    "restore": ("backup:restore", Text("bring a backup back", "バックアップから復元する")),
    "lab": ("lab:lab", Text("simulated terminals to practise on", "練習用の模擬端末")),
    "completion": ("setup:completion", Text("shell completion", "シェル補完の設定")),
}

# Modules that never touch the ledger's tables while they are loaded.
WITHOUT_LEDGER = {"setup", "runbooks", "lab", "breakglass"}


class LazyCommands(click.Group):
    """A group that knows its commands' names without loading them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        if module not in WITHOUT_LEDGER:
            from unyo.ledger.opening import set_up_django

            set_up_django()
        command = getattr(importlib.import_module(f"unyo.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(tr("Commands", "コマンド")):
            formatter.write_dl([(name, tr(text.en, text.ja)) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help=tr(
        "unyo: request, plan, approve, run, record, report. One road for every job.",
        "unyo: 依頼→計画→承認→実行→記録→報告。すべての作業を一つの道で。",
    ),
)
@click.version_option(package_name="unyo", prog_name="unyo", message="%(prog)s %(version)s")
@click.pass_context
def unyo(ctx: click.Context) -> None:
    ctx.obj = Screen()


def run() -> None:
    """Call the command; every UnyoError becomes a readable message and its exit code."""
    try:
        # Without its standalone mode click gives the code of an Exit back instead of leaving with it.
        code = unyo.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.Abort:
        sys.stderr.write(tr("aborted", "中止しました") + "\n")
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except UnyoError as error:
        Screen().fail(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        if os.environ.get("UNYO_DEBUG"):
            raise
        broken = _broken(error)
        Screen().fail(broken)
        sys.exit(broken.exit_code)


def _broken(error: Exception) -> UnyoError:
    """Our own fault as a person may read it: where, never what an outside library said."""
    places = traceback.extract_tb(error.__traceback__)
    ours = [place for place in places if f"{os.sep}unyo{os.sep}" in place.filename]
    last = (ours or list(places))[-1]
    file = last.filename.rpartition(f"{os.sep}unyo{os.sep}")[2]
    return UnyoError(
        "unyo.broke",
        Text("unyo broke; nothing more was done", "unyo の内部で異常が発生し、中断しました"),
        Text(
            "report it with the detail; UNYO_DEBUG=1 shows more; running jobs go on when the worker starts",
            "応答の内容を添えて報告する(UNYO_DEBUG=1 で詳細)。実行中のジョブはワーカー起動時に再開されます",
        ),
        detail=f"{type(error).__name__} in {file}:{last.lineno}",
    )
