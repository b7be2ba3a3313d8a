"""The proof of passwords as one page that stands by itself: every figure leads to its rows."""

from __future__ import annotations

import html

from unyo.core.proof import Proof
from unyo.core.proof_figures import figures, ranges
from unyo.core.proof_tables import proof_tables
from unyo.core.table import STYLE, Table, table_texts
from unyo.core.text import Language, Text

TITLE = Text("Proof of passwords", "パスワード管理 証跡報告書")


def proof_html(proof: Proof, language: Language) -> bytes:
    """In UTF-8, without scripts; whatever stands in a cell is text."""
    title = html.escape(TITLE.in_language(language))
    first, accounts, *others = proof_tables(proof)
    lines = [
        f'<!doctype html><html lang="{language.value}"><head><meta charset="utf-8"><title>{title}</title>',
        f"<style>{STYLE} a{{color:inherit}} tr:target{{background:#ffc}}</style></head>",
        f"<body><h1>{title}</h1>",
        *_head(first, language),
        *_figures(proof, first, language),
        *_head(accounts, language),
        *_rows(accounts, language, anchored=True),
    ]
    for table in others:
        lines += [*_head(table, language), *_rows(table, language, anchored=False)]
    return "\n".join([*lines, "</body></html>"]).encode()


def _head(table: Table, language: Language) -> list[str]:
    return [
        f"<h2>{html.escape(table.title.in_language(language))}</h2>",
        f"<p>{html.escape(table.note.in_language(language))}</p>",
    ]


def _figures(proof: Proof, table: Table, language: Language) -> list[str]:
    heading, *texts = table_texts(table, language)
    lines = [f"<table><thead>{_line(heading, 'th')}</thead><tbody>"]
    for cells, figure in zip(texts, figures(proof), strict=True):
        links = ", ".join(
            f'<a href="#r{first}">{first if first == last else f"{first}–{last}"}</a>'
            for first, last in ranges(figure.rows)
        )
        shown = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells[:-1])
        lines.append(f'<tr>{shown}<td style="white-space:normal">{links}</td></tr>')
    return [*lines, "</tbody></table>"]


def _rows(table: Table, language: Language, anchored: bool) -> list[str]:
    if not table.rows:
        return [f"<p>{html.escape(Text('none', 'なし').in_language(language))}</p>"]
    heading, *texts = table_texts(table, language)
    lines = [f"<table><thead>{_line(heading, 'th')}</thead><tbody>"]
    for cells in texts:
        anchor = f' id="r{html.escape(cells[0])}"' if anchored else ""
        lines.append(_line(cells, "td", anchor))
    return [*lines, "</tbody></table>"]


def _line(cells: list[str], tag: str, anchor: str = "") -> str:
    return f"<tr{anchor}>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"
