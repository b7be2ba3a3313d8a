"""``unyo handover``: initial passwords on printed slips or in a one-time view."""

from __future__ import annotations

import os
from pathlib import Path

import click
from django.db.models import Q

from unyo.cli.identity import identify
from unyo.cli.passwords_eyes import on_other_screen, watched
from unyo.cli.screen import Screen, command, group, show, tr
from unyo.core.errors import BadInput, NotFound
from unyo.core.secret import SecretRef
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.handover import PRINTED, VIEWED, hand_over, initial_passwords_of
from unyo.ledger.models import Job, SealedSecret
from unyo.ledger.queries import find_job
from unyo.settings import load_settings
from unyo.wiring import build_road

handover = group("handover", "Hand new passwords to people.", "新しいパスワードの引渡し")

_reason = click.option("--reason", required=True, help=tr("why, and to whom", "理由と引渡し先"))
_again = click.option(
    "--again", is_flag=True, help=tr("although it was handed over before", "引渡し済みでも再発行")
)


@command(
    handover,
    "slips",
    en="A PDF with one slip per account that a job made.",
    ja="ジョブで作成したアカウントの通知票(PDF)。",
)
@click.argument("job")
@click.option("--out", type=click.Path(path_type=Path), required=True, help=tr("PDF file", "PDF ファイル"))
@_reason
@_again
@click.option("--by", help=tr("who prints, if not this user", "印刷する人(この OS ユーザと異なる場合)"))
@click.pass_obj
def slips(screen: Screen, job: str, out: Path, reason: str, again: bool, by: str | None) -> None:
    road = build_road(load_settings())
    found = find_job(job)
    print_slips(screen, road, found, out, identify(road, by).name, reason, again)


def print_slips(
    screen: Screen, road: Road, found: Job, out: Path, printer: str, reason: str, again: bool = False
) -> None:
    """One slip for each account that the job gave a password, into a new file that only its owner may read."""
    from unyo.reports.slips import slips_pdf

    settings = load_settings()
    made = _slips_of(road, found, printer, settings.organisation, settings.contact)
    refs = [ref for _, ref, _ in initial_passwords_of(found)]
    handle = _new_private_file(out)
    try:
        hand_over(refs, PRINTED, printer, reason, road.tools.clock.now(), again)
        sheet = slips_pdf(made, screen.language, Path(settings.font) if settings.font else None)
    except BaseException:
        os.close(handle)
        out.unlink()
        raise
    with os.fdopen(handle, "wb") as written:
        written.write(sheet.pdf)
    for finding in sheet.findings:
        screen.line(f"? {finding.where} {show(finding.text)}")
    screen.say(
        f"{len(made)} slips in {out}; print, then delete the file",
        f"通知票 {len(made)} 枚: {out}。印刷後に削除してください",
    )
    screen.data({"file": str(out), "slips": len(made), "findings": [f.as_json() for f in sheet.findings]})


def _slips_of(road: Road, job: Job, printer: str, organisation: str, contact: str):  # type: ignore[no-untyped-def]
    from unyo.reports.slips import Slip

    found = initial_passwords_of(job)
    if not found:
        raise NotFound(
            "handover.nothing",
            Text("the job made no accounts", "このジョブで作成したアカウントはありません"),
            Text("name the job that made them: unyo jobs list", "作成したジョブを指定: unyo jobs list"),
            target=job.number,
        )
    now = road.tools.clock.now()
    return [
        Slip(
            serial=f"{job.number}-{number}",
            organisation=organisation,
            name=str(state["display"]),
            kana=f"{state.get('family_kana') or ''} {state.get('given_kana') or ''}".strip(),
            department=str(state.get("department") or ""),
            login=str(state["sam"]),
            password=road.tools.vault.open(ref),
            contact=contact,
            printed_by=printer,
            printed_at=now,
            staff_number=number,
            mail=str(state.get("mail") or ""),
        )
        for number, ref, state in found
    ]


def _new_private_file(path: Path) -> int:
    try:
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise BadInput(
            "handover.file_exists",
            Text("the file exists", "ファイルがすでにあります"),
            Text("name a new file", "新しいファイル名を指定する"),
            target=str(path),
        ) from error


@command(
    handover,
    "show",
    en="Show one person's initial or reset password, once.",
    ja="1人の初期パスワード(または窓口で再設定したもの)を1回だけ表示します。",
)
@click.argument("staff_number")
@_reason
@_again
@click.option("--by", help=tr("who looks, if not this user", "表示する人(この OS ユーザと異なる場合)"))
@click.pass_obj
def show_once(_: Screen, staff_number: str, reason: str, again: bool, by: str | None) -> None:
    road = build_road(load_settings())
    viewer = identify(road, by).name
    show_secret(road, newest_password_of(staff_number), viewer, reason, again)


def newest_password_of(staff_number: str) -> SecretRef:
    """What was last made for this person: for a new account, or by a reset at the desk."""
    places = [Q(path__startswith=f"accounts/{staff_number}/{kind}/") for kind in ("initial", "reset")]
    newest = SealedSecret.objects.filter(places[0] | places[1]).order_by("-pk").first()
    if newest is None:
        raise NotFound(
            "handover.none",
            Text(
                "no initial or reset password is sealed for this person",
                "この職員の初期パスワード・再設定パスワードはありません",
            ),
            Text("check the staff number", "職員番号を確認する"),
            target=staff_number,
        )
    return SecretRef(newest.path)


def show_secret(road: Road, ref: SecretRef, viewer: str, reason: str, again: bool = False) -> None:
    """Write down that it leaves the vault, then show it: once."""
    secret = road.tools.vault.open(ref)
    hand_over([ref], VIEWED, viewer, reason, road.tools.clock.now(), again)
    if not watched():
        click.echo(secret.reveal())
        return
    on_other_screen(
        tr("password: ", "パスワード: ") + secret.reveal(),
        tr(
            "read it out or write it down now; Enter hides it",
            "今すぐ伝達または書き写してください。Enter で消去",
        ),
    )
