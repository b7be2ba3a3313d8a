"""Draws one slip into its part of an A4 page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unyo.core.dates import era_text, in_jst
from unyo.core.text import Language, Text
from unyo.reports.fonts import PrintFont

if TYPE_CHECKING:
    from unyo.reports.slips import Slip

MM = 72 / 25.4
LEFT, RIGHT = 18 * MM, 192 * MM
PASSWORD_SIZE = 20
_PASSWORD_FONT = "Courier-Bold"
_INK, _SOFT, _LINE, _FILL = (0.08,) * 3, (0.35,) * 3, (0.6,) * 3, (0.955,) * 3


def draw_cut(canvas: Any, font: PrintFont, language: Language, y: float) -> None:
    """A dashed line across the page where two slips are cut apart."""
    canvas.saveState()
    canvas.setDash(3, 3)
    canvas.setStrokeColorRGB(*_LINE)
    canvas.setLineWidth(0.5)
    canvas.line(6 * MM, y, 204 * MM, y)
    canvas.restoreState()
    label = Text("cut here", "切り取り線").in_language(language)
    width = canvas.stringWidth(label, font.name, 6) + 8
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(105 * MM - width / 2, y - 4, width, 8, stroke=0, fill=1)
    _text(canvas, font, 105 * MM - width / 2 + 4, y - 2, label, 6, _SOFT)


def draw_slip(
    canvas: Any, slip: Slip, font: PrintFont, language: Language, bottom: float, height: float
) -> None:
    """One slip between ``bottom`` and ``bottom + height`` (points)."""
    y = _head(canvas, slip, font, language, bottom + height - 15 * MM)
    y = _person(canvas, slip, font, language, y - 9 * MM)
    y = _credentials(canvas, slip, font, language, y - 3 * MM)
    _steps(canvas, slip, font, language, y - 6.5 * MM)
    _foot(canvas, slip, font, language, bottom + 6 * MM)


def _head(canvas: Any, slip: Slip, font: PrintFont, language: Language, y: float) -> float:
    title = Text("Your account", "アカウント通知書").in_language(language)
    _text(canvas, font, LEFT, y, title, 15, _INK, bold=True)
    _right(canvas, font, RIGHT, y + 2.5 * MM, slip.organisation, 9, _INK)
    confidential = Text("CONFIDENTIAL: for this person only", "親展・取扱注意").in_language(language)
    _right(canvas, font, RIGHT, y - 1.5 * MM, f"{confidential}  No. {slip.serial}", 8, _SOFT)
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(0.9)
    canvas.line(LEFT, y - 3.5 * MM, RIGHT, y - 3.5 * MM)
    return y - 3.5 * MM


def _person(canvas: Any, slip: Slip, font: PrintFont, language: Language, y: float) -> float:
    honorific = " 様" if language is Language.JA else ""
    _text(canvas, font, LEFT, y, slip.name + honorific, 15, _INK)
    if slip.kana:
        width = canvas.stringWidth(font.drawable(slip.name + honorific), font.name, 15)
        _text(canvas, font, LEFT + width + 4 * MM, y, slip.kana, 8, _SOFT)
    number = Text("staff no.", "職員番号").in_language(language)
    _right(canvas, font, RIGHT, y, slip.department, 10.5, _INK)
    if slip.staff_number:
        _right(canvas, font, RIGHT, y - 4.5 * MM, f"{number} {slip.staff_number}", 8, _SOFT)
    return y - 5.5 * MM


def _credentials(canvas: Any, slip: Slip, font: PrintFont, language: Language, y: float) -> float:
    height = 29 * MM
    canvas.setFillColorRGB(*_FILL)
    canvas.setStrokeColorRGB(*_LINE)
    canvas.setLineWidth(0.6)
    canvas.roundRect(LEFT, y - height, RIGHT - LEFT, height, 2 * MM, stroke=1, fill=1)
    label_x, value_x = LEFT + 5 * MM, LEFT + 38 * MM
    row = y - 8 * MM
    _text(canvas, font, label_x, row, Text("Log-on name", "ログオン名").in_language(language), 10, _SOFT)
    canvas.setFillColorRGB(*_INK)
    canvas.setFont(_PASSWORD_FONT, 16)
    canvas.drawString(value_x, row, slip.login)
    if slip.mail:
        _right(canvas, font, RIGHT - 5 * MM, row, slip.mail, 9, _SOFT)
    row -= 9.5 * MM
    label = Text("Initial password", "初期パスワード").in_language(language)
    _text(canvas, font, label_x, row, label, 10, _SOFT)
    _password(canvas, slip, font, language, value_x, row)
    if slip.valid_until is not None:
        day = era_text(slip.valid_until) if language is Language.JA else slip.valid_until.isoformat()
        until = Text(f"Valid until {day}", f"有効期限: {day}").in_language(language)
        _right(canvas, font, RIGHT - 5 * MM, y - height + 3 * MM, until, 9, _INK)
    return y - height


def _password(canvas: Any, slip: Slip, font: PrintFont, language: Language, x: float, y: float) -> None:
    """Large and fixed-pitch, each letter's kind below it, so that l, 1, I, O and 0 are not mixed up."""
    pitch, space = 0.6 * PASSWORD_SIZE, 2.4
    text = slip.password.reveal()
    # A long password must end inside the box.
    if len(text) * (pitch + space) > RIGHT - 4 * MM - x:
        space = max(0.0, (RIGHT - 4 * MM - x) / len(text) - pitch)
    canvas.setFillColorRGB(*_INK)
    canvas.setFont(_PASSWORD_FONT, PASSWORD_SIZE)
    canvas.drawString(x, y, text, charSpace=space)
    for i, letter in enumerate(text):
        kind = _kind(letter).in_language(language)
        width = canvas.stringWidth(kind, font.name, 6)
        _text(canvas, font, x + i * (pitch + space) + (pitch - width) / 2, y - 3.4 * MM, kind, 6, _SOFT)
    legend = Text(
        "A capital, a small, 9 digit, # sign", "大: 英大文字 小: 英小文字 数: 数字 記: 記号"
    ).in_language(language)
    _text(canvas, font, x, y - 7.6 * MM, legend, 6, _SOFT)


