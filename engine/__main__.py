"""`python -m engine`: reads the command line, starts the server, prints one line when it is ready, stops cleanly."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from engine.api.access import TOKEN_VARIABLE, is_loopback
from engine.profiles.profile import PROFILES, Profile, ProfileError, load_profile
from engine.provenance.credentials import configured
from marks.credentials import CannotSign

if TYPE_CHECKING:
    from engine.serving.engine import Engine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the engine until it is told to stop; returns the exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    token = os.environ.get(TOKEN_VARIABLE) or None
    if token is None and not is_loopback(options.host):
        print(
            f"Other machines could reach the engine on {options.host}: set {TOKEN_VARIABLE} to a secret first, "
            "or use --host 127.0.0.1.",
            file=sys.stderr,
        )
        return 2
    try:
        profile = load_profile(options.profile)
        # Whoever configured signing wants to hear now that it does not work, not from unsigned pictures.
        configured()
    except (ProfileError, CannotSign) as error:
        print(error, file=sys.stderr)
        return 2
    return asyncio.run(_serve(profile, options.host, options.port, token))


def _parser() -> argparse.ArgumentParser:
    known = ", ".join(sorted(path.stem for path in PROFILES.glob("*.toml")))
    parser = argparse.ArgumentParser(
        prog="engine",
        description="Draftroom's image engine: drafts, Pro renders and exact fixes over the OpenAI Images API.",
        epilog=(
            f"Prints “engine ready on http://HOST:PORT” once the model is loaded and warmed up. "
            f"{TOKEN_VARIABLE} is the bearer token clients must send; it is required for any host that other "
            "machines can reach. Ctrl-C or SIGTERM finishes accepted work, then stops."
        ),
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8061, help="port to listen on; 0 picks a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--profile",
        default="starter",
        help=f"model and settings per tier: one of {known}, or the path of a .toml file (default: %(default)s)",
    )
    return parser


async def _serve(profile: Profile, host: str, port: int, token: str | None) -> int:
    from engine.api.server import make_app
    from engine.serving.engine import Engine

    # The model gets a process of its own, which can be replaced when it hangs or crashes.
    engine = Engine(profile, isolated=True)
    app = make_app(engine, token=token, loopback=is_loopback(host))
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        print(f"The engine cannot listen on {host}:{port}: {error.strerror or error}.", file=sys.stderr)
        await runner.cleanup()
        return 1
    bound = runner.addresses[0][1]
    address = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    engine.start()
    announcing = asyncio.create_task(_announce(engine, address))
    await stop.wait()
    announcing.cancel()
    await engine.drain(engine.limits.drain_seconds)
    await runner.cleanup()
    return 0


async def _announce(engine: Engine, address: str) -> None:
    if await engine.settled():
        print(f"engine ready on {address}", flush=True)
    else:
        print(f"engine up on {address}, but it cannot render: {engine.reason}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    # The worker is a daemon thread: while a model is still loading there is nothing to wait for.
    status = main()
    sys.stdout.flush()
    os._exit(status)
