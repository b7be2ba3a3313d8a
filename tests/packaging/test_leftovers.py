"""scripts/leftovers names what a test run left behind, and only that."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "scripts/leftovers"
MARK = f"unyo-leftover-{os.getpid()}"


def look(*marks: str, mounts: str | None = None) -> subprocess.CompletedProcess[str]:
    known = Path("/proc/self/mounts").read_text(encoding="utf-8") if mounts is None else mounts
    return subprocess.run([PROGRAM, *marks], input=known, capture_output=True, text=True, timeout=30)


@pytest.fixture
def forgotten(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that carries the mark in its environment only and works in a folder of its own."""
    process = subprocess.Popen(["sleep", "60"], env={**os.environ, "UNYO_TEST_RUN": MARK}, cwd=tmp_path)
    yield process
    process.kill()
    process.wait()


def test_a_process_is_named_by_the_mark_in_its_environment(forgotten: subprocess.Popen[bytes]) -> None:
    found = look(MARK)
    assert found.returncode == 1
    assert f"process {forgotten.pid}: sleep 60" in found.stderr


def test_a_process_is_named_by_the_folder_it_works_in(
    forgotten: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert f"process {forgotten.pid}: sleep 60" in look(str(tmp_path)).stderr


def test_a_process_that_has_ended_is_not_named(forgotten: subprocess.Popen[bytes]) -> None:
    forgotten.kill()
    forgotten.wait()
    assert look(MARK).returncode == 0


def test_a_mount_that_was_not_there_before_is_named() -> None:
    proc = next(
        line
        for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
        if line.startswith("proc /proc ")
    )
    before = Path("/proc/self/mounts").read_text(encoding="utf-8").replace(proc + "\n", "")
    assert f"mount: {proc}" in look(MARK, mounts=before).stderr


def test_nothing_left_is_silence() -> None:
    found = look(MARK)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
