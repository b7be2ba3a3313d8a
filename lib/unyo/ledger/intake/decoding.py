"""Which encoding a text file is in, decided the same way every time, and its text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from unyo.core.errors import BadInput
from unyo.core.text import Text

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SPELLINGS = {
    "cp932": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "ms932": "cp932",
    "windows31j": "cp932",
    "utf8": "utf-8",
    "utf8sig": "utf-8-sig",
    "utf8bom": "utf-8-sig",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "eucjp": "euc_jp",
    "iso2022jp": "iso2022_jp",
    "jis": "iso2022_jp",
}
# U+F8F0..F8F3 and U+0080 are how Python's cp932 lets bytes through that no Windows character has.
_NEVER_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\uf8f0-\uf8f3\ufffd]")


def known_encoding(name: str) -> str | None:
    """Python's name of an encoding as people spell it, or None."""
    return _SPELLINGS.get(re.sub(r"[\s_-]", "", name).lower())


def decode(data: bytes, fixed: str | None, looks_right: Callable[[str], bool]) -> tuple[str, str]:
    """The text without byte-order mark, and its encoding.

    ``fixed`` is what the mapping file says; ``looks_right`` is asked where several encodings could be
    meant. Raises BadInput naming line and byte where the bytes are no text, or hold U+FFFD.
    """
    if not data.strip():
        raise BadInput(
            "people.file.empty",
            Text("the file is empty", "ファイルが空です"),
            Text("ask for the file to be sent again", "ファイルの再送を依頼してください"),
        )
    bom, marked = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), (b"", None))
    if marked == "utf-32":
        raise _unreadable(Text("the file is in UTF-32", "UTF-32 形式のファイルです"), None)
    encoding = _fixed(fixed, marked) or marked or _guess(data, looks_right)
    body = data[len(bom) :] if marked else data
    text = _strict(body, "utf-8" if encoding == "utf-8-sig" else encoding, len(bom))
    _refuse_damage(text)
    return text, encoding


def _fixed(fixed: str | None, marked: str | None) -> str | None:
    """The encoding that the mapping file demands; a byte-order mark decides what it leaves open."""
    if fixed is None or fixed == "utf-16":
        return None
    if fixed.startswith("utf-8") and marked in (None, "utf-8-sig"):
        return marked or "utf-8"
    if marked is not None and marked != fixed:
        raise _unreadable(
            Text(
                f"the mapping file says {fixed} but the file begins as {marked}",
                f"対応表では {fixed} ですが、ファイルの先頭は {marked} です",
            ),
            None,
        )
    return fixed


def _guess(data: bytes, looks_right: Callable[[str], bool]) -> str:
    if b"\x00" in data:
        low, high = data[0::2].count(0), data[1::2].count(0)
        return "utf-16-le" if high >= low else "utf-16-be"
    candidates = ["utf-8", "cp932", "euc_jp"]
    if re.search(rb"\x1b\$[@B]", data):
        candidates = ["iso2022_jp"]
    readable = [(name, text) for name in candidates if (text := _try(data, name)) is not None]
    for name, text in readable:
        if looks_right(text):
            return name
    # Nothing decodes: the encoding that gets furthest names the damaged byte.
    return readable[0][0] if readable else max(candidates, key=lambda name: _reach(data, name))


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _reach(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _strict(body: bytes, encoding: str, skipped: int) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(re.findall("\r\n|\r|\n", body[: error.start].decode(encoding, "replace"))) + 1
        offset, wrong = error.start + skipped, body[error.start : error.start + 2].hex(" ").upper()
        raise _unreadable(
            Text(
                f"line {line}, byte {offset}: {wrong} is no character in {encoding}",
                f"{line} 行目、先頭から {offset} バイト目: {wrong} は {encoding} の文字ではありません",
            ),
            f"line {line}, byte offset {offset}, bytes {wrong}",
        ) from None


def _refuse_damage(text: str) -> None:
    found = _NEVER_TEXT.search(text)
    if found is None:
        return
    line = len(re.findall("\r\n|\r|\n", text[: found.start()])) + 1
    point = f"U+{ord(found.group()):04X}"
    if found.group() == "\ufffd":
        what = Text(
            f"line {line} holds {point}: characters were lost before the file reached us",
            f"{line} 行目に {point} (置換文字) があります。受領前の変換で文字が失われています",
        )
    else:
        what = Text(
            f"line {line} holds the control character {point}", f"{line} 行目に制御文字 {point} があります"
        )
    raise _unreadable(what, None)


def _unreadable(what: Text, detail: str | None) -> BadInput:
    return BadInput(
        "people.file.encoding",
        what,
        Text(
            "ask for the file again as it left the personnel system, or set encoding: in the mapping file "
            "(cp932, utf-8, utf-16-le, utf-16-be, euc_jp, iso2022_jp)",
            "人事システムから出力したままのファイルの再送を依頼するか、対応表の encoding: に文字コード "
            "(cp932, utf-8, utf-16-le, utf-16-be, euc_jp, iso2022_jp) を指定してください",
        ),
        detail=detail,
    )
