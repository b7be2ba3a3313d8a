"""Kills workers that renew passwords, with SIGKILL at chosen instants; a process of its own, as forking asks.

Usage: python -m support.killing_passwords LEDGER_URL HOME FACTORY SEED KILLS
FACTORY is MODULE:FUNCTION, given HOME, the maker of a support.password_arena.Arena. With no KILLS at all it is
a worker, until that is idle.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.password_arena import Arena
    from unyo.core.credential import Credential
    from unyo.core.secret import Secret
    from unyo.flow.context import Road

MARKS = 140
"""A worker that renews half a dozen accounts passes about so many instants at which something takes effect."""
AT_THE_SYSTEM = ("log-on", "exchange", "sent", "answered", "sealedsecret", "credentialrecord")
"""What the names of instants hold at which a password may be lost; most kills fall there."""


def main() -> None:
    ledger, home, factory, seed, kills = sys.argv[1:6]
    os.environ["UNYO_LEDGER"] = ledger
    from unyo.ledger.opening import set_up_django

    set_up_django()
    killing = Killing(Path(home), factory, random.Random(seed))
    if int(kills) == 0:
        work(killing.arena, "")
        return
    for _ in range(10 * int(kills)):
        if killing.killed >= int(kills):
            break
        killing.one_turn()
    killing.finish()
    sys.stdout.write(json.dumps({"killed": killing.killed, "instants": killing.instants}) + "\n")


class Killing:
    """Worker after worker: trouble, a kill, a look at every account, and on."""

    def __init__(self, home: Path, factory: str, dice: random.Random) -> None:
        self.home, self.dice = home, dice
        module, _, name = factory.partition(":")
        self.arena: Arena = getattr(importlib.import_module(module), name)(home)
        _load_for_all_children(self.arena)
        self.killed = 0
        self.instants: dict[str, int] = {}

    def one_turn(self) -> None:
        self.arena.stir(self.dice)
        near = self.dice.random() < 0.7
        instant = self._kill_at(self.dice.randint(1, 45 if near else MARKS), AT_THE_SYSTEM if near else ("",))
        if instant:
            self.killed += 1
            self.instants[instant] = self.instants.get(instant, 0) + 1
        self._in_a_child(lambda: look_at_all(self.arena))

    def finish(self) -> None:
        """No more trouble: every job ends, every account is settled and renewed once more."""
        self.arena.calm()
        for verb in ("", "verify", "verify", "rotate", "rotate"):
            self._in_a_child(partial(work, self.arena, verb))
            for _ in range(60):
                if self._in_a_child(lambda: no_job_left(self.arena), may_fail=True):
                    break
                self.arena.pass_time(timedelta(minutes=61))
                self._in_a_child(lambda: work(self.arena, ""))
        self._in_a_child(lambda: all_well(self.arena))

    def _kill_at(self, number: int, words: Sequence[str]) -> str:
        """Kill a worker at an instant that bears one of these words; its name, or nothing if it had ended."""
        read, write = os.pipe()
        left = [number]

        def burn(instant: str) -> None:
            left[0] -= any(word in instant for word in words)
            if left[0] == 0:
                os.write(write, instant.encode())
                os.kill(os.getpid(), signal.SIGSTOP)

        pid = self._fork(lambda: work(self.arena, "rotate", burn))
        os.close(write)
        _, status = os.waitpid(pid, os.WUNTRACED)
        instant = os.read(read, 200).decode() if os.WIFSTOPPED(status) else ""
        os.close(read)
        if os.WIFSTOPPED(status):
            self._look_at(pid)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        elif status:
            raise SystemExit(f"a worker broke: see {self.home}/worker.log")
        return instant

    def _look_at(self, pid: int) -> None:
        """Keep what everybody could see of the worker, for the search after canaries."""
        for name in ("cmdline", "environ"):
            with (self.home / "seen.bin").open("ab") as seen:
                seen.write(Path(f"/proc/{pid}/{name}").read_bytes())

    def _in_a_child(self, call: Callable[[], Any], may_fail: bool = False) -> bool:
        _, status = os.waitpid(self._fork(call), 0)
        if status and not may_fail:
            raise SystemExit(f"{(self.home / 'worker.log').read_text()[-3000:]}")
        return status == 0

    def _fork(self, call: Callable[[], Any]) -> int:
        pid = os.fork()
        if pid:
            return pid
        log = os.open(self.home / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
        code = 1
        try:
            call()
            code = 0
        except BaseException:
            logging.getLogger("kills").exception("broke")
        finally:
            sys.stderr.flush()
            os._exit(code)


def _load_for_all_children(arena: Arena) -> None:
    """Whatever a worker imports is imported once, before anybody forks; no connection is opened."""
    from unyo.flow import approval, planning, request, worker
    from unyo.ledger import chain, evidence

    road = arena.road(lambda _: None)
    used = [road.tools.vault, road.tools.credentials, road.tools.hands, approval, planning, request, worker]
    used += [chain, evidence, *map(road.find_runbook, ("passwords.rotate", "passwords.verify"))]
    road.tools.policies.load("passwords")


def work(arena: Arena, verb: str, mark: Callable[[str], None] = lambda _: None) -> None:
    """What ``unyo worker`` does until it is idle; before that a job is asked for where none is under way."""
    from unyo.core.errors import UnyoError
    from unyo.flow.worker import Worker

    mark_the_ledger(mark)
    road = arena.road(mark)
    if verb and not open_jobs().exists():
        ask(road, f"passwords.{verb}")
    worker = Worker(road)
    try:
        for _ in range(3):
            worker.run_until_idle()
            time.sleep(0.01)
    except UnyoError:
        logging.getLogger("kills").warning("a round was not finished")


def ask(road: Road, name: str) -> None:
    from unyo.core.params import params_from_json
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job

    params: Any = params_from_json(road.find_runbook(name).Params, {"everything": True})
    job = request_job(road, name, params, "tanaka", "again")
    plan_job(road, job)
    approve(road, job, "suzuki", "as agreed", job.digest)


def open_jobs() -> Any:
    from unyo.ledger.models import Job

    return Job.objects.filter(state__in=["APPROVED", "RUNNING"])


def mark_the_ledger(mark: Callable[[str], None]) -> None:
    """Every statement that changes the ledger is an instant before, and one after."""
    from django.db import connections
    from django.db.backends.signals import connection_created

    def marking(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("INSERT", "UPDATE", "DELETE")):
            return execute(sql, params, many, context)
        words = " ".join(word.strip('"') for word in sql.split()[:3] if word not in ("INTO", "FROM", "OR"))
        mark(f"before {words}")
        done = execute(sql, params, many, context)
        mark(f"after {words}")
        return done

    def install(connection: Any, **_: Any) -> None:
        connection.execute_wrappers.append(marking)

    connections.close_all()
    connection_created.connect(install, weak=False)


def look_at_all(arena: Arena) -> None:
    """Every account's password is in the books, every version has a state, and nobody was locked out."""
    from unyo.core.credential import Scope
    from unyo.core.secret_state import SecretState

    tools = arena.road(lambda _: None).tools
    accounts = tools.credentials.select(Scope(everything=True))
    standings = tools.credentials.standing([account.path for account in accounts])
    for account in accounts:
        versions = standings[account.path].versions
        assert all(version.state in SecretState for version in versions)
        refs = [account.ref.at(version.number) for version in versions]
        refs += [account.initial] if account.initial else []
        secrets = [tools.vault.open(ref) for ref in refs]
        assert is_known(arena, account, secrets), f"lost: {account.path}"
    assert list(arena.lockouts()) == [], "somebody was locked out"


def is_known(arena: Arena, account: Credential, secrets: Sequence[Secret]) -> bool:
    """Whether the system holds one of these; asked again, as what a killed worker sent may come into force late."""
    for seconds in (0, 0.3, 1):
        time.sleep(seconds)
        if any(arena.holds(account, secret) for secret in secrets):
            return True
    return False


def no_job_left(arena: Arena) -> None:
    assert not open_jobs().exists()


def all_well(arena: Arena) -> None:
    """After the trouble: what the books call in force is in force, and the event log is whole."""
    from unyo.core.credential import Scope
    from unyo.ledger.chain import verify_chain
    from unyo.ledger.evidence import contradictions

    look_at_all(arena)
    tools = arena.road(lambda _: None).tools
    accounts = tools.credentials.select(Scope(everything=True))
    standings = tools.credentials.standing([account.path for account in accounts])
    for account in accounts:
        standing = standings[account.path]
        assert standing.in_force is not None, f"nothing in force: {account.path} {standing.versions}"
        assert arena.holds(account, tools.vault.open(account.ref)), account.path
    assert verify_chain().damages == ()
    assert contradictions() == []


if __name__ == "__main__":
    main()
