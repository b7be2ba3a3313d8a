"""A whole fleet behind its loopback addresses, served by one event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import resource
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from unyo.lab.terminals.machine.fleet import Fleet
from unyo.lab.terminals.wire.addresses import Network
from unyo.lab.terminals.wire.listener import Listener
from unyo.lab.terminals.wire.tls import Certificates

T = TypeVar("T")
TICK_SECONDS = 0.2
THREADS = 64
"""As many commands may sleep at once; threads are only made when needed."""


class FleetServer:
    """Serves from ``start`` to ``stop``; certificates lie in ``folder``.

    Each fleet takes a network of 127/8 for itself, so that several can run side by side. ``keytab`` holds
    the keys of terminals that belong to a domain; Kerberos log-ons are refused without it.
    """

    def __init__(self, fleet: Fleet, folder: Path, keytab: Path | None = None) -> None:
        os.environ["KRB5_KTNAME"] = str(keytab or folder / "no.keytab")
        self.fleet = fleet
        self.certificates = Certificates(folder)
        self._network = Network()
        self._threads = ThreadPoolExecutor(THREADS, "terminal")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fleet", daemon=True)
        self._listeners: list[Listener] = []
        self._ticking: asyncio.Task[None] | None = None

    def start(self) -> None:
        for machine in self.fleet:
            machine.address = self._network.moved(machine.address)
            self._listeners.append(Listener(machine, self.certificates, self._threads))
        _allow_files(len(self._listeners) * 4 + 1000)
        self._thread.start()
        try:
            self._in_loop(self._open)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Close every door; safe to call twice."""
        if self._loop.is_closed():
            return
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(30)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(30)
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._loop.close()
        self._network.release()

    def change(self, task: Callable[[], T]) -> T:
        """Do something to the fleet's machines, and let the doors follow before this returns."""
        done = task()
        self._in_loop(self.refresh)
        return done

    async def refresh(self) -> None:
        """Let happen what is due, aside, for a task may take long; then look at every door."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self.fleet.tick)
        for listener in self._listeners:
            await listener.refresh()

    def _in_loop(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        asyncio.run_coroutine_threadsafe(work(), self._loop).result(60)

    async def _open(self) -> None:
        await self.refresh()
        self._ticking = asyncio.get_running_loop().create_task(self._tick())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            await self.refresh()

    async def _close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
        for listener in self._listeners:
            await listener.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            # Connections end by themselves once they are aborted; what still sleeps is cut short.
            _, sleeping = await asyncio.wait(others, timeout=1)
            for task in sleeping:
                task.cancel()
            await asyncio.gather(*sleeping, return_exceptions=True)


def _allow_files(wanted: int) -> None:
    """Raise the soft limit of open files as far as the hard one lets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
