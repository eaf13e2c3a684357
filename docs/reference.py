"""Writes the reference pages from the code, and lays out the pages of the site: `make site`.

`python docs/reference.py` writes `docs/reference/`; with a folder, it also copies every document there, the README as
the first page, with the same ways from one to another as in the repository.
"""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

_MADE = "<!-- Written by docs/reference.py from the code: change it there. -->"


def pages() -> dict[str, str]:
    """Each generated page by its file name."""
    return {
        "settings.md": settings(),
        "channel.md": channel(),
        "profiles.md": profiles(),
        "programs.md": programs(),
        "metrics.md": metrics(),
    }


# Settings.


def settings() -> str:
    """Every setting of the bot, with what it takes."""
    from bot.settings import Settings

    rows = []
    for name, field in Settings.model_fields.items():
        alias: Any = field.validation_alias
        known = alias.choices[0] if alias else f"DRAFTROOM_{name.upper()}"
        empty = field.default is None or field.default == "" or field.default_factory is not None
        default = "—" if empty else f"`{field.default}`"
        rows.append((f"`{known}`", default, _takes(field), field.description or ""))
    return _page(
        "Settings of the bot",
        "From the environment, a file `.env`, or a TOML file (`draftroom.toml`,"
        " or where `DRAFTROOM_CONFIG` says). The environment\nwins over `.env`, which wins over the TOML file. What is"
        " misspelt or out of range is refused at the start, with a sentence.\nIn the TOML file, keys are these names in lower case without `DRAFTROOM_`. The [engine](../../engine/README.md) reads"
        " `DRAFTROOM_ENGINE_TOKEN`, `DRAFTROOM_MODELS_DIR` (where models are kept) and the\n`DRAFTROOM_C2PA_…` of this"
        " table.\n\n" + _table(("setting", "default", "takes", "meaning"), rows),
    )


def _takes(field: Any) -> str:
    """What a setting may be, in words."""
    kind = field.annotation
    if get_origin(kind) is Literal:
        return ", ".join(f"`{one}`" if one else "empty" for one in get_args(kind))
    bounds = []
    for bound in field.metadata:
        for word, of, sort in (
            ("from", Ge, "ge"),
            ("above", Gt, "gt"),
            ("to", Le, "le"),
            ("below", Lt, "lt"),
        ):
            if isinstance(bound, of):
                bounds.append(f"{word} {getattr(bound, sort)}")
    kinds = [one for one in get_args(kind) or (kind,) if one is not type(None)]
    named = {"bool": "yes or no", "int": "a whole number", "float": "a number", "Decimal": "a number"}
    named |= {"str": "text", "Path": "a path", "SecretStr": "a secret"}
    what = "a table" if get_origin(kind) is dict else named.get(kinds[0].__name__, kinds[0].__name__)
    return " ".join([what, *bounds])


def channel() -> str:
    """What can be set for a channel, by the comments of the values that hold it."""
    from bot.channel.settings import ApprovalRule, Defaults, ExitRule, Policy

    parts = {
        "Everything": Policy,
        "approval: what it takes for a picture to be rendered in Pro": ApprovalRule,
        "exits: when the bot says once that a brief takes long": ExitRule,
        "defaults: what a draft means where it does not say": Defaults,
    }
    return _page(
        "Settings of a channel",
        "People with the right to set budgets change them by `/draft settings`;"
        " others read them there. In the database they are\nin [policies](../database.md#policies).\n\n"
        + "\n".join(f"## {title}\n\n{_fields(of)}" for title, of in parts.items()),
    )


def profiles() -> str:
    """What a profile of the engine may say."""
    from engine.profiles.profile import Profile, TierSettings
    from engine.profiles.weights import Lora, Weights

    parts = {
        "The profile": Profile,
        "`[tiers.draft]`, `[tiers.pro]`, `[tiers.fix]`": TierSettings,
        "`[weights.NAME]`": Weights,
        "`[[lora]]`": Lora,
    }
    shared = _comments(Weights)
    return _page(
        "Keys of an engine's profile",
        "[The engine](../../engine/README.md#profiles) shows a profile;"
        " [models](../models.md) explains those that come along.\n\n"
        + "\n".join(f"## {title}\n\n{_fields(of, shared)}" for title, of in parts.items()),
    )


def _fields(of: type[Any], others: Mapping[str, str] = MappingProxyType({})) -> str:
    """A dataclass as a table: its fields, their defaults, and the comments above them."""
    told = {**others, **_comments(of)}
    rows = []
    for one in dataclasses.fields(of):
        default = "needed" if one.default_factory is dataclasses.MISSING else "—"
        if one.default is not dataclasses.MISSING:
            value = one.default.value if isinstance(one.default, Enum) else one.default
            default = (
                "—"
                if value in ("", (), None)
                else f"`{str(value).lower() if value in (True, False) else value}`"
            )
        rows.append((f"`{one.name}`", default, _sentence(told.get(one.name, ""))))
    return _table(("key", "default", "meaning"), rows)


def _comments(of: type[Any]) -> dict[str, str]:
    """The `#:` comment above each field of a class."""
    found, above = {}, ""
    for line in inspect.getsource(of).splitlines():
        if comment := re.match(r"    #: (.*)", line):
            above = f"{above} {comment[1]}".strip()
        elif named := re.match(r"    (\w+): ", line):
            if above and not above.startswith("as in"):
                found[named[1]] = above
            above = ""
    return found


