"""core.hand.Hand for printers and appliances: the plug-in of each device's type does the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from unyo.connectors.appliances import texts
from unyo.connectors.appliances.plugin import Appliance, Lost, NotReached, Refused, WrongPassword
from unyo.connectors.appliances.shelf import Shelf
from unyo.core.credential import Credential
from unyo.core.directory import Logon
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Trial, Tried
from unyo.core.secret import Secret, SecretRef

OpenSecret = Callable[[SecretRef], Secret]
Reply = TypeVar("Reply")

PARALLEL = 16


class ApplianceHand:
    """Sets and tries passwords through plug-ins; one device at a time sees one of our log-ons."""

    def __init__(self, open_secret: OpenSecret, places: Sequence[Path] = ()) -> None:
        self._open, self._shelf = open_secret, Shelf(places)

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        works = [self._prepared(partial(self._facts, each), lambda error: error) for each in questions]
        return _each([each.credential for each in questions], works)

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        works = [self._prepared(partial(self._exchange, each), _untouched) for each in exchanges]
        return _each([each.credential for each in exchanges], works)

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        works = [self._prepared(partial(self._attempt, each), _untried) for each in trials]
        return _each([each.credential for each in trials], works)

    def _prepared(
        self, prepare: Callable[[], Callable[[], Reply]], failed: Callable[[UnyoError], Reply]
    ) -> Callable[[], Reply]:
        """Secrets are opened and plug-ins loaded here, not in the threads."""
        try:
            return prepare()
        except UnyoError as caught:
            error = caught
            return lambda: failed(error)

    def _facts(self, asked: Exchange) -> Callable[[], AccountFacts | UnyoError]:
        credential, plugin, old = asked.credential, self._plugin(asked.credential), self._old(asked)

        def work() -> AccountFacts | UnyoError:
            try:
                return plugin.facts(credential, old)
            except UnyoError as error:
                return error
            except WrongPassword:
                return texts.wrong(credential)
            except Exception as error:
                return texts.not_reached(credential, type(error).__name__)

        return work

    def _exchange(self, asked: Exchange) -> Callable[[], Exchanged]:
        credential, plugin, old = asked.credential, self._plugin(asked.credential), self._old(asked)
        new = self._open(asked.new)
        return lambda: _exchange(plugin, credential, old, new)

    def _attempt(self, trial: Trial) -> Callable[[], Tried]:
        credential, plugin = trial.credential, self._plugin(trial.credential)
        password = self._open(trial.password)

        def work() -> Tried:
            try:
                good = plugin.accepts(credential, password)
            except UnyoError as error:
                return Tried(None, plugin.by, error)
            except WrongPassword:
                good = False
            except Exception as error:
                return Tried(None, plugin.by, texts.not_reached(credential, type(error).__name__))
            return Tried(Logon.ACCEPTED if good else Logon.WRONG, plugin.by)

        return work

    def _plugin(self, credential: Credential) -> Appliance:
        return self._shelf.take(credential.driver)

    def _old(self, asked: Exchange) -> Secret:
        """The account changes itself, or the ``via`` account does: the plug-in is given that password."""
        reference = asked.sign_on or asked.old
        if reference is None:
            raise texts.no_old(asked.credential)
        return self._open(reference)


def _exchange(plugin: Appliance, credential: Credential, old: Secret, new: Secret) -> Exchanged:
    try:
        plugin.set(credential, old, new)
    except WrongPassword:
        return Exchanged(Fate.WRONG_OLD, texts.wrong(credential))
    except Refused as error:
        return Exchanged(Fate.REFUSED, texts.refused(credential, _clean(error, old, new)))
    except NotReached as error:
        return Exchanged(Fate.UNTOUCHED, texts.not_reached(credential, _clean(error, old, new)))
    except Lost as error:
        return Exchanged(Fate.UNKNOWN, texts.lost(credential, _clean(error, old, new)))
    except UnyoError as error:
        return Exchanged(Fate.UNTOUCHED, error)
    # A plug-in that breaks may have broken after it sent something.
    except Exception as error:
        return Exchanged(Fate.UNKNOWN, texts.lost(credential, type(error).__name__))
    return _proven(plugin, credential, new)


def _proven(plugin: Appliance, credential: Credential, new: Secret) -> Exchanged:
    try:
        good = plugin.accepts(credential, new)
    except WrongPassword:
        good = False
    except Exception as error:
        return Exchanged(Fate.SET, texts.not_reached(credential, type(error).__name__))
    if not good:
        return Exchanged(Fate.UNKNOWN, texts.not_accepted(credential))
    try:
        plugin.save(credential, new)
    # It is in force and proven all the same.
    except Exception as error:
        facts = AccountFacts(notes=(texts.UNSAVED,))
        return Exchanged(Fate.VERIFIED, texts.unsaved(credential, type(error).__name__), plugin.by, facts)
    return Exchanged(Fate.VERIFIED, by=plugin.by)


def _clean(error: Exception, *secrets: Secret) -> str:
    """What the plug-in says, unless it quotes a password."""
    said = " ".join(str(error).split())[:200]
    return "" if any(secret.reveal() in said for secret in secrets) else said or type(error).__name__


def _untouched(error: UnyoError) -> Exchanged:
    return Exchanged(Fate.UNTOUCHED, error)


def _untried(error: UnyoError) -> Tried:
    return Tried(None, error=error)


def _each(credentials: Sequence[Credential], works: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """A thread per device; on one device one after the other, in order."""
    devices: dict[str, list[int]] = {}
    for position, credential in enumerate(credentials):
        devices.setdefault(credential.system, []).append(position)
    replies: dict[int, Reply] = {}

    def visit(positions: list[int]) -> dict[int, Reply]:
        return {position: works[position]() for position in positions}

    if devices:
        with ThreadPoolExecutor(min(PARALLEL, len(devices)), "appliance") as pool:
            for found in pool.map(visit, devices.values()):
                replies.update(found)
    return [replies[position] for position in range(len(works))]
