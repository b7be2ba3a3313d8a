"""The export for the day on which the server burns: one sealed file, and shares of its key."""

from __future__ import annotations

import base64
import binascii
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from unyo.core.canonical import canonical_json
from unyo.core.errors import BadInput
from unyo.core.text import Text
from unyo.vault.shares import ShareWords, combine, split

FORMAT = "unyo-breakglass-1"
_KEY_BYTES, _NONCE_BYTES = 32, 12
_HEADER = ("format", "made_at", "organisation", "set_id", "shares", "needed", "secrets", "keys")


@dataclass(frozen=True, slots=True)
class Header:
    """What the file tells everybody: nothing of it is secret, and all of it is vouched for by the seal."""

    made_at: str
    organisation: str
    set_id: int
    shares: int
    needed: int
    secrets: int
    keys: int

    def as_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **{name: getattr(self, name) for name in _HEADER[1:]}}


@dataclass(frozen=True, slots=True)
class Content:
    """What is sealed in it: secrets as mappings (path, version, state, password, …), the vault's keys as lines."""

    secrets: tuple[Mapping[str, Any], ...]
    keys: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Content({len(self.secrets)} secrets, {len(self.keys)} keys)"


def seal_export(
    content: Content, made_at: datetime, organisation: str, shares: int, needed: int
) -> tuple[bytes, list[ShareWords]]:
    """The file, and the shares of a key that exists nowhere else."""
    key = os.urandom(_KEY_BYTES)
    parts = split(key, shares, needed)
    header = Header(
        made_at.isoformat(),
        organisation,
        parts[0].set_id,
        shares,
        needed,
        len(content.secrets),
        len(content.keys),
    )
    plain = canonical_json({"secrets": list(content.secrets), "keys": list(content.keys)})
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, zlib.compress(plain, 9), canonical_json(header.as_json()))
    file = {**header.as_json(), "nonce": _text(nonce), "sealed": _text(sealed)}
    return json.dumps(file, ensure_ascii=False, indent=1).encode() + b"\n", parts


def read_header(file: bytes) -> Header:
    """BadInput where this is no export."""
    loaded = _loaded(file)
    return Header(**{name: loaded[name] for name in _HEADER[1:]})


def open_export(file: bytes, shares: Sequence[ShareWords]) -> Content:
    """What is sealed; BadInput for wrong, too few or mixed shares, or a file that was touched."""
    loaded, header = _loaded(file), read_header(file)
    if any(share.set_id != header.set_id for share in shares):
        raise BadInput(
            "breakglass.mixed",
            Text("a share belongs to another export", "別の持出しの分割片が含まれています"),
            Text(
                f"take the shares of export {header.set_id}",
                f"持出し番号 {header.set_id} の分割片をそろえる",
            ),
        )
    key = combine(shares)
    try:
        plain = AESGCM(key).decrypt(
            base64.b64decode(loaded["nonce"]),
            base64.b64decode(loaded["sealed"]),
            canonical_json(header.as_json()),
        )
        content = json.loads(zlib.decompress(plain))
    except (InvalidTag, ValueError, zlib.error):
        raise BadInput(
            "breakglass.does_not_open",
            Text("these shares do not open this file", "この分割片では開けません"),
            Text(
                "the file was touched, or the shares are of another one; try another copy",
                "ファイルの破損か、別の持出しの分割片です。別の写しで試す",
            ),
        ) from None
    return Content(tuple(content["secrets"]), tuple(content["keys"]))


def _loaded(file: bytes) -> Mapping[str, Any]:
    try:
        loaded = json.loads(file)
        if loaded["format"] == FORMAT and all(name in loaded for name in (*_HEADER, "nonce", "sealed")):
            base64.b64decode(loaded["nonce"], validate=True)
            base64.b64decode(loaded["sealed"], validate=True)
            return dict(loaded)
    except (ValueError, KeyError, TypeError, binascii.Error):
        pass
    raise BadInput(
        "breakglass.no_export",
        Text(
            "this is no break-glass export of unyo, or not a whole one",
            "unyo の緊急時持出しファイルではないか、ファイルが欠けています",
        ),
        Text(
            "name the file that ends with .breakglass; if it does, take another copy of it",
            ".breakglass で終わるファイルを指定する。破損している場合は別の写しを使う",
        ),
    )


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
