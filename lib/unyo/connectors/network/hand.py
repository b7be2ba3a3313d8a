"""core.hand.Hand for network devices: many devices at once, one account after the other on each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from unyo.connectors.network.doors import NetworkSettings
from unyo.connectors.network.drivers import driver_of
from unyo.connectors.network.signing import OpenSecret, Signing
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, Exchange, Exchanged, Fate, Trial, Tried

Asked = TypeVar("Asked", Exchange, Trial)
Reply = TypeVar("Reply")


class NetworkHand:
    """Passwords of local users (role login) and of enable, by the device's own command line."""

    def __init__(self, open_secret: OpenSecret, settings: NetworkSettings | None = None) -> None:
        self._signing = Signing(open_secret, settings or NetworkSettings())

    def facts(self, questions: Sequence[Exchange]) -> list[AccountFacts | UnyoError]:
        def prepare(asked: Exchange) -> Callable[[], AccountFacts | UnyoError]:
            driver = driver_of(asked.credential)
            signing = self._signing.of_exchange(asked)
            return lambda: driver.facts(signing)

        return self._each(questions, prepare, lambda error: error)

    def exchange(self, exchanges: Sequence[Exchange]) -> list[Exchanged]:
        def prepare(asked: Exchange) -> Callable[[], Exchanged]:
            driver = driver_of(asked.credential)
            signing, new = self._signing.of_exchange(asked), self._signing.open(asked.new)
            return lambda: driver.exchange(signing, new)

        return self._each(exchanges, prepare, lambda error: Exchanged(Fate.UNTOUCHED, error))

    def attempt(self, trials: Sequence[Trial]) -> list[Tried]:
        def prepare(asked: Trial) -> Callable[[], Tried]:
            driver = driver_of(asked.credential)
            signing = self._signing.of_trial(asked)
            return lambda: driver.attempt(signing)

        return self._each(trials, prepare, lambda error: Tried(None, error=error))

    def _each(
        self,
        questions: Sequence[Asked],
        prepare: Callable[[Asked], Callable[[], Reply]],
        failed: Callable[[UnyoError], Reply],
    ) -> list[Reply]:
        """A thread per device, so that no device has more than two sessions of ours at a time.

        On one device those that another account signs on for come first: that one may be among the rest.
        Secrets are opened here, not in the threads: the ledger is not theirs.
        """
        works: dict[str, list[tuple[int, Callable[[], Reply]]]] = {}
        replies: dict[int, Reply] = {}
        for position, asked in sorted(enumerate(questions), key=lambda each: not each[1].credential.via):
            try:
                works.setdefault(asked.credential.system, []).append((position, prepare(asked)))
            except UnyoError as error:
                replies[position] = failed(error)

        def visit(mine: list[tuple[int, Callable[[], Reply]]]) -> dict[int, Reply]:
            return {position: work() for position, work in mine}

        if works:
            with ThreadPoolExecutor(min(self._signing.settings.parallel, len(works)), "device") as pool:
                for found in pool.map(visit, works.values()):
                    replies.update(found)
        return [replies[position] for position in range(len(questions))]
