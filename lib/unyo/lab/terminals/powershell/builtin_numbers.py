"""[int]::MaxValue and its siblings, [Math], [Convert], [BitConverter], [Guid], Get-Random."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import random
import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from unyo.lab.terminals.powershell.casting import INTEGERS, find_caster
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.conversion import as_bytes, to_number, to_text
from unyo.lab.terminals.powershell.dotnet import constructor, method, static, static_property
from unyo.lab.terminals.powershell.errors import PowerShellError, method_error
from unyo.lab.terminals.powershell.values import NOTHING, Item

for _name, (_low, _high, _type) in INTEGERS.items():
    static_property(_name, "MinValue")(partial(_type, _low))
    static_property(_name, "MaxValue")(partial(_type, _high))


def _parsed(name: str, text: Any) -> Any:
    cast = find_caster(name)
    assert cast is not None
    try:
        if not to_text(text).strip():
            raise ValueError
        return cast(text)
    except (PowerShellError, ValueError):
        raise method_error(
            "Parse", 1, "Input string was not in a correct format.", "System.FormatException"
        ) from None


for _name in (*INTEGERS, "System.Double", "System.Decimal", "System.Boolean"):
    static(_name, "Parse")(lambda text, name=_name: _parsed(name, text))


@static_property("System.Math", "PI")
def pi() -> float:
    return math.pi


@static("System.Math", "Round")
def math_round(value: Any, digits: Any = 0, mode: Any = None) -> Any:
    """Banker's rounding unless MidpointRounding.AwayFromZero is asked for."""
    number = to_number(value)
    if isinstance(digits, str):
        digits, mode = 0, digits
    if mode is not None and to_text(mode).lower() == "awayfromzero":
        shifted = abs(float(number)) * 10**digits
        return math.copysign(math.floor(shifted + 0.5) / 10**digits, float(number))
    return float(round(float(number), int(digits)))


@static("System.Math", "Floor")
def floor(value: Any) -> float:
    return float(math.floor(to_number(value)))


@static("System.Math", "Ceiling")
def ceiling(value: Any) -> float:
    return float(math.ceil(to_number(value)))


@static("System.Math", "Truncate")
def truncate(value: Any) -> float:
    return float(math.trunc(to_number(value)))


@static("System.Math", "Abs")
def absolute(value: Any) -> Any:
    return abs(to_number(value))


@static("System.Math", "Max")
def largest(left: Any, right: Any) -> Any:
    return max(to_number(left), to_number(right))


@static("System.Math", "Min")
def smallest(left: Any, right: Any) -> Any:
    return min(to_number(left), to_number(right))


@static("System.Math", "Pow")
def power(base: Any, exponent: Any) -> float:
    return math.pow(to_number(base), to_number(exponent))


@static("System.Math", "Sqrt")
def root(value: Any) -> float:
    return math.sqrt(to_number(value))


@static("System.Math", "Sign")
def sign(value: Any) -> int:
    number = to_number(value)
    return (number > 0) - (number < 0)


@static("System.Convert", "ToBase64String")
def to_base64(data: Any) -> str:
    return base64.b64encode(as_bytes(data)).decode("ascii")


@static("System.Convert", "FromBase64String")
def from_base64(text: Any) -> bytes:
    try:
        return base64.b64decode("".join(to_text(text).split()), validate=True)
    except binascii.Error:
        raise method_error(
            "FromBase64String",
            1,
            "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding "
            "characters, or an illegal character among the padding characters. ",
            "System.FormatException",
        ) from None


def _converter(name: str) -> Any:
    cast = find_caster(name)
    assert cast is not None

    def convert(value: Any, base: int = 10) -> Any:
        if base != 10:
            number = int(to_text(value), base)
            low, high, kind = INTEGERS[name]
            return kind(number - (high - low + 1) if number > high else number)
        return cast(value)

    return convert


for _name in INTEGERS:
    static("System.Convert", f"To{_name.removeprefix('System.')}")(_converter(_name))


@static("System.Convert", "ToString")
def convert_to_string(value: Any, base: Any = 10) -> str:
    if base == 10 or not isinstance(base, int):
        return to_text(value)
    number = int(to_number(value))
    number = number if number >= 0 else number + (2**32 if number >= -(2**31) else 2**64)
    return f"{number:{ {2: 'b', 8: 'o', 16: 'x'}[base] }}"


@static("System.Convert", "ToBoolean")
def convert_to_boolean(value: Any) -> bool:
    if isinstance(value, str):
        if value.strip().lower() not in ("true", "false"):
            raise method_error(
                "ToBoolean", 1, "String was not recognized as a valid Boolean.", "System.FormatException"
            )
        return value.strip().lower() == "true"
    return bool(to_number(value))


@static("System.Convert", "ToDouble")
def convert_to_double(value: Any) -> float:
    return float(to_number(value))


@static("System.BitConverter", "ToString")
def bit_string(data: Any) -> str:
    return "-".join(f"{each:02X}" for each in as_bytes(data))


@static("System.BitConverter", "ToUInt32")
def bits_to_uint32(data: Any, start: int = 0) -> int:
    return int.from_bytes(as_bytes(data)[start : start + 4], "little")


@static("System.BitConverter", "ToInt32")
def bits_to_int32(data: Any, start: int = 0) -> int:
    return int.from_bytes(as_bytes(data)[start : start + 4], "little", signed=True)


@static("System.BitConverter", "GetBytes")
def bits_of(number: int) -> bytes:
    return int(number).to_bytes(4 if -(2**31) <= number < 2**32 else 8, "little", signed=number < 0)


@static("System.Guid", "NewGuid")
def new_guid() -> uuid.UUID:
    return uuid.uuid4()


@static_property("System.Guid", "Empty")
def empty_guid() -> uuid.UUID:
    return uuid.UUID(int=0)


@static("System.Guid", "Parse")
@constructor("System.Guid")
def parse_guid(text: Any) -> uuid.UUID:
    try:
        return uuid.UUID(to_text(text))
    except ValueError:
        raise method_error(
            "Parse",
            1,
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
            "System.FormatException",
        ) from None


@method(uuid.UUID, "ToByteArray")
def guid_bytes(value: uuid.UUID) -> bytes:
    return value.bytes_le


def _hash(algorithm: str) -> Item:
    def compute(data: Any) -> bytes:
        content = data.get("_bytes") if isinstance(data, Item) else as_bytes(data)
        return hashlib.new(algorithm, content, usedforsecurity=False).digest()

    return Item(
        f"System.Security.Cryptography.{algorithm.upper()}Managed",
        methods={"ComputeHash": compute, "Dispose": lambda: NOTHING, "Clear": lambda: NOTHING},
    )


for _algorithm in ("SHA256", "SHA1", "SHA384", "SHA512", "MD5"):
    for _form in (
        f"System.Security.Cryptography.{_algorithm}",
        f"System.Security.Cryptography.{_algorithm}Managed",
    ):
        static(_form, "Create")(partial(_hash, _algorithm.lower()))
        constructor(_form)(partial(_hash, _algorithm.lower()))


@command("Get-Random", positional=("Maximum",), named=("Minimum", "InputObject", "Count", "SetSeed"))
def get_random(call: Call) -> Iterable[Any]:
    chosen = random.Random(call.get("SetSeed"))
    pool = call.values("InputObject") if call.given("InputObject") else list(call.pipeline)
    if pool:
        return chosen.sample(pool, min(int(to_number(call.get("Count", 1))), len(pool)))
    low, high = int(to_number(call.get("Minimum", 0))), int(to_number(call.get("Maximum", 2**31 - 1)))
    return [chosen.randrange(low, high)]
