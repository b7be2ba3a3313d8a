"""Turning a runbook's Params into command-line options, and options or a sheet into Params."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import click

from unyo.cli.screen import show, tr
from unyo.core.errors import BadInput
from unyo.core.params import Option, options, params_from_json
from unyo.core.runbook import Runbook
from unyo.core.text import Text


def param_options(runbook: Runbook[Any]) -> list[click.Parameter]:
    """One option per parameter; where a parameter is a sheet of rows, its columns and ``--rows FILE``."""
    found: list[click.Parameter] = []
    for item in (item for item in options(runbook.Params) if not item.hidden):
        if item.is_rows:
            help_text = tr("a CSV or Excel sheet with one row per target", "1行1件の CSV または Excel")
            found.append(
                click.Option(
                    [*dict.fromkeys(("--rows", f"--{item.name}")), "rows"],
                    type=click.Path(exists=True, dir_okay=False),
                    help=help_text,
                )
            )
            found += [_click_option(column, optional=True) for column in options(item.type)]
        else:
            found.append(_click_option(item, optional=False))
    return found


def scalar_option(item: Option) -> click.Option:
    """The option of one field, where nothing is required."""
    return _click_option(item, optional=True)


def _click_option(item: Option, optional: bool) -> click.Option:
    flag = "--" + item.name.replace("_", "-")
    if item.type is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}", item.name], default=None, help=show(item.help))
    kind: click.ParamType[Any] = click.STRING
    if issubclass(item.type, Enum):
        kind = click.Choice([str(member.value) for member in item.type])
    elif item.type is int:
        kind = click.INT
    metavar = "DATE" if item.type in (date, datetime) else None
    return click.Option(
        [flag, item.name],
        type=kind,
        multiple=item.many,
        required=item.required and not optional,
        metavar=metavar,
        help=show(item.help),
    )


def given_params(runbook: Runbook[Any], values: dict[str, Any]) -> Any:
    """The Params that the options or the sheet describe; BadInput names what is wrong, row by row."""
    items = options(runbook.Params)
    sheet = values.pop("rows", None)
    filled = {name: value for name, value in values.items() if value not in (None, ())}
    rows_item = next((item for item in items if item.is_rows), None)
    if rows_item is not None:
        columns = {column.name for column in options(rows_item.type)}
        row = {name: filled.pop(name) for name in list(filled) if name in columns}
        if sheet and row:
            raise BadInput(
                "params.rows",
                Text("give a sheet or single values, not both", "シートと個別の値は同時に指定できません"),
                Text("drop one of them", "どちらかを外す"),
                target="--rows",
            )
        filled[rows_item.name] = _sheet_rows(Path(sheet), rows_item.type) if sheet else [row] if row else []
    return params_from_json(runbook.Params, filled)


def _sheet_rows(path: Path, row_type: type) -> list[dict[str, Any]]:
    from unyo.ledger.intake.parameter_rows import read_parameter_rows

    return read_parameter_rows(path.read_bytes(), path.name, row_type)
