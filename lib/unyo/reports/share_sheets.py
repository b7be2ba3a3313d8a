"""Sheets of paper with one share each: for the safe of one person, to be read and typed by hand."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from unyo.core.text import Language, Text
from unyo.reports.fonts import print_font
from unyo.vault.shares import ShareWords

_COLUMNS = 3


def share_text(
    share: ShareWords, holder: str, number: int, of: int, file: str, made: str, language: Language
) -> str:
    """One share as plain text; its words stand numbered between two lines."""
    words = share.words.reveal().split()
    told = [text.in_language(language) for text in _sentences(share, holder, number, of, file, made)]
    rule = "=" * 60
    rows = [
        "  ".join(f"{i + 1:2}. {words[i]:<12}" for i in range(start, min(start + _COLUMNS, len(words))))
        for start in range(0, len(words), _COLUMNS)
    ]
    return "\n".join([*told, "", rule, *rows, rule, ""])


def _sentences(share: ShareWords, holder: str, number: int, of: int, file: str, made: str) -> list[Text]:
    return [
        Text(
            f"unyo break-glass, export {share.set_id}: part {number} of {of} for {holder}",
            f"unyo 緊急時の持出し {share.set_id}: 分割片 {number}/{of}(保管者: {holder})",
        ),
        Text(f"made {made}; opens {file}", f"作成 {made}、対象ファイル {file}"),
        Text(
            f"Any {share.needed} of the {of} holders together open the export; one alone opens nothing.",
            f"{of} 名のうち {share.needed} 名がそろうと開けます。1 枚だけでは何も開けません。",
        ),
        Text(
            "Keep it in your own safe, not near the export. Never photograph it, never type it but for: "
            "unyo breakglass restore",
            "各自の金庫に保管し、持出しファイルと同じ場所に置かないこと。撮影禁止。"
            "入力するのは unyo breakglass restore のときだけです。",
        ),
    ]


def share_pdf(
    share: ShareWords,
    holder: str,
    number: int,
    of: int,
    file: str,
    made: str,
    language: Language,
    font_path: Path | None = None,
) -> bytes:
    """The same on one A4 page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    font = print_font(font_path)
    target = io.BytesIO()
    canvas: Any = Canvas(target, pagesize=A4, lang=language.value)
    canvas.setTitle(f"unyo break-glass {share.set_id} {number}/{of}")
    y = A4[1] - 30 * mm
    for text in _sentences(share, holder, number, of, file, made):
        for line in _wrapped(text.in_language(language), 46 if language is Language.JA else 84):
            canvas.setFont(font.name, 11)
            canvas.drawString(20 * mm, y, font.drawable(line))
            y -= 7 * mm
    y -= 6 * mm
    for i, word in enumerate(share.words.reveal().split()):
        canvas.setFont("Courier-Bold", 15)
        canvas.drawString((20 + 60 * (i % _COLUMNS)) * mm, y, f"{i + 1:2}. {word}")
        if i % _COLUMNS == _COLUMNS - 1:
            y -= 10 * mm
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _wrapped(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]
