"""Loopback networks that fleets take for themselves, and sockets on their addresses."""

from __future__ import annotations

import os
import socket

_FIRST, _LAST, _STEP = 16, 248, 8
_MARK_PORT = 5984


class Network:
    """Eight networks of 127/8 in a row, held by a socket until ``release``; about 500,000 addresses.

    Processes begin at different places, so that they seldom collide.
    """

    def __init__(self) -> None:
        places = range(_FIRST, _LAST, _STEP)
        shift = os.getpid() % len(places)
        for first in (*places[shift:], *places[:shift]):
            held = socket.socket()
            try:
                held.bind((f"127.{first}.0.1", _MARK_PORT))
            except OSError:
                held.close()
            else:
                self._held, self.first = held, first
                return
        raise RuntimeError("no loopback network is free for a fleet")

    def moved(self, address: str) -> str:
        """An address of the first eight networks as it lies in this one."""
        _, second, third, last = address.split(".")
        return f"127.{self.first + int(second) % _STEP}.{third}.{last}"

    def release(self) -> None:
        self._held.close()


class DeafDoor:
    """A port that answers nothing: its queue of one is full, so the kernel drops whoever knocks."""

    def __init__(self, address: str, port: int) -> None:
        self._listening = bound(address, port)
        self._listening.listen(0)
        self._fillers = [socket.socket() for _ in range(2)]
        for filler in self._fillers:
            filler.setblocking(False)
            filler.connect_ex((address, port))

    def close(self) -> None:
        for each in (*self._fillers, self._listening):
            each.close()


def bound(address: str, port: int) -> socket.socket:
    """A socket on this address; OSError where it is taken."""
    made = socket.socket()
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
    except OSError:
        made.close()
        raise
    return made
