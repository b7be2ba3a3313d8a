"""What unyo needs of a directory: encrypted, verified connections and honest answers when they break."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import ldap3
import pytest

from support.directory import GOOD, Interrupted, Place, as_administrator
from unyo.connectors.directory import DirectorySettings, LdapDirectory
from unyo.connectors.trust import trusting
from unyo.core.directory import Add, Delete, Logon
from unyo.core.errors import BadSetting, Unreachable
from unyo.core.secret import Secret
from unyo.lab.certificates import Authority, make_authority, write_server_certificate
from unyo.lab.controller import LabDirectory
from unyo.lab.samba import SambaLab, unavailable

NOBODY = "ldaps://127.0.0.1:1"


@dataclass(frozen=True)
class Spare:
    """A controller of its own, for tests that break it."""

    server: LabDirectory
    authority: Authority
    folder: Path

    @property
    def settings(self) -> DirectorySettings:
        ca_file = self.authority.write(self.folder / "ca.pem")
        return replace(as_administrator(self.server), ca_file=str(ca_file), answer_timeout=3)

    @property
    def names(self) -> tuple[str, str]:
        return self.server.host, self.server.url.removeprefix("ldaps://").partition(":")[0]

    def present(self, names: tuple[str, ...], days_valid: int = 30) -> None:
        """Come back with a certificate for these names."""
        self.server.down()
        self.server.use_certificate(*write_server_certificate(self.authority, self.folder, names, days_valid))
        self.server.up()


def new_samba() -> LabDirectory:
    reason = unavailable()
    if reason is not None:
        pytest.skip(f"no Samba controller: {reason}")
    return SambaLab()


def new_simulator() -> LabDirectory:
    from unyo.lab.directory_simulator import DirectorySimulator

    return DirectorySimulator()


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(new_samba, marks=pytest.mark.samba, id="samba"),
        pytest.param(new_simulator, id="simulator"),
    ],
)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spare]:
    make: Callable[[], LabDirectory] = request.param
    server = make()
    server.start()
    spare = Spare(server, make_authority("another CA"), tmp_path_factory.mktemp("spare"))
    spare.present(spare.names)
    yield spare
    server.stop()


@pytest.fixture
def spare(running: Spare) -> Spare:
    return running


@pytest.fixture
def badly_certified(running: Spare) -> Iterator[Spare]:
    yield running
    running.present(running.names)


@pytest.fixture
def directory(spare: Spare) -> Iterator[LdapDirectory]:
    directory = LdapDirectory(spare.settings)
    yield directory
    directory.close()


@pytest.fixture
def place(directory: LdapDirectory, spare: Spare, request: pytest.FixtureRequest) -> Place:
    place = Place.for_test(request.node.nodeid, spare.server)
    assert directory.send([Add(place.dn, {"objectClass": ("organizationalUnit",)})]) == [None]
    return place


def fault(settings: DirectorySettings) -> BadSetting:
    with pytest.raises(BadSetting) as caught:
        LdapDirectory(settings).facts()
    return caught.value


def test_a_certificate_of_an_unknown_authority_is_refused(spare: Spare, tmp_path: Path) -> None:
    other = make_authority("not theirs").write(tmp_path / "other.pem")
    error = fault(replace(spare.settings, ca_file=str(other)))
    assert error.code == "directory.certificate.unknown_ca"
    assert error.target == spare.server.url


def test_without_an_authority_of_our_own_the_system_s_are_asked(spare: Spare) -> None:
    assert fault(replace(spare.settings, ca_file="")).code == "directory.certificate.unknown_ca"


def test_an_authority_file_that_is_not_there_is_named(spare: Spare) -> None:
    error = fault(replace(spare.settings, ca_file="/nowhere/ca.pem"))
    assert error.target == "ca_file"
    assert "/nowhere/ca.pem" in str(error.detail)


def test_an_expired_certificate_is_refused(badly_certified: Spare) -> None:
    badly_certified.present(badly_certified.names, days_valid=-1)
    assert fault(badly_certified.settings).code == "directory.certificate.expired"


@pytest.mark.parametrize("names", [("dc9.elsewhere.test", "192.0.2.1"), ("dc9.elsewhere.test",)])
def test_a_certificate_for_another_name_is_refused(badly_certified: Spare, names: tuple[str, ...]) -> None:
    badly_certified.present(names)
    assert fault(badly_certified.settings).code == "directory.certificate.name"
    starttls = replace(badly_certified.settings, urls=(badly_certified.server.starttls_url,))
    assert fault(starttls).code == "directory.certificate.name"


def test_a_wrong_certificate_is_not_hidden_by_the_next_controller(spare: Spare) -> None:
    two = replace(spare.settings, urls=(spare.server.url, spare.server.starttls_url), ca_file="")
    assert fault(two).target == spare.server.url


def test_starttls_is_as_good_as_ldaps(spare: Spare) -> None:
    directory = LdapDirectory(replace(spare.settings, urls=(spare.server.starttls_url,)))
    assert directory.facts().encrypted
    assert directory.try_logon(spare.server.admin_name, spare.server.admin_password) is Logon.ACCEPTED
    directory.close()


def test_the_controller_takes_no_password_without_encryption(spare: Spare) -> None:
    server = ldap3.Server(spare.server.starttls_url, get_info=ldap3.NONE)
    plain = ldap3.Connection(server, spare.server.admin_name, spare.server.admin_password.reveal())
    assert not plain.bind()
    assert plain.result["result"] == 8
    plain.unbind()


def test_a_wrong_password_of_our_own_is_explained(spare: Spare) -> None:
    error = fault(replace(spare.settings, password=lambda: Secret("not-the-password")))
    assert error.code == "directory.bind"
    assert "name or password is wrong" in error.what.en
    assert "not-the-password" not in str(error)


def test_a_wrong_password_of_our_own_is_tried_once_per_batch(spare: Spare) -> None:
    tries: list[int] = []

    def wrong() -> Secret:
        tries.append(1)
        return Secret("not-the-password")

    answers = LdapDirectory(replace(spare.settings, password=wrong)).send([Delete("CN=x"), Delete("CN=y")])
    assert [type(answer) for answer in answers] == [BadSetting, BadSetting]
    assert tries == [1]


def test_the_next_controller_is_tried_where_one_does_not_answer(spare: Spare) -> None:
    directory = LdapDirectory(replace(spare.settings, urls=(NOBODY, spare.server.url)))
    assert directory.facts().server == spare.server.host
    directory.close()


def test_no_answer_from_any_controller_is_unreachable(spare: Spare) -> None:
    with pytest.raises(Unreachable) as caught:
        LdapDirectory(replace(spare.settings, urls=(NOBODY, "ldap://127.0.0.1:2"))).facts()
    assert caught.value.target == f"{NOBODY}, ldap://127.0.0.1:2"


def test_writes_after_a_lost_connection_are_unreachable(
    spare: Spare, directory: LdapDirectory, place: Place
) -> None:
    people = [place.person(f"p{i}") for i in range(5)]
    answers = directory.send(Interrupted(people, spare.server.down))
    spare.server.up()
    assert answers[:2] == [None, None]
    assert [type(answer) for answer in answers[2:]] == [Unreachable] * 3
    there = [entry.first("cn") for entry in directory.search(place.dn, "(objectClass=user)", ["cn"])]
    assert sorted(map(str, there)) == ["p0", "p1"]


def test_a_directory_that_is_down_answers_unreachable_and_comes_back(
    spare: Spare, directory: LdapDirectory, place: Place
) -> None:
    spare.server.down()
    (answer,) = directory.send([place.person("sato")])
    assert isinstance(answer, Unreachable)
    with pytest.raises(Unreachable):
        list(directory.search(place.dn, "(objectClass=*)", ["cn"]))
    with pytest.raises(Unreachable):
        directory.try_logon(place.logon("sato"), GOOD)
    spare.server.up()
    assert directory.send([place.person("sato")]) == [None]


def test_a_connection_that_was_cut_while_idle_is_opened_anew(
    spare: Spare, directory: LdapDirectory, place: Place
) -> None:
    spare.server.down()
    spare.server.up()
    assert directory.send([place.person("sato")]) == [None]


def test_a_directory_that_stands_still_is_given_up(
    spare: Spare, directory: LdapDirectory, place: Place
) -> None:
    spare.server.freeze()
    began = time.monotonic()
    answers = directory.send([place.person("sato"), place.person("kato")])
    waited = time.monotonic() - began
    spare.server.thaw()
    assert [type(answer) for answer in answers] == [Unreachable, Unreachable]
    assert waited < 10


def test_several_threads_use_one_directory(directory: LdapDirectory, place: Place) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda i: directory.send([place.person(f"p{i}")]), range(20)))
    assert answers == [[None]] * 20
    assert len(list(directory.search(place.dn, "(objectClass=user)", ["cn"]))) == 20


def test_a_closed_directory_opens_again(directory: LdapDirectory, place: Place) -> None:
    directory.close()
    assert directory.send([place.person("sato")]) == [None]


def test_weak_versions_of_tls_are_not_spoken() -> None:
    assert trusting().minimum_version >= ssl.TLSVersion.TLSv1_2
