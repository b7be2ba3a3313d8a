"""SCIM resources as flat headings and back: ``name.familyName``, ``emails[work]``, ``urn:…:department``."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unyo.core.distribution import Attributes, Value

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a resource a heading stands: the top attribute, then a sub-attribute or a type of a list."""

    top: str
    sub: str = ""
    kind: str = ""


def place_of(heading: str) -> Place:
    if heading.startswith("urn:"):
        schema, _, name = heading.rpartition(":")
        return Place(schema, name)
    if heading.endswith("]"):
        top, _, kind = heading[:-1].partition("[")
        return Place(top, "value", kind)
    top, _, sub = heading.partition(".")
    return Place(top, sub)


def flattened(resource: Mapping[str, Any], headings: Sequence[str]) -> dict[str, Value]:
    """The values that a resource holds under the headings; None where it holds nothing."""
    return {heading: _value(resource, place_of(heading)) for heading in headings}


def _value(resource: Mapping[str, Any], place: Place) -> Value:
    found = resource.get(place.top)
    if place.kind:
        typed = [item for item in found or [] if item.get("type") == place.kind]
        found = typed[0] if typed else None
    if place.sub:
        found = found.get(place.sub) if isinstance(found, Mapping) else None
    if found is None or isinstance(found, bool):
        return found
    return str(found) or None


def merged(resource: Mapping[str, Any], attributes: Attributes) -> dict[str, Any]:
    """The resource with the attributes put in; whatever else it holds stays."""
    result: dict[str, Any] = copy.deepcopy(dict(resource))
    for heading, value in attributes.items():
        _put(result, place_of(heading), value)
    schemas = [USER, *(name for name in result if name.startswith("urn:"))]
    result["schemas"] = sorted({*result.get("schemas", []), *schemas})
    return result


def _put(resource: dict[str, Any], place: Place, value: Value) -> None:
    if place.kind:
        items = [item for item in resource.get(place.top) or [] if item.get("type") != place.kind]
        if value is not None:
            items.append({"type": place.kind, "value": value})
        resource[place.top] = items
    elif place.sub:
        holder = {**(resource.get(place.top) or {}), place.sub: value}
        resource[place.top] = {name: item for name, item in holder.items() if item is not None}
    else:
        resource[place.top] = value


def patch_body(resource: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """One replace operation with the top attributes that differ (RFC 7644, 3.5.2.3)."""
    changed = {
        name: item for name, item in wanted.items() if name != "schemas" and resource.get(name) != item
    }
    return {"schemas": [PATCH], "Operations": [{"op": "replace", "value": changed}]}


def quoted(text: str) -> str:
    """A text inside a SCIM filter."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
