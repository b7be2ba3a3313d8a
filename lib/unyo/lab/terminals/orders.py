"""What tests and the demo may tell a running fleet: turn knobs, look at state, change it behind unyo's back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from unyo.lab.terminals.ansible.installers import Installer
from unyo.lab.terminals.machine.knobs import Knobs
from unyo.lab.terminals.machine.machine import Machine
from unyo.lab.terminals.machine.passwords import with_password
from unyo.lab.terminals.machine.planting import plant
from unyo.lab.terminals.machine.stored import fits
from unyo.lab.terminals.wire.server import FleetServer


class Orders:
    """Orders by name; every one names a terminal by the serial number of the fleet's books."""

    def __init__(self, server: FleetServer) -> None:
        self._server = server
        self._kept: dict[str, dict[str, Any]] = {}
        self._known: dict[str, Callable[..., object]] = {
            "knob": self._knob,
            "state": self._state,
            "unsupported": lambda: list(server.fleet.unsupported),
            "forget_unsupported": server.fleet.unsupported.clear,
            "fired": lambda serial: list(getattr(self._machine(serial), "fired", ())),
            "password": self._password,
            "takes": self._takes,
            "locked": self._locked,
            "tries": self._tries,
            "forget_tries": self._forget_tries,
            "stored": self._stored,
            "policy": self._policy,
            "enable": self._enable,
            "unlock": self._unlock,
            "registry": self._registry,
            "service": self._service,
            "client_certificate": lambda user: [str(file) for file in server.certificates.client(user)],
            "domain": self._domain,
            "restart": lambda serial, seconds=0.0: self._machine(serial).restart(seconds),
            "share": self._share,
            "plant": self._plant,
            "keep": self._keep,
            "restore": self._restore,
        }

    def carry_out(self, name: str, *arguments: Any) -> object:
        """Do it; the terminal's doors have followed when this returns."""
        if name not in self._known:
            raise ValueError(f"no order {name!r}; known: {', '.join(sorted(self._known))}")
        return self._server.change(lambda: self._known[name](*arguments))

    def _machine(self, serial: str) -> Machine:
        return self._server.fleet.machine(serial)

    def _knob(self, serial: str, name: str, value: Any) -> None:
        if name not in {field.name for field in fields(Knobs)}:
            raise ValueError(f"no knob {name!r}")
        setattr(self._machine(serial).knobs, name, value)

    def _state(self, serial: str) -> object:
        from unyo.lab.terminals.machine.state import state_of

        return state_of(self._machine(serial))

    def _password(self, serial: str, user: str, password: str) -> None:
        """A new password, set by somebody else than unyo."""
        machine = self._machine(serial)
        account = machine.accounts.user(user)
        if account is None:
            raise ValueError(f"no account {user!r}")
        machine.accounts.put_user(with_password(machine, account, password))

    def _takes(self, serial: str, user: str, password: str) -> bool:
        """Whether this is the password in force; nothing is counted."""
        machine = self._machine(serial)
        account = machine.accounts.user(user)
        return account is not None and machine.password_of(account) == password

    def _locked(self, serial: str, user: str) -> bool:
        machine = self._machine(serial)
        account = machine.accounts.user(user)
        return account is not None and machine.accounts.locked(account, machine.lockout_rule, machine.now())

    def _tries(self, serial: str, user: str) -> dict[str, int]:
        """How many wrong passwords, and lock-outs, there ever were of this account."""
        accounts = self._machine(serial).accounts
        account = accounts.user(user)
        sid = account.sid if account is not None else ""
        return {"refused": accounts.refusals.get(sid, 0), "lockouts": accounts.lockouts.get(sid, 0)}

    def _forget_tries(self, serial: str) -> None:
        accounts = self._machine(serial).accounts
        accounts.refusals.clear()
        accounts.lockouts.clear()

    def _stored(self, serial: str) -> list[dict[str, object]]:
        """What services, tasks, pools and mappings hold, and whether it would log on."""
        machine = self._machine(serial)
        return [
            {"kind": each.kind, "name": each.name, "account": each.account, "fits": fits(machine, each)}
            for each in machine.stored.table.values()
        ]

    def _policy(self, serial: str, name: str, value: int) -> None:
        """One number of the account policy, by secedit's name for it."""
        self._machine(serial).security.values[name] = value

    def _enable(self, serial: str, user: str, enabled: bool) -> None:
        accounts = self._machine(serial).accounts
        account = accounts.user(user)
        if account is None:
            raise ValueError(f"no account {user!r}")
        accounts.put_user(replace(account, enabled=enabled))

    def _unlock(self, serial: str, user: str) -> None:
        """An administrator unlocks the account."""
        accounts = self._machine(serial).accounts
        account = accounts.user(user)
        if account is None:
            raise ValueError(f"no account {user!r}")
        accounts.forgive(account)

    def _registry(self, serial: str, key: str, name: str, kind: Any, data: Any) -> None:
        """Set a value; None as data removes it."""
        registry = self._machine(serial).registry
        if data is None:
            registry.drop(key, name)
        else:
            registry.put(key, name, kind, tuple(data) if isinstance(data, list) else data)

    def _service(self, serial: str, name: str, running: bool) -> None:
        self._machine(serial).services.change(name, running=running)

    def _domain(self, serial: str, domain: str) -> None:
        """Make it a member, as if it had been joined and restarted."""
        self._machine(serial).domain = domain

    def _share(self, path: str, product: dict[str, Any]) -> None:
        """Put an installer of the simulation onto a file server, under a UNC path."""
        self._server.fleet.shares[path.lower()] = Installer(**product).content()

    def _plant(self, serial: str, entry: dict[str, Any]) -> None:
        """What a scenario may say of a terminal, said later."""
        machine = self._machine(serial)
        plant(machine, entry)
        machine.changed = False

    def _keep(self, serial: str) -> None:
        """Remember all state for ``restore``."""
        self._kept[serial] = self._machine(serial).snapshot()

    def _restore(self, serial: str) -> None:
        self._machine(serial).restore(self._kept[serial])
