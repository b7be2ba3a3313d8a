"""``unyo breakglass export`` and ``status``: making the export, and whether the newest one still holds."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import click

from unyo.cli.screen import Screen, command, tr
from unyo.core.dates import in_jst
from unyo.core.errors import BadInput, BadSetting
from unyo.core.text import Language, Text
from unyo.settings import Settings, load_settings
from unyo.vault.breakglass import Content
from unyo.vault.shares import ShareWords


@command(
    name="export",
    en="Seal all passwords into one file; each holder gets a share of its key. The officer makes it or agrees.",
    ja="全パスワードを1ファイルに封印し、鍵を分割して保管者に渡します。責任者の実施または同意が必要です。",
)
@click.option("--shares", type=int, default=5, show_default=True, help=tr("how many shares", "分割数"))
@click.option(
    "--needed", type=int, default=3, show_default=True, help=tr("how many open it", "開封に必要な数")
)
@click.option(
    "--holder", "holders", multiple=True, help=tr("a holder's name, once a share", "保管者名(分割数だけ指定)")
)
@click.option(
    "--out",
    "place",
    type=click.Path(path_type=Path),
    required=True,
    help=tr("a new folder", "新しいフォルダー"),
)
@click.option("--with-keys", is_flag=True, help=tr("the vault's keys too", "保管庫の鍵も含める"))
@click.option(
    "--pdf", is_flag=True, help=tr("a page to print for each share", "分割片ごとに印刷用 PDF も作成")
)
@click.option("--officer", help=tr("the officer who agrees, if another", "同意する責任者"))
@click.option("--by", help=tr("who makes it, if not this user", "実施者(この OS ユーザと異なる場合)"))
@click.pass_obj
def export(
    screen: Screen,
    shares: int,
    needed: int,
    holders: tuple[str, ...],
    place: Path,
    with_keys: bool,
    pdf: bool,
    officer: str | None,
    by: str | None,
) -> None:
    from unyo.ledger.opening import set_up_django

    set_up_django()
    from unyo.cli.identity import identify
    from unyo.flow.breakglass import export as make
    from unyo.vault.keyring import load_keyring
    from unyo.wiring import build_road

    settings = load_settings()
    road = build_road(settings)
    people = _named(holders, shares, screen.language)
    made = f"{in_jst(road.tools.clock.now()):%Y-%m-%d}"
    writer = _Sheets(settings, people, made, pdf, screen.language)
    done = make(
        road,
        place,
        identify(road, by),
        people,
        needed,
        keyring=load_keyring(settings.key_file) if with_keys else None,
        officer=identify(road, officer) if officer else None,
        organisation=settings.organisation,
        write_shares=writer,
    )
    screen.say(
        f"{done.secrets} secrets sealed in {done.file}; bring each share to its holder and delete it here",
        f"{done.secrets} 件を {done.file} に封印しました。分割片は各保管者に渡し、ここから消去してください",
    )
    for file in writer.files:
        screen.line(f"  {file}")
    screen.data(
        {
            "file": str(done.file),
            "sha256": done.digest,
            "secrets": done.secrets,
            "shares": [str(file) for file in writer.files],
        }
    )


def _named(holders: Sequence[str], shares: int, language: Language) -> list[str]:
    if holders and len(holders) != shares:
        raise BadInput(
            "breakglass.holders",
            Text(
                f"{len(holders)} holders for {shares} shares",
                f"分割数 {shares} に対し保管者 {len(holders)} 名",
            ),
            Text("give --holder once for each share", "--holder を分割数だけ指定する"),
        )
    usual = [Text(f"holder {n}", f"保管者 {n}").in_language(language) for n in range(1, shares + 1)]
    return list(holders) or usual


class _Sheets:
    """Writes each share into files of its own, readable by their owner alone."""

    def __init__(
        self, settings: Settings, people: Sequence[str], made: str, pdf: bool, language: Language
    ) -> None:
        self._settings, self._people, self._made = settings, people, made
        self._pdf, self._language = pdf, language
        self.files: list[Path] = []

    def __call__(self, shares: Sequence[ShareWords], place: Path) -> None:
        from unyo.reports.share_sheets import share_pdf, share_text

        file = f"unyo-{shares[0].set_id:05}-*.breakglass"
        for number, (share, holder) in enumerate(zip(shares, self._people, strict=True), 1):
            name = f"share-{number}-" + re.sub(r"[^\w.-]+", "_", holder)
            told = (share, holder, number, len(shares), file, self._made, self._language)
            self._write(place / f"{name}.txt", share_text(*told).encode())
            if self._pdf:
                font = Path(self._settings.font) if self._settings.font else None
                self._write(place / f"{name}.pdf", share_pdf(*told, font_path=font))

    def _write(self, file: Path, content: bytes) -> None:
        try:
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as written:
                written.write(content)
                written.flush()
                os.fsync(written.fileno())
        except OSError as error:
            raise BadSetting(
                "output.file",
                Text("the file cannot be written", "ファイルを書き込めません"),
                Text("check space and permissions, then run again", "空き容量と権限を確認して再実行する"),
                target=str(file),
                detail=error.strerror,
            ) from None
        self.files.append(file)


@command(
    name="status",
    en="When the newest export was made and tested, and what was renewed since.",
    ja="最新の持出しの作成日・確認日と、その後に変更されたパスワードの件数。",
)
@click.pass_obj
def status(screen: Screen) -> None:
    from unyo.ledger.opening import set_up_django

    set_up_django()
    from unyo.flow.breakglass import freshness
    from unyo.wiring import build_road

    build_road(load_settings())
    found = freshness()
    made = f"{in_jst(found.made_at):%Y-%m-%d %H:%M}" if found.made_at else tr("never", "なし")
    tested = f"{in_jst(found.tested_at):%Y-%m-%d %H:%M}" if found.tested_at else tr("never", "なし")
    screen.say(
        f"newest export: {made} {found.file}; tested: {tested}; renewed since: {found.renewed_since}",
        f"最新の持出し: {made} {found.file}。確認: {tested}。以後の変更: {found.renewed_since} 件",
    )
    screen.data(
        {
            "made_at": found.made_at,
            "file": found.file,
            "renewed_since": found.renewed_since,
            "tested_at": found.tested_at,
        }
    )


def record_drill(screen: Screen, content: Content, file: Path) -> dict[str, object]:
    """Write the drill down, and count how many of the passwords in the export are still in force."""
    from unyo.cli.identity import identify
    from unyo.flow.breakglass import still_in_force
    from unyo.ledger.chain import NewEvent, append
    from unyo.wiring import build_road

    road = build_road(load_settings())
    actor = identify(road, None).name
    valid, known = still_in_force(road, content)
    fields = {
        "file": file.name,
        "digest": hashlib.sha256(file.read_bytes()).hexdigest(),
        "accounts": len(content.secrets),
        "in_force": valid,
        "of": known,
        "by": actor,
    }
    append([NewEvent("breakglass.tested", actor, fields=fields)], road.tools.clock.now())
    screen.say(
        f"{valid} of {known} passwords in force today are in it; the drill is recorded",
        f"現在使用中の {known} 件のうち {valid} 件が含まれています。訓練を記録しました",
    )
    return {"recorded": True, "in_force": valid, "of": known}
