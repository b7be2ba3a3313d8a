"""``unyo vault``: keys, their rotation, and secrets sealed by hand."""

from __future__ import annotations

import sys

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, group, show, tr
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text
from unyo.ledger.chain import NewEvent, append
from unyo.own_secrets import COPY, LEDGER_PASSWORD, InstalledSecrets
from unyo.settings import load_settings
from unyo.vault.key_file import create_key_file, drop_keys_but
from unyo.vault.keyring import keys_are_given, load_keyring
from unyo.vault.safe import Safe
from unyo.wiring import build_road

vault = group("vault", "Keys and sealed secrets.", "鍵と封印した秘密情報")


@command(
    vault,
    "create-key",
    en="Make the key file; never overwrites one.",
    ja="鍵ファイルを作成します(上書きしません)。",
)
@click.pass_obj
def create_key(screen: Screen) -> None:
    settings = load_settings()
    if settings.key_file.exists():
        load_keyring(settings.key_file)
        screen.say(f"there is a key already: {settings.key_file}", f"鍵はすでにあります: {settings.key_file}")
    else:
        create_key_file(settings.key_file)
        screen.say(f"made: {settings.key_file}", f"作成しました: {settings.key_file}")
    screen.data({"file": str(settings.key_file)})


@command(
    vault,
    "rotate-key",
    en="Add a new key and seal everything anew with it; may be repeated if cut off. Keys that come from outside "
    "(systemd credential, $UNYO_VAULT_KEY) are not added to: everything is sealed with the first of them.",
    ja="新しい鍵を追加し、すべてを封印し直します(中断時は再実行できます)。鍵が外部(systemd の資格情報、"
    "$UNYO_VAULT_KEY)から与えられている場合は追加せず、その先頭の鍵で封印し直します。",
)
@click.option(
    "--drop-old", is_flag=True, help=tr("then forget keys that seal nothing", "使われなくなった鍵を削除")
)
@click.pass_obj
def rotate_key(screen: Screen, drop_old: bool) -> None:
    settings = load_settings()
    road = build_road(settings)
    actor = identify(road, None).name
    safe = road.tools.vault
    assert isinstance(safe, Safe)
    found = InstalledSecrets(settings, safe, road.tools.clock).renew_vault_key(actor)
    key = load_keyring(settings.key_file).newest
    drops = drop_old and not keys_are_given()
    dropped = drop_keys_but(settings.key_file, safe.keys_in_use()) if drops else []
    if dropped:
        append([NewEvent("vault.keys_dropped", actor, fields={"keys": dropped})], road.tools.clock.now())
    fields = {"key": key.id, "resealed": found.resealed, "closed": len(found.closed), "dropped": dropped}
    screen.say(
        f"{found.resealed} secrets sealed with {key.id}; back the key file up",
        f"{found.resealed} 件を鍵 {key.id} で封印し直しました。鍵ファイルを保管してください",
    )
    for row, error in found.closed:
        screen.line(f"! {row.path} v{row.version}: {show(error.what)}")
    screen.data(fields)
    if found.closed:
        raise click.exceptions.Exit(1)


@command(
    vault,
    "rotate-ledger-password",
    en="Replace the password with which unyo opens its PostgreSQL ledger; may be repeated if cut off.",
    ja="PostgreSQL の台帳を開くパスワードを交換します(中断時は再実行できます)。",
)
@click.pass_obj
def rotate_ledger_password(screen: Screen) -> None:
    road = build_road(load_settings())
    actor = identify(road, None).name
    held = road.tools.own_secrets.renew(LEDGER_PASSWORD, actor)
    screen.say(
        f"renewed and proven: {held.id}; a copy is sealed as {COPY.path}",
        f"交換し、新しい接続で確認しました: {held.id}。控えを {COPY.path} に封印しました",
    )
    screen.data({"id": held.id, "since": held.since, "copy": COPY.path})


@command(
    vault, "verify", en="Open every sealed secret for a trial.", ja="封印した情報がすべて開けるか検証します。"
)
@click.pass_obj
def verify(screen: Screen) -> None:
    road = build_road(load_settings())
    safe = road.tools.vault
    assert isinstance(safe, Safe)
    found = safe.inspect()
    screen.say(
        f"{found.opened} open, {len(found.closed)} do not",
        f"開けるもの {found.opened} 件、開けないもの {len(found.closed)} 件",
    )
    for row, error in found.closed:
        screen.line(f"! {row.path} v{row.version}: {show(error.what)}")
    screen.data({"opened": found.opened, "closed": [row.path for row, _ in found.closed]})
    if found.closed:
        raise click.exceptions.Exit(1)


@command(
    vault,
    "seal",
    en="Seal a secret read from the terminal or standard input.",
    ja="端末または標準入力から読んだ秘密情報を封印します。",
)
@click.argument("name")
@click.option("--purpose", default="", help=tr("what it is for", "用途"))
@click.pass_obj
def seal(screen: Screen, name: str, purpose: str) -> None:
    road = build_road(load_settings())
    actor = identify(road, None).name
    typed = (
        click.prompt(name, hide_input=True, confirmation_prompt=True, err=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    road.tools.vault.seal(SecretRef(name), Secret(typed), purpose or "sealed by hand")
    append([NewEvent("vault.sealed", actor, fields={"path": name})], road.tools.clock.now())
    screen.say(f"sealed: {name}", f"封印しました: {name}")
    screen.data({"path": name})


@command(
    vault,
    "list",
    en="Names of sealed secrets, never their contents.",
    ja="封印した情報の名前の一覧(中身は表示しません)。",
)
@click.pass_obj
def list_secrets(screen: Screen) -> None:
    from unyo.ledger.sealed import LedgerStore

    build_road(load_settings())
    rows = LedgerStore().all()
    screen.table(
        [
            Text("name", "名前"),
            Text("version", "版"),
            Text("state", "状態"),
            Text("key", "鍵"),
            Text("purpose", "用途"),
        ],
        [(r.path, r.version, r.state, r.key_id, r.purpose) for r in rows],
    )
    fields = {"path": "path", "version": "version", "state": "state", "key": "key_id", "purpose": "purpose"}
    screen.data([{name: getattr(row, field) for name, field in fields.items()} for row in rows])
