"""What the simulated SCIM service holds: users, with the rules of RFC 7643 and 7644 that clients meet."""

from __future__ import annotations

import copy
import re
import threading
from dataclasses import dataclass, field
from typing import Any

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_FILTER = re.compile(r'^(externalId|userName) eq "((?:[^"\\]|\\.)*)"$')


class ScimRefusal(Exception):
    """An HTTP status, a SCIM error type and a sentence."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail


@dataclass
class ScimStore:
    """Users by id; safe for several threads."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: int = 0

    def find(self, filter_text: str | None, start: int, count: int) -> dict[str, Any]:
        users = list(self.users.values())
        if filter_text:
            matched = _FILTER.match(filter_text)
            if matched is None:
                raise ScimRefusal(400, "invalidFilter", f"unsupported filter: {filter_text}")
            name, value = matched[1], re.sub(r"\\(.)", r"\1", matched[2])
            users = [user for user in users if user.get(name) == value]
        page = users[start - 1 : start - 1 + count]
        return {
            "schemas": [LIST],
            "totalResults": len(users),
            "startIndex": start,
            "itemsPerPage": len(page),
            "Resources": page,
        }

    def get(self, key: str) -> dict[str, Any]:
        if key not in self.users:
            raise ScimRefusal(404, "", f"no user {key}")
        return self.users[key]

    def create(self, user: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            self._check(user, None)
            self.made += 1
            key = f"u{self.made:06d}"
            self.users[key] = _stored(user, key, 1)
            return self.users[key]

    def replace(self, key: str, user: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            old = self.get(key)
            self._check(user, key)
            self.users[key] = _stored(user, key, _version(old) + 1)
            return self.users[key]

    def patch(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("schemas") != [PATCH]:
            raise ScimRefusal(400, "invalidSyntax", "not a PatchOp")
        user = copy.deepcopy(self.get(key))
        for operation in body.get("Operations", []):
            if operation.get("op", "").lower() != "replace" or "path" in operation:
                raise ScimRefusal(400, "invalidPath", "this service only replaces whole attributes")
            user.update(operation["value"])
        return self.replace(key, {name: value for name, value in user.items() if value is not None})

    def delete(self, key: str) -> None:
        with self.lock:
            self.get(key)
            del self.users[key]

    def _check(self, user: dict[str, Any], key: str | None) -> None:
        if not user.get("userName"):
            raise ScimRefusal(400, "invalidValue", "userName is required")
        taken = [other for name, other in self.users.items() if name != key]
        if any(other["userName"].lower() == user["userName"].lower() for other in taken):
            raise ScimRefusal(409, "uniqueness", f"userName {user['userName']} is taken")


def _stored(user: dict[str, Any], key: str, version: int) -> dict[str, Any]:
    meta = {"resourceType": "User", "version": f'W/"{version}"', "location": f"/scim/v2/Users/{key}"}
    return {**user, "id": key, "meta": meta}


def _version(user: dict[str, Any]) -> int:
    return int(user["meta"]["version"][3:-1])
