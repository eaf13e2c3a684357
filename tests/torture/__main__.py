"""`make torture`: bad days of every kind, and whether each promise was kept. Exits non-zero where one was not.

`--hours` of a night repeat the kills and the fuzzing. Each failure prints what plays it again.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.end_to_end.product import start
from tests.torture import engine_days, kills, load, slack_days, storage
from tests.torture.report import Report, machine

PARTS = ("fuzz", "engine", "storage", "load", "slack", "kills")
#: What takes hours, only where it is asked for.
LONG = ("growth",)


def main() -> int:
    """Run the parts that are asked for; how many tries failed, at most 100."""
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--part", choices=(*PARTS, *LONG), action="append", help="only this part")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--engine", choices=("instant", "tiny"), default="instant", help="of the kills")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--drafts", type=int, default=100, help="of load; 10,000 suit growth")
    parser.add_argument("--minutes", type=float, default=600, help="at most, of growth")
    parser.add_argument("--method", choices=slack_days.METHODS, action="append", help="of the slack part")
    parser.add_argument("--locked-s", type=float, default=20.0)
    parser.add_argument("--out", type=Path, help="also write the table there")
    options = parser.parse_args()
    report = Report()
    # Told to stop, it stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    try:
        asyncio.run(_run(report, folder, options))
    except KeyboardInterrupt:
        report.figures["stopped"] = "before its end"
    if report.failures:
        print(f"What was left lies in {folder}.")
    else:
        shutil.rmtree(folder)
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
                    # It reads the engine's requests, whose imports take a while.
                    from tests.torture import fuzz

                    fuzz.run(report, inputs=options.inputs, seed=options.seed)
                case "load":
                    await load.run(report, place, address, drafts=options.drafts)
                case "storage":
                    await storage.run(report, place, address, locked_s=options.locked_s)
                case "slack":
                    await slack_days.run(report, place, methods=tuple(options.method or slack_days.METHODS))
                case "growth":
                    await load.grow(report, place, address, drafts=options.drafts, minutes=options.minutes)
                case "engine":
                    await engine_days.run(report, place)
                case "kills":
                    await kills.run(
                        report, place, kills=options.kills, seed=options.seed, engine=options.engine
                    )
    finally:
        engine.terminate()
        engine.wait(10)


if __name__ == "__main__":
    sys.exit(main())
