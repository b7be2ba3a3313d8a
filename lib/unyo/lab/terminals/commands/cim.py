"""Get-CimInstance, Invoke-CimMethod and Remove-CimInstance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from unyo.lab.terminals.commands.cim_classes import (
    CIMV2,
    CLASSES,
    METHODS,
    REMOVALS,
    CimClass,
    class_of,
    spelled,
)
from unyo.lab.terminals.commands.wql import BadQuery, condition, parse_query
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Item, UInt32

_FOREIGN = ("CimSession", "ComputerName", "ResourceUri", "OperationTimeoutSec", "Shallow", "KeyOnly")
RSOP = "root/rsop/computer"


def cim_error(text: str, code: str, identifier: str, category: str, target: Any) -> PowerShellError:
    return PowerShellError(
        text,
        category,
        target,
        f"HRESULT {code},Microsoft.Management.Infrastructure.CimCmdlets.{identifier}",
        exception="Microsoft.Management.Infrastructure.CimException",
    )


def find_class(call: Call, name: str, namespace: str) -> CimClass | None:
    """The class; None after the error of a namespace that is not there, unsupported where it is not simulated."""
    place = spelled(namespace)
    if place == RSOP and not (call.machine.domain and call.machine.membership.logs_policy):
        text = "Invalid namespace " if call.machine.locale == "en-US" else "無効な名前空間です "
        call.write_error(
            cim_error(text, "0x8004100e", "GetCimInstanceCommand", "MetadataError", f"{namespace}:{name}")
        )
        return None
    found = CLASSES.get((place, name.lower()))
    if found is None:
        call.unsupported(f"the class {name} in {namespace}")
    return found


@command(
    "Get-CimInstance",
    positional=("ClassName",),
    named=("Namespace", "Filter", "Property", "Query", "InputObject", *_FOREIGN[:4], "QueryDialect"),
    switches=("KeyOnly", "Shallow"),
    aliases=("gcim",),
)
def get_cim_instance(call: Call) -> Iterator[Any]:
    for refused in ("CimSession", "ComputerName", "ResourceUri", "InputObject", "QueryDialect"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    names = [str(name) for name in call.values("Property")]
    class_name, where = str(call.get("ClassName", "")), str(call.get("Filter", ""))
    try:
        if call.given("Query"):
            class_name, names, where = parse_query(str(call.get("Query")))
        wanted = condition(where) if where else None
    except BadQuery:
        raise _bad_query(call, where) from None
    found = find_class(call, class_name, str(call.get("Namespace", CIMV2)))
    for item in found.instances(call.machine) if found is not None else []:
        try:
            if wanted is not None and not wanted(item):
                continue
        except BadQuery:
            raise _bad_query(call, where) from None
        yield _reduced(call, item, names)


def _bad_query(call: Call, where: str) -> PowerShellError:
    text = "Invalid query " if call.machine.locale == "en-US" else "無効なクエリです "
    return cim_error(text, "0x80041017", "GetCimInstanceCommand", "InvalidArgument", where)


def _reduced(call: Call, item: Item, names: list[str]) -> Item:
    """With -Property all others are there and empty."""
    if not names:
        return item
    for name in names:
        if name not in item:
            call.unsupported(f"the property {name} of {class_of(item)}")
    wanted = {name.lower() for name in names}
    kept = {name: value if name.lower() in wanted else None for name, value in item.properties.items()}
    return Item(item.type_name, kept)


@command(
    "Invoke-CimMethod",
    positional=("ClassName", "MethodName", "Arguments"),
    named=("Namespace", "InputObject", "Query", "CimSession", "ComputerName", "OperationTimeoutSec"),
    aliases=("icim",),
    pipeline="InputObject",
    parameter_aliases=(("Name", "MethodName"), ("Class", "ClassName")),
    should_process=True,
)
def invoke_cim_method(call: Call) -> Iterator[Any]:
    for refused in ("Query", "CimSession", "ComputerName"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    given = call.get("Arguments")
    arguments = dict(given.items()) if isinstance(given, Mapping) else {}
    name = str(call.get("MethodName"))
    items: list[Item | None] = (
        list(call.each("InputObject")) if call.given("InputObject") or call.has_input else [None]
    )
    for item in items:
        class_name = class_of(item) if item is not None else str(call.get("ClassName"))
        work = METHODS.get((class_name.lower(), name.lower()))
        if work is None:
            call.unsupported(f"the method {name} of {class_name}")
        if call.should_process(class_name, name):
            answer = work(call.machine, item, {key.lower(): value for key, value in arguments.items()})
            answer["ReturnValue"] = UInt32(answer.get("ReturnValue", 0))
            yield Item(
                "Microsoft.Management.Infrastructure.CimMethodResult", answer | {"PSComputerName": None}
            )


@command(
    "Remove-CimInstance",
    positional=("InputObject",),
    named=("Query", "Namespace", "CimSession", "ComputerName"),
    aliases=("rcim",),
    pipeline="InputObject",
    should_process=True,
)
def remove_cim_instance(call: Call) -> None:
    for refused in ("Query", "CimSession", "ComputerName"):
        if call.given(refused):
            call.unsupported(f"-{refused}")
    for item in call.each("InputObject"):
        work = REMOVALS.get(class_of(item).lower())
        if work is None:
            call.unsupported(f"removing a {class_of(item)}")
        if call.should_process(class_of(item), call.name):
            work(call.machine, item)
