"""A SCIM service over real HTTPS, and a channel to it that waits without waiting."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from unyo.connectors.distribution.opening import OtherSystems
from unyo.core.directory import Directory
from unyo.core.distribution import Channel, OtherSystem, SystemKind
from unyo.core.secret import Secret, SecretRef
from unyo.core.text import Text
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


@pytest.fixture(scope="session")
def loopback_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback test service")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = Certificate(folder / "server.pem", folder / "server.key")
    pem.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    encoding, kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    pem.key.write_bytes(key.private_bytes(encoding, kind, serialization.NoEncryption()))
    return pem


@pytest.fixture
def service(loopback_certificate: Certificate) -> Iterator[ScimService]:
    with scim_service(loopback_certificate.certificate, loopback_certificate.key, TOKEN) as running:
        yield running


@pytest.fixture
def groupware(service: ScimService, loopback_certificate: Certificate) -> OtherSystem:
    ca = str(loopback_certificate.certificate)
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
