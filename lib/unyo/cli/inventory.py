"""What ``inventory/ledger.py`` answers Ansible: the terminals of the ledger and how to reach them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from unyo.core.errors import UnyoError
from unyo.settings import load_settings, shipped


def main(arguments: Sequence[str]) -> int:
    """Answer ``--list`` or ``--host NAME`` on standard output; an exit code."""
    try:
        answer = _answer(arguments)
    except UnyoError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    if answer is None:
        sys.stderr.write("usage: ledger.py --list | --host NAME\n")
        return 2
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return 0


def _answer(arguments: Sequence[str]) -> Any:
    known = list(arguments) == ["--list"] or (len(arguments) == 2 and arguments[0] == "--host")
    if not known:
        return None
    from unyo.ledger.opening import open_ledger

    open_ledger()
    from unyo.connectors.ansible.inventory import inert
    from unyo.ledger.inventory import inventory, reachable_terminals

    made = inventory(reachable_terminals(), {})
    hosts = made["_meta"]["hostvars"]
    if arguments[0] == "--host":
        return inert(hosts.get(arguments[1], {}))
    made = inert(made)
    made["terminals"]["vars"] = _shared()
    return made


def _shared() -> dict[str, Any]:
    """How terminals are reached. The password is no part of it: a play that unyo runs asks for it when it is
    needed; by hand it is given with ``--ask-pass``."""
    from unyo.connectors.ansible.inventory import connection_variables, inert
    from unyo.wiring import reach

    variables = connection_variables(reach(load_settings()))
    shared = inert({"unyo_scripts": str(shipped("scripts") / "windows"), **variables})
    if "UNYO_PRIVATE" in os.environ:
        from unyo.connectors.ansible.desk import CONNECTION

        shared["ansible_password"] = f"{{{{ lookup('unyo_secret', '{CONNECTION}') }}}}"
    return dict(shared)
