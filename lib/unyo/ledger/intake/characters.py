"""What becomes of characters that offices write differently: kept or mapped by a declared table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from unyo.core.text import Text

# What other systems write for the same JIS character; the right-hand side is what Windows (CP932) has.
MAPPED: Mapping[str, str] = {
    "\u301c": "\uff5e",  # WAVE DASH → FULLWIDTH TILDE
    "\u2016": "\u2225",
    "\u2212": "\uff0d",
    "\u2014": "\u2015",
    "\u00a2": "\uffe0",
    "\u00a3": "\uffe1",
    "\u00ac": "\uffe2",
}
_HALF_KANA = re.compile("[\uff61-\uff9f]+")
_DECOMPOSED = re.compile("[\u3040-\u30ff][\u3099\u309a]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_BLANKS = re.compile(r"\s+")

_KEPT = Text("kept as written", "原文のまま使用")
_KINDS = {
    "nec": Text("NEC special character", "NEC 特殊文字"),
    "ibm": Text("IBM extension character", "IBM 拡張文字"),
    "windows": Text("Windows variant of a JIS character", "Windows 固有の符号位置の文字"),
    "compatibility": Text("compatibility ideograph", "互換漢字"),
    "selector": Text("variation selector", "異体字セレクタ"),
    "outside": Text("character that CP932 does not have", "CP932 にない文字"),
    "gaiji": Text("user-defined character (gaiji)", "外字"),
    "other_spelling": Text("other spelling of a JIS character", "同じ JIS 文字の別の符号位置"),
    "site": Text("character named in the mapping file", "対応表で指定された文字"),
    "half_kana": Text("half-width kana", "半角カナ"),
    "decomposed": Text("separate voicing mark", "分離した濁点・半濁点"),
    "invisible": Text("invisible character", "不可視文字"),
}


@dataclass(frozen=True, slots=True)
class Oddity:
    """One character (or run) that somebody should know about, and what was done with it."""

    characters: str
    kind: str
    treatment: Text

    @property
    def points(self) -> str:
        return " ".join(f"U+{ord(character):04X}" for character in self.characters)

    @property
    def is_grave(self) -> bool:
        """It may not survive on its way to other systems."""
        return self.kind in ("gaiji", "outside", "selector", "compatibility", "invisible")

    def sentence(self) -> Text:
        kind, shown = _KINDS[self.kind], "" if self.kind == "invisible" else self.characters
        return Text(
            f"{shown} ({self.points}) {kind.en}: {self.treatment.en}",
            f"{shown} ({self.points}) {kind.ja}: {self.treatment.ja}",
        )


@dataclass(frozen=True, slots=True)
class Tidied:
    """A value as unyo keeps it, with every character that was not plain JIS X 0208."""

    text: str
    oddities: tuple[Oddity, ...] = ()

    @property
    def gaiji(self) -> str:
        return "".join(oddity.characters for oddity in self.oddities if oddity.kind == "gaiji")


class Characters:
    """The declared treatment, with the site's own table (character → replacement, or itself to keep)."""

    def __init__(self, site: Mapping[str, str]) -> None:
        self._site = site
        self._known: dict[str, Tidied] = {}

    def tidy(self, text: str) -> Tidied:
        """Outer blanks gone, inner ones single; names are never folded (髙 stays 髙)."""
        seen = self._known.get(text)
        if seen is None:
            seen = self._known[text] = self._tidied(text)
        return seen

    def _tidied(self, text: str) -> Tidied:
        oddities: list[Oddity] = []
        if _is_plain(text) and not any(character in self._site for character in text):
            return Tidied(_BLANKS.sub(" ", text).strip())
        text = _replace(_INVISIBLE, text, "invisible", lambda _: "", oddities)
        text = _replace(_HALF_KANA, text, "half_kana", _composed, oddities)
        text = _replace(_DECOMPOSED, text, "decomposed", _composed, oddities)
        written = []
        for character in text:
            treated, oddity = self._treat(character)
            written.append(treated)
            if oddity is not None and oddity not in oddities:
                oddities.append(oddity)
        return Tidied(_BLANKS.sub(" ", "".join(written)).strip(), tuple(oddities))

    def _treat(self, character: str) -> tuple[str, Oddity | None]:
        if character in self._site:
            new = self._site[character]
            return new, Oddity(character, "site", _KEPT if new == character else _mapped_to(new))
        if character in MAPPED:
            new = MAPPED[character]
            return new, Oddity(character, "other_spelling", _mapped_to(new))
        kind = "" if character.isspace() else _kind(character)
        if kind == "gaiji":
            no = Text(
                "has no meaning outside the machine that made it", "作成元の端末以外では意味を持ちません"
            )
            return character, Oddity(character, kind, no)
        return character, Oddity(character, kind, _KEPT) if kind else None


def fold(text: str) -> str:
    """For comparing only: width, case and blanks do not matter."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def katakana(text: str) -> str:
    """Full-width katakana with voicing marks joined, from half-width kana or hiragana; blanks single."""
    if not text.isascii():
        text = text.replace("\u309b", "\u3099").replace("\u309c", "\u309a")
        text = unicodedata.normalize("NFKC", text)
        text = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)
        text = re.sub("(?<=[ァ-ヺ])[-‐‑–—―−ｰ─]", "ー", text)
    return _BLANKS.sub(" ", text).strip()


def _is_plain(text: str) -> bool:
    """Nothing but ASCII and JIS X 0208, and none of the characters with two spellings."""
    if text.isascii():
        return True
    if _HALF_KANA.search(text) or any(character in MAPPED for character in text):
        return False
    try:
        text.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


def _kind(character: str) -> str:
    if _is_plain(character):
        return ""
    if unicodedata.category(character) == "Co":
        return "gaiji"
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return "selector"
    try:
        lead = character.encode("cp932")[0]
    except UnicodeEncodeError:
        compatible = "\uf900" <= character <= "\ufaff" or "\U0002f800" <= character <= "\U0002fa1f"
        return "compatibility" if compatible else "outside"
    if lead == 0x87:
        return "nec"
    return "ibm" if lead >= 0xED else "windows"


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _mapped_to(new: str) -> Text:
    if not new:
        return Text("removed", "削除")
    points = " ".join(f"U+{ord(character):04X}" for character in new)
    return Text(f"mapped to {new} ({points})", f"{new} ({points}) に置換")


def _replace(
    pattern: re.Pattern[str], text: str, kind: str, new: Callable[[str], str], oddities: list[Oddity]
) -> str:
    for found in pattern.findall(text):
        oddity = Oddity(found, kind, _mapped_to(new(found)))
        if oddity not in oddities:
            oddities.append(oddity)
    return pattern.sub(lambda match: new(match.group()), text)
