"""Which modules are simulated: ``@module("ansible.windows.win_ping")`` over a function of a Task."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from unyo.lab.terminals.ansible.task import Task

Work = Callable[[Task], None]
MODULES: dict[str, Work] = {}


def module(*names: str) -> Callable[[Work], Work]:
    """Register a module under its fully qualified names."""

    def register(work: Work) -> Work:
        for name in names:
            if name in MODULES:
                raise ValueError(f"{name} is registered twice")
            MODULES[name] = work
        return work

    return register


def find(name: str) -> Work | None:
    """What simulates the module of that name."""
    _load()
    return MODULES.get(name)


@cache
def _load() -> None:
    from unyo.lab.terminals.ansible import modules

    for each in pkgutil.iter_modules(modules.__path__):
        importlib.import_module(f"{modules.__name__}.{each.name}")
