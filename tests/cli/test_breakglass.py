"""The day the server burns: an export that several people open together, on a machine that has nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from support.at_the_desk import Desk
from support.books import add_device
from unyo.core.password_books import Move
from unyo.core.secret import Secret, SecretRef
from unyo.core.secret_state import SecretState
from unyo.ledger.models import Event, Operator
from unyo.settings import load_settings
from unyo.wiring import Toolbox

CORE, DB, TORN = "passwords/core/admin", "passwords/db/postgres", "passwords/db/batch"
CANARY = "Canary-glass-"


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A vault with one proven, one proven and one sent, one torn, one plain secret and a person's first one."""
    Operator.objects.filter(name="tanaka").update(role="officer")
    add_device("core", "network", [{"name": "admin"}], driver="cisco_ios")
    add_device("db", "postgresql", [{"name": "postgres"}, {"name": "batch"}])
    tools = Toolbox(load_settings())
    for path, state in ((CORE, "VERIFIED"), (DB, "VERIFIED"), (DB, "UNKNOWN"), (TORN, "VERIFIED")):
        number = tools.credentials.propose({path: partial(Secret, CANARY + path)}, "rotation")[path]
        tools.credentials.advance([Move(path, number, SecretState(state), "ssh")])
    tools.credentials.advance([Move(TORN, 1, SecretState.TORN)])
    tools.vault.seal(SecretRef("mail/password"), Secret(CANARY + "mail"), "mail")
    tools.vault.seal(SecretRef("accounts/0001/initial/1"), Secret(CANARY + "person"), "a person's first")
    return desk


@pytest.fixture
def export(filled: Desk, tmp_path: Path) -> Path:
    """The folder of an export with 5 shares of which 3 are needed."""
    place = tmp_path / "glass"
    filled.unyo("breakglass", "export", "--out", str(place), "--with-keys")
    return place


@pytest.fixture
def at_home() -> Iterator[None]:
    """This machine has the ledger (the test's own one is looked at, wherever it lies)."""
    file = load_settings().home / "ledger.sqlite3"
    file.touch()
    yield
    file.unlink()


def file_of(place: Path) -> Path:
    (file,) = place.glob("*.breakglass")
    return file


def shares_of(place: Path, *numbers: int) -> list[str]:
    files = [next(place.glob(f"share-{number}-*.txt")) for number in numbers]
    return [word for file in files for word in ("--share", str(file))]