def _kind(letter: str) -> Text:
    if letter.isdigit():
        return Text("9", "数")
    if letter.isalpha():
        return Text("A", "大") if letter.isupper() else Text("a", "小")
    return Text("#", "記")


def _steps(canvas: Any, slip: Slip, font: PrintFont, language: Language, y: float) -> None:
    for i, step in enumerate(slip.steps, 1):
        for j, line in enumerate(
            wrapped(canvas, font, step.in_language(language), 8.5, RIGHT - LEFT - 6 * MM)
        ):
            if j == 0:
                _text(canvas, font, LEFT, y, f"{i}.", 8.5, _INK)
            _text(canvas, font, LEFT + 5 * MM, y, line, 8.5, _INK)
            y -= 4.4 * MM


def _foot(canvas: Any, slip: Slip, font: PrintFont, language: Language, y: float) -> None:
    ask = Text("Questions", "お問い合わせ").in_language(language)
    printed = Text("printed", "発行").in_language(language)
    when = f"{in_jst(slip.printed_at):%Y-%m-%d %H:%M}"
    _text(canvas, font, LEFT, y, f"{ask}: {slip.contact}", 8.5, _INK)
    _right(canvas, font, RIGHT, y, f"{printed}: {slip.printed_by} {when}", 7, _SOFT)


def wrapped(canvas: Any, font: PrintFont, text: str, size: float, width: float) -> list[str]:
    """Lines no wider than ``width`` points; Japanese breaks anywhere, Latin words stay whole."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and canvas.stringWidth(font.drawable(line + piece.rstrip()), font.name, size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        # A full stop or comma never begins a line.
        sticks = letter in "、。，．)」" or (
            letter.isascii() and pieces and pieces[-1][-1:].isascii() and not pieces[-1].endswith(" ")
        )
        if pieces and sticks:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _text(
    canvas: Any,
    font: PrintFont,
    x: float,
    y: float,
    text: str,
    size: float,
    ink: tuple[float, ...],
    bold: bool = False,
) -> None:
    canvas.setFillColorRGB(*ink)
    canvas.setStrokeColorRGB(*ink)
    canvas.setFont(font.name, size)
    # Japanese fonts seldom come with a bold face: a thin outline does it.
    canvas.setLineWidth(0.4)
    canvas.drawString(x, y, font.drawable(text), mode=2 if bold else 0)


def _right(
    canvas: Any, font: PrintFont, x: float, y: float, text: str, size: float, ink: tuple[float, ...]
) -> None:
    width = canvas.stringWidth(font.drawable(text), font.name, size)
    _text(canvas, font, x - width, y, text, size, ink)
