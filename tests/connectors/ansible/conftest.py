"""A stage for real plays, in memory, which must be empty again after each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.plays import Stage, processes_naming


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    private = Path(tempfile.mkdtemp(prefix="unyo-test-", dir="/dev/shm"))
    try:
        yield Stage(tmp_path, private)
        assert list(private.iterdir()) == []
        assert processes_naming(str(private)) == []
    finally:
        shutil.rmtree(private)
