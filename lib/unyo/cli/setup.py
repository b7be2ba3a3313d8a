"""``unyo init`` and ``unyo completion``: making an installation, and making it comfortable."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from unyo.cli.screen import Screen, command, tr
from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.settings import load_settings, shipped, who_runs_this

TEMPLATE = """# unyo's settings / unyo の設定
home = "{home}"
# language = "ja"
organisation = "{organisation}"
contact = ""

# ledger = "postgresql://unyo@localhost/unyo"   # default: SQLite in home / 省略時は home 内の SQLite
# approval_hours = 336

[directory]
urls = [{urls}]           # "ldaps://dc1.example.jp"
base_dn = ""              # empty: the server's own / 空ならサーバの既定
bind = "simple"           # simple or kerberos
bind_name = "{bind_name}" # unyo@example.jp
ca_file = "{ca_file}"     # the CA that signed the controllers' certificates / DC 証明書の認証局
# The password is sealed in the vault: unyo vault seal directory/bind
# パスワードは保管庫に封印: unyo vault seal directory/bind

[terminals]
user = "{terminal_user}"  # unyo-terminals@EXAMPLE.JP, an administrator of the terminals / 端末の管理者権限を持つアカウント
ca_file = "{terminal_ca_file}"  # the CA that signed the terminals' certificates / 端末証明書の認証局
# transport = "negotiate" # kerberos, negotiate, ntlm, certificate, basic
# parallel = 32           # terminals spoken to at once / 同時に接続する台数
# forks = 20              # Ansible's part of it / Ansible の同時実行数
# The password is sealed in the vault: unyo vault seal terminals/admin
# パスワードは保管庫に封印: unyo vault seal terminals/admin
"""


@command(
    en="Make or upgrade an installation: settings, ledger, vault key, first operator.",
    ja="設定・台帳・保管庫の鍵・最初の担当者を用意(または更新)します。",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help=tr("where ledger and outputs live", "台帳と出力の置き場所"),
)
@click.option("--organisation", default="", help=tr("name printed on reports", "報告書に載せる組織名"))
@click.option(
    "--directory", "urls", multiple=True, help=tr("ldaps://controller", "ldaps://ドメインコントローラ")
)
@click.option("--bind-name", default="", help=tr("the account unyo uses", "unyo が使うアカウント"))
@click.option("--ca-file", default="", help=tr("CA certificate file", "認証局証明書のファイル"))
@click.option(
    "--terminal-user",
    default="",
    help=tr("the account unyo uses on terminals", "端末で unyo が使うアカウント"),
)
@click.option(
    "--terminal-ca-file",
    default="",
    help=tr("CA certificate file of the terminals", "端末証明書の認証局のファイル"),
)
@click.option("--operator", default="", help=tr("name of the first operator", "最初の担当者の名前"))
@click.pass_obj
def init(
    screen: Screen,
    home: Path | None,
    organisation: str,
    urls: tuple[str, ...],
    bind_name: str,
    ca_file: str,
    terminal_user: str,
    terminal_ca_file: str,
    operator: str,
) -> None:
    settings = load_settings()
    file = settings.file
    if file is None or not file.is_file():
        values = {
            "home": str((home or settings.home).resolve()),
            "organisation": organisation,
            "urls": ", ".join(f'"{url}"' for url in urls),
            "bind_name": bind_name,
            "ca_file": _absolute(ca_file),
            "terminal_user": terminal_user,
            "terminal_ca_file": _absolute(terminal_ca_file),
        }
        file = _write_settings(file, values)
        load_settings.cache_clear()
        settings = load_settings()
    elif home is not None and home.resolve() != settings.home.resolve():
        raise BadInput(
            "init.home",
            Text(f"{file} already says home = {settings.home}", f"{file} の home は {settings.home} です"),
            Text(
                "change the file by hand, then run unyo init again",
                "ファイルを直接直してから unyo init を再実行",
            ),
            target=str(home),
        )
    _prepare(screen, operator)
    screen.data({"settings": str(file), "home": str(settings.home)})


def _absolute(file: str) -> str:
    return str(Path(file).resolve()) if file else ""


def _write_settings(named: Path | None, values: Mapping[str, str]) -> Path:
    file = named or Path.home() / ".config/unyo/unyo.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write(TEMPLATE.format_map({k: v.replace("\\", "\\\\") for k, v in values.items()}))
    return file


def _prepare(screen: Screen, operator: str) -> None:
    """Everything that may be done again and again without harm."""
    from unyo.ledger.opening import create_or_upgrade_ledger, shown_name
    from unyo.vault.key_file import create_key_file

    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o750)
    create_or_upgrade_ledger()
    screen.say(f"ledger ready: {shown_name()}", f"台帳の準備完了: {shown_name()}")
    if not settings.key_file.exists() and "CREDENTIALS_DIRECTORY" not in os.environ:
        create_key_file(settings.key_file)
        screen.say(
            f"vault key made: {settings.key_file} (back it up apart from the ledger)",
            f"保管庫の鍵を作成: {settings.key_file}(台帳とは別に保管してください)",
        )
    for folder in ("policies", "calendar"):
        own = settings.site / folder
        if not own.exists():
            shutil.copytree(shipped("inventory") / folder, own)
            screen.say(f"to adapt: {own}", f"調整用の設定: {own}")
    _first_operator(screen, operator)
    screen.say("next: unyo doctor", "次の操作: unyo doctor")


def _first_operator(screen: Screen, name: str) -> None:
    from unyo.ledger.models import Operator

    if Operator.objects.exists():
        return
    user = who_runs_this()
    made = Operator.objects.create(name=name or user, display=name or user, os_user=user)
    screen.say(f"first operator: {made.name}", f"最初の担当者: {made.name}")


@command(en="How to switch on shell completion.", ja="シェル補完を有効にする方法。")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), default="bash")
@click.pass_obj
def completion(screen: Screen, shell: str) -> None:
    lines = {
        "bash": 'eval "$(_UNYO_COMPLETE=bash_source unyo)"',
        "zsh": 'eval "$(_UNYO_COMPLETE=zsh_source unyo)"',
        "fish": "_UNYO_COMPLETE=fish_source unyo | source",
    }
    screen.line(lines[shell])
    screen.data({"shell": shell, "line": lines[shell]})
