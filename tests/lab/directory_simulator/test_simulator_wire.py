"""The simulated directory as a server: encryption, faults on demand, its own process, its size."""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from ldap3 import NONE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException, LDAPSocketOpenError

from support.simulated_directory import GOOD, Client, leave, log_on, opened, quoted, server_of
from unyo.connectors.directory import LdapDirectory
from unyo.connectors.directory.options import DirectorySettings
from unyo.core.directory import Add, Logon
from unyo.core.secret import Secret
from unyo.lab.directory_simulator import DirectorySimulator, SimulatorLimit, SimulatorProcess


def test_nobody_binds_with_a_password_in_the_clear(simulator: DirectorySimulator) -> None:
    plain: Any = Connection(
        Server(simulator.starttls_url, get_info=NONE),
        simulator.admin_name,
        simulator.admin_password.reveal(),
    )
    assert not plain.bind()
    assert plain.result["result"] == 8
    plain.unbind()


def test_starttls_makes_the_plain_port_as_good_as_the_other(
    client: Client, simulator: DirectorySimulator
) -> None:
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(simulator.ca_file))
    connection: Any = Connection(
        Server(simulator.starttls_url, get_info=NONE, tls=tls),
        simulator.admin_name,
        simulator.admin_password.reveal(),
    )
    assert connection.start_tls()
    assert connection.bind()
    given = {"sAMAccountName": "sato", "userAccountControl": 512, "unicodePwd": quoted(GOOD)}
    assert connection.add(client.dn("CN=sato"), "user", given)
    connection.unbind()


def test_without_a_bind_only_the_root_is_read(client: Client, simulator: DirectorySimulator) -> None:
    nobody: Any = Connection(server_of(simulator))
    assert nobody.bind()
    nobody.search(client.base, "(objectClass=*)")
    assert nobody.result["result"] == 1
    nobody.add(client.dn("CN=x"), "container")
    assert nobody.result["result"] == 1
    assert nobody.search("", "(objectClass=*)", "BASE", attributes=["dnsHostName"])
    nobody.unbind()


def test_a_client_that_trusts_another_authority_does_not_connect(
    simulator: DirectorySimulator, tmp_path: Path
) -> None:
    with DirectorySimulator("other") as other:
        tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(other.ca_file))
        connection: Any = Connection(Server(simulator.url, get_info=NONE, tls=tls))
        with pytest.raises(LDAPException):
            connection.bind()
        leave(connection, connection.socket)


def test_nonsense_on_the_wire_ends_only_its_own_connection(
    client: Client, simulator: DirectorySimulator
) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(simulator.starttls_url).port or 0)) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
        raw.settimeout(5)
        assert raw.recv(100) == b""
    assert client.add("CN=x", "contact")[0] == 0


def test_a_critical_control_that_is_not_known_is_refused(
    client: Client, simulator: DirectorySimulator
) -> None:
    client.connection.search(client.base, "(cn=x)", controls=[("1.2.840.113556.1.4.805", True, None)])
    assert client.outcome()[0] == 12
    assert simulator.unsupported == ["control 1.2.840.113556.1.4.805"]


def found_afterwards(simulator: DirectorySimulator, filter_text: str) -> list[str]:
    """What a new client finds."""
    client = opened(simulator)
    found = client.found(filter_text)
    client.leave()
    return found


def test_the_next_writes_fail_as_asked_and_do_nothing(client: Client, simulator: DirectorySimulator) -> None:
    simulator.faults.fail_next(2, 51)
    assert [client.add(f"CN={name}", "contact")[0] for name in "abc"] == [51, 51, 0]
    assert client.found("(objectClass=contact)") == ["c"]


def test_the_answer_is_lost_but_the_write_was_done(client: Client, simulator: DirectorySimulator) -> None:
    simulator.faults.drop_connection_after(2)
    assert client.add("CN=a", "contact")[0] == 0
    with pytest.raises(LDAPException):
        client.add("CN=b", "contact")
    assert found_afterwards(simulator, "(objectClass=contact)") == ["a", "b"]


def test_down_breaks_connections_and_up_brings_the_data_back_on_the_same_port(
    client: Client, simulator: DirectorySimulator
) -> None:
    client.add("CN=a", "contact")
    url = simulator.url
    simulator.down()
    with pytest.raises(LDAPException):
        client.add("CN=b", "contact")
    late: Any = Connection(server_of(simulator))
    with pytest.raises(LDAPSocketOpenError):
        late.bind()
    leave(late, late.socket)
    simulator.up()
    assert simulator.url == url
    assert found_afterwards(simulator, "(objectClass=contact)") == ["a"]


def test_frozen_it_answers_nothing_until_it_thaws(simulator: DirectorySimulator) -> None:
    simulator.freeze()
    server = server_of(simulator, simulator.starttls_url)
    connection: Any = Connection(server, receive_timeout=1)
    connection.open()
    wire = connection.socket
    with pytest.raises(LDAPException):
        connection.bind()
    simulator.thaw()
    leave(connection, wire)
    assert found_afterwards(simulator, "(objectClass=contact)") == []


