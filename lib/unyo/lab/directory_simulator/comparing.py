"""When two texts are the same text for Active Directory."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """The text without case, width, kana type and non-spacing marks.

    [MS-ADTS] 6.5.1 compares Unicode strings with NORM_IGNORECASE, KANATYPE, NONSPACE and WIDTH, so that
    ハハ, はは, ﾊﾊ and パパ are one name; small kana count as large ones. Samba ignores only case.
    """
    if text.isascii():
        return text.lower()
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    hiragana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in plain)
    return hiragana.translate(_SMALL).casefold()
