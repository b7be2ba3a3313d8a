"""value.Name, value.Name = x, value.Name(…), value[index] and [type]::Name, by PowerShell's rules."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from unyo.lab.terminals.powershell import dotnet
from unyo.lab.terminals.powershell.conversion import is_list, to_number, to_text, type_name_of
from unyo.lab.terminals.powershell.dotnet import METHODS, PROPERTIES, STATIC_PROPERTIES, STATICS, find_member
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.frames import Session
from unyo.lab.terminals.powershell.values import CUSTOM_OBJECT, NOTHING, Collection, Item, ScriptBlock, Table

COMPLETE = (str, int, float, bool, Decimal, uuid.UUID)
"""Types of which every property is known here, so that an unknown one really is not there."""
SELECTED = "Selected."


def read(value: Any, name: str, session: Session, line: int) -> Any:
    """value.Name; $null for what is not there, an error in strict mode."""
    found = lookup(value, name, session, line)
    if found is not NOTHING:
        return found
    if is_list(value):
        gathered = _gather(value, name, session, line)
        if gathered:
            return gathered[0] if len(gathered) == 1 else gathered
    elif session.strict < 2 and value is not None and name.lower() in ("count", "length"):
        return None if isinstance(value, Item) and not is_simulated(value) else 1
    elif value is None and session.strict < 2 and name.lower() in ("count", "length"):
        return 0
    if session.strict >= 2:
        raise not_found(name)
    return None


def lookup(value: Any, name: str, session: Session, line: int) -> Any:
    """A value's own property, or NOTHING where it has none."""
    if isinstance(value, Item):
        entry = value.properties.get(name, NOTHING)
        if entry is not NOTHING:
            return entry
    elif isinstance(value, Table):
        if name in value:
            return value[name]
    elif value is None:
        return NOTHING
    member = find_member(PROPERTIES, value, name)
    if member is not None:
        return member.work(*member.first(session), value)
    if isinstance(value, Item) and is_simulated(value):
        session.unsupported(f"property {name} of {value.type_name}", line)
    if not isinstance(value, (*COMPLETE, Item, Table)) and not is_list(value):
        session.unsupported(f"property {name} of {type_name_of(value)}", line)
    return NOTHING


def is_simulated(item: Item) -> bool:
    """Whether the real object has more members than the simulation gives it."""
    return item.type_name != CUSTOM_OBJECT and not item.type_name.startswith(SELECTED)


def _gather(values: Any, name: str, session: Session, line: int) -> list[Any]:
    """Member enumeration: the property of each element that has it; lists among them are unrolled."""
    gathered: list[Any] = []
    for each in values:
        if is_list(each):
            found: Any = _gather(each, name, session, line)
        else:
            found = lookup(each, name, session, line)
        if found is NOTHING:
            continue
        if is_list(found):
            gathered.extend(found)
        else:
            gathered.append(found)
    return gathered


def not_found(name: str) -> PowerShellError:
    """Strict mode's error for a property that is not there."""
    return PowerShellError(
        f"The property '{name}' cannot be found on this object. Verify that the property exists.",
        "NotSpecified",
        fully_qualified_id="PropertyNotFoundStrict",
        exception="System.Management.Automation.PropertyNotFoundException",
        terminating=True,
    )


def write(value: Any, name: str, new: Any) -> None:
    """value.Name = new."""
    if isinstance(value, Table):
        value[name] = new
    elif isinstance(value, Item) and name in value.properties:
        value.properties[name] = new
    elif is_list(value) and len(value) and all(isinstance(each, (Item, Table)) for each in value):
        for each in value:
            write(each, name, new)
    else:
        raise PowerShellError(
            f"The property '{name}' cannot be found on this object. Verify that the property exists and can be set.",
            "InvalidOperation",
            fully_qualified_id="PropertyNotFound",
            terminating=True,
        )


def call(value: Any, name: str, arguments: list[Any], session: Session, line: int) -> Any:
    """value.Name(arguments)."""
    if value is None or value is NOTHING:
        raise PowerShellError(
            "You cannot call a method on a null-valued expression.",
            "InvalidOperation",
            fully_qualified_id="InvokeMethodOnNull",
            terminating=True,
        )
    if isinstance(value, Item):
        own = value.methods.get(name)
        if own is not None:
            return invoked(own, arguments, name, session, line)
        script = value.properties.get(name)
        if isinstance(script, ScriptBlock) and name in value.properties:
            return _single(session.globals.invoke_here(script, value, arguments))
    member = find_member(METHODS, value, name)
    if member is not None:
        return invoked(member.work, [*member.first(session), value, *arguments], name, session, line)
    if is_list(value) and len(value):
        return [call(each, name, arguments, session, line) for each in value]
    return session.unsupported(f"method {name}() of {type_name_of(value)}", line)


def _single(values: list[Any]) -> Any:
    return NOTHING if not values else values[0] if len(values) == 1 else values


def invoked(work: Any, arguments: list[Any], name: str, session: Session, line: int) -> Any:
    """Call a member; its errors end the statement, and arguments that it does not know are refused."""
    try:
        result = work(*arguments)
    except PowerShellError as error:
        error.terminating = True
        raise
    except TypeError as problem:
        if "argument" not in str(problem):
            raise
        session.unsupported(f"call of {name}(): {problem}", line)
    if result is None and getattr(work, "__annotations__", {}).get("return", "") in (None, "None"):
        return NOTHING
    return result


