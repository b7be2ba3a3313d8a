"""``unyo passwords explain``: a code of the directory in plain words, without any connection."""

from __future__ import annotations

import click

from unyo.cli.screen import Screen, command, tr
from unyo.core.errors import NotFound
from unyo.core.text import Text


@command(
    None,
    "explain",
    en="What a code means: 0000052D, 53, 775, 0xC0000234, or a whole line of an answer. In both languages.",
    ja="コードの意味を示します(0000052D、53、775、0xC0000234、または応答の1行)。日英両方で表示します。",
)
@click.argument("said", nargs=-1, required=True)
@click.pass_obj
def explain(screen: Screen, /, said: tuple[str, ...]) -> None:
    from unyo.connectors.directory.code_book import meanings_of

    found = meanings_of(" ".join(said))
    if not found:
        raise NotFound(
            "explain.unknown",
            Text("unyo does not know this code", "このコードは登録されていません"),
            Text("give the whole line of the answer", "応答の1行をそのまま指定する"),
            target=" ".join(said)[:80],
        )
    for meaning in found:
        screen.line(f"[{meaning.code}]")
        for text in (meaning.what, meaning.next_step):
            mark = "  " if text is meaning.what else tr("  next: ", "  対処: ")
            screen.line(f"{mark}{text.ja}")
            screen.line(f"{mark}{text.en}")
    screen.data(
        [{"code": each.code, "what": each.what.as_json(), "next": each.next_step.as_json()} for each in found]
    )
