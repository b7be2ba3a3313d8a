"""No password leaves the connector except encrypted, to the controller."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.core.directory import Add
from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.lab.directory_simulator import DirectorySimulator

REFUSED = bytes.fromhex("78070a010204000400")
OURS = Secret("bind-canary-5f1c")


class NoEncryption:
    """A server that refuses StartTLS and keeps what it was sent."""

    def __init__(self) -> None:
        self.heard = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"ldap://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        peer, _ = self._listening.accept()
        with peer:
            while data := peer.recv(4096):
                self.heard += data
                number = data[2 : 4 + data[3]]
                peer.sendall(bytes([0x30, len(number) + len(REFUSED)]) + number + REFUSED)

    def stop(self) -> None:
        self._thread.join(5)
        self._listening.close()


@pytest.fixture
def no_encryption() -> Iterator[NoEncryption]:
    server = NoEncryption()
    yield server
    server.stop()


def test_no_password_is_sent_without_encryption(no_encryption: NoEncryption) -> None:
    settings = DirectorySettings((no_encryption.url,), "unyo@lab.test", lambda: OURS, answer_timeout=3)
    with pytest.raises(BadSetting) as caught:
        LdapDirectory(settings).facts()
    assert caught.value.code == "directory.channel"
    assert b"1.3.6.1.4.1.1466.20037" in no_encryption.heard
    assert OURS.reveal().encode() not in no_encryption.heard


@pytest.mark.parametrize("url", ["http://dc1", "dc1", ""])
def test_only_ldap_addresses_are_taken(url: str) -> None:
    with pytest.raises(BadSetting):
        LdapDirectory(DirectorySettings((url,), "unyo", lambda: OURS))


def test_ldap3_s_debug_log_sees_no_password(caplog: pytest.LogCaptureFixture) -> None:
    from ldap3.utils.log import EXTENDED, OFF, set_library_log_activation_level, set_library_log_detail_level

    caplog.set_level(logging.DEBUG)
    set_library_log_activation_level(logging.DEBUG)
    set_library_log_detail_level(EXTENDED)
    canary = Secret("Canary-7d20-Secret!")
    with DirectorySimulator() as lab:
        settings = DirectorySettings(
            (lab.url,), lab.admin_name, lambda: lab.admin_password, ca_file=str(lab.ca_file)
        )
        directory = LdapDirectory(settings)
        person = {"objectClass": ("user",), "sAMAccountName": ("sato",), "userAccountControl": ("512",)}
        assert directory.send([Add(f"CN=sato,{lab.base_dn}", person, canary)]) == [None]
        directory.close()
        bind_password = lab.admin_password.reveal()
    set_library_log_activation_level(logging.ERROR)
    set_library_log_detail_level(OFF)
    assert bind_password not in caplog.text
    for form in (canary.reveal(), canary.reveal().encode("utf-16-le").hex()):
        assert form not in caplog.text


def test_ldap3_is_loaded_only_when_a_directory_is_asked() -> None:
    code = "import sys, unyo.connectors.directory; sys.exit('ldap3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
