"""The command `draftroom`: one door to the demo, the three programs and the tools of an operator."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import NoDatabase, SettingsError, load
from marks.certificate import make

if TYPE_CHECKING:
    from bot.store.backup import Copied

_PROGRAMS = {
    "demo": (
        "the whole product on this machine",
        "Start the engine, a practice workspace and the bot, and open the workspace's page."
        " With --headless, play the loop without a browser and write what came of it to a folder.",
    ),
    "engine": (
        "the image engine",
        "Serve the OpenAI Images API from a model on this machine. Profiles say which model and settings"
        " serve each tier; `starter` comes with Draftroom and runs on a CPU.",
    ),
    "sandbox": (
        "a practice workspace that speaks Slack's protocol",
        "Serve a Slack-compatible workspace on this machine, with a page to use it. It needs no account.",
    ),
    "models": (
        "the engine's models: which are here, and fetching them",
        "List the models that profiles name, with what they need and what their licences allow, and fetch them.",
    ),
    "inspect": (
        "say how a picture was made, and make it again",
        "Read what a picture says about its making: prompt, seed, model, licence, parent, signature.",
    ),
}
#: programs that are run as another module than their own name
_MODULES = {"models": "engine.models", "inspect": "engine.inspection"}

_BACKUP_HELP = """\
Copy DRAFTROOM_DATA_DIR to a folder: the database by SQLite's own backup, then the pictures. The bot may be at work. Again
to the same folder, only new pictures are copied. A picture whose file is missing is told, and ends nothing."""
_RESTORE_HELP = """\
Put a copy in the place of DRAFTROOM_DATA_DIR, which must hold no database, and prove the ledger. Stop the bot first."""

_BOT_HELP = """\
Run the bot. It is set up by the environment, by a file `.env`, or by a TOML file (DRAFTROOM_CONFIG,
default draftroom.toml); the README lists every setting. The ones without which it cannot start:

  SLACK_BOT_TOKEN        xoxb-…, from OAuth & Permissions
  SLACK_APP_TOKEN        xapp-… with connections:write, for Socket Mode (the default)
  SLACK_SIGNING_SECRET   for HTTP mode, with DRAFTROOM_MODE=http and DRAFTROOM_HTTP_PORT
  DRAFTROOM_ENGINE_URL   where the engine listens, http://127.0.0.1:8061 unless set
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Understand the command line and do what it says. Returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] == "inspect":
        from bot.inspect.file import main as inspect

        return inspect(given[1:])
    if given and given[0] in _PROGRAMS:
        return _start(given[0], given[1:])
    options = _parser().parse_args(given)
    try:
        return _run(options)
    except NoDatabase as error:
        print(error, file=sys.stderr)
        return 2
    except SettingsError as error:
        print("The settings cannot be used.", *error.sentences, sep="\n", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    """Do what the command line says."""
    match options.command:
        case "bot":
            from bot.start.process import main as run

            return run()
        case "doctor":
            from bot.doctor import main as examine

            return examine()
        case "init":
            from bot.install.init import main as init

            return init(options.file)
        case "manifest":
            return _manifest(options)
        case "backup" | "restore":
            return _copy(options)
        case "log":
            from bot.inspect.log import main as write_log

            return write_log(options.out)
        case "certificate":
            return _certificate(options.folder)
        case "ledger":
            from bot.ledger import audit

            if options.action == "correct":
                return audit.correct(
                    job=options.job, amount=options.amount, by=options.by, reason=options.reason
                )
            if options.action == "currency":
                return audit.move(to=options.to, rate=options.rate)
            return audit.main()
        case _:
            _parser().print_help()
            return 0


def _copy(options: argparse.Namespace) -> int:
    """Copy the data folder there, or put it back from there. 0 when it is done, 1 when it can't be."""
    from bot.ledger import verify
    from bot.settings import DATABASE
    from bot.store import backup
    from bot.store.database import connect

    data, folder = load().data_dir, Path(options.folder)
    try:
        if options.command == "backup":
            made = backup.back_up(data, folder)
        else:
            made = backup.restore(folder, data, with_gaps=options.with_gaps)
        proofs = {place: verify(connect(place / DATABASE, read_only=True)) for place in made}
    except (backup.BackupError, OSError, sqlite3.Error) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return max(_copied(place, copied, proofs[place]) for place, copied in made.items())


def _copied(place: Path, copied: Copied, problems: Sequence[str]) -> int:
    """Tell what came of one copy. 0 when its ledger adds up, else 1."""
    for problem in problems:
        print(f"✗ {problem}", file=sys.stderr)
    if copied.missing:
        verb = "picture is" if len(copied.missing) == 1 else "pictures are"
        print(f"! {len(copied.missing)} {verb} missing:", *copied.missing, sep="\n  ", file=sys.stderr)
    print(
        f"{'✗' if problems else '✓'} {place}: {copied.pictures} pictures ({copied.new} new), the ledger verified."
    )
    return 1 if problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="draftroom",
        description="Draft pictures cheaply in Slack, approve with an emoji, render and fix what was chosen.",
        epilog="`draftroom COMMAND --help` tells more of each. Start with `draftroom demo`.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, (summary, text) in _PROGRAMS.items():
        commands.add_parser(name, help=summary, description=text, add_help=False)
    commands.add_parser(
        "bot",
        help="the Slack bot",
        description=_BOT_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands.add_parser(
        "doctor",
        help="check tokens, scopes, engine, database and disk",
        description="Check everything that the bot needs and say what to do about each thing that is wrong.",
    )
    copies = {
        name: commands.add_parser(name, help=summary, description=text)
        for name, summary, text in (
            ("backup", "copy database, pictures and key, also while the bot runs", _BACKUP_HELP),
            ("restore", "put such a copy in the place of an empty data folder", _RESTORE_HELP),
        )
    }
    for copy in copies.values():
        copy.add_argument("folder", help="the copy's folder")
    copies["restore"].add_argument(
        "--with-gaps", action="store_true", help="also where the copy lacks pictures; says which"
    )
    log = commands.add_parser(
        "log",
        help="who asked, who approved, what went out, what was refused: as CSV",
        description="Print everything that people did about pictures as CSV, oldest first. Changes nothing.",
    )
    log.add_argument("--out", type=Path, help="the file to write instead")
    init = commands.add_parser(
        "init",
        help="set up your own Slack: asks, tries each token, writes the settings",
        description="Ask for what the bot needs, try each token as it is pasted, write the settings file, and say a first"
        " message in a channel. Tokens are never shown. Run it again to change something: Enter keeps what is there.",
    )
    init.add_argument("--file", type=Path, default=Path(".env"), help="the settings file (default: .env)")
    manifest = commands.add_parser(
        "manifest",
        help="print the Slack app's manifest, with the names that the settings give",
        description="Print the manifest to paste into Slack, under “From a manifest”. DRAFTROOM_COMMAND and"
        " DRAFTROOM_NAME choose the names in it.",
    )
    manifest.add_argument(
        "--url", default="", help="for HTTP mode: the https address at which Slack calls the bot"
    )
    manifest.add_argument(
        "--link", action="store_true", help="print the address that makes an app of it instead"
    )
    certificate = commands.add_parser(
        "certificate",
        help="make a certificate chain to try signing out",
        description="Write chain.pem and key.pem into a folder. Readers show what they sign as valid, by someone unknown:"
        " for what goes public, get a certificate of an authority on C2PA's trust list.",
    )
    certificate.add_argument("folder", type=Path, help="where to write them")
    ledger = commands.add_parser(
        "ledger", help="prove that the ledger adds up; correct a cost by a new entry"
    )
    actions = ledger.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser(
        "verify",
        help="check every invariant of the ledger in DRAFTROOM_DATA_DIR; changes nothing",
    )
    correct = actions.add_parser(
        "correct",
        help="add an entry that puts a settled job's cost right; nothing is edited",
        description="Add a signed amount to what a settled job cost. It counts in the job's own budget period.",
        epilog="Example: draftroom ledger correct k7m2qrs-pro-abc2345 -0.25 --by Ada --reason 'rendered twice'",
    )
    correct.add_argument("job", help="the job, as the ledger names it")
    correct.add_argument("amount", help="what to add, in units of the currency; negative takes off")
    correct.add_argument("--by", required=True, help="who corrects")
    correct.add_argument("--reason", required=True, help="why, for whoever reads the ledger later")
    currency = actions.add_parser(
        "currency",
        help="let budgets and caps count in another currency from now on; the bot must be stopped",
        description="Convert the budgets and caps in force. What was spent stays in its own currency;"
        " every budget begins anew.",
        epilog="Example: draftroom ledger currency EUR --rate 0.92",
    )
    currency.add_argument("to", help="the new currency's ISO 4217 code")
    currency.add_argument("--rate", required=True, help="units of it for one unit of the currency before")
    return parser


def _manifest(options: argparse.Namespace) -> int:
    """Print the manifest, or Slack's page with it."""
    from bot.install.manifest import link, manifest

    settings = load()
    try:
        source = manifest(command=settings.command, name=settings.name, url=options.url)
    except ValueError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 2
    print(link(source) if options.link else source, end="\n" if options.link else "")
    return 0


def _certificate(folder: Path) -> int:
    """Make a chain for development and print the settings that use it."""
    try:
        chain, key = make(folder)
    except FileExistsError as error:
        print(f"{error.filename} is there already: name another folder.", file=sys.stderr)
        return 1
    except ImportError as error:
        print(f"{error}. Install it: pip install 'draftroom[c2pa]'.", file=sys.stderr)
        return 1
    print(f"DRAFTROOM_C2PA_CERTIFICATE={chain.resolve()}")
    print(f"DRAFTROOM_C2PA_KEY={key.resolve()}")
    return 0


def _start(program: str, arguments: list[str]) -> int:
    """Become another program: the bot's process holds none of its code."""
    if program in ("engine", "demo") and importlib.util.find_spec("torch") is None:
        print(
            "The engine needs PyTorch and diffusers, which are not installed here."
            " Run `make setup`, or `pip install 'draftroom[engine]'`.",
            file=sys.stderr,
        )
        return 1
    sys.stdout.flush()
    module = _MODULES.get(program, program)
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606


if __name__ == "__main__":
    raise SystemExit(main())
