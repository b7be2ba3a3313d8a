"""Members of text and characters: the [string] methods, and [string]:: itself."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from unyo.lab.terminals.powershell.conversion import elements, to_bool, to_text, type_name_of
from unyo.lab.terminals.powershell.dotnet import method, property_of, static, static_property
from unyo.lab.terminals.powershell.errors import method_error
from unyo.lab.terminals.powershell.formatting import compose, format_value
from unyo.lab.terminals.powershell.values import Char, NetType

BLANK = "".join(chr(code) for code in (*range(9, 14), 32, 0x85, 0xA0, 0x3000))


@property_of(str, "Length")
def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _characters(values: tuple[Any, ...]) -> str | None:
    found = "".join(to_text(each) for value in values for each in elements(value) if each is not None)
    return found or None


@method(str, "Trim")
def trim(text: str, *characters: Any) -> str:
    return text.strip(_characters(characters) or BLANK)


@method(str, "TrimStart")
def trim_start(text: str, *characters: Any) -> str:
    return text.lstrip(_characters(characters) or BLANK)


@method(str, "TrimEnd")
def trim_end(text: str, *characters: Any) -> str:
    return text.rstrip(_characters(characters) or BLANK)


@method(str, "ToUpper")
@method(str, "ToUpperInvariant")
def upper(text: str) -> str:
    return text.upper()


@method(str, "ToLower")
@method(str, "ToLowerInvariant")
def lower(text: str) -> str:
    return text.lower()


@method(str, "Substring")
def substring(text: str, start: int, count: int | None = None) -> str:
    end = len(text) if count is None else start + count
    if start < 0 or start > len(text):
        raise method_error(
            "Substring",
            1 if count is None else 2,
            "startIndex cannot be larger than length of string.\r\nParameter name: startIndex",
            "System.ArgumentOutOfRangeException",
        )
    if end > len(text) or end < start:
        raise method_error(
            "Substring",
            2,
            "Index and length must refer to a location within the string.\r\nParameter name: length",
            "System.ArgumentOutOfRangeException",
        )
    return text[start:end]


@method(str, "Replace")
def replace(text: str, old: Any, new: Any) -> str:
    if old is None or old == "":
        raise method_error(
            "Replace",
            2,
            "String cannot be of zero length.\r\nParameter name: oldValue",
            "System.ArgumentException",
        )
    return text.replace(to_text(old), to_text(new))


@method(str, "Split")
def split(text: str, *arguments: Any) -> list[str]:
    """Split by characters; a number limits the parts, StringSplitOptions removes empty ones."""
    separators: list[str] = []
    limit, drop = 0, False
    for argument in arguments:
        if isinstance(argument, str) and argument.lower() in ("removeemptyentries", "none") and separators:
            drop = argument.lower() == "removeemptyentries"
        elif isinstance(argument, int) and separators:
            limit = argument
        else:
            separators += [to_text(each) for each in elements(argument)]
    whole_words = (
        bool(arguments) and isinstance(arguments[0], list) and any(len(each) > 1 for each in separators)
    )
    pieces = separators if whole_words else list("".join(separators)) or list(BLANK)
    pattern = "|".join(re.escape(each) for each in pieces)
    parts = re.split(pattern, text, maxsplit=max(limit - 1, 0) if limit else 0)
    return [part for part in parts if part] if drop else parts


@method(str, "StartsWith")
def starts_with(text: str, start: Any, comparison: Any = None) -> bool:
    return _fold(text, comparison).startswith(_fold(to_text(start), comparison))


@method(str, "EndsWith")
def ends_with(text: str, end: Any, comparison: Any = None) -> bool:
    return _fold(text, comparison).endswith(_fold(to_text(end), comparison))


@method(str, "Contains")
def contains(text: str, part: Any) -> bool:
    return to_text(part) in text


@method(str, "IndexOf")
def index_of(text: str, part: Any, *more: Any) -> int:
    comparison = more[-1] if more and isinstance(more[-1], str) else None
    start = more[0] if more and isinstance(more[0], int) else 0
    return _fold(text, comparison).find(_fold(to_text(part), comparison), start)


@method(str, "LastIndexOf")
def last_index_of(text: str, part: Any) -> int:
    return text.rfind(to_text(part))


@method(str, "IndexOfAny")
def index_of_any(text: str, characters: Any) -> int:
    found = [at for each in elements(characters) if (at := text.find(to_text(each))) >= 0]
    return min(found, default=-1)


def _fold(text: str, comparison: Any) -> str:
    return (
        text.casefold()
        if to_bool(comparison) and to_text(comparison).lower().endswith("ignorecase")
        else text
    )


@method(str, "Equals")
def equals(text: str, other: Any, comparison: Any = None) -> bool:
    return isinstance(other, str) and _fold(text, comparison) == _fold(other, comparison)


@method(str, "CompareTo")
def compare_to(text: str, other: Any) -> int:
    return _compare(text, to_text(other))


@method(str, "PadLeft")
def pad_left(text: str, width: int, character: str = " ") -> str:
    return text.rjust(width, character)


@method(str, "PadRight")
def pad_right(text: str, width: int, character: str = " ") -> str:
    return text.ljust(width, character)


@method(str, "Insert")
def insert(text: str, at: int, part: Any) -> str:
    return text[:at] + to_text(part) + text[at:]


@method(str, "Remove")
def remove(text: str, start: int, count: int | None = None) -> str:
    return text[:start] + ("" if count is None else text[start + count :])


@method(str, "ToCharArray")
def characters(text: str) -> list[Char]:
    return [Char(each) for each in text]


@method(str, "Normalize")
def normalize(text: str, form: str = "FormC") -> str:
    forms = {"formc": "NFC", "formd": "NFD", "formkc": "NFKC", "formkd": "NFKD"}
    return unicodedata.normalize(forms[to_text(form).lower()], text)  # type: ignore[arg-type]


@method(object, "ToString")
def to_string(value: Any, pattern: Any = None, culture: Any = None) -> str:  # noqa: ARG001
    return format_value(value, pattern) if isinstance(pattern, str) else to_text(value)


@method(object, "GetType")
def get_type(value: Any) -> NetType:
    return NetType(type_name_of(value))


@method(object, "Equals")
def object_equals(value: Any, other: Any) -> bool:
    return bool(value == other)


@method(object, "GetHashCode")
def hash_code(value: Any) -> int:
    return hash(to_text(value)) & 0x7FFFFFFF


@property_of(bool, "IsPresent")
def is_present(value: bool) -> bool:
    """A [switch] is a bool here."""
    return value


@static("System.String", "IsNullOrEmpty")
def is_null_or_empty(text: Any) -> bool:
    return text is None or to_text(text) == ""


@static("System.String", "IsNullOrWhiteSpace")
def is_null_or_blank(text: Any) -> bool:
    return text is None or not to_text(text).strip(BLANK)


@static("System.String", "Join")
def join(separator: Any, *values: Any) -> str:
    parts = elements(values[0]) if len(values) == 1 else list(values)
    return to_text(separator).join(to_text(each) for each in parts)


@static("System.String", "Format")
def string_format(pattern: str, *values: Any) -> str:
    return compose(
        pattern, elements(values[0]) if len(values) == 1 and isinstance(values[0], list) else list(values)
    )


@static("System.String", "Concat")
def concat(*values: Any) -> str:
    return "".join(to_text(each) for value in values for each in elements(value))


@static("System.String", "Equals")
def string_equals(left: Any, right: Any, comparison: Any = None) -> bool:
    return _fold(to_text(left), comparison) == _fold(to_text(right), comparison)


@static("System.String", "Compare")
def string_compare(left: Any, right: Any, ignore_case: Any = False) -> int:
    fold = ignore_case is True or to_text(ignore_case).lower().endswith("ignorecase")
    one, other = to_text(left), to_text(right)
    return _compare(one.casefold(), other.casefold()) if fold else _compare(one, other)


def _compare(left: str, right: str) -> int:
    return (left > right) - (left < right)


@static_property("System.String", "Empty")
def empty() -> str:
    return ""


@static("System.Char", "IsDigit")
def is_digit(character: Any) -> bool:
    return to_text(character).isdigit()


@static("System.Char", "IsLetter")
def is_letter(character: Any) -> bool:
    return to_text(character).isalpha()


@static("System.Char", "IsLetterOrDigit")
def is_letter_or_digit(character: Any) -> bool:
    return to_text(character).isalnum()


@static("System.Char", "IsUpper")
def is_upper(character: Any) -> bool:
    return to_text(character).isupper()


@static("System.Char", "IsLower")
def is_lower(character: Any) -> bool:
    return to_text(character).islower()


@property_of(NetType, "Name")
def type_short_name(value: NetType) -> str:
    bare, bracket, _ = value.name.partition("[")
    short = bare.rsplit(".", 1)[-1]
    return f"{short}[]" if bracket and value.name.endswith("[]") else f"{short}`1" if bracket else short


@property_of(NetType, "FullName")
def type_full_name(value: NetType) -> str:
    return value.name


@property_of(NetType, "Namespace")
def type_namespace(value: NetType) -> str:
    return value.name.rpartition(".")[0]


@property_of(NetType, "IsArray")
def type_is_array(value: NetType) -> bool:
    return value.name.endswith("[]")
