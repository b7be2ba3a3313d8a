"""``unyo runbooks``: what unyo can do, and what each runbook asks for."""

from __future__ import annotations

import click

from unyo.cli.screen import Screen, command, show
from unyo.core.params import options
from unyo.core.text import Text
from unyo.settings import load_settings
from unyo.wiring import find_runbook, runbook_names


@command(en="List all runbooks, or show one.", ja="作業手順(runbook)の一覧、または1件の詳細。")
@click.argument("name", required=False)
@click.pass_obj
def runbooks(screen: Screen, name: str | None) -> None:
    settings = load_settings()
    if name is not None:
        _one(screen, name)
        return
    found = [find_runbook(settings, each) for each in runbook_names(settings)]
    screen.table(
        [Text("runbook", "作業"), Text("what it does", "内容"), Text("risk", "危険度")],
        [(each.name, show(each.title), each.risk) for each in found],
    )
    screen.data([{"name": e.name, "title": e.title.as_json(), "risk": e.risk} for e in found])


def _one(screen: Screen, name: str) -> None:
    runbook = find_runbook(load_settings(), name)
    asked = options(runbook.Params)
    screen.line(f"{runbook.name}: {show(runbook.title)} ({runbook.risk})")
    screen.table(
        [Text("parameter", "項目"), Text("kind", "型"), Text("needed", "必須"), Text("meaning", "意味")],
        [(o.name, o.type.__name__, "*" if o.required else "", show(o.help)) for o in asked],
    )
    screen.data(
        {
            "name": runbook.name,
            "title": runbook.title.as_json(),
            "risk": runbook.risk,
            "limits": runbook.limits.as_json(),
            "params": [
                {"name": o.name, "type": o.type.__name__, "required": o.required, "help": o.help.as_json()}
                for o in asked
            ],
        }
    )
