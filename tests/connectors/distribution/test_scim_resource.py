"""Headings and SCIM resources say the same."""

from __future__ import annotations

from unyo.connectors.distribution.scim_resource import USER, flattened, merged, quoted

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def test_every_form_of_heading_goes_there_and_back() -> None:
    values: dict[str, str | bool | None] = {
        "userName": "yamada.taro",
        "name.familyName": "山田",
        "emails[work]": "yamada@agency.example",
        f"{ENTERPRISE}:department": "総務課",
        "active": False,
    }
    resource = merged({}, values)
    assert flattened(resource, list(values)) == values
    assert resource["schemas"] == [USER, ENTERPRISE] or resource["schemas"] == [ENTERPRISE, USER]
    assert resource["emails"] == [{"type": "work", "value": "yamada@agency.example"}]


def test_a_value_that_is_taken_away_leaves_the_others() -> None:
    resource = merged({"name": {"familyName": "山田", "givenName": "太郎"}}, {"name.givenName": None})
    assert resource["name"] == {"familyName": "山田"}


def test_a_filter_value_cannot_break_out_of_its_quotes() -> None:
    assert quoted('x" or userName pr') == '"x\\" or userName pr"'
