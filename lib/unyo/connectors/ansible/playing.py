"""Ansible for runbooks: one ansible-playbook process per play, secrets from the vault, nothing left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from unyo.connectors.ansible import faults
from unyo.connectors.ansible.desk import CONNECTION, Desk
from unyo.connectors.ansible.hearing import Hearing
from unyo.connectors.ansible.inventory import host_names, inventory_text, own_name, references
from unyo.connectors.ansible.options import AnsibleSettings
from unyo.connectors.ansible.private import private_directory
from unyo.connectors.ansible.running import Ended, Watch, configuration, run_playbook
from unyo.connectors.winrm import fault_texts as texts
from unyo.connectors.winrm.faults import said_no
from unyo.connectors.winrm.own_passwords import OwnPasswords
from unyo.core.errors import UnyoError
from unyo.core.playbook import HostResult, PlayHost
from unyo.core.secret import Secret, SecretRef

_MISSING = 127


class AnsiblePlaybooks:
    """Implements ``core.playbook.Playbooks``. ``password`` opens the one that connections need."""

    def __init__(
        self,
        settings: AnsibleSettings,
        password: Callable[[], Secret],
        open_secret: Callable[[SecretRef], Secret],
        own: OwnPasswords | None = None,
    ) -> None:
        """``own``: the passwords of terminals that have one of their own; ``password`` is for all others."""
        self._settings = settings
        self._password = password
        self._open_secret = open_secret
        self._own = own
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Stop the plays under way, and any that would begin later; may be called from another thread."""
        self._cancelled.set()

    def play(
        self, playbook: str, hosts: Sequence[PlayHost], *, check: bool = False, timeout: float = 3600
    ) -> list[HostResult]:
        """See ``Playbooks.play``; raises where the play as a whole could not begin."""
        if not hosts:
            return []
        settings, file = self._settings, self._find(playbook)
        if not all("ansible_connection" in host.variables for host in hosts):
            settings.reach.check()
        names = host_names(hosts)
        offered = {ref.path: _opener(self._open_secret, ref) for ref in references(hosts)}
        offered[CONNECTION] = self._password
        own = self._own_passwords(names, hosts)
        offered |= own
        with private_directory(settings.private_directory) as private:
            _write(private / "ansible.cfg", configuration(settings))
            _write(private / "hosts.json", inventory_text(settings, names, hosts, own))
            arguments = [
                "--inventory",
                str(private / "hosts.json"),
                "--diff",
                *(["--check"] if check else []),
            ]
            watch = Watch(private, timeout, self._cancelled.is_set)
            with Desk(private, offered) as desk:
                hearing = Hearing(names, hosts, desk, check)
                ended = run_playbook(settings, private, file, arguments, watch, hearing.take)
        self._refuse_unbegun(playbook, hearing, ended)
        return self._explained(hearing.results(_why_unfinished(ended, timeout, hearing.output)), hosts)

    def _explained(self, results: list[HostResult], hosts: Sequence[PlayHost]) -> list[HostResult]:
        """Where a log-on was refused and a change of that password was cut off, the error says so."""
        refused = {
            host.terminal.serial
            for host, result in zip(hosts, results, strict=True)
            if result.error is not None and result.error.code == texts.LOGON.code
        }
        unsettled = self._own.unsettled(refused) if self._own is not None and refused else ()
        return [
            replace(result, error=said_no(texts.UNSETTLED, host.terminal, ""))
            if host.terminal.serial in unsettled
            else result
            for host, result in zip(hosts, results, strict=True)
        ]

    def _own_passwords(
        self, names: Sequence[str], hosts: Sequence[PlayHost]
    ) -> dict[str, Callable[[], Secret]]:
        """The name under which each host's own password is asked for, and how it is handed out."""
        if self._own is None or self._settings.reach.transport == "certificate":
            return {}
        kept = self._own.of([host.terminal.serial for host in hosts])
        found = {name: kept.get(host.terminal.serial) for name, host in zip(names, hosts, strict=True)}
        return {own_name(name): _handing(each) for name, each in found.items() if each is not None}

    def _find(self, playbook: str) -> Path:
        files = [place / "playbooks" / f"{playbook}.yml" for place in self._settings.places]
        found = next((file for file in files if file.is_file()), None)
        if found is None:
            raise faults.no_playbook(playbook, [str(file.parent) for file in files])
        return found.resolve()

    def _refuse_unbegun(self, playbook: str, hearing: Hearing, ended: Ended) -> None:
        """A play that did nothing at all is an error of the whole, not of its hosts."""
        if hearing.matched_none and not hearing.heard_any:
            raise faults.no_host(playbook)
        if hearing.began or ended.out_of_time or ended.cancelled:
            return
        if ended.code == _MISSING:
            raise faults.missing(self._settings.interpreter, hearing.output)
        raise faults.broken(playbook, hearing.output)


def _opener(open_secret: Callable[[SecretRef], Secret], ref: SecretRef) -> Callable[[], Secret]:
    return lambda: open_secret(ref)


def _handing(kept: Secret | UnyoError) -> Callable[[], Secret]:
    def hand_out() -> Secret:
        if isinstance(kept, UnyoError):
            raise kept
        return kept

    return hand_out


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _why_unfinished(ended: Ended, timeout: float, output: str) -> Callable[[str], UnyoError]:
    if ended.cancelled:
        return faults.cancelled
    if ended.out_of_time:
        return lambda name: faults.out_of_time(name, timeout)
    return lambda name: faults.cut_off(name, output)
