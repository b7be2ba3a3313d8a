"""An installation at the command line whose terminals are a simulated fleet: tanaka sits there, suzuki has a password."""

from __future__ import annotations

import csv
import getpass
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unyo.lab.terminals.fleet_process import FleetProcess

PASSWORD = "suzuki's own password\n"
HEADINGS = {"name": "端末名", "serial": "製造番号", "address": "接続先", "site": "拠点", "user": "職員番号"}


@dataclass(frozen=True)
class FleetDesk:
    """Everything lies below ``place``."""

    place: Path

    def unyo(self, *words: str, code: int = 0, lang: str = "en") -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UNYO_")}
        environment |= {"UNYO_CONFIG": str(self.place / "unyo.toml"), "UNYO_LANG": lang, "COLUMNS": "250"}
        done = subprocess.run(
            [sys.executable, "-m", "unyo", *words],
            env=environment,
            cwd=self.place,
            input=PASSWORD,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def answer(self, *words: str, code: int = 0) -> Any:
        """The first of what is answered: of a run, its plan."""
        found, _ = json.JSONDecoder().raw_decode(self.unyo(*words, "--json", code=code).stdout)
        return found

    @property
    def output(self) -> Path:
        return self.place / "home/output"


def open_desk(fleet: FleetProcess, place: Path) -> FleetDesk:
    """A fresh installation that knows the fleet's terminals."""
    lines = [
        'home = "home"',
        "[terminals]",
        f"user = {json.dumps(fleet.user)}",
        f"password_file = {json.dumps(str(fleet.password_file))}",
        f"ca_file = {json.dumps(str(fleet.ca_file))}",
        'transport = "ntlm"',
    ]
    (place / "unyo.toml").write_text("\n".join(lines), encoding="utf-8")
    with (place / "register.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow([*HEADINGS.values(), "状態"])
        sheet.writerows([*(facts.get(name, "") for name in HEADINGS), "使用中"] for facts in fleet.terminals)
    desk = FleetDesk(place)
    desk.unyo("init", "--operator", "tanaka")
    desk.unyo("operators", "add", "suzuki", "--os-user", f"not-{getpass.getuser()}", "--password")
    desk.unyo("terminals", "import", "register.csv")
    return desk
