"""SNMPv3 users (USM): both keys are changed in one request, as RFC 3414 says, so that no password is sent.

One password gives the authentication key and the privacy key (AES-128). The user needs write access to its
own row of usmUserTable. Options of the device: ``auth`` (SHA-256, SHA, SHA-512, MD5), ``seconds`` to wait for an answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from unyo.connectors.appliances.plugin import Appliance, Lost, NotReached, Refused, WrongPassword
from unyo.core.credential import Credential
from unyo.core.errors import BadSetting, TargetSaidNo
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.secret import Secret
from unyo.core.text import Text

AUTH: dict[str, tuple[str, Callable[..., Any]]] = {
    "MD5": ("USM_AUTH_HMAC96_MD5", hashlib.md5),
    "SHA": ("USM_AUTH_HMAC96_SHA", hashlib.sha1),
    "SHA-256": ("USM_AUTH_HMAC192_SHA256", hashlib.sha256),
    "SHA-512": ("USM_AUTH_HMAC384_SHA512", hashlib.sha512),
}
_ENGINE_ID = (1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0)
_SPIN_LOCK = (1, 3, 6, 1, 6, 3, 15, 1, 2, 1, 0)
_USER = (1, 3, 6, 1, 6, 3, 15, 1, 2, 2, 1)
# Those that users may change of themselves; 6 and 9 are for an administrator.
_OWN_AUTH_KEY_CHANGE, _OWN_PRIV_KEY_CHANGE = 7, 10
# versionSavePersistentData of UCD-SNMP-MIB; an agent that is not Net-SNMP refuses it.
_SAVE_NOW = (1, 3, 6, 1, 4, 1, 2021, 100, 13, 0)
_PRIVACY_KEY = 16
_SHORTEST = 8


class SnmpUser(Appliance):
    """A user of an SNMP agent changes its own keys."""

    by = "snmp"
    seconds = 3.0

    def set(self, device: Credential, old: Secret, new: Secret) -> None:
        if len(new.reveal()) < _SHORTEST:
            raise Refused(f"SNMP passwords have at least {_SHORTEST} characters")
        asyncio.run(self._set(device, old, new))

    def accepts(self, device: Credential, password: Secret) -> bool:
        try:
            asyncio.run(self._read(device, password))
        except WrongPassword:
            return False
        return True

    def save(self, device: Credential, password: Secret) -> None:
        """Net-SNMP keeps a changed key in memory until it is told to write; other agents write by themselves."""
        asyncio.run(self._save(device, password))

    def facts(self, device: Credential, password: Secret) -> AccountFacts:
        """SNMP agents lock nobody out."""
        asyncio.run(self._read(device, password))
        return AccountFacts(enabled=True, locked=False, lockout=LockoutPolicy(0, timedelta(0)))

    async def _read(self, device: Credential, password: Secret) -> tuple[bytes, int]:
        """The agent's identity and the number that keeps two changes apart; proves the password."""
        from pysnmp.hlapi.v3arch.asyncio import get_cmd

        failed, found = await self._ask(get_cmd, device, password, [(_ENGINE_ID, None), (_SPIN_LOCK, None)])
        if failed in ("wrongDigest", "decryptionError"):
            raise WrongPassword
        if failed in ("unknownUserName", "unsupportedSecurityLevel"):
            raise _no_such_user(device)
        if failed:
            raise NotReached(failed)
        return bytes(found[0]), int(found[1])

    async def _set(self, device: Credential, old: Secret, new: Secret) -> None:
        from pysnmp.hlapi.v3arch.asyncio import set_cmd
        from pysnmp.proto.rfc1902 import Integer32, OctetString

        engine, lock = await self._read(device, old)
        digest = _auth(device)[1]
        was, now = _key(old, engine, digest), _key(new, engine, digest)
        name = device.account.encode()
        row = (len(engine), *engine, len(name), *name)
        changes = [
            (_SPIN_LOCK, Integer32(lock)),
            ((*_USER, _OWN_AUTH_KEY_CHANGE, *row), OctetString(key_change(was, now, digest))),
            (
                (*_USER, _OWN_PRIV_KEY_CHANGE, *row),
                OctetString(key_change(was[:_PRIVACY_KEY], now[:_PRIVACY_KEY], digest)),
            ),
        ]
        failed, _ = await self._ask(set_cmd, device, old, changes)
        if failed.startswith("status:"):
            raise Refused(failed)
        if failed:
            raise Lost(failed)

    async def _save(self, device: Credential, password: Secret) -> None:
        from pysnmp.hlapi.v3arch.asyncio import set_cmd
        from pysnmp.proto.rfc1902 import Integer32

        failed, _ = await self._ask(set_cmd, device, password, [(_SAVE_NOW, Integer32(1))])
        if failed and not failed.startswith("status:"):
            raise Lost(failed)

    async def _ask(
        self, command: Any, device: Credential, password: Secret, asked: list[tuple[tuple[int, ...], Any]]
    ) -> tuple[str, list[Any]]:
        """One request, sent once: what failed (or an empty text), and the values."""
        from pysnmp.hlapi.v3arch import asyncio as snmp

        known = _auth(device)[0]
        user = snmp.UsmUserData(
            device.account,
            password.reveal(),
            password.reveal(),
            authProtocol=getattr(snmp, known),
            privProtocol=snmp.USM_PRIV_CFB128_AES,
        )
        engine = snmp.SnmpEngine()
        try:
            where = (device.address, device.port or 161)
            seconds = float(device.options.get("seconds", self.seconds))
            target = await snmp.UdpTransportTarget.create(where, timeout=seconds, retries=0)
            objects = [
                snmp.ObjectType(snmp.ObjectIdentity(oid), *(() if value is None else (value,)))
                for oid, value in asked
            ]
            told, status, _, found = await command(
                engine, user, target, snmp.ContextData(), *objects, lookupMib=False
            )
        finally:
            engine.close_dispatcher()
        if told:
            return type(told).__name__[0].lower() + type(told).__name__[1:], []
        return (f"status: {status.prettyPrint()}" if status else ""), [value for _, value in found]


