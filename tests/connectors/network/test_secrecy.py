"""No password of a device reaches a log, an error or a command line."""

from __future__ import annotations

import logging
import traceback

import pytest

from support.network_town import Town, old_town
from unyo.connectors.network.quiet import silence
from unyo.core.hand import Exchanged, Fate
from unyo.core.secret import Secret
from unyo.lab.network.switches import Switches

pytestmark = pytest.mark.xdist_group("network")


def seen_in(text: str, town: Town) -> list[str]:
    """Which passwords a text gives away."""
    return [ref for ref, secret in town.safe.kept.items() if secret.reveal() in text]


def said_of(ended: Exchanged) -> str:
    error = ended.error
    lines = traceback.format_exception(error) if error else []
    return repr(ended) + (str(error) if error else "") + "".join(lines)


def test_logs_at_debug_hold_no_password(rack: Switches, caplog: pytest.LogCaptureFixture) -> None:
    town = old_town(rack)
    caplog.set_level(logging.DEBUG)
    for name in ("netmiko", "paramiko", "paramiko.transport", "unyo.ssh"):
        caplog.set_level(logging.DEBUG, logger=name)
    assert town.exchange(town.login).fate is Fate.VERIFIED
    town.safe.kept[town.login.path] = town.password(town.login, 2)
    assert town.exchange(town.enable).fate is Fate.VERIFIED
    town.attempt(town.enable, 1)
    assert "\n".join(town.order("typed")).count(town.password(town.login, 2).reveal()) == 1
    assert seen_in(caplog.text, town) == []


def test_the_library_would_have_logged_it(caplog: pytest.LogCaptureFixture) -> None:
    """The reason why its logger is silenced: it says nothing, not even of what a caller adds."""
    silence()
    silence()
    caplog.set_level(logging.DEBUG, logger="netmiko")
    logging.getLogger("netmiko").error("write_channel: %s", "secret 0 Canary-1")
    assert caplog.text == ""


@pytest.mark.parametrize(
    "fault", ["lose_after_set", "lose_before_set", "no_room_to_save", "lose_while_saving"]
)
def test_errors_hold_no_password(rack: Switches, fault: str) -> None:
    town = old_town(rack)
    town.fault(fault)
    assert seen_in(said_of(town.exchange(town.login)), town) == []


def test_a_refusal_does_not_quote_the_command(rack: Switches) -> None:
    town = old_town(rack)
    town.order("configure", "security passwords min-length 16")
    town.safe.keep(town.login, 2, Secret("Canary7"))
    said = said_of(town.exchange(town.login))
    assert "network.refused" in said
    assert seen_in(said, town) == []
