"""People reach a SCIM service once, whole, and over verified HTTPS, whatever the service does meanwhile."""

from __future__ import annotations

import dataclasses

import pytest

from unyo.connectors.distribution.opening import OtherSystems
from unyo.core.distribution import Attributes, Channel, OtherSystem
from unyo.core.errors import BadSetting, TargetSaidNo, Unreachable, UnyoError
from unyo.core.secret import Secret
from unyo.core.text import Language
from unyo.lab.scim import Fault, ScimService

YAMADA: Attributes = {
    "userName": "yamada.taro",
    "name.familyName": "山田",
    "name.givenName": "太郎",
    "emails[work]": "yamada.taro@agency.example",
    "active": True,
}


def user_names(service: ScimService) -> list[str]:
    return [user["userName"] for user in service.store.users.values()]


def writes(service: ScimService) -> list[str]:
    return [request.split()[0] for request in service.requests if not request.startswith("GET")]


def test_a_new_person_is_made_and_read_back_as_sent(channel: Channel, service: ScimService) -> None:
    receipt = channel.put("0001234", YAMADA)
    assert channel.held(["0001234"]) == {"0001234": YAMADA}
    assert service.store.users["u000001"]["externalId"] == "0001234"
    assert receipt == 'scim id=u000001 version=W/"1"'


def test_a_person_already_as_wanted_is_not_written_again(channel: Channel, service: ScimService) -> None:
    channel.put("0001234", YAMADA)
    channel.put("0001234", YAMADA)
    assert writes(service) == ["POST"]


def test_a_change_leaves_what_others_keep_in_the_service(channel: Channel, service: ScimService) -> None:
    channel.put("0001234", YAMADA)
    service.store.users["u000001"]["emails"].append({"type": "home", "value": "t@home.example"})
    service.store.users["u000001"]["nickName"] = "たろう"
    channel.put("0001234", {**YAMADA, "emails[work]": "yamada.t@agency.example"})
    kept = service.store.users["u000001"]
    assert kept["nickName"] == "たろう"
    assert sorted(item["value"] for item in kept["emails"]) == ["t@home.example", "yamada.t@agency.example"]


def test_a_change_may_be_sent_as_put(
    other_systems: OtherSystems, groupware: OtherSystem, service: ScimService
) -> None:
    with other_systems.open(dataclasses.replace(groupware, update="put")) as channel:
        channel.put("0001234", YAMADA)
        channel.put("0001234", {**YAMADA, "active": False})
    assert writes(service) == ["POST", "PUT"]
    assert service.store.users["u000001"]["active"] is False


def test_a_reply_lost_after_acceptance_makes_nobody_twice(channel: Channel, service: ScimService) -> None:
    service.faults = [Fault.LOST_REPLY]
    receipt = channel.put("0001234", YAMADA)
    assert user_names(service) == ["yamada.taro"]
    assert writes(service) == ["POST"]
    assert receipt == 'scim id=u000001 version=W/"1"'


def test_the_service_is_given_the_time_it_asks_for(
    channel: Channel, service: ScimService, waits: list[float]
) -> None:
    service.faults = [Fault.TOO_MANY, Fault.TOO_MANY]
    channel.put("0001234", YAMADA)
    assert waits == [1.0, 1.0]
    assert user_names(service) == ["yamada.taro"]


def test_a_service_that_stays_broken_is_given_up_after_four_tries(
    channel: Channel, service: ScimService
) -> None:
    service.faults = [Fault.BROKEN] * 9
    with pytest.raises(Unreachable) as raised:
        channel.put("0001234", YAMADA)
    assert raised.value.code == "distribution.their_fault"
    assert writes(service) == ["POST"] * 4
    assert "次回の accounts.distribute" in raised.value.in_language(Language.JA)


def test_a_service_that_falls_silent_is_tried_again(
    channel: Channel, service: ScimService, waits: list[float]
) -> None:
    service.faults = [Fault.SILENT]
    channel.put("0001234", YAMADA)
    assert waits == [0.5]
    assert user_names(service) == ["yamada.taro"]


def test_more_than_a_page_of_people_is_read(channel: Channel, service: ScimService) -> None:
    numbers = [f"{number:07d}" for number in range(450)]
    for number in numbers:
        service.store.create({"userName": f"u{number}", "externalId": number, "active": True})
    service.store.create({"userName": "guest"})
    held = channel.held(numbers)
    assert list(held) == numbers
    assert len([request for request in service.requests if request.startswith("GET")]) == 3


def test_a_removed_person_is_gone_and_removing_again_is_no_error(
    channel: Channel, service: ScimService
) -> None:
    channel.put("0001234", YAMADA)
    assert channel.remove("0001234") == "scim id=u000001 removed"
    assert channel.remove("0001234") == "absent"
    assert service.store.users == {}


def test_a_log_on_name_of_somebody_else_is_never_taken_over(channel: Channel, service: ScimService) -> None:
    service.store.create({"userName": "yamada.taro", "externalId": "0000999"})
    with pytest.raises(TargetSaidNo) as raised:
        channel.put("0001234", YAMADA)
    assert raised.value.code == "distribution.clash"
    assert writes(service) == []


def test_a_certificate_of_nobody_we_trust_stops_everything(
    other_systems: OtherSystems, groupware: OtherSystem, service: ScimService
) -> None:
    with (
        other_systems.open(dataclasses.replace(groupware, ca_file="")) as channel,
        pytest.raises(BadSetting) as raised,
    ):
        channel.held(["0001234"])
    assert raised.value.code == "distribution.certificate"
    assert service.requests == []


def test_plain_http_is_refused(other_systems: OtherSystems, groupware: OtherSystem) -> None:
    plain = dataclasses.replace(groupware, destination="http://127.0.0.1/scim/v2")
    with pytest.raises(BadSetting, match="only sent over https"), other_systems.open(plain):
        pass


def test_a_wrong_token_is_a_setting_to_mend_and_is_not_quoted(
    groupware: OtherSystem, other_systems: OtherSystems
) -> None:
    wrong = dataclasses.replace(other_systems, open_secret=lambda ref: Secret("canary-wrong"))
    with wrong.open(groupware) as channel, pytest.raises(UnyoError) as raised:
        channel.held(["0001234"])
    assert raised.value.code == "distribution.credential"
    assert "canary" not in str(raised.value) + repr(raised.value.__context__)


def test_the_token_travels_and_stands_in_no_log(
    channel: Channel, service: ScimService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    channel.put("0001234", YAMADA)
    assert user_names(service) == ["yamada.taro"]
    assert service.token not in caplog.text


def test_an_address_without_a_service_is_named_as_such(
    other_systems: OtherSystems, groupware: OtherSystem
) -> None:
    elsewhere = dataclasses.replace(groupware, destination=groupware.destination + "elsewhere/")
    with other_systems.open(elsewhere) as channel, pytest.raises(BadSetting) as raised:
        channel.held(["0001234"])
    assert raised.value.code == "distribution.address"


def test_a_service_that_is_not_there_is_unreachable(
    other_systems: OtherSystems, groupware: OtherSystem
) -> None:
    nowhere = dataclasses.replace(groupware, destination="https://127.0.0.1:9/scim/v2/")
    with other_systems.open(nowhere) as channel, pytest.raises(Unreachable):
        channel.held(["0001234"])
