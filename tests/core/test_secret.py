"""A secret leaves its box by reveal() alone."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from dataclasses import dataclass
from io import StringIO

import pytest
import yaml

from unyo.core.canonical import canonical_json
from unyo.core.secret import Secret, SecretRef

VALUE = "Xy7!kmnp#Qrs9t"
SECRET = Secret(VALUE)


@dataclass(frozen=True)
class Envelope:
    """Something that carries a secret about."""

    name: str
    secret: Secret


ENVELOPE = Envelope("tanaka", SECRET)


def written_by_logging(form: str, *arguments: object) -> str:
    """Everything that a logger and its complaints about bad arguments write."""
    stream = StringIO()
    log = logging.Logger("alone")  # without pytest's own handlers, which raise what others swallow
    log.addHandler(logging.StreamHandler(stream))
    log.error(form, *arguments)
    return stream.getvalue()


def test_reveal_gives_the_text() -> None:
    assert SECRET.reveal() == VALUE


@pytest.mark.parametrize("nothing", ["", None, 7, b"bytes"])
def test_nothing_is_no_secret(nothing: object) -> None:
    with pytest.raises(ValueError, match="non-empty text"):
        Secret(nothing)  # type: ignore[arg-type]


def test_text_forms_are_refused() -> None:
    with pytest.raises(TypeError, match="cannot be formatted"):
        str(SECRET)
    with pytest.raises(TypeError, match="cannot be formatted"):
        f"{SECRET}"
    with pytest.raises(TypeError, match="cannot be formatted"):
        f"{SECRET:>20}"
    with pytest.raises(TypeError, match="cannot be formatted"):
        "%s" % SECRET  # noqa: UP031
    with pytest.raises(TypeError, match="cannot be formatted"):
        "{}".format(SECRET)  # noqa: UP032
    with pytest.raises(TypeError):
        "".join(["password: ", SECRET])  # type: ignore[list-item]
    with pytest.raises(TypeError):
        "password: " + SECRET  # type: ignore[operator]
    with pytest.raises(TypeError):
        bytes(SECRET)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        list(SECRET)  # type: ignore[call-overload]


def test_its_inspection_shows_nothing_not_even_its_length() -> None:
    assert repr(SECRET) == "Secret(…)" == repr(Secret("x"))
    assert f"{SECRET!r}" == "Secret(…)"
    assert VALUE not in repr(ENVELOPE)
    assert not hasattr(SECRET, "__dict__")


def test_files_and_wires_are_refused() -> None:
    with pytest.raises(TypeError):
        json.dumps({"password": SECRET})
    with pytest.raises(TypeError):
        json.dumps({"password": SECRET}, default=str)
    with pytest.raises(TypeError):
        canonical_json({"password": SECRET})
    with pytest.raises(yaml.YAMLError):
        yaml.safe_dump({"password": SECRET})
    with pytest.raises(TypeError):
        yaml.dump({"password": SECRET})


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_is_refused_in_every_protocol(protocol: int) -> None:
    with pytest.raises(TypeError, match="pickled or copied"):
        pickle.dumps(SECRET, protocol)
    with pytest.raises(TypeError, match="pickled or copied"):
        pickle.dumps(ENVELOPE, protocol)


def test_copies_are_refused() -> None:
    with pytest.raises(TypeError, match="pickled or copied"):
        copy.copy(SECRET)
    with pytest.raises(TypeError, match="pickled or copied"):
        copy.deepcopy([SECRET])
    with pytest.raises(TypeError, match="pickled or copied"):
        dataclasses.asdict(ENVELOPE)
    with pytest.raises(TypeError, match="pickled or copied"):
        dataclasses.astuple(ENVELOPE)
    with pytest.raises(TypeError, match="pickled or copied"):
        SECRET.__getstate__()


@pytest.mark.parametrize("form", ["set to %s", "set to %r", "set to %20s"])
def test_logging_never_writes_it(
    form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", True)
    written = written_by_logging(form, SECRET) + written_by_logging(form, ENVELOPE)
    assert VALUE not in written + capsys.readouterr().err


def test_a_traceback_with_local_variables_never_shows_it() -> None:
    def set_password(secret: Secret, envelope: Envelope) -> None:
        raise RuntimeError(f"refused by {envelope.name}")

    with pytest.raises(RuntimeError) as refused:
        set_password(SECRET, ENVELOPE)
    shown = "".join(traceback.TracebackException.from_exception(refused.value, capture_locals=True).format())
    assert "secret = Secret(…)" in shown
    assert "Envelope(name='tanaka'" in shown
    assert VALUE not in shown


def test_equal_secrets_are_equal_and_equal_text_is_not() -> None:
    assert Secret("秘密") == Secret("秘密")
    assert Secret("a") != Secret("b")
    assert SECRET != VALUE
    with pytest.raises(TypeError, match="unhashable"):
        hash(SECRET)


def test_a_reference_names_a_secret_in_a_state_and_is_read_back() -> None:
    ref = SecretRef("accounts/000101/initial/1")
    assert ref.as_state() == {"$secret": "accounts/000101/initial/1"}
    assert SecretRef.from_state(ref.as_state()) == ref


@pytest.mark.parametrize("value", [None, "text", 7, {}, {"$secret": "a", "more": "b"}, ["$secret"]])
def test_an_ordinary_value_is_no_reference(value: object) -> None:
    assert SecretRef.from_state(value) is None
