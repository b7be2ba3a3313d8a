"""Optional features of Windows; some change only at the next start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table

FeatureState = Literal["Enabled", "Disabled", "EnablePending", "DisablePending"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One optional feature."""

    name: str
    state: FeatureState
    needs_restart: bool = False


class Features:
    """Features by name."""

    __slots__ = ("table",)

    def __init__(self, base: Table[Feature], mark: Mark) -> None:
        self.table: Overlay[Feature] = Overlay(base, mark)

    def turn(self, name: str, on: bool) -> bool:
        """Turn a feature on or off; True where it takes a restart."""
        feature = self.table[name]
        if feature.state == ("Enabled" if on else "Disabled"):
            return False
        state: FeatureState = "Enabled" if on else "Disabled"
        if feature.needs_restart:
            going = "DisablePending" if on else "EnablePending"
            state = state if feature.state == going else ("EnablePending" if on else "DisablePending")
        self.table[name] = replace(feature, state=state)
        return state.endswith("Pending")

    def settle(self) -> None:
        """What a restart does to pending features."""
        for feature in self.table.values():
            if feature.state.endswith("Pending"):
                done: FeatureState = "Enabled" if feature.state == "EnablePending" else "Disabled"
                self.table[feature.name] = replace(feature, state=done)
