"""The wheel, built once from this checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("unyo-*.whl")
    return built


@pytest.fixture(scope="session")
def present_packages() -> Path:
    """Where this environment keeps the libraries that unyo needs."""
    return next(Path(place) for place in sys.path if place.endswith("site-packages"))
