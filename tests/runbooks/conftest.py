"""A fresh Samba domain for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.domain import Domain, open_domain
from unyo.lab.samba import SambaLab, unavailable


@pytest.fixture(scope="session")
def controller() -> Iterator[SambaLab]:
    reason = unavailable()
    if reason is not None:
        pytest.skip(reason)
    with SambaLab() as lab:
        yield lab


@pytest.fixture
def domain(controller: SambaLab, tmp_path: Path) -> Iterator[Domain]:
    """Tools on a fresh domain with nobody in it."""
    controller.reset()
    opened = open_domain(controller, tmp_path)
    yield opened
    opened.directory.close()  # type: ignore[attr-defined]
