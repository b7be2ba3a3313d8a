"""``python -m unyo.lab.demo``: a personnel transfer killed half way, forty terminals, all passwords of an office."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from unyo.lab.demo.desk import say
from unyo.lab.demo.passwords_day import passwords_day
from unyo.lab.demo.stage import Stage
from unyo.lab.demo.terminals_day import terminals_day
from unyo.lab.demo.transfer_day import first_year, transfer_day


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--people", type=int, default=300, help="how many people last year's office has")
    parser.add_argument("--seed", type=int, default=2026, help="another seed, another office")
    parser.add_argument(
        "--out", type=Path, default=Path("demo-out"), help="where ledger, files and report go"
    )
    parser.add_argument(
        "--simulator", action="store_true", help="use the directory simulator instead of Samba"
    )
    asked = parser.parse_args()
    begun = time.monotonic()
    shutil.rmtree(asked.out, ignore_errors=True)
    asked.out.mkdir(parents=True)
    with Stage(asked.out.resolve(), asked.simulator) as stage:
        last = first_year(stage, asked.people, asked.seed)
        good = transfer_day(stage, last, asked.seed)
    good = terminals_day(asked.out.resolve()) and good
    good = passwords_day(asked.out.resolve(), asked.simulator) and good
    took = time.monotonic() - begun
    say(f"the demonstration took {took:.0f} s", f"デモの所要時間: {took:.0f} 秒")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
