"""A sealed initial password is handed over once, by one person, with a reason."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

import pytest

from unyo.core.errors import Refused
from unyo.core.secret import Secret, SecretRef
from unyo.ledger.opening import set_up_django
from unyo.vault.key_file import new_key
from unyo.vault.keyring import Keyring
from unyo.vault.safe import Safe

set_up_django()

from unyo.ledger.handover import PRINTED, VIEWED, hand_over  # noqa: E402
from unyo.ledger.models import Event, HandoverRecord  # noqa: E402
from unyo.ledger.sealed import LedgerStore  # noqa: E402

NOON = datetime(2026, 4, 1, 3, tzinfo=timezone.utc)
TANAKA, SUZUKI = SecretRef("accounts/000101/initial/1"), SecretRef("accounts/000102/initial/1")


class Noon:
    """A clock that always says noon in Japan."""

    def now(self) -> datetime:
        return NOON


@pytest.fixture
def safe(sqlite_ledger: Path) -> Safe:
    keyring = Keyring((new_key(),))
    sealed = Safe(lambda: keyring, LedgerStore(), Noon())
    sealed.seal(TANAKA, Secret("Xy7!kmnp#Qrs9t"), "initial password")
    sealed.seal(SUZUKI, Secret("Zz8?kmnp#Qrs9t"), "initial password")
    return sealed


def recorded() -> list[tuple[str, int, str, str, str]]:
    return list(
        HandoverRecord.objects.order_by("path", "version").values_list(
            "path", "version", "state", "by", "reason"
        )
    )


@pytest.mark.usefixtures("safe")
def test_a_hand_over_is_recorded_with_who_how_and_why() -> None:
    hand_over([TANAKA, SUZUKI], PRINTED, "tanaka", "slips for April", NOON)
    assert recorded() == [
        (TANAKA.path, 1, "printed", "tanaka", "slips for April"),
        (SUZUKI.path, 1, "printed", "tanaka", "slips for April"),
    ]
    assert Event.objects.get(kind="handover.done").actor == "tanaka"


@pytest.mark.usefixtures("safe")
def test_a_second_hand_over_is_refused_and_names_the_first() -> None:
    hand_over([TANAKA], PRINTED, "tanaka", "slips", NOON)
    with pytest.raises(Refused) as refused:
        hand_over([TANAKA], VIEWED, "suzuki", "curious", NOON)
    assert "printed by tanaka 2026-04-01 03:00 UTC" in refused.value.what.en
    assert recorded() == [(TANAKA.path, 1, "printed", "tanaka", "slips")]


@pytest.mark.usefixtures("safe")
def test_one_that_went_out_before_stops_the_whole_sheet() -> None:
    hand_over([SUZUKI], VIEWED, "tanaka", "at the desk", NOON)
    with pytest.raises(Refused):
        hand_over([TANAKA, SUZUKI], PRINTED, "tanaka", "slips", NOON)
    assert recorded() == [(SUZUKI.path, 1, "viewed", "tanaka", "at the desk")]


@pytest.mark.usefixtures("safe")
def test_again_needs_to_be_said() -> None:
    hand_over([TANAKA], PRINTED, "tanaka", "slips", NOON)
    hand_over([TANAKA], PRINTED, "suzuki", "paper jam", NOON, again=True)
    assert recorded() == [(TANAKA.path, 1, "printed", "suzuki", "paper jam")]
    assert Event.objects.filter(kind="handover.done").count() == 2


def test_a_new_password_may_be_handed_over_anew(safe: Safe) -> None:
    hand_over([TANAKA], PRINTED, "tanaka", "slips", NOON)
    safe.seal(TANAKA, Secret("Qq9?kmnp#Qrs9t"), "reset")
    hand_over([TANAKA], VIEWED, "tanaka", "forgotten", NOON)
    assert [(version, state) for _, version, state, _, _ in recorded()] == [(1, "printed"), (2, "viewed")]


@pytest.mark.usefixtures("safe")
def test_of_two_who_look_at_the_same_instant_one_is_refused() -> None:
    start = threading.Barrier(6)

    def look(number: int) -> bool:
        from django.db import connections

        start.wait()
        try:
            hand_over([TANAKA], VIEWED, f"person{number}", "looking", NOON)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(look, range(6))).count(True) == 1
    assert len(recorded()) == 1
