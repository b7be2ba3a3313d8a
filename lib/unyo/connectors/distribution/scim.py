"""People in a SCIM 2.0 service, found by externalId = staff number (RFC 7643, RFC 7644)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from unyo.connectors.distribution.scim_resource import flattened, merged, patch_body, quoted
from unyo.connectors.distribution.scim_wire import Wire
from unyo.core.distribution import Attributes
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.text import Text

PAGE = 200
FEW = 20
"""Up to so many people are asked for one by one; more are read page by page."""


@dataclass(frozen=True, slots=True)
class ScimChannel:
    """One service; every writing starts with a look at what is there, so it may be repeated."""

    wire: Wire

    def held(self, keys: Sequence[str]) -> Mapping[str, Attributes]:
        headings = self.wire.system.headings
        return {key: flattened(user, headings) for key, user in self._users(keys).items()}

    def put(self, key: str, attributes: Attributes) -> str:
        return self.wire.patiently(lambda: self._put(key, attributes))

    def remove(self, key: str) -> str:
        return self.wire.patiently(lambda: self._remove(key))

    def _users(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        if len(keys) <= FEW:
            found = {key: self.wire.patiently(partial(self._find, key)) for key in keys}
            return {key: user for key, user in found.items() if user is not None}
        asked = set(keys)
        everybody = {str(user.get("externalId") or ""): user for user in self._all()}
        return {key: user for key, user in everybody.items() if key in asked}

    def _all(self) -> Iterator[dict[str, Any]]:
        start = 1
        while True:
            query = {"startIndex": str(start), "count": str(PAGE)}
            page = self.wire.patiently(partial(self.wire.ask, "GET", "Users", query=query)) or {}
            users = page.get("Resources") or []
            yield from users
            start += len(users)
            if not users or start > int(page.get("totalResults") or 0):
                return

    def _find(self, key: str) -> dict[str, Any] | None:
        users = self._search("externalId", key)
        if len(users) > 1:
            raise self._clash(
                Text("it holds the staff number twice", "同じ職員番号の利用者が複数登録されています"), key
            )
        return users[0] if users else None

    def _search(self, attribute: str, value: str) -> list[dict[str, Any]]:
        query = {"filter": f"{attribute} eq {quoted(value)}"}
        page = self.wire.ask("GET", "Users", query=query) or {}
        # Some services ignore a filter that they do not support and give everybody.
        return [user for user in page.get("Resources") or [] if str(user.get(attribute)) == value]

    def _put(self, key: str, attributes: Attributes) -> str:
        user = self._find(key)
        if user is None:
            self._refuse_taken_name(key, attributes)
            body = merged({"externalId": key}, {k: v for k, v in attributes.items() if v is not None})
            made = self.wire.ask("POST", "Users", body=body) or {}
            return _receipt(made)
        wanted = merged(user, attributes)
        if flattened(user, list(attributes)) == dict(attributes):
            return _receipt(user)
        path = f"Users/{user['id']}"
        if self.wire.system.update == "put":
            return _receipt(self.wire.ask("PUT", path, body=wanted) or user)
        return _receipt(self.wire.ask("PATCH", path, body=patch_body(user, wanted)) or user)

    def _refuse_taken_name(self, key: str, attributes: Attributes) -> None:
        name = attributes.get("userName")
        if isinstance(name, str) and self._search("userName", name):
            raise self._clash(
                Text(
                    f"the log-on name {name} there belongs to somebody else",
                    f"ログオン名 {name} は別の利用者として登録済みです",
                ),
                key,
            )

    def _remove(self, key: str) -> str:
        user = self._find(key)
        if user is None:
            return "absent"
        self.wire.ask("DELETE", f"Users/{user['id']}", absent_is_fine=True)
        return f"scim id={user['id']} removed"

    def _clash(self, what: Text, key: str) -> UnyoError:
        return TargetSaidNo(
            "distribution.clash",
            what,
            Text(
                "set externalId to the right staff number there, then run again",
                "相手システムで externalId に正しい職員番号を設定し、再実行する",
            ),
            target=f"{self.wire.system.name}/{key}",
        )


def _receipt(user: Mapping[str, Any]) -> str:
    meta = user.get("meta") or {}
    version = meta.get("version") or meta.get("lastModified") or "-"
    return f"scim id={user.get('id', '-')} version={version}"