# Programs.


def programs() -> str:
    """Every command of `draftroom`, with its options."""
    from bot import cli
    from demo import __main__ as demo
    from engine import __main__ as engine
    from engine import inspection
    from engine.models import __main__ as models
    from sandbox import __main__ as sandbox

    others: dict[str, Callable[[], argparse.ArgumentParser]] = {
        "demo": demo._parser,
        "engine": engine._parser,
        "sandbox": sandbox._parser,
        "models": models._parser,
        "inspect": inspection._parser,
    }
    parts = [
        "`draftroom COMMAND --help` says the same. What people type in Slack"
        " is in [the guide](../guide.md#every-command).\n"
    ]
    whole = cli._parser()
    for name, parser in _commands(whole).items():
        own = others[name]() if name in others else parser
        parts += _program(f"draftroom {name}", own, _summary(whole, name), 2)
    return _page("Commands of the terminal", "\n".join(parts))


def _program(title: str, parser: argparse.ArgumentParser, summary: str, level: int) -> Iterator[str]:
    """A command and what is below it."""
    yield f"{'#' * level} {title}\n"
    told = parser.description or summary
    # What stands in columns stays so.
    yield f"```text\n{told.rstrip()}\n```\n" if "\n  " in told else f"{_sentence(told)}\n"
    rows = [
        (_called(action), _cell((action.help or "") % {**vars(action), "prog": parser.prog}))
        for action in parser._actions
        if not isinstance(action, argparse._HelpAction | argparse._SubParsersAction)
    ]
    if rows:
        yield _table(("option", "meaning"), rows)
    if parser.epilog and "--help` tells" not in parser.epilog:
        yield f"{_sentence(parser.epilog)}\n"
    for name, below in _commands(parser).items():
        yield from _program(f"{title} {name}", below, _summary(parser, name), level + 1)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _summary(parser: argparse.ArgumentParser, name: str) -> str:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return next((one.help or "" for one in action._choices_actions if one.dest == name), "")
    return ""


def _called(action: argparse.Action) -> str:
    """`--port PORT`, or `FILE`."""
    value = action.metavar or action.dest
    if not action.option_strings:
        return f"`{str(value).upper()}`"
    takes = "" if action.nargs == 0 else f" {str(action.metavar or action.dest).upper()}"
    return f"`{action.option_strings[-1]}{takes}`"


# Metrics.


def metrics() -> str:
    """What bot and engine count."""
    from prometheus_client import Counter, Gauge, Histogram

    from bot.web import metrics as bot_metrics
    from engine.render import metrics as engine_metrics

    kinds = {Counter: "counter", Gauge: "gauge", Histogram: "histogram"}
    bots = []
    for found in vars(bot_metrics).values():
        if isinstance(found, tuple(kinds)):
            (family,) = found.describe()
            name = f"{family.name}_total" if isinstance(found, Counter) else family.name
            bots.append((f"`{name}`", kinds[type(found)], _labels(found._labelnames), family.documentation))
    engines = [
        (f"`{engine_metrics.PREFIX}{name}`", kind, _labels(told[1]), told[0])
        for kind, table in (
            ("counter", engine_metrics.COUNTERS),
            ("histogram", engine_metrics.HISTOGRAMS),
            ("gauge", engine_metrics.GAUGES),
        )
        for name, told in table.items()
    ]
    head = ("metric", "kind", "labels", "meaning")
    return _page(
        "Metrics",
        "In Prometheus' text format. Times are seconds, sizes bytes, energy joules."
        " [Operating](../operating.md) says what to watch.\n\n"
        "## The bot: `GET /metrics` on `DRAFTROOM_WEB_PORT`\n\nFor this machine alone, or with"
        " `DRAFTROOM_METRICS_TOKEN` as the bearer token.\n\n" + _table(head, bots) + "\n"
        "## The engine: `GET /metrics` on its port\n\n" + _table(head, engines),
    )


def _labels(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "—"


# Writing.


def _page(title: str, text: str) -> str:
    return f"# {title}\n\n{_MADE}\n\n{text}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "'", '"')) else ".")


def lay_out(folder: Path) -> None:
    """Copy every document and what it shows or links to, so that each link leads where it does in the repository."""
    shutil.rmtree(folder, ignore_errors=True)
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    documents = [
        path for path in tracked if path.endswith(".md") and not path.startswith(("tests/", "shared/", "."))
    ]
    for path in documents:
        target = folder / ("index.md" if path == "README.md" else path)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / path).read_text(encoding="utf-8")
        # README.md is the first page.
        text = re.sub(r"\]\(((?:\.\./)*)README\.md", r"](\1index.md", text)
        for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", (ROOT / path).read_text(encoding="utf-8")):
            beside = ((ROOT / path).parent / link).resolve()
            if beside.is_dir():
                # The site has no page for a folder of code.
                text = re.sub(rf"\[([^\]]+)\]\({re.escape(link)}\)", r"\1", text)
            elif beside.is_file() and beside.suffix != ".md":
                copied = folder / beside.relative_to(ROOT)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(beside, copied)
        target.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "docs" / "site.css", folder / "docs")


def main() -> None:
    """Write the pages; with a folder, lay out the whole site there."""
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    if len(sys.argv) > 1:
        lay_out(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
