"""One account's password replaced at one controller, and proven there by a log-on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from unyo.connectors.directory import account_names as names
from unyo.connectors.directory import account_texts as texts
from unyo.connectors.directory.account_facts import facts_of, find
from unyo.connectors.directory.doors import Doors, Shared
from unyo.connectors.directory.faults import bind_data
from unyo.connectors.directory.ldap_directory import LdapDirectory
from unyo.connectors.directory.logon import NOT_HERE, NOT_NOW, logon_of, logon_with_data
from unyo.connectors.directory.policy_causes import CODE
from unyo.connectors.directory.replication import lagging
from unyo.connectors.directory.rules import broken_by_names
from unyo.connectors.directory.uses import Places
from unyo.core.credential import Credential
from unyo.core.directory import Entry, Logon, Modify
from unyo.core.errors import Unreachable, UnyoError
from unyo.core.hand import AccountFacts, Exchanged, Fate, Tried, Use
from unyo.core.secret import Secret, SecretRef

_NOT_NOW = {"directory.busy", "directory.unavailable"}
RIGHT = {Logon.ACCEPTED, Logon.MUST_CHANGE, Logon.PASSWORD_EXPIRED}
"""Answers that only the right password gets."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An exchange whose secrets are at hand; ``signer`` is the account itself or its ``via``."""

    credential: Credential
    signer: Credential
    sign_on_ref: SecretRef
    sign_on: Secret
    new: Secret
    uses: tuple[Use, ...] = ()

    @property
    def by_owner(self) -> bool:
        return self.signer is self.credential


def exchange(doors: Doors, shared: Shared, places: Places, asked: Opened) -> Exchanged:
    """Sign on, set, prove; what is certain and what is not is told apart by where it broke off."""
    directory: LdapDirectory | None = None
    try:
        directory = enter(doors, shared, asked)
        entry = find(directory, asked.credential.account, asked.credential.label)
    except UnyoError as error:
        if directory is not None and asked.by_owner:
            directory.close()
        return not_let_in(asked, error)
    try:
        return _set(doors, directory, places, asked, entry)
    finally:
        if asked.by_owner:
            directory.close()


def enter(doors: Doors, shared: Shared, asked: Opened) -> LdapDirectory:
    if asked.by_owner:
        return doors.signed_on(asked.signer, asked.sign_on)
    return shared.signed_on(asked.signer, asked.sign_on_ref, asked.sign_on)


def not_let_in(asked: Opened, error: UnyoError) -> Exchanged:
    """Nothing was sent; whether the password was wrong or the account is barred stands in the answer."""
    if error.code != "directory.bind":
        return Exchanged(Fate.UNTOUCHED, error)
    data = bind_data(error.detail or "")
    logon = logon_of(data) or Logon.WRONG
    label = asked.signer.label
    if logon is Logon.WRONG and data not in (NOT_NOW, NOT_HERE):
        return Exchanged(Fate.WRONG_OLD, texts.wrong_password(label))
    return Exchanged(Fate.UNTOUCHED, texts.blocked(label, data, logon))


def _set(doors: Doors, directory: LdapDirectory, places: Places, asked: Opened, entry: Entry) -> Exchanged:
    named = broken_by_names(asked.new, entry, directory.password_policy)
    if named is not None:
        return Exchanged(Fate.REFUSED, named)
    old = asked.sign_on if asked.by_owner else None
    write = Modify(entry.dn, password=asked.new, old_password=old, keep_history=not asked.by_owner)
    (refusal,) = directory.send([write])
    if isinstance(refusal, Unreachable):
        return Exchanged(Fate.UNKNOWN, refusal)
    if refusal is not None and refusal.code in _NOT_NOW:
        return Exchanged(Fate.UNTOUCHED, texts.busy(asked.credential.label, refusal))
    if refusal is not None and refusal.code == "directory.password.old":
        # An hour long the log-on may take the former password, the change never does.
        return Exchanged(Fate.WRONG_OLD, texts.wrong_password(asked.credential.label))
    if refusal is not None and (asked.by_owner or refusal.code != CODE):
        return Exchanged(Fate.REFUSED, refusal)
    tried = prove(doors, asked.credential, asked.new)
    if refusal is not None:
        # The history refuses a password that is in force already: an earlier try may have set it.
        if tried.logon not in RIGHT:
            return Exchanged(Fate.REFUSED, refusal)
    elif tried.logon not in RIGHT:
        return _unproven(asked, tried)
    renewed = places.renew(names.spellings(directory, entry), asked.uses, asked.new) if asked.uses else ()
    left = tuple(use for use in asked.uses if use not in renewed)
    facts = _facts_after(doors, directory, asked, entry)
    return Exchanged(Fate.VERIFIED, None, tried.by, facts, tuple(renewed), left)


def _unproven(asked: Opened, tried: Tried) -> Exchanged:
    if tried.logon is Logon.WRONG:
        return Exchanged(Fate.UNKNOWN, texts.not_taken_up(asked.credential.label))
    return Exchanged(Fate.SET, tried.error or texts.blocked(asked.credential.label, "", tried.logon))


def prove(doors: Doors, credential: Credential, password: Secret) -> Tried:
    """Exactly one log-on, at the controller that is written to."""
    settings = doors.pinned(credential)
    (url,) = settings.urls
    by = f"ldap {urlsplit(url).hostname}"[:60]
    try:
        logon, data = logon_with_data(settings, url, doors.name(credential), password)
    except UnyoError as error:
        return Tried(None, by, error)
    if data in (NOT_NOW, NOT_HERE):
        return Tried(None, by, texts.blocked(credential.label, data, logon))
    if logon in RIGHT | {Logon.WRONG}:
        return Tried(logon, by)
    return Tried(logon, by, texts.blocked(credential.label, data, logon))


def _facts_after(doors: Doors, directory: LdapDirectory, asked: Opened, entry: Entry) -> AccountFacts | None:
    """What can be told afterwards; the exchange is proven, so nothing here may spoil it."""
    try:
        again = find(directory, entry.dn, asked.credential.label)
        facts = facts_of(again, directory.password_policy(again.dn), directory.now())
        if asked.by_owner:
            return facts
        peers = doors.settings(asked.credential).urls[1:]
        notes = lagging(directory, peers, again)
        return replace(facts, notes=(*facts.notes, *notes))
    except UnyoError:
        return None