def test_it_can_be_slow(client: Client, simulator: DirectorySimulator) -> None:
    simulator.faults.delay = 0.2
    before = time.monotonic()
    client.add("CN=a", "contact")
    assert time.monotonic() - before >= 0.2


def test_a_snapshot_brings_everything_back(client: Client, simulator: DirectorySimulator) -> None:
    client.add_user("sato", userPrincipalName="sato@lab.unyo.test")
    client.add("CN=g", "group", sAMAccountName="g", member=client.dn("CN=sato"))
    before = client.read("CN=g"), client.read("CN=sato")
    kept = simulator.snapshot()
    client.delete("CN=sato")
    client.delete("CN=g")
    simulator.restore(kept)
    again = opened(simulator)
    after = again.read("CN=g"), again.read("CN=sato")
    again.leave()
    assert after == before
    assert log_on(simulator, "sato@lab.unyo.test", GOOD) == "ok"


def test_going_beyond_the_subset_is_said_when_it_stops() -> None:
    simulator = DirectorySimulator()
    simulator.start()
    client = opened(simulator)
    client.add("CN=pc1", "computer", sAMAccountName="pc1$")
    client.leave()
    with pytest.warns(SimulatorLimit, match="object class computer"):
        simulator.stop()
    simulator.stop()


@pytest.fixture
def process() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as running:
        yield running


@pytest.fixture
def directory(process: SimulatorProcess) -> Iterator[LdapDirectory]:
    """The product's own connector."""
    settings = DirectorySettings(
        (process.url,), process.admin_name, lambda: process.admin_password, ca_file=str(process.ca_file)
    )
    made = LdapDirectory(settings)
    yield made
    made.close()


def test_the_connector_sees_a_simulation_in_a_process_of_its_own(
    process: SimulatorProcess, directory: LdapDirectory
) -> None:
    assert process.pid != os.getpid()
    assert directory.facts().simulated
    sato = f"CN=佐藤,CN=Users,{process.base_dn}"
    named = {
        "objectClass": ("user",),
        "sAMAccountName": ("sato",),
        "userAccountControl": ("512",),
        "userPrincipalName": ("sato@lab.unyo.test",),
    }
    assert directory.send([Add(sato, named, Secret(GOOD))]) == [None]
    assert [entry.dn for entry in directory.search(process.base_dn, "(sAMAccountName=sato)", ["cn"])] == [
        sato
    ]
    assert directory.try_logon("sato@lab.unyo.test", Secret(GOOD)) is Logon.ACCEPTED


def test_a_process_refuses_on_demand(process: SimulatorProcess, directory: LdapDirectory) -> None:
    unit = Add(f"OU=x,{process.base_dn}", {"objectClass": ("organizationalUnit",)})
    process.fail_next(1, 51)
    refused, done = directory.send([unit, unit])
    assert (refused is None, done) == (False, None)
    assert process.unsupported == []


def test_a_process_takes_and_restores_snapshots(process: SimulatorProcess, directory: LdapDirectory) -> None:
    unit = Add(f"OU=x,{process.base_dn}", {"objectClass": ("organizationalUnit",)})
    kept = process.snapshot()
    assert directory.send([unit]) == [None]
    process.restore(kept)
    directory.close()
    assert list(directory.search(unit.dn, "(objectClass=*)", ["ou"], "base")) == []


def test_a_process_ends_with_its_owner(process: SimulatorProcess) -> None:
    pid = process.pid
    process.stop()
    assert not psutil.pid_exists(pid)


def test_twelve_thousand_people_would_fit_and_be_read_in_seconds(
    process: SimulatorProcess, directory: LdapDirectory
) -> None:
    """Measured on 3,000, by the simulator's own processor time, so that a busy machine does not decide."""
    running = psutil.Process(process.pid)
    names = ["sAMAccountName", "employeeNumber", "userAccountControl", "memberOf", "objectGUID"]
    empty, begun = running.memory_info().rss, running.cpu_times().user
    answers = directory.send([person(i, process.base_dn) for i in range(3_000)])
    added = running.cpu_times().user
    read = list(directory.search(process.base_dn, "(&(objectClass=user)(employeeNumber=*))", names))
    searched = running.cpu_times().user
    assert set(answers) == {None}
    assert len(read) == 3_000
    assert 3_000 / (added - begun) >= 300
    assert (searched - added) * 4 < 3
    assert empty + (running.memory_info().rss - empty) * 4 < 150 * 2**20


def person(number: int, base: str) -> Add:
    name = f"p{number:05}"
    attributes = {
        "objectClass": ("user",),
        "sAMAccountName": (name,),
        "userPrincipalName": (f"{name}@lab.unyo.test",),
        "userAccountControl": ("512",),
        "employeeNumber": (f"{number:08}",),
        "displayName": (f"山田 太郎{number}",),
        "sn": ("山田",),
        "givenName": (f"太郎{number}",),
        "department": ("消費者政策課",),
        "mail": (f"{name}@example.test",),
    }
    return Add(f"CN=山田 太郎{number},CN=Users,{base}", attributes, Secret(GOOD))
