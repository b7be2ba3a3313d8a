"""A SCIM service over real HTTPS, and a channel to it that waits without waiting."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from unyo.connectors.distribution.opening import OtherSystems
from unyo.core.directory import Directory
from unyo.core.distribution import Channel, OtherSystem, SystemKind
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text
from unyo.lab.certificates import make_authority, write_server_certificate
from unyo.lab.scim import ScimService, scim_service

TOKEN = "canary-token-5e1f"
NOW = datetime(2026, 3, 31, 15, 0, tzinfo=timezone.utc)
GROUPWARE = OtherSystem(
    name="groupware",
    title=Text("Groupware", "グループウェア"),
    kind=SystemKind.SCIM,
    destination="",
    headings=("userName", "name.familyName", "name.givenName", "emails[work]", "active"),
    credential=SecretRef("distribution/groupware"),
    timeout=0.4,
)


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path
    ca: Path


@pytest.fixture(scope="session")
def loopback_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("tls")
    authority = make_authority()
    certificate, key = write_server_certificate(authority, folder, ("127.0.0.1",))
    return Certificate(certificate, key, authority.write(folder / "ca.pem"))


@pytest.fixture
def service(loopback_certificate: Certificate) -> Iterator[ScimService]:
    with scim_service(loopback_certificate.certificate, loopback_certificate.key, TOKEN) as running:
        yield running


@pytest.fixture
def groupware(service: ScimService, loopback_certificate: Certificate) -> OtherSystem:
    ca = str(loopback_certificate.ca)
    return dataclasses.replace(GROUPWARE, destination=service.address, ca_file=ca)


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the channel waited."""
    return []


@contextmanager
def no_directory(system: OtherSystem, credential: Secret | None) -> Iterator[Directory]:
    raise AssertionError("no LDAP system takes part in this test")
    yield


@pytest.fixture
def other_systems(tmp_path: Path, waits: list[float]) -> OtherSystems:
    return OtherSystems(lambda ref: Secret(TOKEN), tmp_path, no_directory, waits.append, lambda: NOW)


@pytest.fixture
def channel(other_systems: OtherSystems, groupware: OtherSystem) -> Iterator[Channel]:
    opened: AbstractContextManager[Channel] = other_systems.open(groupware)
    with opened as channel:
        yield channel
