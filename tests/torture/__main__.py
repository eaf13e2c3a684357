"""`make torture`: bad days of every kind, and whether each promise was kept. Exits non-zero where one was not.

`--hours` of a night repeat the kills and the fuzzing. Each failure prints what plays it again.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.end_to_end.product import start
from tests.torture import fuzz, kills, load, slack_days, storage
from tests.torture.report import Report, machine

PARTS = ("fuzz", "load", "storage", "slack", "kills")


def main() -> int:
    """Run the parts that are asked for; how many tries failed, at most 100."""
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--drafts", type=int, default=100)
    parser.add_argument("--methods", type=int, default=len(slack_days.METHODS))
    parser.add_argument("--locked-s", type=float, default=20.0)
    parser.add_argument("--out", type=Path, help="also write the table there")
    options = parser.parse_args()
    report = Report()
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        asyncio.run(_run(report, Path(folder), options))
    minutes = (time.monotonic() - began) / 60
    table = f"Seed {options.seed}, {minutes:.0f} minutes, {machine()}.\n\n{report.table()}\n"
    print(table)
    if options.out:
        options.out.write_text(table, encoding="utf-8")
    return min(report.failures, 100)


async def _run(report: Report, folder: Path, options: argparse.Namespace) -> None:
    parts = options.part or PARTS
    engine, address = start("tests.torture.instant", log=folder / "instant.log")
    try:
        for part in parts:
            print(f"{part}…", flush=True)
            place = folder / part
            place.mkdir()
            match part:
                case "fuzz":
                    fuzz.run(report, inputs=options.inputs, seed=options.seed)
                case "load":
                    await load.run(report, place, address, drafts=options.drafts)
                case "storage":
                    await storage.run(report, place, address, locked_s=options.locked_s)
                case "slack":
                    await slack_days.run(report, place, address, methods=options.methods)
                case "kills":
                    await kills.run(report, place, kills=options.kills, seed=options.seed)
    finally:
        engine.terminate()
        engine.wait(10)


if __name__ == "__main__":
    sys.exit(main())
