"""System statics that scripts name: encodings, the environment, the console, regular expressions, paths, types."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Callable
from typing import Any

from unyo.lab.terminals.powershell.builtin_collections import Comparer
from unyo.lab.terminals.powershell.conversion import as_bytes, to_text
from unyo.lab.terminals.powershell.dotnet import (
    constructor,
    known_type,
    method,
    property_of,
    static,
    static_property,
    static_setter,
)
from unyo.lab.terminals.powershell.errors import PowerShellError, method_error
from unyo.lab.terminals.powershell.frames import Session
from unyo.lab.terminals.powershell.patterns import regex, replace
from unyo.lab.terminals.powershell.records import BASES, ErrorRecord, new_exception
from unyo.lab.terminals.powershell.surroundings import version
from unyo.lab.terminals.powershell.values import NOTHING, Enum, Item, ScriptBlock

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


def _reader(session: Session) -> Item:
    """Standard input: what is left of it is read to the end or by the line."""

    def rest() -> str:
        text, session.stdin = session.stdin, ""
        return text

    def line() -> str | None:
        if not session.stdin:
            return None
        found, _, session.stdin = session.stdin.partition("\n")
        return found.removesuffix("\r")

    return Item(
        "System.IO.TextReader", methods={"ReadToEnd": rest, "ReadLine": line, "Close": lambda: NOTHING}
    )


@static_property("System.Console", "In", session=True)
def console_in(session: Session) -> Item:
    return _reader(session)


@static("System.Console", "ReadLine", session=True)
def console_read_line(session: Session) -> Any:
    return _reader(session).methods["ReadLine"]()


@static("System.Console", "OpenStandardInput", session=True)
def open_standard_input(session: Session) -> Item:
    return Item(
        "System.IO.Stream", {"_text": session}, {"Close": lambda: NOTHING, "Dispose": lambda: NOTHING}
    )


@constructor("System.IO.StreamReader", session=True)
def stream_reader(session: Session, stream: Any, *_: Any) -> Item:
    if not (isinstance(stream, Item) and stream.type_name == "System.IO.Stream" and "_text" in stream):
        session.unsupported("StreamReader of anything but standard input", 0)
    return _reader(session)


@static("System.Console", "WriteLine", session=True)
def console_write_line(session: Session, text: Any = "") -> Any:
    session.ran.output.append(to_text(text))
    return NOTHING


@static("System.Console", "Write", session=True)
def console_write(session: Session, text: Any = "") -> Any:
    session.ran.output.append(to_text(text))
    return NOTHING


def _standard_error(session: Session) -> Item:
    def write(text: Any = "") -> Any:
        session.ran.stderr.append(to_text(text))
        return NOTHING

    return Item(
        "System.IO.TextWriter", methods={"WriteLine": write, "Write": write, "Flush": lambda: NOTHING}
    )


static_property("System.Console", "Error", session=True)(_standard_error)


def _console_encoding(name: str) -> None:
    key = f"[console]{name}".lower()

    @static_property("System.Console", name, session=True)
    def read(session: Session) -> Any:
        return session.globals.variables.get(key) or default_encoding(session.machine)

    @static_setter("System.Console", name, session=True)
    def write(session: Session, value: Any) -> None:
        session.globals.variables[key] = value


_console_encoding("InputEncoding")
_console_encoding("OutputEncoding")


@static_property("System.Environment", "MachineName", session=True)
def machine_name(session: Session) -> Any:
    return session.environment.get("COMPUTERNAME")


@static_property("System.Environment", "UserName", session=True)
def user_name(session: Session) -> Any:
    return session.environment.get("USERNAME")


@static_property("System.Environment", "UserDomainName", session=True)
def user_domain(session: Session) -> Any:
    return session.environment.get("USERDOMAIN")


@static_property("System.Environment", "SystemDirectory")
def system_directory() -> str:
    return "C:\\Windows\\system32"


@static_property("System.Environment", "NewLine")
def new_line() -> str:
    return "\r\n"


@static_property("System.Environment", "Is64BitProcess")
@static_property("System.Environment", "Is64BitOperatingSystem")
def is_64_bit() -> bool:
    return True


@static("System.Environment", "GetEnvironmentVariable", session=True)
def get_environment(session: Session, name: Any, target: Any = None) -> Any:
    if target is not None and to_text(target).lower() != "process":
        session.unsupported(f"environment of the {to_text(target)}", 0)
    return session.environment.get(to_text(name))


@static("System.Environment", "SetEnvironmentVariable", session=True)
def set_environment(session: Session, name: Any, value: Any, target: Any = None) -> Any:
    if target is not None and to_text(target).lower() != "process":
        session.unsupported(f"environment of the {to_text(target)}", 0)
    session.environment[to_text(name)] = to_text(value)
    return NOTHING


@static("System.Environment", "ExpandEnvironmentVariables", session=True)
def expand_environment(session: Session, text: Any) -> str:
    return expand(session, to_text(text))


def expand(session: Session, text: str) -> str:
    """%NAME% replaced; unknown names stay."""
    return re.sub(r"%([^%]+)%", lambda found: to_text(session.environment.get(found[1], found.group())), text)


@static("System.Environment", "GetFolderPath", session=True)
def folder_path(session: Session, folder: Any) -> Any:
    known = {
        "windows": "SystemRoot",
        "programfiles": "ProgramFiles",
        "programfilesx86": "ProgramFiles(x86)",
        "commonapplicationdata": "ProgramData",
        "localapplicationdata": "LOCALAPPDATA",
        "applicationdata": "APPDATA",
        "userprofile": "USERPROFILE",
    }
    name = to_text(folder).lower()
    if name == "system":
        return system_directory()
    if name not in known:
        session.unsupported(f"special folder {to_text(folder)}", 0)
    return session.environment[known[name]]


def _match_item(found: re.Match[str] | None) -> Item:
    if found is None:
        return Item(
            "System.Text.RegularExpressions.Match",
            {"Success": False, "Value": "", "Index": 0, "Length": 0},
            text="",
        )
    groups = Item("System.Text.RegularExpressions.GroupCollection", {"Count": len(found.groups()) + 1})

    def group(key: Any) -> Item:
        try:
            text = found.group(int(key) if isinstance(key, int) else to_text(key))
        except IndexError:
            text = None
        return Item(
            "System.Text.RegularExpressions.Group",
            {"Success": text is not None, "Value": text or ""},
            text=text or "",
        )

    groups.methods["get_Item"] = group
    return Item(
        "System.Text.RegularExpressions.Match",
        {
            "Success": True,
            "Value": found.group(),
            "Index": found.start(),
            "Length": len(found.group()),
            "Groups": groups,
        },
        text=found.group(),
    )


def _pattern(pattern: Any, options: Any = None) -> re.Pattern[str]:
    if isinstance(pattern, re.Pattern):
        return pattern
    wanted = to_text(options).lower() if options is not None else ""
    compiled = regex(to_text(pattern), "ignorecase" in wanted)
    extra = (re.MULTILINE if "multiline" in wanted else 0) | (re.DOTALL if "singleline" in wanted else 0)
    return re.compile(compiled.pattern, compiled.flags | extra) if extra else compiled


@static("System.Text.RegularExpressions.Regex", "IsMatch")
def regex_is_match(text: Any, pattern: Any, options: Any = None) -> bool:
    return _pattern(pattern, options).search(to_text(text)) is not None


@static("System.Text.RegularExpressions.Regex", "Match")
def regex_match(text: Any, pattern: Any, options: Any = None) -> Item:
    return _match_item(_pattern(pattern, options).search(to_text(text)))


@static("System.Text.RegularExpressions.Regex", "Matches")
def regex_matches(text: Any, pattern: Any, options: Any = None) -> list[Item]:
    return [_match_item(found) for found in _pattern(pattern, options).finditer(to_text(text))]


@static("System.Text.RegularExpressions.Regex", "Replace", session=True)
def regex_replace(session: Session, text: Any, pattern: Any, replacement: Any, options: Any = None) -> str:
    compiled = _pattern(pattern, options)
    if isinstance(replacement, ScriptBlock):
        block = replacement

        def swap(found: re.Match[str]) -> str:
            out = block.code.run_here
            values: list[Any] = []
            out(session.globals, _match_item(found), [_match_item(found)], values)
            return "".join(to_text(each) for each in values)

        return compiled.sub(swap, to_text(text))
    return replace(compiled, to_text(text), to_text(replacement))


@static("System.Text.RegularExpressions.Regex", "Split")
def regex_split(text: Any, pattern: Any) -> list[str]:
    return [part for part in _pattern(pattern).split(to_text(text)) if part is not None]


@static("System.Text.RegularExpressions.Regex", "Escape")
def regex_escape(text: Any) -> str:
    return re.sub(r"[\\*+?|{\[()^$.# ]", lambda found: "\\" + found.group(), to_text(text))


@constructor("System.Text.RegularExpressions.Regex")
def new_regex(pattern: Any, options: Any = None) -> re.Pattern[str]:
    return _pattern(pattern, options)


@method(re.Pattern, "IsMatch")
def pattern_is_match(pattern: re.Pattern[str], text: Any) -> bool:
    return regex_is_match(text, pattern)


@method(re.Pattern, "Match")
def pattern_match(pattern: re.Pattern[str], text: Any) -> Item:
    return regex_match(text, pattern)


@method(re.Pattern, "Matches")
def pattern_matches(pattern: re.Pattern[str], text: Any) -> list[Item]:
    return regex_matches(text, pattern)


@method(re.Pattern, "Replace", session=True)
def pattern_replace(session: Session, pattern: re.Pattern[str], text: Any, replacement: Any) -> str:
    return regex_replace(session, text, pattern, replacement)


@method(re.Pattern, "Split")
def pattern_split(pattern: re.Pattern[str], text: Any) -> list[str]:
    return regex_split(text, pattern)


PATH_METHODS: dict[str, Callable[..., Any]] = {
    "GetFileName": ntpath.basename,
    "GetFileNameWithoutExtension": lambda path: ntpath.splitext(ntpath.basename(path))[0],
    "GetExtension": lambda path: ntpath.splitext(path)[1],
    "GetDirectoryName": ntpath.dirname,
    "IsPathRooted": lambda path: bool(ntpath.splitdrive(path)[0]) or path.startswith(("\\", "/")),
    "GetTempPath": lambda: "C:\\Windows\\Temp\\",
}
for _name, _work in PATH_METHODS.items():
    static("System.IO.Path", _name)(_work)


@static("System.IO.Path", "Combine")
def combine(*parts: Any) -> str:
    return ntpath.join(*[to_text(each) for each in parts])


@static("System.Management.Automation.ScriptBlock", "Create", session=True)
def create_block(session: Session, text: Any) -> ScriptBlock:
    from unyo.lab.terminals.powershell.compiling import compile_script
    from unyo.lab.terminals.powershell.errors import OutsideSubset

    try:
        code = compile_script(to_text(text))
    except OutsideSubset as problem:
        session.unsupported(problem.message.removeprefix("SIMULATOR: unsupported "), problem.line)
    return ScriptBlock(code.text, code, session.globals)


for _exception in BASES:
    constructor(_exception)(
        lambda message=None, inner=None, kind=_exception: new_exception(
            kind,
            to_text(message) if message is not None else f"Exception of type '{kind}' was thrown.",
            inner=inner,
        )
    )


@constructor("System.Management.Automation.ErrorRecord")
def new_error_record(exception: Any, identity: Any, category: Any, target: Any) -> ErrorRecord:
    error = PowerShellError(
        to_text(exception.get("Message")),
        to_text(category),
        target,
        to_text(identity),
        exception=exception.type_name,
        value=exception,
    )
    return error_record(error)


def error_record(error: PowerShellError) -> ErrorRecord:
    """The record of an error."""
    from unyo.lab.terminals.powershell.records import record_of

    return record_of(error)


@constructor("System.Version")
def new_version(*parts: Any) -> Item:
    try:
        return version(to_text(parts[0]) if len(parts) == 1 else ".".join(to_text(each) for each in parts))
    except ValueError:
        raise method_error(
            "Parse", 1, "Version string portion was too short or too long.", "System.ArgumentException"
        ) from None


known_type("System.Version", "version")
known_type("System.Text.RegularExpressions.Regex", "regex")
known_type("System.Management.Automation.ErrorRecord")
static_property("System.StringComparer", "OrdinalIgnoreCase")(lambda: Comparer(True))
static_property("System.StringComparer", "InvariantCultureIgnoreCase")(lambda: Comparer(True))
static_property("System.StringComparer", "CurrentCultureIgnoreCase")(lambda: Comparer(True))
static_property("System.StringComparer", "Ordinal")(lambda: Comparer(False))


def enumeration(type_name: str, *names: str, first: int = 0) -> None:
    """Let scripts name the values of an enumeration: [type]::Name."""
    for number, name in enumerate(names, first):
        static_property(type_name, name)(lambda name=name, number=number: Enum(name, number, type_name))


enumeration(
    "System.StringComparison",
    "CurrentCulture",
    "CurrentCultureIgnoreCase",
    "InvariantCulture",
    "InvariantCultureIgnoreCase",
    "Ordinal",
    "OrdinalIgnoreCase",
)
enumeration("System.StringSplitOptions", "None", "RemoveEmptyEntries")
enumeration("System.MidpointRounding", "ToEven", "AwayFromZero")
enumeration("System.DateTimeKind", "Unspecified", "Utc", "Local")
enumeration("System.Text.NormalizationForm", "FormC", "FormD", first=1)
enumeration("System.Globalization.DateTimeStyles", "None", "AllowLeadingWhite", "AllowTrailingWhite")
enumeration("System.Text.RegularExpressions.RegexOptions", "None", "IgnoreCase", "Multiline")
static_property("System.Globalization.DateTimeStyles", "AdjustToUniversal")(
    lambda: Enum("AdjustToUniversal", 16)
)
static_property("System.Globalization.DateTimeStyles", "AssumeUniversal")(lambda: Enum("AssumeUniversal", 64))
static_property("System.Globalization.DateTimeStyles", "RoundtripKind")(lambda: Enum("RoundtripKind", 128))
static_property("System.Text.RegularExpressions.RegexOptions", "Singleline")(lambda: Enum("Singleline", 16))
static_property("System.EnvironmentVariableTarget", "Machine")(lambda: Enum("Machine", 2))
static_property("System.EnvironmentVariableTarget", "Process")(lambda: Enum("Process", 0))
static_property("System.Globalization.CultureInfo", "InvariantCulture")(
    lambda: Item("System.Globalization.CultureInfo", {"Name": "", "LCID": 127}, text="")
)


@constructor("System.Text.StringBuilder")
def new_builder(text: Any = "") -> Item:
    pieces: list[str] = [to_text(text)] if isinstance(text, str) else []
    item = Item("System.Text.StringBuilder")

    def append(more: Any = "") -> Item:
        pieces.append(to_text(more))
        return item

    item.methods["Append"] = append
    item.methods["AppendLine"] = lambda more="": append(f"{to_text(more)}\r\n")
    item.methods["ToString"] = lambda: "".join(pieces)
    return item


@property_of(re.Pattern, "Options")
def pattern_options(pattern: re.Pattern[str]) -> str:
    return "IgnoreCase" if pattern.flags & re.IGNORECASE else "None"
