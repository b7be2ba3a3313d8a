"""The proof of passwords: every figure stands on rows, the oldest first, and no password in it."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from support.books import add_device
from support.lending import CANARY, CORE, SECOND, SERVICE, Lending
from unyo.core.credential import Scope
from unyo.core.errors import Unreachable
from unyo.core.password_books import Move
from unyo.core.proof import Proof
from unyo.core.proof_figures import figures, ranges
from unyo.core.proof_files import ProofForm, proof_files
from unyo.core.proof_tables import proof_tables
from unyo.core.secret_state import SecretState
from unyo.core.table import table_texts
from unyo.core.text import Language, Text
from unyo.flow.approval import approve_by_rule
from unyo.flow.checkouts import check_in
from unyo.flow.planning import plan_job
from unyo.flow.reading import read_once
from unyo.flow.request import request_job
from unyo.flow.worker import Worker
from unyo.runbooks.passwords.proof import ProofParams
from unyo.runbooks.passwords.rules.proving_rows import gather


@pytest.fixture
def desk(sqlite_ledger: Path, tmp_path: Path) -> Lending:
    return Lending(tmp_path)


def taken(desk: Lending, days: int = 35) -> Proof:
    return gather(desk.tools, Scope(everything=True), timedelta(days=days), "消費者庁")


def paths(proof: Proof) -> list[str]:
    return [row.credential.path for row in proof.rows]


def figure(proof: Proof, words: str) -> list[str]:
    """The paths behind the figure whose label holds these words."""
    (found,) = (each for each in figures(proof) if words in each.label.en)
    return [row.credential.path for row in proof.rows if row.number in found.rows]


def troubled(desk: Lending) -> None:
    """One torn, one sent and not proven, one unreachable, one that was never set."""
    books = desk.tools.credentials
    add_device("new", "linux", [{"name": "root"}])
    books.advance([Move(SERVICE, 1, SecretState.TORN)])
    desk.pass_time(days=100)
    desk.renew(SECOND, "Canary-second")
    number = books.propose({SECOND: desk_secret}, "rotation")[SECOND]
    books.advance([Move(SECOND, number, SecretState.UNKNOWN)])
    away = Unreachable("ssh.no_answer", Text("no answer", "応答なし"), Text("wait", "待つ"))
    books.note_trouble({CORE: away})
    desk.pass_time(days=3)


def desk_secret() -> Any:
    from unyo.core.secret import Secret

    return Secret("Canary-sent-unknown")


def test_the_oldest_stands_first_and_before_it_what_was_never_set(desk: Lending) -> None:
    troubled(desk)
    assert paths(taken(desk)) == [SERVICE, "passwords/new/root", CORE, SECOND]
    assert [row.age.days if row.age else None for row in taken(desk).rows] == [None, None, 103, 3]


def test_every_figure_names_its_rows(desk: Lending) -> None:
    troubled(desk)
    proof = taken(desk)

    assert figure(proof, "proven by log-on within") == [SECOND]
    assert figure(proof, "over that age") == [CORE]
    assert figure(proof, "torn") == [SERVICE]
    assert figure(proof, "open") == [SECOND]
    assert figure(proof, "not set by unyo") == ["passwords/new/root"]
    assert figure(proof, "trouble") == [CORE]


def test_what_is_wrong_stands_with_its_reason_and_since_when(desk: Lending) -> None:
    troubled(desk)
    _, _, troubles, *_ = proof_tables(taken(desk))
    told = {row[1]: (row[3], row[4]) for row in table_texts(troubles, Language.EN)[1:]}

    assert told["core-sw admin"] == ("ssh.no_answer", "no answer")
    assert told["db1 batch"] == ("", "no known password works")
    assert told["db1 postgres"] == ("", "sent, and no log-on has proven it yet")
    since = {row[1]: row[5] for row in table_texts(troubles, Language.EN)[1:]}
    assert since["core-sw admin"] == "2027-07-03 12:00"


def test_who_could_read_and_who_did(desk: Lending) -> None:
    desk.lent()
    read_once(desk.road, CORE, "tanaka")
    check_in(desk.road, CORE, "tanaka")
    proof = taken(desk)
    *_, access, readings, checkouts = proof_tables(proof)

    core = next(row for row in proof.rows if row.credential.path == CORE)
    assert (core.readings, core.checkouts) == (1, 1)
    could = table_texts(access, Language.EN)[1:]
    assert {row[0] for row in could} == {"sato, suzuki, tanaka", "nobody"}
    (did,) = table_texts(readings, Language.EN)[1:]
    assert did[1:6] == ["tanaka", str(core.number), CORE, "1", "power failure in the server room"]
    (held,) = table_texts(checkouts, Language.JA)[1:]
    assert (held[3], held[4], held[9]) == ("tanaka", "返却済み", "未実施")


def test_a_password_that_somebody_else_set_is_seen(desk: Lending) -> None:
    from unyo.core.hand import AccountFacts

    later = desk.tools.clock.now() + timedelta(hours=5)
    desk.tools.credentials.note_facts({CORE: AccountFacts(last_set=later)})
    desk.pass_time(days=1)
    assert figure(taken(desk), "somebody else") == [CORE]


@pytest.mark.parametrize("language", list(Language))
def test_the_files_say_the_same_and_hold_no_password(desk: Lending, language: Language) -> None:
    troubled(desk)
    desk.lent(SECOND)
    read_once(desk.road, SECOND, "tanaka")
    files = proof_files(taken(desk), language, tuple(ProofForm))

    assert [name.rpartition(".")[2] for name in files] == ["html", "xlsx", "csv"]
    page = next(content for name, content in files.items() if name.endswith("html")).decode()
    linked, there = re.findall(r'href="#(r\d+)"', page), set(re.findall(r'id="(r\d+)"', page))
    assert there == {"r1", "r2", "r3", "r4"}
    assert linked
    assert set(linked) <= there
    book = load_workbook(io.BytesIO(next(c for n, c in files.items() if n.endswith("xlsx"))))
    assert [len(list(sheet.rows)) - 1 for sheet in book.worksheets][1] == 4
    shown = str([[cell.value for cell in row] for sheet in book.worksheets for row in sheet.rows])
    for text in (page, shown, *(content.decode("utf-8", "replace") for content in files.values())):
        assert "Canary" not in text
        assert CANARY not in text


def test_what_looks_like_markup_stays_text(desk: Lending) -> None:
    add_device("<b>x</b>", "linux", [{"name": "=cmd|' /C calc'!A0"}])
    files = proof_files(taken(desk), Language.EN, tuple(ProofForm))
    page, book, table = files.values()

    assert "<b>x</b>" not in page.decode()
    assert "'=cmd" in table.decode("utf-8-sig")
    cells = [c for s in load_workbook(io.BytesIO(book)).worksheets for r in s.rows for c in r]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}


def test_it_rests_on_the_head_of_the_event_log(desk: Lending) -> None:
    from unyo.ledger.models import ChainHead

    head = ChainHead.objects.get()
    assert f"no. {head.seq}, hash {head.hash}" in proof_tables(taken(desk))[0].note.en


def test_as_a_job_it_writes_its_files_and_names_their_digests(desk: Lending) -> None:
    job = request_job(desk.road, "passwords.proof", ProofParams(system=("db1",)), "tanaka", "audit")
    plan_job(desk.road, job)
    assert job.risk == "ROUTINE"
    approve_by_rule(desk.road, job)
    Worker(desk.road, only_job=job.pk).run_until_idle()

    seen = job.steps.get().seen or {}
    assert seen["rows"] == 2
    written = [name for name in seen if name != "rows"]
    assert len(written) == 3
    assert all((desk.tools.output / name).is_file() for name in written)


def test_row_numbers_are_told_as_runs() -> None:
    assert ranges([3, 1, 2, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
    assert ranges([]) == []


def test_what_a_system_has_refused_since_is_no_longer_proven(desk: Lending) -> None:
    desk.tools.credentials.note_answers({CORE: 1}, [])
    proof = taken(desk)
    assert CORE not in figure(proof, "proven by log-on within")
    assert figure(proof, "somebody else") == [CORE]
    assert "proven once, refused since" in {
        row[4] for row in table_texts(proof_tables(proof)[1], Language.EN)
    }


def test_every_instant_is_in_japans_time(desk: Lending) -> None:
    desk.lent()
    read_once(desk.road, CORE, "tanaka")
    *_, readings, _ = proof_tables(taken(desk))
    (read,) = table_texts(readings, Language.EN)[1:]
    assert (read[0], read[7]) == ("2027-03-25 12:00", "2027-03-25 13:00")
