"""One box of accounts for all tests of passwords of a worker; each test has systems of its own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.box_hand import PasswordBox
from support.password_desk import Desk


@pytest.fixture(scope="session")
def box() -> Iterator[PasswordBox]:
    with PasswordBox() as made:
        yield made


@pytest.fixture
def desk(box: PasswordBox, request: pytest.FixtureRequest) -> Desk:
    return Desk(box, request.node.name)
