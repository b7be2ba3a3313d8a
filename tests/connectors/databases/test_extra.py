"""Without the library for PostgreSQL everything else works, and what to install is said."""

from __future__ import annotations

import sys
from typing import cast

import pytest

from unyo.core.credential import AccountKind
from unyo.core.errors import BadSetting
from unyo.hands import BuiltHands
from unyo.settings import Settings
from unyo.wiring import Toolbox


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in ("psycopg", "psycopg_binary")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "unyo.connectors.databases.postgresql", raising=False)
    monkeypatch.delitem(sys.modules, "unyo.connectors.databases.postgresql_faults", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadSetting, match="postgresql") as missing:
        BuiltHands(cast(Toolbox, None)).of(AccountKind.POSTGRESQL)
    assert missing.value.code == "passwords.no_psycopg"


@pytest.mark.usefixtures("migrated_ledger")
def test_every_installation_has_hands_for_servers_and_databases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pathlib import Path

    tools = Toolbox(Settings(Path("/nowhere")))
    for kind in (AccountKind.LINUX, AccountKind.POSTGRESQL, AccountKind.MARIADB):
        assert tools.hands.of(kind).exchange([]) == []
