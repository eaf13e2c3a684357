"""`draftroom demo`: the product on this machine, with a page to use it, or played through without a browser."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from demo.player import Play, StepFailed, play
from demo.supervise import CouldNotStart, Programs
from demo.transcript import write


def main(arguments: Sequence[str] | None = None) -> int:
    """Understand the command line and run. 0 when all went well, 1 when not, 130 after Ctrl-C in a play."""
    options = _parser().parse_args(arguments)
    if not 1 <= options.approve <= options.n:
        _parser().error(f"--approve {options.approve} is no number of a grid of {options.n}")
    try:
        if options.headless:
            return asyncio.run(_headless(options))
        return asyncio.run(_with_page(options))
    except CouldNotStart as error:
        print(f"The demo could not start. {error}", file=sys.stderr)
    except StepFailed as error:
        print(f"The play stopped. {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped before the end. Nothing is left running.", file=sys.stderr)
        return 130
    return 1


async def _with_page(options: argparse.Namespace) -> int:
    """Run until Ctrl-C, SIGTERM or the end of one of the programs."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    data = options.data or Path("data/demo")
    async with Programs(data, profile=options.profile, port=options.port, say=_say) as programs:
        await programs.start(stop)
        if not stop.is_set():
            _box(programs.workspace_url)
            if not options.no_open:
                programs.open_page()
            ended = await programs.wait(stop)
            if ended:
                print(f"\n{ended}", file=sys.stderr)
                return 1
    print(f"\nStopped. Your pictures, the ledger and the logs are in {data}.")
    return 0


async def _headless(options: argparse.Namespace) -> int:
    """Play the loop once and write what came of it."""
    script = Play(
        prompt=options.prompt,
        count=options.n,
        approve=options.approve,
        fix=options.fix,
        mask=options.mask.read_bytes() if options.mask else None,
    )
    with contextlib.ExitStack() as stack:
        data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="draftroom-")))
        async with Programs(data, profile=options.profile, port=options.port, say=_say) as programs:
            await programs.start(asyncio.Event())
            record = await play(programs.workspace_url, script, _say)
        # The programs are down: every row is committed and nothing is under way.
        return 0 if write(options.out, data / "bot", record, _say) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="draftroom demo",
        description="Start the engine, a practice workspace and the bot on this machine and open the page."
        " Ctrl-C stops all three; pictures and the ledger are kept.",
        epilog='Example: draftroom demo --headless --prompt "a sunflower on a teal background" --approve 2'
        ' --fix "center: make it purple" --out out',
    )
    parser.add_argument("--data", type=Path, help="folder for pictures, ledger and logs (default: data/demo)")
    parser.add_argument("--profile", default="starter", help="the engine's profile (default: starter)")
    parser.add_argument(
        "--port", type=int, help="the page's port; 0: any free one (default: 8065, else a free one)"
    )
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    headless = parser.add_argument_group("without a browser")
    headless.add_argument(
        "--headless", action="store_true", help="play the loop once and write what came of it"
    )
    headless.add_argument("--prompt", default="a sunflower on a teal background", help="what to draft")
    headless.add_argument("--n", type=int, default=4, help="pictures in the grid (default: 4)")
    headless.add_argument("--approve", type=int, default=1, help="the number to approve (default: 1)")
    headless.add_argument("--fix", default="center: make it purple", help='"REGION: INSTRUCTION"')
    headless.add_argument(
        "--mask", type=Path, help="a mask picture to send with the fix, instead of a region"
    )
    headless.add_argument(
        "--out",
        type=Path,
        default=Path("out"),
        help="folder for the pictures, the database and transcript.json (default: out)",
    )
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


def _box(url: str) -> None:
    lines = [
        "Draftroom is ready. Open the practice workspace:",
        "",
        f"    {url}",
        "",
        "Ctrl-C stops everything.",
    ]
    width = max(map(len, lines)) + 4
    print("╭" + "─" * width + "╮")
    for line in lines:
        print(f"│  {line.ljust(width - 2)}│")
    print("╰" + "─" * width + "╯", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
