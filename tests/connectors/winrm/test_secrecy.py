"""Neither the password nor a secret parameter shows up anywhere but on the wire."""

from __future__ import annotations

import logging
import os
import traceback
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from support.winrm_reach import Reach, answered, failed
from unyo.core.errors import UnyoError
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Answer

CANARY = "k4n4ry-in-a-p4r4meter"
PASSWORD = "k4n4ry-in-a-p4ssw0rd"
REF = {"word": SecretRef("canary")}


def everything_said(error: UnyoError, caplog: pytest.LogCaptureFixture) -> str:
    """The error in every form it can take, its whole chain, the log, and this process as others see it."""
    me = psutil.Process()
    seen: list[str] = [repr(error), str(error), str(error.as_json()), *traceback.format_exception(error)]
    inner: BaseException | None = error
    while inner is not None:
        seen += [repr(inner), repr(vars(inner))]
        inner = inner.__cause__ or inner.__context__
    seen += [record.getMessage() for record in caplog.records]
    return "\n".join([*seen, *me.cmdline(), *os.environ.values()])


def with_secret(reach: Reach, script: str, timeout: float = 30) -> Answer | UnyoError:
    keeping = replace(reach, secrets={"canary": Secret(CANARY)})
    return keeping.run(script, reach.terminals[0], {}, REF, timeout)


def test_a_script_gets_the_secret(reach: Reach) -> None:
    reach.script("length", "@{ length = $Parameters.word.Length }")
    assert answered(with_secret(reach, "length")) == {"length": len(CANARY)}


def test_a_script_that_quotes_the_secret_in_its_error(reach: Reach, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reach.script("quote", 'throw "cannot use $($Parameters.word)"')
    error = failed(with_secret(reach, "quote"))
    assert "cannot use …" in str(error.detail)
    assert CANARY not in everything_said(error, caplog)


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("powered_off", True),
        ("wrong_password", True),
        ("quota_fault", True),
        ("operation_timeout", True),
        ("certificate", "expired"),
    ],
)
def test_no_fault_tells_a_secret(
    reach: Reach, caplog: pytest.LogCaptureFixture, knob: str, value: object
) -> None:
    caplog.set_level(logging.DEBUG)
    reach.script("length", "@{ length = $Parameters.word.Length }")
    serial = reach.terminals[0].serial
    reach.fleet.knob(serial, knob, value)
    error = failed(with_secret(reach, "length", timeout=2))
    said = everything_said(error, caplog)
    assert CANARY not in said
    assert reach.fleet.password.reveal() not in said


def test_a_wrong_password_is_not_told(winrm_reach: Reach, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = replace(winrm_reach, password=Secret(PASSWORD))
    for scheme, transport in (("https", "basic"), ("https", "ntlm"), ("http", "ntlm")):
        changed = stranger.with_settings(scheme=scheme, transport=transport)
        error = failed(changed.run("facts", changed.terminals[0], {"parts": []}))
        assert PASSWORD not in everything_said(error, caplog)


def test_secrets_are_opened_only_when_they_are_sent(winrm_reach: Reach, tmp_path: Path) -> None:
    winrm_reach.script("length", "@{}")
    error = failed(winrm_reach.run("length", winrm_reach.terminals[0], {}, REF))
    assert error.code == "vault.missing"
