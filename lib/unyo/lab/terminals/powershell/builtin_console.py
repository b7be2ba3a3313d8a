"""[Console] and [Environment]: standard input and output, the process's environment."""

from __future__ import annotations

import re
from typing import Any

from unyo.lab.terminals.powershell.builtin_encodings import default_encoding
from unyo.lab.terminals.powershell.conversion import to_text
from unyo.lab.terminals.powershell.dotnet import (
    constructor,
    static,
    static_property,
    static_setter,
)
from unyo.lab.terminals.powershell.frames import Session
from unyo.lab.terminals.powershell.values import NOTHING, Item


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
