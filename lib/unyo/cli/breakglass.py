"""``unyo breakglass``: the export for the day on which the server burns. Restoring needs no ledger and no home."""

from __future__ import annotations

from pathlib import Path

import click

from unyo.cli.breakglass_made import export, status
from unyo.cli.breakglass_shares import collect, share_files
from unyo.cli.breakglass_taken import keep_keys, keep_secrets, print_secrets, seal_into_vault
from unyo.cli.screen import Screen, command, group, tr
from unyo.core.errors import BadInput, UnyoError
from unyo.core.proof_words import instant_in
from unyo.core.text import Text
from unyo.settings import load_settings
from unyo.vault.breakglass import Content, open_export, read_header

breakglass = group(
    "breakglass",
    "All passwords in one sealed file, opened by several people together.",
    "全パスワードの緊急時の持出し(複数人がそろって開封)",
)
breakglass.add_command(export)
breakglass.add_command(status)

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@command(
    breakglass,
    "restore",
    en="Open an export with its shares; on any machine, without a ledger.",
    ja="分割片をそろえて持出しを開きます(台帳のない端末でも可)。",
)
@_file
@share_files
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help=tr("a new private file (JSON)", "出力先(新規ファイル、JSON)"),
)
@click.option("--print", "printed", is_flag=True, help=tr("on the screen", "画面に表示"))
@click.option(
    "--stdout", "to_stdout", is_flag=True, help=tr("with --print: into a pipe too", "パイプへの出力も許可")
)
@click.option(
    "--keys-out",
    type=click.Path(path_type=Path),
    help=tr("the vault's keys into a new key file", "保管庫の鍵の出力先"),
)
@click.option(
    "--into-vault",
    is_flag=True,
    help=tr("seal them into this installation's vault", "この環境の保管庫に封印"),
)
@click.pass_obj
def restore(
    screen: Screen,
    file: Path,
    share: tuple[Path, ...],
    out: Path | None,
    printed: bool,
    to_stdout: bool,
    keys_out: Path | None,
    into_vault: bool,
) -> None:
    if not (out or printed or keys_out or into_vault):
        raise BadInput(
            "breakglass.whereto",
            Text("nothing says where the passwords shall go", "出力先が指定されていません"),
            Text(
                "give --print, --out FILE, --keys-out FILE or --into-vault",
                "--print、--out、--keys-out、--into-vault のいずれかを指定",
            ),
        )
    content = _opened(screen, file, share)
    told: dict[str, object] = {"file": file.name, "secrets": len(content.secrets)}
    if keys_out is not None:
        keep_keys(screen, content, keys_out)
    if out is not None:
        keep_secrets(screen, content, out)
    if into_vault:
        told |= seal_into_vault(screen, content, file)
    if printed:
        print_secrets(screen, content, to_stdout)
    screen.data(told)


@command(
    breakglass,
    "test",
    en="The drill: prove that these shares open the export; nothing is shown.",
    ja="訓練: 分割片で開けることだけを確認します(内容は表示しません)。",
)
@_file
@share_files
@click.pass_obj
def test(screen: Screen, file: Path, share: tuple[Path, ...]) -> None:
    content = _opened(screen, file, share)
    screen.say(
        f"it opens: {len(content.secrets)} secrets, {len(content.keys)} keys",
        f"開封できました: 秘密情報 {len(content.secrets)} 件、鍵 {len(content.keys)} 本",
    )
    told: dict[str, object] = {"opens": True, "secrets": len(content.secrets), "keys": len(content.keys)}
    screen.data(told | _recorded(screen, content, file))


def _opened(screen: Screen, file: Path, shares: tuple[Path, ...]) -> Content:
    content = file.read_bytes()
    header = read_header(content)
    made = instant_in(header.made_at)
    at = made if isinstance(made, str) else f"{made:%Y-%m-%d %H:%M}"
    screen.say(
        f"export {header.set_id} of {at}: {header.secrets} secrets; {header.needed} of "
        f"{header.shares} shares open it",
        f"持出し {header.set_id}({at}): {header.secrets} 件。{header.shares} 枚中 {header.needed} 枚で開封",
    )
    return open_export(content, collect(header, shares))


def _recorded(screen: Screen, content: Content, file: Path) -> dict[str, object]:
    """Note the drill where this machine has the ledger, and say how much of the export still holds."""
    settings = load_settings()
    if not (settings.ledger_url or (settings.home / "ledger.sqlite3").exists()):
        screen.say("no ledger here: the drill is not recorded", "この端末に台帳がないため記録しません")
        return {"recorded": False}
    from unyo.ledger.opening import set_up_django

    try:
        set_up_django()
        from unyo.cli.breakglass_made import record_drill

        return record_drill(screen, content, file)
    except UnyoError as error:
        screen.line(error.in_language(screen.language))
        return {"recorded": False}
