"""The private directory of one play: in memory, for its owner only, gone when the play or its owner is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from unyo.connectors.ansible.faults import no_private_directory

SHARED_MEMORY = "/dev/shm"  # noqa: S108
PREFIX = "unyo-play-"


@contextmanager
def private_directory(configured: str) -> Iterator[Path]:
    """A new directory, mode 0700, removed in any case; what dead owners have left is removed first."""
    base = Path(configured or SHARED_MEMORY)
    try:
        sweep(base)
        owner = os.getpid()
        place = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{owner}-{_born(owner)}-", dir=base))
    except OSError as error:
        raise no_private_directory(str(base), error) from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def sweep(base: Path) -> None:
    """Remove the directories of plays whose owners are dead."""
    for place in base.glob(f"{PREFIX}*"):
        _, _, pid, born, *_ = (*place.name.split("-"), "", "")
        if _is_ours(place) and _born(pid) != born:
            shutil.rmtree(place, ignore_errors=True)


def _is_ours(place: Path) -> bool:
    try:
        return place.stat(follow_symlinks=False).st_uid == os.getuid()
    except FileNotFoundError:
        return False  # another play was faster in removing it


def _born(pid: int | str) -> str:
    """When the process started, in clock ticks since boot: a number may be used again; "" if it is gone."""
    try:
        # The name in parentheses may hold anything, so the fields are counted behind it.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    except OSError:
        return ""
    return fields.split()[19]
