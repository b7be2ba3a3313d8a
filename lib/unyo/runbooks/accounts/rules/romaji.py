"""Kana to Latin letters as on a Japanese passport: Hepburn, long vowels dropped (MOFA's table)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_ROWS = """
ア a イ i ウ u エ e オ o カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so タ ta チ chi ツ tsu テ te ト to
ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo
ラ ra リ ri ル ru レ re ロ ro ワ wa ヰ i ヱ e ヲ o ン n ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ ji ズ zu ゼ ze ゾ zo
ダ da ヂ ji ヅ zu デ de ド do バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po ヴ bu
キャ kya キュ kyu キョ kyo シャ sha シュ shu ショ sho チャ cha チュ chu チョ cho ニャ nya ニュ nyu ニョ nyo
ヒャ hya ヒュ hyu ヒョ hyo ミャ mya ミュ myu ミョ myo リャ rya リュ ryu リョ ryo ギャ gya ギュ gyu ギョ gyo
ジャ ja ジュ ju ジョ jo ヂャ ja ヂュ ju ヂョ jo ビャ bya ビュ byu ビョ byo ピャ pya ピュ pyu ピョ pyo
シェ she チェ che ティ ti ニィ nii ニェ nie ファ fa フィ fi フェ fe フォ fo ジェ je ディ di デュ dyu
ヴァ ba ヴィ bi ヴェ be ヴォ bo ウィ ui ウェ ue ウォ uo クァ kua グァ gua ツァ tsua トゥ tou ドゥ dou フュ fuyu
ァ a ィ i ゥ u ェ e ォ o ャ ya ュ yu ョ yo ヮ wa ヵ ka ヶ ke
"""
_WORDS = _ROWS.split()
_TABLE = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def romaji(kana: str, readings: Mapping[str, str] | None = None) -> str:
    """Lower-case Latin letters of a name in kana (any width); empty where nothing can be read.

    ``readings`` are whole names that the rules get wrong, where a vowel begins another word: マツウラ.
    """
    plain = unicodedata.normalize("NFKC", kana).translate(_TO_KATAKANA)
    plain = re.sub(r"[^ァ-ヶ]", "", plain)
    if readings and plain in readings:
        return readings[plain]
    latin = _spelled(plain)
    # A long オ at the end stays (セノオ senoo); イノウエ keeps its u, サトウ and オオノ lose theirs.
    tail = "o" if plain.endswith("オ") and latin.endswith("oo") else ""
    latin = re.sub(r"ou(?!e)|oo", "o", latin)
    return latin.replace("uu", "u") + tail


def _spelled(plain: str) -> str:
    letters: list[str] = []
    place = 0
    doubled = False
    while place < len(plain):
        two = plain[place : place + 2]
        word = two if two in _TABLE else plain[place]
        place += len(word)
        if word == "ッ":
            doubled = True
            continue
        latin = _TABLE.get(word, "")
        if doubled and latin[:1] not in tuple("aiueo"):
            letters.append("t" if latin.startswith("ch") else latin[:1])
        doubled = False
        letters.append(latin)
    return re.sub(r"n(?=[bmp])", "m", "".join(letters))
