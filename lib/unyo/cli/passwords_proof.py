"""``unyo passwords proof``: the report for an auditor, at once and without a job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from unyo.cli.identity import identify
from unyo.cli.passwords_lines import scope_options
from unyo.cli.screen import Screen, command, tr
from unyo.core.params import params_from_json
from unyo.core.proof_files import ProofForm
from unyo.core.text import Language
from unyo.ledger.chain import NewEvent, append
from unyo.runbooks.passwords.proof import ProofParams, write_proof
from unyo.settings import load_settings
from unyo.wiring import build_road


@command(
    name="proof",
    en="Each account with its age, proof, readers and check-outs, oldest first; for an auditor.",
    ja="全アカウントの経過日数・ログオン確認・閲覧者・払出しを古い順に出力します(監査用)。",
)
@scope_options
@click.option(
    "--out",
    "place",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help=tr("folder of the files", "出力先フォルダー"),
)
@click.option(
    "--form", "forms", multiple=True, type=click.Choice([each.value for each in ProofForm]), default=()
)
@click.option("--proven-within-days", type=int, default=35, show_default=True)
@click.option("--language", "spoken", type=click.Choice([each.value for each in Language]))
@click.option("--by", help=tr("who asks, if not this user", "実施者(この OS ユーザと異なる場合)"))
@click.pass_obj
def proof(
    screen: Screen,
    /,
    place: Path,
    forms: Sequence[str],
    proven_within_days: int,
    spoken: str | None,
    by: str | None,
    **conditions: Any,
) -> None:
    settings = load_settings()
    road = build_road(settings)
    actor = identify(road, by).name
    place.mkdir(parents=True, exist_ok=True)
    params = params_from_json(
        ProofParams,
        {
            **conditions,
            "forms": list(forms),
            "proven_within_days": proven_within_days,
            "language": spoken or screen.language.value,
            "organisation": settings.organisation,
        },
    )
    seen = write_proof(params, road.tools, place)
    append([NewEvent("passwords.proof_made", actor, fields={"files": seen})], road.tools.clock.now())
    screen.say(f"{seen['rows']} accounts:", f"アカウント {seen['rows']} 件:")
    for name in seen:
        if name != "rows":
            screen.line(f"  {place / name}")
    screen.data({"folder": str(place), **seen})
