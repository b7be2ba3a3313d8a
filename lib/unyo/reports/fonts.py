"""A font for Japanese print, and which letters it cannot draw."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from unyo.core.errors import BadSetting
from unyo.core.text import Text

_WINDOWS = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
CANDIDATES = (
    Path("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"),
    Path("/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf"),
    Path("/usr/share/fonts/truetype/fonts-japanese-gothic.ttf"),
    Path("/usr/share/fonts/truetype/takao-gothic/TakaoGothic.ttf"),
    Path("/usr/share/fonts/truetype/vlgothic/VL-Gothic-Regular.ttf"),
    _WINDOWS / "BIZ-UDGothicR.ttc",
    _WINDOWS / "meiryo.ttc",
)
"""TrueType outlines only: the PDF library cannot embed the CFF outlines of the Noto CJK collections."""

GETA = "〓"


@dataclass(frozen=True, slots=True)
class PrintFont:
    """A font known to the PDF library by ``name``; ``embedded`` is False for the fallback."""

    name: str
    embedded: bool
    has: Callable[[str], bool]

    def lacking(self, text: str) -> str:
        """The letters of the text that the font cannot draw, each once."""
        return "".join(dict.fromkeys(letter for letter in text if not self.has(letter)))

    def drawable(self, text: str) -> str:
        """The text with 〓 where a letter is lacking."""
        return "".join(letter if self.has(letter) else GETA for letter in text)


def print_font(path: Path | None = None) -> PrintFont:
    """The named font, else the first of CANDIDATES that is there, else HeiseiKakuGo-W5, not embedded.

    BadSetting where a named font cannot be used.
    """
    if path is not None:
        return _embedded(path)
    found = next((candidate for candidate in CANDIDATES if candidate.is_file()), None)
    return _embedded(found) if found else _fallback()


@cache
def _embedded(path: Path) -> PrintFont:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    name = f"unyo-{path.stem}"
    try:
        font = TTFont(name, str(path))
    except (TTFError, OSError) as error:
        raise BadSetting(
            "print.font",
            Text("the font cannot be used for printing", "印刷用フォントを使用できません"),
            Text(
                "name a TrueType font (.ttf, .ttc) in the setting font, e.g. IPAex Gothic",
                "設定 font に TrueType フォント(.ttf, .ttc。IPAex ゴシックなど)を指定する",
            ),
            target=str(path),
            detail=str(error)[:200],
        ) from error
    pdfmetrics.registerFont(font)
    letters = frozenset(font.face.charToGlyph)
    return PrintFont(name, True, lambda letter: ord(letter) in letters)


@cache
def _fallback() -> PrintFont:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
    return PrintFont("HeiseiKakuGo-W5", False, _in_adobe_japan)


def _in_adobe_japan(letter: str) -> bool:
    """What a reader's own Japanese font surely has: the letters of code page 932."""
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
