"""Get-, Enable- and Disable-WindowsOptionalFeature."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from unyo.lab.terminals.machine.features import Feature
from unyo.lab.terminals.machine.restarting import CBS_PENDING
from unyo.lab.terminals.powershell.commands import Call, command
from unyo.lab.terminals.powershell.errors import PowerShellError
from unyo.lab.terminals.powershell.values import Enum, Item

_STATE = "Microsoft.Dism.Commands.FeatureState"
_NUMBERS = {"Disabled": 4, "Enabled": 2, "EnablePending": 3, "DisablePending": 5}


def feature_item(feature: Feature, *, detailed: bool) -> Item:
    """Of a list only name and state, of one feature more."""
    shown: dict[str, Any] = {
        "FeatureName": feature.name,
        "State": Enum(feature.state, _NUMBERS[feature.state], _STATE),
    }
    if detailed:
        shown |= {
            "DisplayName": feature.name,
            "RestartRequired": "Possible" if feature.needs_restart else "No",
            "Path": None,
            "Online": True,
        }
    kind = (
        "Microsoft.Dism.Commands.AdvancedFeatureObject"
        if detailed
        else "Microsoft.Dism.Commands.BasicFeatureObject"
    )
    return Item(kind, shown)


def _online(call: Call) -> None:
    if not call.get("Online"):
        call.unsupported("anything but -Online")


def _unknown(call: Call, name: str) -> PowerShellError:
    english = f"Feature name {name} is unknown."
    return PowerShellError(
        english if call.machine.locale == "en-US" else f"機能名 {name} は認識されません。",
        "NotSpecified",
        name,
        f"Microsoft.Dism.Commands.{call.name.replace('-', '')}Command",
        exception="System.Runtime.InteropServices.COMException",
        hresult=-2146498548,
    )


@command("Get-WindowsOptionalFeature", named=("FeatureName",), switches=("Online",))
def get_feature(call: Call) -> Iterator[Any]:
    _online(call)
    table = call.machine.features.table
    name = str(call.get("FeatureName", "*"))
    if "*" not in name:
        feature = table.get(name)
        # A name that nobody knows gives nothing, not an error.
        if feature is not None:
            yield feature_item(feature, detailed=True)
        return
    for feature in sorted(table.values(), key=lambda f: f.name.lower()):
        if fnmatchcase(feature.name.lower(), name.lower()):
            yield feature_item(feature, detailed=False)


def _turn(call: Call, on: bool) -> Iterator[Item]:
    _online(call)
    machine = call.machine
    for given in call.values("FeatureName"):
        name = str(given)
        if name not in machine.features.table:
            raise _unknown(call, name)
        pending = machine.features.turn(name, on)
        if pending:
            machine.registry.make(CBS_PENDING)
            if not call.get("NoRestart"):
                call.unsupported("asking about a restart: give -NoRestart")
        yield Item(
            "Microsoft.Dism.Commands.ImageObject", {"Path": None, "Online": True, "RestartNeeded": pending}
        )


@command("Enable-WindowsOptionalFeature", named=("FeatureName",), switches=("Online", "NoRestart", "All"))
def enable_feature(call: Call) -> Iterator[Any]:
    yield from _turn(call, True)


@command("Disable-WindowsOptionalFeature", named=("FeatureName",), switches=("Online", "NoRestart", "Remove"))
def disable_feature(call: Call) -> Iterator[Any]:
    if call.get("Remove"):
        call.unsupported("-Remove")
    yield from _turn(call, False)
