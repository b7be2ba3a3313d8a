"""Certificates for mail servers and webhooks on loopback."""

from __future__ import annotations

import pytest

from support.post import Papers, write_papers


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return write_papers(tmp_path_factory.mktemp("post"))
