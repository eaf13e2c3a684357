"""`python -m sandbox.images_api`: run a practice image server until it is told to stop."""

import argparse
import asyncio
import os
import signal
import sys

from sandbox.images_api.forms import FORMS
from sandbox.images_api.server import Server


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.images_api",
        description="A practice server of the Images API that is as strict as the published rules.",
    )
    parser.add_argument("--form", choices=sorted(FORMS), default="openai", help="whose rules (%(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8067, help="port; 0 picks a free one (%(default)s)")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long a picture takes (%(default)s)")
    parser.add_argument(
        "--key", metavar="KEY", help="the only key to accept; else PRACTICE_IMAGES_KEY, else any"
    )
    return parser.parse_args(words)


async def run(given: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    key = given.key or os.environ.get("PRACTICE_IMAGES_KEY", "")
    async with Server(
        FORMS[given.form], host=given.host, port=given.port, key=key, step_s=given.seconds
    ) as server:
        print(f"practice images ({given.form}) ready on {server.url}", flush=True)
        await stop.wait()


def main() -> int:
    """The program."""
    given = parse()
    try:
        asyncio.run(run(given))
    except OSError as error:
        print(
            f"Port {given.port} can't be used ({error.strerror}). Choose another with --port.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
