"""Account information reaches a SCIM service person by person, once, with a receipt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from support.distribution import TAKAHASHI, YAMADA, Stage, no_directory
from unyo.connectors.distribution.opening import OtherSystems
from unyo.core.outcome import Outcome
from unyo.core.secret import Secret
from unyo.lab.certificates import make_authority, write_server_certificate
from unyo.lab.scim import Fault, ScimService, scim_service

GROUPWARE = """
systems:
  - name: groupware
    title: {en: Groupware, ja: グループウェア}
    kind: scim
    destination: ADDRESS
    credential: distribution/groupware
    ca_file: CA
    timeout: 0.5
    gone: {active: false}
    columns:
      - {heading: userName, from: login}
      - {heading: name.familyName, from: family_name}
      - {heading: "emails[work]", from: mail}
      - {heading: active, from: enabled}
"""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    ways = OtherSystems(
        lambda ref: Secret("canary-token-77"),
        tmp_path,
        no_directory,
        lambda seconds: None,
        lambda: datetime(2026, 4, 1, tzinfo=timezone.utc),
    )
    return Stage(ways, tmp_path, GROUPWARE)


def outcomes(results: object) -> list[Outcome]:
    return [result.outcome for result in results]  # type: ignore[attr-defined]


@pytest.fixture
def scim(stage: Stage, tmp_path: Path) -> Iterator[ScimService]:
    authority = make_authority()
    certificate, key = write_server_certificate(authority, tmp_path, ("127.0.0.1",))
    ca = authority.write(tmp_path / "ca.pem")
    with scim_service(certificate, key, "canary-token-77") as service:
        stage.policy = GROUPWARE.replace("ADDRESS", service.address).replace("CA", str(ca))
        yield service


def test_people_reach_a_scim_service_and_are_read_back(stage: Stage, scim: ScimService) -> None:
    assert outcomes(stage.run()) == [Outcome.DONE] * 3
    held = {user["externalId"]: user["userName"] for user in scim.store.users.values()}
    assert held == {"0001234": "u0001234", "0002345": "u0002345", "0003456": "u0003456"}
    assert stage.taken["groupware"]["0001234"][1].startswith("scim id=")
    assert stage.plan().changes == ()


def test_what_a_service_did_not_take_goes_with_the_next_run(stage: Stage, scim: ScimService) -> None:
    scim.faults = [Fault.BROKEN] * 4
    assert outcomes(stage.run()) == [Outcome.UNREACHABLE, Outcome.DONE, Outcome.DONE]
    (change,) = stage.plan().changes
    assert change.target.key == "groupware/0001234"
    assert outcomes(stage.run()) == [Outcome.DONE]
    assert len(scim.store.users) == 3


def test_a_service_that_went_away_is_not_tried_for_everybody(stage: Stage, scim: ScimService) -> None:
    plan = stage.plan()
    scim.faults = [Fault.SILENT] * 99
    scim.silence = 0.6
    assert outcomes(stage.apply(plan)) == [Outcome.UNREACHABLE] * 3
    assert len([request for request in scim.requests if request.startswith("POST")]) == 4


def test_an_acceptance_whose_reply_was_lost_makes_nobody_twice(stage: Stage, scim: ScimService) -> None:
    scim.faults = [Fault.LOST_REPLY]
    assert outcomes(stage.run()) == [Outcome.DONE] * 3
    assert len(scim.store.users) == 3


def test_a_person_accepted_without_a_receipt_only_gets_the_receipt(stage: Stage, scim: ScimService) -> None:
    stage.run()
    del stage.taken["groupware"]["0001234"]
    (change,) = stage.plan().changes
    assert change.sort == "receipt"
    scim.requests.clear()
    assert outcomes(stage.run()) == [Outcome.DONE]
    assert [request for request in scim.requests if not request.startswith("GET")] == []


def test_somebody_who_left_is_set_inactive_there_and_counts_as_a_removal(
    stage: Stage, scim: ScimService
) -> None:
    stage.run()
    stage.disabled = {"0002345"}
    (change,) = stage.plan().changes
    assert change.removes
    assert outcomes(stage.run()) == [Outcome.DONE]
    active = {user["externalId"]: user["active"] for user in scim.store.users.values()}
    assert active == {"0001234": True, "0002345": False, "0003456": True}
    assert stage.plan().changes == ()


def test_what_was_sent_to_a_service_can_be_taken_back(stage: Stage, scim: ScimService) -> None:
    stage.members = [YAMADA]
    stage.run()
    stage.members = [YAMADA, TAKAHASHI, replace(YAMADA, staff_number="0000007")]
    plan = stage.plan()
    stage.apply(plan)
    stage.members = [replace(YAMADA, family_name="山本")]
    renamed = stage.plan().changes[0]
    stage.apply(replace(plan, changes=(renamed,)))
    back = tuple(back for change in (*plan.changes, renamed) if (back := change.reversed()))
    assert outcomes(stage.apply(replace(plan, changes=back))) == [Outcome.DONE] * 3
    held = {user["externalId"]: user["name"]["familyName"] for user in scim.store.users.values()}
    assert held == {"0001234": "山田"}


def test_somebody_the_system_knows_from_elsewhere_is_left_alone(stage: Stage, scim: ScimService) -> None:
    scim.store.create({"userName": "guest", "externalId": "9999999", "active": True})
    stage.run()
    assert scim.store.users["u000001"]["active"] is True


def test_no_secret_stands_in_a_plan_or_a_receipt(stage: Stage, scim: ScimService) -> None:
    plan = stage.plan()
    stage.apply(plan)
    everything = json.dumps([change.as_json() for change in plan.changes]) + str(stage.taken)
    assert "canary" not in everything
