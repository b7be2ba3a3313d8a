"""Scripts are found, completed and known to be repeatable or not; envelopes hold ASCII only."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from support.winrm_reach import SHIPPED
from unyo.connectors.winrm.envelope import Output, decode, pack
from unyo.connectors.winrm.scripts import ScriptShelf, bootstrap
from unyo.core.errors import BadInput, NotFound
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Errand, Terminal

shelf = ScriptShelf((SHIPPED,))
TERMINAL = Terminal("5CG1", "PC1", "192.0.2.1")


def test_guard_carries_settings_with_it() -> None:
    text = shelf.take("guard").text
    assert "#include" not in text
    assert shelf.take("settings").text.rstrip() in text


def test_the_sites_own_script_wins(tmp_path: Path) -> None:
    (tmp_path / "facts.ps1").write_text("# mine", encoding="utf-8")
    assert ScriptShelf((tmp_path, SHIPPED)).take("facts").text == "# mine"


@pytest.mark.parametrize("name", ["no_such_thing", "../settings", "C:\\settings", ""])
def test_an_unknown_script_is_named(name: str) -> None:
    with pytest.raises(NotFound):
        shelf.take(name)


def test_reading_may_be_repeated_and_writing_not() -> None:
    settings = shelf.take("settings")
    assert settings.may_repeat({"mode": "read"})
    assert not settings.may_repeat({"mode": "apply"})
    assert shelf.take("facts").may_repeat({"parts": []})
    assert not shelf.take("guard").may_repeat({"mode": "arm"})


def test_an_envelope_is_ascii_and_holds_the_secret_only_when_packed() -> None:
    errand = Errand(TERMINAL, {"name": "山田"}, {"password": SecretRef("x")})
    text = pack(shelf.take("facts"), errand, lambda ref: Secret("pâss"))
    assert text.isascii()
    assert "\n" not in text
    assert json.loads(text)["parameters"] == {"name": "山田", "password": "pâss"}


def test_a_parameter_given_twice_is_refused() -> None:
    errand = Errand(TERMINAL, {"password": "a"}, {"password": SecretRef("x")})
    with pytest.raises(BadInput):
        pack(shelf.take("facts"), errand, lambda ref: Secret("b"))


def test_more_than_windows_powershell_can_read_is_refused_here() -> None:
    errand = Errand(TERMINAL, {"text": "x" * 2_000_000})
    with pytest.raises(BadInput) as caught:
        pack(shelf.take("facts"), errand, lambda ref: Secret("b"))
    assert caught.value.code == "terminals.too_large"


def test_an_answer_survives_stray_output_in_any_code_page() -> None:
    packed = base64.b64encode(json.dumps({"ok": {"name": "端末"}}).encode())
    output = Output("警告\r\n".encode("cp932") + b"unyo:" + packed + b";\r\n")
    assert output.answer() == {"ok": {"name": "端末"}}


def test_complaints_are_read_in_the_terminals_code_page() -> None:
    assert decode("アクセスが拒否されました".encode("cp932")) == "アクセスが拒否されました"
    assert decode("アクセスが拒否されました".encode()) == "アクセスが拒否されました"


def test_complaints_come_out_of_clixml() -> None:
    stderr = b'#< CLIXML\r\n<Objs Version="1.1.0.1"><S S="Error">not found_x000D__x000A_</S></Objs>'
    assert Output(b"", stderr).complaint == "not found"


def test_the_bootstrap_fits_on_a_command_line() -> None:
    assert len(base64.b64encode(bootstrap().encode("utf-16-le"))) < 8000
