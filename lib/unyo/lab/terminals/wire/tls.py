"""Certificates of a fleet: one authority, one key, and a certificate per terminal made when first needed."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from spnego.channel_bindings import GssChannelBindings

from unyo.lab.certificates import USER_PRINCIPAL_NAME, issue, issue_client, make_authority
from unyo.lab.terminals.machine.machine import Machine


@dataclass(frozen=True, slots=True)
class Identity:
    """What a terminal shows to clients over HTTPS, and how log-ons are bound to it."""

    context: ssl.SSLContext
    bindings: GssChannelBindings


class Certificates:
    """Issues to terminals; files live in ``folder`` (made, private to the fleet).

    The knob ``certificate`` counts at the next connection: good, expired or wrong_name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = make_authority("unyo lab terminals CA")
        self.ca_file = self._authority.write(folder / "ca.pem")
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._made: dict[tuple[str, str, str], Identity] = {}

    def identity(self, machine: Machine) -> Identity:
        wanted = (machine.identity.serial, machine.fqdn, machine.knobs.certificate)
        if wanted not in self._made:
            self._made[wanted] = self._make(machine)
        return self._made[wanted]

    def client(self, user: str) -> tuple[Path, Path]:
        """A certificate and key that log ``user`` on; the name in it is user@localhost."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = issue_client(self._authority, key.public_key(), f"{user}@localhost")
        certificate_file = self._folder / f"client-{user}.pem"
        key_file = self._folder / f"client-{user}.key"
        certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.touch(mode=0o600)
        key_file.write_bytes(_packed(key))
        return certificate_file, key_file

    def _make(self, machine: Machine) -> Identity:
        kind = machine.knobs.certificate
        own = (machine.fqdn, machine.name.lower(), machine.address)
        names = ("another-terminal.lab.invalid",) if kind == "wrong_name" else own
        days = -1 if kind == "expired" else 825
        certificate = issue(self._authority, self._key.public_key(), names, days)
        file = self._folder / f"{machine.identity.serial}-{kind}.pem"
        file.touch(mode=0o600)
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + _packed(self._key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Clients never resume; without tickets an answer does not wait for their delayed acknowledgement.
        context.num_tickets = 0
        context.load_cert_chain(file)
        context.load_verify_locations(self.ca_file)
        context.verify_mode = ssl.CERT_OPTIONAL
        digest = sha256(certificate.public_bytes(serialization.Encoding.DER)).digest()
        bindings = GssChannelBindings(application_data=b"tls-server-end-point:" + digest)
        return Identity(context, bindings)


def client_name(connection: ssl.SSLObject) -> str:
    """The user principal name in the client's certificate, or nothing."""
    shown = connection.getpeercert(binary_form=True)
    if shown is None:
        return ""
    try:
        names = x509.load_der_x509_certificate(shown).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except x509.ExtensionNotFound:
        return ""
    for name in names.value.get_values_for_type(x509.OtherName):
        if name.type_id == USER_PRINCIPAL_NAME:
            # A DER UTF8String: tag, length, text.
            return name.value[2:].decode()
    return ""


def _packed(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