def elsewhere(place: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """unyo on another machine: no home, no settings, no ledger, another user's empty directory."""
    empty = place.parent / "elsewhere"
    empty.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UNYO_")}
    environment |= {"HOME": str(empty), "XDG_STATE_HOME": str(empty / "state"), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "unyo", "breakglass", *words],
        cwd=empty,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_on_an_empty_machine_three_shares_give_everything_back(export: Path) -> None:
    out, keys = export.parent / "found.json", export.parent / "keys"
    done = elsewhere(
        export,
        *("restore", str(file_of(export)), *shares_of(export, 1, 3, 5)),
        *("--out", str(out), "--keys-out", str(keys)),
    )
    assert done.returncode == 0, done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert (out.stat().st_mode & 0o777, keys.stat().st_mode & 0o777) == (0o600, 0o600)
    found = {(each["path"], each["state"]): each["password"] for each in json.loads(out.read_text())}
    assert found == {
        (CORE, "VERIFIED"): CANARY + CORE,
        (DB, "VERIFIED"): CANARY + DB,
        (DB, "UNKNOWN"): CANARY + DB,
        (TORN, "TORN"): CANARY + TORN,
        ("mail/password", ""): CANARY + "mail",
    }
    assert keys.read_text() == load_settings().key_file.read_text()
    assert not list((export.parent / "elsewhere").iterdir())


def test_shares_are_typed_where_the_sheets_are_paper(export: Path) -> None:
    typed = []
    for number in (2, 4, 5):
        text = next(export.glob(f"share-{number}-*.txt")).read_text()
        words = re.findall(r"\d+\. ([a-z]+)", text)
        assert len(words) == 33
        # As people type: capitals, and only what tells a word apart.
        typed.append(" ".join(word[:4].upper() for word in words))
    done = elsewhere(export, "restore", str(file_of(export)), "--print", "--stdout", typed="\n".join(typed))

    assert done.returncode == 0, done.stderr
    assert f"{CORE}#1\tVERIFIED\t{CANARY}{CORE}" in done.stdout


def test_a_page_to_print_holds_the_same_words(filled: Desk, tmp_path: Path) -> None:
    from pypdf import PdfReader

    place = tmp_path / "paper"
    names = [word for name in ("髙橋", "Sato", "鈴木") for word in ("--holder", name)]
    filled.unyo(
        *("breakglass", "export", "--out", str(place), "--pdf", "--shares", "3", "--needed", "2"), *names
    )
    text = (place / "share-2-Sato.txt").read_text()
    page = PdfReader(place / "share-2-Sato.pdf").pages[0].extract_text()

    words = re.findall(r"\d+\. ([a-z]+)", text)
    assert re.findall(r"\d+\. ([a-z]+)", page) == words
    assert (place / "share-1-髙橋.txt").exists()


@pytest.mark.parametrize(
    ("numbers", "code"),
    [((), "breakglass.too_few"), ((1, 2), "breakglass.too_few"), ((1, 1, 2), "breakglass.too_few")],
)
def test_too_few_shares_open_nothing(filled: Desk, export: Path, numbers: tuple[int, ...], code: str) -> None:
    words = ("breakglass", "test", str(file_of(export)), *shares_of(export, *numbers))
    assert filled.answer(*words, code=2)["error"]["code"] == code


def test_shares_of_another_export_open_nothing(filled: Desk, export: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    filled.unyo("breakglass", "export", "--out", str(other))
    mixed = [*shares_of(export, 1, 2), *shares_of(other, 3)]
    for shares in (mixed, shares_of(other, 1, 2, 3)):
        words = ("breakglass", "test", str(file_of(export)), *shares)
        assert filled.answer(*words, code=2)["error"]["code"] == "breakglass.mixed"


def test_a_mistyped_word_is_noticed_before_anything_is_tried(filled: Desk, export: Path) -> None:
    sheet = next(export.glob("share-1-*.txt"))
    words = re.findall(r"\d+\. ([a-z]+)", sheet.read_text())
    for wrong in (["academic", *words[1:]], words[:-1], [words[1], words[0], *words[2:]]):
        sheet.write_text(" ".join(wrong))
        given = ("breakglass", "test", str(file_of(export)), *shares_of(export, 1, 2, 3))
        answer = filled.answer(*given, code=2)
        assert answer["error"]["code"] == "breakglass.misread"
        assert words[4] not in json.dumps(answer)


@pytest.mark.parametrize("part", ["sealed", "made_at", "needed"])
def test_a_file_that_was_touched_does_not_open(filled: Desk, export: Path, part: str) -> None:
    file = file_of(export)
    loaded = json.loads(file.read_text())
    loaded[part] = (
        loaded[part][:-8] + "AAAAAAA=" if part == "sealed" else (2 if part == "needed" else "2000-01-01")
    )
    file.write_text(json.dumps(loaded))
    words = ("breakglass", "test", str(file), *shares_of(export, 1, 2, 3))
    assert filled.answer(*words, code=2)["error"]["code"] == "breakglass.does_not_open"


def test_another_file_is_no_export(filled: Desk, export: Path, tmp_path: Path) -> None:
    file = tmp_path / "x"
    for content in (b"", b"\xff\x00", b"{}", b'{"format": "unyo-breakglass-1"}'):
        file.write_bytes(content)
        words = ("breakglass", "test", str(file), *shares_of(export, 1, 2, 3))
        assert filled.answer(*words, code=2)["error"]["code"] == "breakglass.no_export"


def test_neither_the_file_nor_the_shares_nor_the_ledger_hold_a_password_in_clear(
    filled: Desk, export: Path, sqlite_ledger: Path
) -> None:
    key = load_settings().key_file.read_text().partition(":")[2].strip()
    kept = [*export.iterdir(), *sqlite_ledger.parent.glob("ledger.sqlite3*")]
    for content in (file.read_bytes() for file in kept):
        assert CANARY.encode() not in content
        assert key.encode() not in content
    words = re.findall(r"\d+\. ([a-z]+)", next(export.glob("share-1-*.txt")).read_text())
    assert " ".join(words[3:8]) not in str([event.fields for event in Event.objects.all()])
    assert {file.stat().st_mode & 0o777 for file in export.iterdir()} == {0o600}
    assert export.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("at_home")
def test_the_drill_is_on_record_and_says_what_still_holds(filled: Desk, export: Path) -> None:
    words = ("breakglass", "test", str(file_of(export)), *shares_of(export, 2, 3, 4))
    assert filled.answer(*words) == {
        "opens": True,
        "secrets": 5,
        "keys": 1,
        "recorded": True,
        "in_force": 2,
        "of": 2,
    }
    books = Toolbox(load_settings()).credentials
    number = books.propose({CORE: lambda: Secret(CANARY + "new")}, "rotation")[CORE]
    books.advance([Move(CORE, number, SecretState.VERIFIED, "ssh")])
    assert (filled.answer(*words)["in_force"], Event.objects.filter(kind="breakglass.tested").count()) == (
        1,
        2,
    )
    assert filled.answer("breakglass", "status")["renewed_since"] == 1
    told = filled.answer("doctor", code=1)
    (stale,) = (each for each in told if each["check"]["en"] == "break-glass export")
    assert stale["error"]["code"] == "doctor.breakglass"


def test_only_the_officer_makes_it_or_agrees(filled: Desk, tmp_path: Path) -> None:
    Operator.objects.filter(name="tanaka").update(role="operator")
    words = ("breakglass", "export", "--out", str(tmp_path / "glass"))
    assert filled.answer(*words, code=4)["error"]["code"] == "breakglass.officer"
    assert not (tmp_path / "glass").exists()


def test_who_made_it_stands_in_the_log_before_it_exists(filled: Desk, export: Path) -> None:
    import hashlib

    fields = Event.objects.get(kind="breakglass.exported").fields
    file = file_of(export)
    assert (fields["by"], fields["file"]) == ("tanaka", file.name)
    assert fields["digest"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_into_a_new_vault_the_one_in_force_counts_and_the_open_one_is_kept(
    filled: Desk, export: Path
) -> None:
    """A fresh ledger: what is restored is in force, not proven; verify proves it."""
    from django.db import connections

    from unyo.ledger.models import SealedSecret

    SealedSecret.objects.all().delete()
    connections.close_all()
    answer = filled.answer(
        "breakglass", "restore", str(file_of(export)), *shares_of(export, 1, 2, 3), "--into-vault"
    )
    assert (answer["sealed"], answer["skipped"]) == (5, [])
    tools = Toolbox(load_settings())
    assert tools.vault.open(SecretRef(DB)).reveal() == CANARY + DB
    assert [version.number for version in tools.credentials.standing([DB])[DB].versions] == [2, 1]

    again = filled.answer(
        "breakglass", "restore", str(file_of(export)), *shares_of(export, 1, 2, 3), "--into-vault"
    )
    assert again["sealed"] == 5


def test_what_the_ledger_knows_with_states_is_left_alone(filled: Desk, export: Path) -> None:
    answer = filled.answer(
        "breakglass", "restore", str(file_of(export)), *shares_of(export, 1, 2, 3), "--into-vault"
    )
    assert answer["skipped"] == [CORE, TORN, DB]


def test_nothing_comes_out_where_nobody_said_where_to(filled: Desk, export: Path) -> None:
    words = ("breakglass", "restore", str(file_of(export)), *shares_of(export, 1, 2, 3))
    assert filled.answer(*words, code=2)["error"]["code"] == "breakglass.whereto"
    assert filled.answer(*words, "--print", code=2)["error"]["code"] == "checkout.no_terminal"


def test_the_page_opens_an_export_without_unyo(export: Path) -> None:
    """What docs/passwords.md shows is enough for the day on which nobody can install unyo."""
    page = (Path(__file__).resolve().parents[2] / "docs/passwords.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"<!-- opens an export -->\n```python\n(.*?)```", page, re.DOTALL)
    sheets = [next(export.glob(f"share-{number}-*.txt")).read_text() for number in (1, 2, 3)]
    typed = "\n".join(" ".join(re.findall(r"\d+\. ([a-z]+)", sheet)) for sheet in sheets)
    done = subprocess.run(
        [sys.executable, "-c", program, str(file_of(export))],
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert CANARY + CORE in {each["password"] for each in json.loads(done.stdout)["secrets"]}, done.stderr
