"""Kana to Latin letters as on a Japanese passport: Hepburn, long vowels dropped."""

from __future__ import annotations

import re
import unicodedata


def romaji(kana: str) -> str:
    """Lower-case Latin letters of a name in kana (any width); empty where nothing can be read."""
    import jaconv

    plain = jaconv.kata2hira(unicodedata.normalize("NFKC", kana)).replace("ー", "")
    latin = jaconv.kana2alphabet(plain).lower().replace("'", "")
    latin = re.sub(r"n(?=[bmp])", "m", latin)
    # イノウエ keeps its u (inoue); サトウ and オオノ lose theirs (sato, ono).
    latin = re.sub(r"ou(?!e)|oo", "o", latin)
    latin = latin.replace("uu", "u")
    return re.sub(r"[^a-z]", "", latin)
