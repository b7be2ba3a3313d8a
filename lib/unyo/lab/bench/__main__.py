"""``scripts/bench NAME``: run one benchmark, or all of them."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path

NAMES = ("cli", "engine", "plan", "provision", "audit", "apply", "find", "fleet", "network", "rotate")


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it works")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    asked = parser.parse_args()
    conditions = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    sys.stdout.write(f"{json.dumps(conditions)}\n")
    figures: dict[str, object] = {"conditions": conditions}
    for name in asked.names or NAMES:
        module = importlib.import_module(f"unyo.lab.bench.{name}")
        figures[name] = module.measure(asked.quick)
        sys.stdout.write(f"{name}: {json.dumps(figures[name], ensure_ascii=False, indent=2)}\n")
        sys.stdout.flush()
    if asked.json:
        asked.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
