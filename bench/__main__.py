"""`python -m bench`: runs rows, each in a process of its own, and writes what they measured."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.report import RESULTS, machine, write_table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rows; returns how many could not be measured."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--row", help="only this row")
    parser.add_argument(
        "--smoke", action="store_true", help="tiny weights: tests the harness, measures nothing"
    )
    parser.add_argument(
        "--results",
        type=Path,
        default=RESULTS,
        help="another file for the results, which leaves the page as it is",
    )
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.here:
        return _measure(options.row, options.smoke, options.here)
    from bench.rows import ROWS

    if options.row and options.row not in ROWS:
        parser.error(f"there is no row {options.row}; there are {', '.join(ROWS)}")
    failed = 0
    for row in [options.row] if options.row else ROWS:
        print(f"measuring {row}…", flush=True)
        half = options.results.with_suffix(f".{row}")
        told = [sys.executable, "-m", "bench", "--row", row, "--here", str(half)]
        done = subprocess.run([*told, "--smoke"] if options.smoke else told, check=False)
        if done.returncode or not half.is_file():
            print(f"{row} could not be measured", file=sys.stderr)
            failed += 1
            continue
        _add(options.results, json.loads(half.read_text(encoding="utf-8")))
        half.unlink()
    if not options.smoke and options.results == RESULTS and RESULTS.is_file():
        write_table(options.results)
    return failed


def _measure(row: str, smoke: bool, target: Path) -> int:
    import torch

    from bench.rows import ROWS
    from bench.setting import Setting

    torch.set_grad_enabled(False)
    found = [
        {**result.as_json(), "machine": machine(), "row": row}
        for result in asyncio.run(ROWS[row](Setting(smoke=smoke)))
    ]
    for result in found:
        print(
            f"  {result['name']}: {result['ours']} against {result['peer']} {result['unit']}, "
            f"{result['ratio']} {result['ratio_unit']}",
            flush=True,
        )
    target.write_text(json.dumps(found), encoding="utf-8")
    return 0


def _add(results: Path, fresh: list[dict[str, object]]) -> None:
    """Put a row's results in the place of its former ones."""
    from bench.rows import ROWS

    old = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else []
    rows = {result["row"] for result in fresh}
    kept = [result for result in old if result["row"] not in rows and result["row"] in ROWS] + fresh
    order = list(ROWS)
    kept.sort(key=lambda result: order.index(result["row"]))
    results.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
