"""`python -m sandbox`: run a practice workspace until it is told to stop."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from sandbox.faults import BadPlan
from sandbox.faults import load as load_plan
from sandbox.manifest import BadManifest
from sandbox.server import Server
from sandbox.settings import Settings


def _parser() -> argparse.ArgumentParser:
    plain = Settings()
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A practice workspace: a Slack-compatible server on this machine, kept in memory.",
    )
    parser.add_argument("--host", default=plain.host, help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=plain.port, help="port to listen on; 0 picks a free one (%(default)s)"
    )
    parser.add_argument(
        "--manifest", type=Path, default=plain.manifest, help="the app's manifest (%(default)s)"
    )
    # Secrets have no default here, so that --help cannot print them.
    parser.add_argument(
        "--bot-token", metavar="XOXB", help="bot token to accept; else SLACK_BOT_TOKEN, else the practice one"
    )
    parser.add_argument(
        "--app-token", metavar="XAPP", help="app token to accept; else SLACK_APP_TOKEN, else the practice one"
    )
    parser.add_argument(
        "--signing-secret",
        metavar="SECRET",
        help="signs HTTP deliveries; else SLACK_SIGNING_SECRET, else the practice one",
    )
    parser.add_argument(
        "--request-url", help="deliver by signed HTTP to this address instead of by Socket Mode"
    )
    parser.add_argument(
        "--rate-factor",
        type=float,
        default=plain.rate_factor,
        help="multiplies every rate limit; 0 switches them off (%(default)s)",
    )
    parser.add_argument(
        "--file-delay",
        type=float,
        default=plain.file_delay_s,
        help="seconds before an uploaded file can be shown (%(default)s)",
    )
    parser.add_argument(
        "--retry-delays",
        default=",".join(f"{delay:g}" for delay in plain.retry_delays_s),
        help="seconds before each redelivery of an event that was not acknowledged (%(default)s)",
    )
    parser.add_argument(
        "--refresh",
        type=float,
        default=plain.refresh_s,
        help="seconds after which a connection must reconnect; 0 never (%(default)s)",
    )
    parser.add_argument(
        "--faults", type=Path, help="a plan of what goes wrong on purpose, as JSON (see sandbox/README.md)"
    )
    parser.add_argument(
        "--strangers",
        action="store_true",
        help="add people of other teams, guests and deactivated people, and a channel shared with a partner",
    )
    parser.add_argument(
        "--branch",
        action="store_true",
        help="add a second workspace, where the app can be installed by OAuth",
    )
    parser.add_argument(
        "--crowd", action="store_true", help="add twenty people and five channels with everybody in them"
    )
    parser.add_argument(
        "--twin",
        action="store_true",
        help="add a second workspace whose ids of people, channels, messages and files are those of the first",
    )
    return parser


def parse(words: list[str] | None = None) -> Settings:
    """Settings from the command line; tokens also from the environment."""
    plain, parser = Settings(), _parser()
    given = parser.parse_args(words)
    env = os.environ
    try:
        delays = tuple(float(part) for part in given.retry_delays.split(",") if part.strip())
    except ValueError:
        parser.error("--retry-delays takes numbers of seconds separated by commas, e.g. 0,60,300")
    return Settings(
        host=given.host,
        port=given.port,
        manifest=given.manifest,
        bot_token=given.bot_token or env.get("SLACK_BOT_TOKEN") or plain.bot_token,
        app_token=given.app_token or env.get("SLACK_APP_TOKEN") or plain.app_token,
        signing_secret=given.signing_secret or env.get("SLACK_SIGNING_SECRET") or plain.signing_secret,
        request_url=given.request_url,
        rate_factor=given.rate_factor,
        file_delay_s=given.file_delay,
        retry_delays_s=delays,
        refresh_s=given.refresh,
        strangers=given.strangers,
        branch=given.branch,
        crowd=given.crowd,
        twin=given.twin,
        faults=load_plan(given.faults) if given.faults else plain.faults,
    )


async def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Server(settings) as server:
        print(f"practice workspace ready on {server.url}", flush=True)
        await stop.wait()


def main() -> int:
    """Exit code 0 after a clean stop, 2 for a manifest, plan of faults or address that cannot work."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    try:
        asyncio.run(run(parse()))
    except (BadManifest, BadPlan) as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"Cannot listen: {problem.strerror or problem}. Choose another --port.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
