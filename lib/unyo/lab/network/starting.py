"""An emulated switch starts: its start-up configuration is read line by line, as if it were typed."""

from __future__ import annotations

from collections.abc import Sequence

from unyo.lab.network.config_mode import ConfigMode
from unyo.lab.network.emulated_switch import EmulatedSwitch
from unyo.lab.network.grammar import CommandError


def restart(switch: EmulatedSwitch) -> None:
    """Forget what was not saved: begin anew from the start-up configuration."""
    with switch.turn:
        switch.begin()
        load(switch, switch.saved_lines())
        switch.restarts += 1


def load(switch: EmulatedSwitch, lines: Sequence[str]) -> None:
    """Read configuration lines; ValueError for one that the emulation does not know."""
    faults, switch.faults = switch.faults, type(switch.faults)()
    mode = ConfigMode(switch)
    for line in lines:
        if line.strip() in ("", "!", "end"):
            continue
        if not line.startswith(" "):
            mode.section = "config"
        try:
            mode.enter(line)
        except CommandError as error:
            raise ValueError(f"{line.split()[0]} …: {error}") from None
    switch.faults = faults
