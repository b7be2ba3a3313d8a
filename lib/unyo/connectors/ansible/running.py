"""One ansible-playbook process under ansible-runner: an environment of its own, events as they come, an end."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unyo.connectors.ansible.options import AnsibleSettings

_HERE = Path(__file__).resolve().parent
_LOOK_EVERY = 0.5
_GRACE = 10.0
# What a connection may need of the surroundings; everything else stays outside.
_PASSED_ON = ("PATH", "TZ", "KRB5_CONFIG", "KRB5CCNAME", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True, slots=True)
class Ended:
    """How the process ended; ``code`` is None where a signal ended it."""

    code: int | None
    out_of_time: bool
    cancelled: bool


class Watch:
    """Ends the process when its time is over or somebody asks for it."""

    def __init__(self, private: Path, seconds: float, asked: Callable[[], bool]) -> None:
        self._private = private
        self._until = time.monotonic() + seconds
        self._asked = asked
        self._hard_at = math.inf
        self.out_of_time = self.cancelled = False

    def must_end(self) -> bool:
        """Called by the runner twice a second. The supervisor is asked first; True lets the runner kill it."""
        now = time.monotonic()
        if self._hard_at < math.inf:
            return now > self._hard_at
        self.cancelled = self._asked()
        self.out_of_time = not self.cancelled and now > self._until
        if self.cancelled or self.out_of_time:
            self._hard_at = now + _GRACE
            return not self.end()
        return False

    def end(self) -> bool:
        """Ask the supervisor to end everything; False where it was not there to be asked."""
        try:
            os.kill(int((self._private / "supervisor").read_text(encoding="ascii")), signal.SIGTERM)
        except (OSError, ValueError):
            return False
        return True


def run_playbook(
    settings: AnsibleSettings,
    private: Path,
    playbook: Path,
    arguments: Sequence[str],
    watch: Watch,
    take: Callable[[dict[str, Any]], bool],
) -> Ended:
    """Run it to its end; every event goes to ``take`` at once."""
    # Imported late: a job without a playbook does not pay for it.
    from ansible_runner import Runner, RunnerConfig

    for name in ("home", "temp"):
        (private / name).mkdir(mode=0o700)
    config = RunnerConfig(
        private_data_dir=str(private),
        playbook=str(playbook),
        project_dir=str(playbook.parent),
        ident="run",
        quiet=True,
        settings={"pexpect_timeout": _LOOK_EVERY, "suppress_output_file": True},
        fact_cache_type="",
        suppress_env_files=True,
    )
    config.prepare()
    config.env = environment(private)
    started = [str(_HERE / "start.py"), str(os.getpid()), str(private)]
    config.command = [settings.interpreter, "-I", *started, *arguments, str(playbook)]
    runner = Runner(config, event_handler=take, cancel_callback=watch.must_end)
    try:
        _, code = runner.run()
    finally:
        watch.end()
    return Ended(code, watch.out_of_time, watch.cancelled)


def environment(private: Path) -> Mapping[str, str]:
    """All that ansible-playbook finds around it."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed_on | {
        "LC_ALL": "C.UTF-8",
        "HOME": str(private / "home"),
        "TMPDIR": str(private / "temp"),
        "UNYO_PRIVATE": str(private),
        "ANSIBLE_CONFIG": str(private / "ansible.cfg"),
        "ANSIBLE_HOME": str(private / "home"),
        "ANSIBLE_LOCAL_TEMP": str(private / "temp"),
        "AWX_ISOLATED_DATA_DIR": str(private / "artifacts/run"),
    }


def configuration(settings: AnsibleSettings) -> str:
    """The play's own ansible.cfg: the user's and the system's are not read."""
    roles = ":".join(str(place / "roles") for place in settings.places)
    lines = {
        "roles_path": roles,
        "lookup_plugins": str(_HERE / "plugins/lookup"),
        "callback_plugins": str(_HERE / "plugins/callback"),
        "stdout_callback": "unyo_events",
        "forks": str(settings.forks),
        "fact_caching": "memory",
        "gathering": "explicit",
        "retry_files_enabled": "False",
        "host_key_checking": "True",
        "interpreter_python": "auto_silent",
        "localhost_warning": "False",
        "deprecation_warnings": "False",
        "action_warnings": "False",
        "display_args_to_stdout": "False",
        "nocows": "True",
        "pipelining": "True",
    }
    body = "".join(f"{name} = {value}\n" for name, value in lines.items())
    inventory = "[inventory]\nenable_plugins = yaml\nany_unparsed_is_failed = True\n"
    return f"[defaults]\n{body}{inventory}[diff]\nalways = True\n"
