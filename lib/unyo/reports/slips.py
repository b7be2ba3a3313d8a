"""Slips that hand a new account to its owner: one person each, to be cut apart; the only printed password."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from unyo.core.plan import Finding, Weight
from unyo.core.secret import Secret
from unyo.core.text import Language, Text
from unyo.reports.fonts import PrintFont, print_font
from unyo.reports.slip_drawing import draw_cut, draw_slip

FIRST_STEPS = (
    Text(
        "Press Ctrl + Alt + Delete, then enter the log-on name and the initial password.",
        "端末の電源を入れ、Ctrl + Alt + Delete を押し、ログオン名と初期パスワードを入力します。",
    ),
    Text(
        "You are asked for a new password at once: choose one that only you know.",
        "すぐに新しいパスワードの設定を求められます。ご自身だけが知るものに変更してください。",
    ),
    Text(
        "Destroy this slip (shredder) once you have signed in; never show it to anybody.",
        "ログオンできたら、この用紙はシュレッダーで廃棄してください。他人に見せないでください。",
    ),
)


@dataclass(frozen=True, slots=True)
class Slip:
    """One person's new account; ``valid_until`` is the last day of the initial password."""

    serial: str
    organisation: str
    name: str
    department: str
    login: str
    password: Secret
    contact: str
    printed_by: str
    printed_at: datetime
    kana: str = ""
    staff_number: str = ""
    mail: str = ""
    valid_until: date | None = None
    steps: tuple[Text, ...] = FIRST_STEPS


@dataclass(frozen=True, slots=True)
class SlipSheet:
    """The printed slips; ``findings`` names people with letters that the font could not draw."""

    pdf: bytes
    pages: int
    font: str
    findings: tuple[Finding, ...]


def slips_pdf(
    slips: Sequence[Slip],
    language: Language,
    font_path: Path | None = None,
    per_page: Literal[1, 2, 3] = 2,
) -> SlipSheet:
    """A4, ``per_page`` slips to a page with cut marks. Nothing but the pages holds a password."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    font = print_font(font_path)
    target = io.BytesIO()
    canvas: Any = Canvas(target, pagesize=A4, pageCompression=1, lang=language.value)
    title = Text("Account slips", "アカウント通知書").in_language(language)
    canvas.setTitle(title)
    canvas.setAuthor(slips[0].organisation if slips else "")
    canvas.setCreator("unyo")
    canvas.setSubject(title)
    height = A4[1] / per_page
    for i, slip in enumerate(slips):
        row = i % per_page
        if i and row == 0:
            canvas.showPage()
        draw_slip(canvas, slip, font, language, A4[1] - height * (row + 1), height)
        if row:
            draw_cut(canvas, font, language, A4[1] - height * row)
    canvas.showPage()
    canvas.save()
    pages = -(-len(slips) // per_page)
    return SlipSheet(target.getvalue(), pages, font.name, tuple(_findings(slips, font)))


def _findings(slips: Sequence[Slip], font: PrintFont) -> list[Finding]:
    found = []
    for slip in slips:
        lacking = font.lacking(slip.name + slip.kana + slip.department + slip.organisation + slip.contact)
        if lacking:
            named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in lacking)
            found.append(
                Finding(
                    "print.glyph",
                    Weight.ODD,
                    Text(
                        f"the font cannot draw {named}; 〓 is printed: write it in by hand",
                        f"フォントに {named} がないため「〓」を印字しました。手書きで補ってください",
                    ),
                    f"{slip.serial} {slip.name}",
                )
            )
    return found