def read_static(type_name: str, name: str, session: Session, line: int) -> Any:
    """[type]::Name."""
    member = STATIC_PROPERTIES.get((type_name.lower(), name.lower()))
    if member is None:
        session.unsupported(f"[{type_name}]::{name}", line)
    return member.work(*member.first(session))


def call_static(type_name: str, name: str, arguments: list[Any], session: Session, line: int) -> Any:
    """[type]::Name(arguments) and [type]::new(arguments)."""
    if name.lower() == "new":
        return construct(type_name, arguments, session, line)
    member = STATICS.get((type_name.lower(), name.lower()))
    if member is None:
        session.unsupported(f"[{type_name}]::{name}()", line)
    return invoked(member.work, [*member.first(session), *arguments], name, session, line)


def construct(type_name: str, arguments: list[Any], session: Session, line: int) -> Any:
    """A new object of a .NET type; a generic type is found without its arguments."""
    bare = type_name.split("[", 1)[0]
    full = dotnet.full_type(bare) or bare
    member = dotnet.CONSTRUCTORS.get(full.lower())
    if member is None:
        session.unsupported(f"new {type_name}", line)
    return invoked(member.work, [*member.first(session), *arguments], "new", session, line)


def index(value: Any, key: Any, session: Session) -> Any:
    """value[key]."""
    if value is None or value is NOTHING:
        raise PowerShellError(
            "Cannot index into a null array.",
            "InvalidOperation",
            fully_qualified_id="NullArray",
            terminating=True,
        )
    if isinstance(value, Table):
        return _table_entry(value, key)
    if isinstance(key, list) and (is_list(value) or isinstance(value, str)):
        return [each for one in key if (each := _element(value, one, session)) is not NOTHING]
    if isinstance(value, (list, bytes, bytearray, str, Collection)):
        by_name = find_member(METHODS, value, "get_Item")
        if by_name is not None and isinstance(key, str):
            return by_name.work(value, key)
        if isinstance(value, Collection):
            value = list(value)
        found = _element(value, key, session)
        return None if found is NOTHING else found
    if isinstance(value, Item) and "get_Item" in value.methods:
        return value.methods["get_Item"](key)
    if isinstance(value, Item) and not is_simulated(value):
        return session.unsupported(
            "index into a custom object, which Windows PowerShell does not treat as a list", 0
        )
    if not isinstance(key, int):
        raise PowerShellError(
            f"Unable to index into an object of type {type_name_of(value)}.",
            "InvalidOperation",
            fully_qualified_id="CannotIndex",
            terminating=True,
        )
    return value if key in (0, -1) else NOTHING


def _table_entry(table: Table, key: Any) -> Any:
    if isinstance(key, list):
        return [table.get(each) for each in key]
    if table.ordered and isinstance(key, int) and not isinstance(key, bool):
        values = list(table.values())
        return values[key] if 0 <= key < len(values) else None
    return table.get(key)


def _element(values: Any, key: Any, session: Session) -> Any:
    from unyo.lab.terminals.powershell.values import Byte, Char

    at = int(to_number(key))
    if not -len(values) <= at < len(values):
        if session.strict >= 3:
            raise PowerShellError(
                "Index was outside the bounds of the array.",
                "OperationStopped",
                fully_qualified_id="System.IndexOutOfRangeException",
                exception="System.IndexOutOfRangeException",
                terminating=True,
            )
        return NOTHING
    found = values[at]
    if isinstance(values, str):
        return Char(found)
    return Byte(found) if isinstance(values, (bytes, bytearray)) else found


def write_index(value: Any, key: Any, new: Any) -> None:
    """value[key] = new."""
    if isinstance(value, Table):
        if value.ordered and isinstance(key, int) and not isinstance(key, bool):
            value[list(value)[key]] = new
        else:
            value[key] = new
        return
    if isinstance(value, (list, bytearray)):
        at = int(to_number(key))
        if -len(value) <= at < len(value):
            value[at] = new
            return
        raise PowerShellError(
            "Index was outside the bounds of the array.",
            "OperationStopped",
            fully_qualified_id="System.IndexOutOfRangeException",
            exception="System.IndexOutOfRangeException",
            terminating=True,
        )
    if value is None:
        raise PowerShellError(
            "Cannot index into a null array.",
            "InvalidOperation",
            fully_qualified_id="NullArray",
            terminating=True,
        )
    raise PowerShellError(
        f"Unable to index into an object of type {to_text(type_name_of(value))}.",
        "InvalidOperation",
        fully_qualified_id="CannotIndex",
        terminating=True,
    )


def write_static(type_name: str, name: str, value: Any, session: Session, line: int) -> None:
    """[type]::Name = value, for the few static properties that can be set."""
    full = dotnet.full_type(type_name) or type_name
    member = dotnet.STATIC_SETTERS.get((full.lower(), name.lower()))
    if member is None:
        session.unsupported(f"assignment to [{type_name}]::{name}", line)
    member.work(*member.first(session), value)
