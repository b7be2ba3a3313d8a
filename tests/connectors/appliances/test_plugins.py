"""A plug-in is one file; what it raises or breaks on becomes one of the known fates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.hands import Drawer
from unyo.connectors.appliances.hand import ApplianceHand
from unyo.connectors.appliances.shelf import Shelf
from unyo.core.credential import AccountKind, Credential
from unyo.core.directory import Logon
from unyo.core.errors import BadSetting, UnyoError
from unyo.core.hand import Exchange, Fate, Trial
from unyo.core.secret import Secret
from unyo.settings import Settings, shipped
from unyo.wiring import Toolbox

CREDENTIAL = Credential(AccountKind.APPLIANCE, "copier1", "admin", "passwords/copier1/admin", "copier1")

BOX = """
from unyo.connectors.appliances.plugin import Appliance, Lost, NotReached, Refused, WrongPassword

class Box(Appliance):
    by = "box"
    takes = "Old-Password-1"

    def set(self, device, old, new):
        {body}

    def accepts(self, device, password):
        return password.reveal() == self.takes
"""


def fate_of(place: Path, body: str) -> tuple[Fate, UnyoError | None]:
    (place / "box.py").write_text(BOX.format(body=body))
    drawer = Drawer()
    old = drawer.keep(CREDENTIAL.ref.at(1), Secret("Old-Password-1"))
    new = drawer.keep(CREDENTIAL.ref.at(2), Secret("New-Password-2"))
    credential = Credential(AccountKind.APPLIANCE, "b", "admin", CREDENTIAL.path, "b", driver="box")
    ended = ApplianceHand(drawer.open, [place]).exchange([Exchange(credential, old, new)])[0]
    shown = repr(ended) + str(ended.error or "")
    assert [secret for secret in drawer.canaries if secret.decode() in shown] == []
    return ended.fate, ended.error


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        ("self.takes = new.reveal()", Fate.VERIFIED),
        ("pass", Fate.UNKNOWN),
        ("raise WrongPassword", Fate.WRONG_OLD),
        ("raise Refused('too short: ' + new.reveal())", Fate.REFUSED),
        ("raise NotReached('off')", Fate.UNTOUCHED),
        ("raise Lost('timeout ' + new.reveal())", Fate.UNKNOWN),
        ("raise ValueError(new.reveal())", Fate.UNKNOWN),
    ],
)
def test_whatever_a_plug_in_does_is_a_known_fate_and_shows_no_password(
    tmp_path: Path, body: str, fate: Fate
) -> None:
    found, error = fate_of(tmp_path, body)
    assert found is fate
    assert (error is None) == (fate is Fate.VERIFIED)


def test_a_sites_own_plug_in_stands_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "snmp_usm.py").write_text(BOX.format(body="pass"))
    assert Shelf([tmp_path]).take("snmp_usm").by == "box"
    assert Shelf().take("snmp_usm").by == "snmp"


@pytest.mark.parametrize("name", ["no_such", "../snmp_usm", "", "__init__"])
def test_a_name_that_is_no_plug_in_is_told_with_those_that_are(name: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Shelf().take(name)
    assert "snmp_usm" in caught.value.next_step.en


@pytest.mark.parametrize("text", ["x = 1", "raise RuntimeError", "def broken(:", BOX.format(body="pass") * 2])
def test_a_file_that_is_no_plug_in_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.py").write_text(
        text.replace("class Box", "class Other", 1) if text.count("Box") > 1 else text
    )
    with pytest.raises(BadSetting) as caught:
        Shelf([tmp_path]).take("odd")
    assert caught.value.code == "appliances.plugin_file"


@pytest.mark.parametrize("page", ["passwords.md", "passwords.ja.md"])
def test_the_example_in_the_pages_loads_and_works(page: str, tmp_path: Path) -> None:
    text = (shipped("docs") / page).read_text(encoding="utf-8")
    found = re.search(r"```python\n(# appliances/(\w+)\.py\n.*?)```", text, re.DOTALL)
    assert found is not None
    (tmp_path / f"{found[2]}.py").write_text(found[1], encoding="utf-8")
    plugin = Shelf([tmp_path]).take(found[2])
    assert plugin.by == "https"
    drawer = Drawer()
    credential = Credential(
        AccountKind.APPLIANCE,
        "c",
        "admin",
        CREDENTIAL.path,
        "c",
        address="127.0.0.1",
        port=9,
        driver=found[2],
    )
    old = drawer.keep(credential.ref.at(1), Secret("Old-Password-1"))
    hand = ApplianceHand(drawer.open, [tmp_path])
    assert hand.exchange([Exchange(credential, old, old)])[0].fate is Fate.UNTOUCHED
    assert hand.attempt([Trial(credential, old)])[0].logon is None


def test_the_tried_password_decides(tmp_path: Path) -> None:
    (tmp_path / "box.py").write_text(BOX.format(body="pass"))
    drawer = Drawer()
    credential = Credential(AccountKind.APPLIANCE, "b", "admin", CREDENTIAL.path, "b", driver="box")
    trials = [
        Trial(credential, drawer.keep(credential.ref.at(number), Secret(text)))
        for number, text in enumerate(("Old-Password-1", "Other-2"), 1)
    ]
    found = ApplianceHand(drawer.open, [tmp_path]).attempt(trials)
    assert [each.logon for each in found] == [Logon.ACCEPTED, Logon.WRONG]


def test_an_installation_finds_the_plug_ins_in_its_home(tmp_path: Path) -> None:
    (tmp_path / "appliances").mkdir()
    (tmp_path / "appliances" / "box.py").write_text(BOX.format(body="pass"))
    hand = Toolbox(Settings(tmp_path)).hands.of(AccountKind.APPLIANCE)
    credential = Credential(AccountKind.APPLIANCE, "b", "admin", CREDENTIAL.path, "b", driver="no_such")
    tried = hand.attempt([Trial(credential, credential.ref)])[0]
    assert tried.error is not None
    assert "box, snmp_usm" in tried.error.next_step.en
