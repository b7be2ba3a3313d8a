"""win_regedit and win_reg_stat."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from unyo.lab.terminals.ansible.conversions import to_text
from unyo.lab.terminals.ansible.registry import module
from unyo.lab.terminals.ansible.task import Task
from unyo.lab.terminals.machine.registry import Data, Value, ValueKind
from unyo.lab.terminals.powershell.errors import cast_error

_PATH = re.compile(r"HK(CC|CR|CU|LM|U):\\", re.I)
_KINDS: dict[str, ValueKind] = {
    "binary": "Binary",
    "dword": "DWord",
    "expandstring": "ExpandString",
    "multistring": "MultiString",
    "string": "String",
    "qword": "QWord",
}
_REG = {
    "Binary": "REG_BINARY",
    "String": "REG_SZ",
    "DWord": "REG_DWORD",
    "QWord": "REG_QWORD",
    "MultiString": "REG_MULTI_SZ",
    "ExpandString": "REG_EXPAND_SZ",
}


@module("ansible.windows.win_regedit")
def win_regedit(task: Task) -> None:
    task.result |= {"data_changed": False, "data_type_changed": False}
    task.diff |= {"before": "", "after": ""}
    path, name, kind = task.text("path"), task.text("name"), task.text("type").lower()
    if task["name"] is None and kind != "string":
        task.warn(
            "the data type when name is not specified can only be 'string', the type has automatically been converted"
        )
        kind = "string"
    if not _PATH.match(path):
        task.fail(f"path: {path} is not a valid powershell path, see module documentation for examples.")
    if task["hive"] is not None:
        task.unsupported("loading a hive file")
    if kind == "none":
        task.unsupported("values of type none")
    if task.text("state").lower() == "present":
        _present(task, path, name, _KINDS[kind], _data(task, kind, name))
    else:
        _absent(task, path, name)


def _data(task: Task, kind: str, name: str) -> Data | None:
    data = task["data"]
    match kind:
        case "binary":
            return _binary(task, data)
        case "dword" | "qword":
            return _number(task, data, 32 if kind == "dword" else 64)
        case "multistring":
            items = data if isinstance(data, list) else [] if data is None else [data]
            return tuple(to_text(item) for item in items)
        case _:
            return ("" if name else None) if data is None else to_text(data)


def _binary(task: Task, data: Any) -> bytes:
    if isinstance(data, int) and not isinstance(data, bool):
        if data > 255:
            task.fail(
                f"cannot convert binary data '{data}' to byte array, please specify this value as a yaml byte array or "
                "a comma separated hex value string"
            )
        return bytes([data])
    if isinstance(data, list):
        return bytes(int(item) for item in data)
    text = re.sub(r"^hex:", "", str(data or "").lower())
    text = re.sub(r"[^a-f0-9\\,x\-:]", "", text).replace(",", ":")
    if ":" in text:
        return bytes(int(part, 16) for part in re.split(":+", text))
    if len(text) == 1:
        return bytes([int(text, 16)])
    return bytes.fromhex(text) if len(text) % 2 == 0 else b""


def _number(task: Task, data: Any, bits: int) -> int:
    if data is None:
        data = 0
    if isinstance(data, str):
        data = int(data, 0) if re.fullmatch(r"\s*(0x[0-9a-fA-F]+|\d+)\s*", data) else _no_number(data)
    if isinstance(data, float):
        if data % 1:
            task.fail(
                f"data '{data}' cannot be a decimal or float value with a remainder when type is dword or qword"
            )
        data = int(data)
    if data >= 1 << bits:
        kind = "dword" if bits == 32 else "qword"
        task.fail(f"data cannot be larger than 0x{'f' * (bits // 4)} when type is {kind}")
    return int(data) & ((1 << bits) - 1)


def _no_number(data: str) -> NoReturn:
    raise cast_error(
        f'Cannot convert value "{data}" to type "System.UInt64". Error: "Input string was not in a correct format."'
    )


def _differs(kept: Value, data: Data) -> bool:
    """As Compare-RegistryProperty does it: lists without regard to case, the rest with."""
    if isinstance(kept.data, tuple):
        given = data if isinstance(data, tuple) else (str(data),)
        return [item.lower() for item in kept.data] != [item.lower() for item in given]
    return kept.data != data


def _shown(kind: str, data: Data) -> dict[str, Any]:
    shown: Any = data
    if isinstance(data, bytes):
        shown = [f"0x{byte:02x}" for byte in data]
    elif isinstance(data, int):
        shown = f"0x{data:08x}" if kind == "DWord" else f"0x{data:016x}"
    elif isinstance(data, tuple):
        shown = list(data)
    return {"type": kind, "value": shown}


def _present(task: Task, path: str, name: str, kind: ValueKind, data: Data | None) -> None:
    registry, key = task.machine.registry, task.surroundings.key(path)
    missing = registry.key(key) is None
    if missing:
        task.changed()
        if task.acts:
            registry.make(key)
    before: dict[str, Any] = {} if missing else {path: {}}
    after: dict[str, Any] = {path: {}}
    task.diff |= {"before": before, "after": after}
    if data is None or (missing and not task.acts):
        return
    kept = registry.value(key, name)
    differs = kept is None or kept.kind != kind or _differs(kept, data)
    if kept is not None:
        task.result["data_type_changed"] = kept.kind != kind
        task.result["data_changed"] = _differs(kept, data)
        before[path][name] = _shown(kept.kind, kept.data)
    after[path][name] = _shown(kind, data) if differs or kept is None else _shown(kept.kind, kept.data)
    if differs:
        task.changed()
        if task.acts:
            registry.put(key, name, kind, data)


def _absent(task: Task, path: str, name: str) -> None:
    registry, key = task.machine.registry, task.surroundings.key(path)
    if registry.key(key) is None:
        return
    if task["delete_key"] and not name:
        task.changed()
        task.diff |= {"before": {path: {}}, "after": {}}
        if task.acts:
            registry.remove(key)
        return
    kept = registry.value(key, name)
    if kept is None:
        return
    task.changed()
    task.diff |= {"before": {path: {name: _shown(kept.kind, kept.data)}}, "after": {path: {}}}
    if task.acts:
        registry.drop(key, name)


@module("ansible.windows.win_reg_stat")
def win_reg_stat(task: Task) -> None:
    path = task.text("path")
    if not _PATH.match(path):
        task.fail(f"path: {path} is not a valid registry path, see module documentation for examples.")
    full = task.surroundings.key(path)
    key = task.machine.registry.key(full)
    if key is None:
        task.result["exists"] = False
    elif task["name"] is None:
        task.result["exists"] = True
        task.result["properties"] = {value.name: _stat(task, value) for value in key.values.values()}
        task.result["sub_keys"] = [child.name for child in task.machine.registry.children(full)]
    else:
        value = key.values.get(task.text("name").lower())
        task.result["exists"] = value is not None
        if value is not None:
            task.result |= _stat(task, value)


def _stat(task: Task, value: Value) -> dict[str, Any]:
    raw: Any = value.data
    expanded: Any = raw
    if isinstance(raw, bytes):
        expanded, raw = list(raw), [f"0x{byte:02x}" for byte in raw]
    elif isinstance(raw, tuple):
        expanded = raw = list(raw)
    elif value.kind == "ExpandString":
        expanded = task.surroundings.expand(str(raw))
    return {"type": _REG[value.kind], "value": expanded, "raw_value": raw}
