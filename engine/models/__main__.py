"""`python -m engine.models`: lists profiles and fetches their models."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from engine.models.listing import as_text, describe, every_profile, this_machine
from engine.models.refusals import Damaged, HubFailed, ModelRefused
from engine.models.store import FOLDER_VARIABLE, models_folder
from engine.profiles.profile import ProfileError, load_profile


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit status."""
    options = _parser().parse_args(arguments)
    folder = Path(options.folder).expanduser() if options.folder else models_folder()
    try:
        if options.command == "list":
            machine = this_machine(folder)
            found = [describe(profile, machine, folder) for profile in every_profile(options.profile)]
            print(json.dumps(found, indent=1, ensure_ascii=False) if options.json else as_text(found))
            return 0
        # What is here can be listed without the hub's client, which comes with the engine.
        from engine.models.hub import Hub
        from engine.models.pull import Pull

        profile = load_profile(options.profile)
        progress = Bar()
        Pull(
            hub=Hub(endpoint=options.endpoint),
            folder=folder,
            accepted=options.accept_licence,
            tell=progress.tell,
            watch=progress.watch,
        ).profile(profile)
        progress.tell(f"Start it with: draftroom engine --profile {options.profile}")
    except (ProfileError, ModelRefused, HubFailed, Damaged) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: it goes on where it stopped.", file=sys.stderr)
        return 130
    return 0


class Bar:
    """How far a file is: a moving line on a terminal, a line per tenth in a log."""

    def __init__(self) -> None:
        self._moving = sys.stderr.isatty()
        self._shown: tuple[str, int] = ("", -1)
        self._began = (0.0, 0)

    def tell(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    def watch(self, name: str, have: int, size: int) -> None:
        """As `Watch`."""
        now = time.monotonic()
        if self._shown[0] != name:
            self._shown, self._began = (name, -1), (now, have)
        share = 100 if size == 0 else have * 100 // size
        step = share if self._moving else share // 10 * 10
        if step == self._shown[1]:
            return
        self._shown = (name, step)
        seconds = now - self._began[0]
        pace = f", {(have - self._began[1]) / seconds / 1e6:.1f} MB/s" if seconds > 1 else ""
        line = f"  {name}: {share} % of {size / 1e6:,.1f} MB{pace}"
        end = "\n" if not self._moving or have == size else "\r"
        print(f"{line:<100}" if self._moving else line, end=end, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="draftroom models", description="List the models that profiles name, and fetch them."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    where = f"folder of the models (default: {FOLDER_VARIABLE}, else a folder in the user's cache)"
    listing = commands.add_parser("list", help="what is here, what it needs, what its licence allows")
    listing.add_argument("profile", nargs="*", help="paths of further profiles")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.add_argument("--folder", help=where)
    pull = commands.add_parser(
        "pull",
        help="fetch the models of a profile",
        description="Fetch what a profile's tiers need. A broken fetch goes on where it stopped; every file is"
        " compared with the hub's checksum; only safetensors are fetched.",
    )
    pull.add_argument("profile", help="name of a profile, or path of a .toml file")
    pull.add_argument("--accept-licence", action="store_true", help="accept licences that ask for it")
    pull.add_argument("--folder", help=where)
    pull.add_argument(
        "--endpoint", help="another hub or a mirror (default: HF_ENDPOINT, else huggingface.co)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