def key_change(old: bytes, new: bytes, digest: Callable[..., Any]) -> bytes:
    """The value of a KeyChange (RFC 3414, section 5): random text, then the new key under a mask."""
    random = secrets.token_bytes(len(new))
    mask, mixed = old, b""
    while len(mixed) < len(new):
        mask = digest(mask + random).digest()
        mixed += mask
    return random + bytes(a ^ b for a, b in zip(mixed, new, strict=False))


def _key(password: Secret, engine: bytes, digest: Callable[..., Any]) -> bytes:
    """The password's key at one agent (RFC 3414, appendix A.2)."""
    from pysnmp.proto.secmod.rfc3414.localkey import hash_passphrase

    whole = bytes(hash_passphrase(password.reveal(), digest))
    return bytes(digest(whole + engine + whole).digest())


def _no_such_user(device: Credential) -> TargetSaidNo:
    return TargetSaidNo(
        "appliances.account",
        Text("the agent has no such SNMPv3 user", "この SNMPv3 ユーザは機器にありません"),
        Text(
            "check the user's name, and that it has both authentication and privacy",
            "ユーザ名と、認証・暗号化の両方が有効なことを確認する",
        ),
        target=device.label,
    )


def _auth(device: Credential) -> tuple[str, Callable[..., Any]]:
    name = str(device.options.get("auth", "SHA-256"))
    if name not in AUTH:
        raise BadSetting(
            "appliances.snmp_auth",
            Text(f"this is no authentication of SNMPv3: {name}", f"SNMPv3 の認証方式ではありません: {name}"),
            Text(f"one of {', '.join(AUTH)}", f"{', '.join(AUTH)} のいずれか"),
            target=device.label,
        )
    return AUTH[name]
