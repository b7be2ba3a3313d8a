"""[Text.Encoding]: UTF-8, UTF-16, ASCII and the code pages of Japanese Windows."""

from __future__ import annotations

from typing import Any

from unyo.lab.terminals.powershell.conversion import as_bytes, to_text
from unyo.lab.terminals.powershell.dotnet import (
    constructor,
    static,
    static_property,
)
from unyo.lab.terminals.powershell.errors import method_error
from unyo.lab.terminals.powershell.values import Item

ENCODING = "System.Text.Encoding"
CODECS = {
    65001: "utf-8",
    1200: "utf-16-le",
    1201: "utf-16-be",
    20127: "ascii",
    932: "cp932",
    28591: "latin-1",
    437: "cp437",
}
NAMES = {
    "utf-8": 65001,
    "shift_jis": 932,
    "unicode": 1200,
    "utf-16": 1200,
    "us-ascii": 20127,
    "iso-8859-1": 28591,
}


def encoding(page: int, preamble: bytes = b"") -> Item:
    """An Encoding object."""
    codec = CODECS[page]

    def decode(data: Any, start: int = 0, count: int | None = None) -> str:
        raw = as_bytes(data)
        return raw[start : None if count is None else start + count].decode(codec, "replace")

    return Item(
        ENCODING,
        {"CodePage": page, "WebName": codec, "BodyName": codec, "EncodingName": codec},
        {
            "GetBytes": lambda text: to_text(text).encode(codec, "replace"),
            "GetString": decode,
            "GetByteCount": lambda text: len(to_text(text).encode(codec, "replace")),
            "GetPreamble": lambda: preamble,
        },
        text=f"System.Text.{codec}",
    )


for _name, _page, _preamble in (
    ("UTF8", 65001, b"\xef\xbb\xbf"),
    ("Unicode", 1200, b"\xff\xfe"),
    ("BigEndianUnicode", 1201, b"\xfe\xff"),
    ("ASCII", 20127, b""),
):
    static_property(ENCODING, _name)(lambda page=_page, preamble=_preamble: encoding(page, preamble))


@static_property(ENCODING, "Default", machine=True)
def default_encoding(machine: Any) -> Item:
    return encoding(932 if getattr(machine, "locale", "ja-JP") == "ja-JP" else 28591)


@static(ENCODING, "GetEncoding")
def get_encoding(which: Any) -> Item:
    page = NAMES.get(to_text(which).lower(), 0) if isinstance(which, str) else int(which)
    if page not in CODECS:
        raise method_error(
            "GetEncoding", 1, f"No data is available for encoding {which}.", "System.NotSupportedException"
        )
    return encoding(page)


@constructor("System.Text.UTF8Encoding")
def utf8_encoding(mark: bool = False, strict: bool = False) -> Item:  # noqa: ARG001
    return encoding(65001, b"\xef\xbb\xbf" if mark else b"")


@constructor("System.Text.ASCIIEncoding")
def ascii_encoding() -> Item:
    return encoding(20127)


@constructor("System.Text.UnicodeEncoding")
def unicode_encoding() -> Item:
    return encoding(1200, b"\xff\xfe")
