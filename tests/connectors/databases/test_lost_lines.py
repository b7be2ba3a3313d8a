"""The line to a database breaks at the worst moments, and what is known afterwards is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.cutting import CuttingRelay
from support.hands import Ground
from unyo.core.hand import Exchanged, Fate
from unyo.core.secret import SecretRef

GROUNDS = {
    "postgresql": ("postgresql_ground", b"ALTER ROLE"),
    "mariadb": ("mariadb_ground", b"SET PASSWORD"),
}


@pytest.fixture(
    params=[
        pytest.param(
            "postgresql", marks=[pytest.mark.postgresql, pytest.mark.xdist_group("postgresql_hand")]
        ),
        pytest.param("mariadb", marks=pytest.mark.xdist_group("mariadb")),
    ]
)
def talk(request: pytest.FixtureRequest) -> tuple[Ground, bytes]:
    fixture, mark = GROUNDS[request.param]
    return request.getfixturevalue(fixture), mark


def exchanged(ground: Ground, relay: CuttingRelay) -> tuple[Exchanged, SecretRef]:
    near = replace(ground.credential, port=relay.port)
    new = ground.fresh()
    asked = replace(ground.asked(ground.in_force, new), credential=near)
    with relay:
        return ground.hand.exchange([asked])[0], new


def place(ground: Ground) -> tuple[str, int]:
    return ground.credential.address, ground.credential.port


def test_a_lost_answer_is_found_out_by_the_log_on(talk: tuple[Ground, bytes]) -> None:
    ground, mark = talk
    answer, new = exchanged(ground, CuttingRelay(place(ground), mark, forward=True))
    assert (answer.fate, answer.error) == (Fate.VERIFIED, None)
    assert ground.holds(new)


def test_a_statement_that_never_arrived_is_unknown(talk: tuple[Ground, bytes]) -> None:
    ground, mark = talk
    answer, _ = exchanged(ground, CuttingRelay(place(ground), mark, forward=False))
    assert answer.fate is Fate.UNKNOWN
    assert answer.error is not None
    assert answer.error.code == "database.reply_lost"
    assert ground.holds(ground.in_force)


def test_lost_for_good_is_unknown_whatever_was_done(talk: tuple[Ground, bytes]) -> None:
    ground, mark = talk
    answer, new = exchanged(ground, CuttingRelay(place(ground), mark, forward=True, closes=True))
    assert answer.fate is Fate.UNKNOWN
    assert ground.holds(new)


def test_set_and_no_way_to_prove_it_is_set(talk: tuple[Ground, bytes]) -> None:
    ground, mark = talk
    relay = CuttingRelay(place(ground), mark, forward=True, closes=True, cuts=False)
    answer, new = exchanged(ground, relay)
    assert answer.fate is Fate.SET
    assert answer.error is not None
    assert answer.error.code == "database.unreachable"
    assert ground.holds(new)
