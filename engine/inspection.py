"""`python -m engine.inspection FILE`: says in plain words how a picture was made, and makes it again if asked."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.pixels.array import Pixels
from engine.pixels.files import UnreadablePicture, open_upload, to_pixels
from marks.credentials import read_credentials
from marks.reading import Notes, read_notes
from marks.source import IPTC, SourceType, pixels_sha256

#: largest picture that is inspected, in pixels
MOST_PIXELS = 64_000_000
MEANING = {
    IPTC + SourceType.MADE: "made by a trained model",
    IPTC + SourceType.COMPOSITE: "a person's own picture, changed by a trained model",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Inspect; returns 0, 1 where the file says nothing or cannot be read, 3 where a reproduction differs."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR)
    try:
        data = options.file.read_bytes()
        pixels = to_pixels(open_upload(data, name="picture", most_pixels=MOST_PIXELS))
    except (OSError, UnreadablePicture) as error:
        print(getattr(error, "strerror", None) or error, file=sys.stderr)
        return 1
    notes = read_notes(data)
    found = describe(notes, data, pixels)
    print(
        json.dumps(found, indent=1, ensure_ascii=False) if options.json else as_text(found, options.file.name)
    )
    if options.reproduce is None:
        return 0 if notes.recipe or notes.parameters or notes.source_type else 1
    return _reproduce(notes, pixels, options)


def describe(notes: Notes, data: bytes, pixels: Pixels) -> dict[str, Any]:
    """What is known of a picture, as JSON values."""
    made = notes.recipe.get("pixels_sha256")
    return {
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "recipe": dict(notes.recipe),
        "parameters": notes.parameters,
        "digital_source_type": notes.source_type,
        "pixels_sha256": pixels_sha256(pixels),
        # A lossy format changes pixels by itself: nothing can be said of those.
        "unchanged": None if notes.lossy or not made else made == pixels_sha256(pixels),
        "content_credentials": read_credentials(data),
    }


def as_text(found: dict[str, Any], name: str) -> str:
    """The same in plain words."""
    told = found["recipe"]
    lines = [f"{name}: {found['width']} × {found['height']} pixels"]
    source = found["digital_source_type"]
    if source:
        lines.append(f"It says it is {MEANING.get(source, source)} ({source.rsplit('/', 1)[-1]}).")
    if not told and not found["parameters"]:
        lines.append("It does not say how it was made.")
    if not told and found["parameters"]:
        lines.append("Another program says how it was made:")
        lines += [f"  {line}" for line in found["parameters"].splitlines()]
    if told:
        lines += _of_recipe(told)
        if found["unchanged"] is not None:
            same = (
                "Its pixels are those that were made."
                if found["unchanged"]
                else "Its pixels were changed since."
            )
            lines.append(same)
    credentials = found["content_credentials"]
    if credentials:
        state = {"Valid": "unbroken", "Trusted": "unbroken, from a trusted signer"}.get(
            credentials["state"], "BROKEN"
        )
        by = f", signed by {credentials['issuer']}" if credentials["issuer"] else ""
        lines.append(f"Content credentials: {state}{by}.")
    return "\n".join(lines)


def _of_recipe(told: dict[str, Any]) -> list[str]:
    def value(key: str) -> Any:
        return told.get(key, "?")

    lines = [
        f"Prompt: {value('prompt')}",
        *([f"To be avoided: {told['negative_prompt']}"] if told.get("negative_prompt") else []),
        f"Made by the Draftroom engine {value('engine')}, profile {value('profile')},"
        f" model {value('model')} ({value('licence')}).",
        f"Tier {value('tier')}, seed {value('seed')}, {value('size')}, {value('steps')} steps, guidance"
        f" {value('guidance')}, in {value('dtype')}, {value('batch')} at a time.",
    ]
    if told.get("afterwards"):
        lines.append(f"Afterwards: {', '.join(told['afterwards'])}.")
    for one in told.get("loras", ()):
        lines.append(
            f"With the LoRA {one['name']} ({one['model']}, {one['licence']}) at weight {one['weight']:g},"
            f" SHA-256 {one['sha256']}."
        )
    if "parent_pixels_sha256" in told:
        lines.append(
            f"It was made from the picture whose pixels have the SHA-256 {value('parent_pixels_sha256')},"
            f" with strength {value('strength')}."
        )
    if "mask_sha256" in told:
        lines.append(f"Only the inside of a mask was repainted (SHA-256 {value('mask_sha256')}).")
    return lines


def _reproduce(notes: Notes, before: Pixels, options: argparse.Namespace) -> int:
    if not notes.recipe:
        print("The file has no recipe of Draftroom's, so it cannot be made again.", file=sys.stderr)
        return 1
    try:
        from engine.serving.reproduction import CannotReproduce, differences, reproduce
    except ImportError as error:
        print(
            f"The engine is not installed here ({error}): pip install 'draftroom[engine]'.", file=sys.stderr
        )
        return 1
    try:
        made = asyncio.run(
            reproduce(
                notes.recipe,
                parent=options.parent.read_bytes() if options.parent else None,
                mask=options.mask.read_bytes() if options.mask else None,
                profile_name=options.profile,
            )
        )
        _save(made.pixels, options.reproduce)
    except CannotReproduce as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 1
    print(f"Made again: {options.reproduce}")
    for caveat in made.caveats:
        print(caveat)
    if made.same:
        print("Every pixel is the same.")
        return 0
    if before.shape[:2] != made.pixels.shape[:2]:
        print("It has another size than the file.")
        return 3
    count, most = differences(before, made.pixels)
    where = "the file, whose format or editor changed pixels too" if notes.lossy else "the file"
    print(f"{count:,} pixels differ from {where}, by {most} of 255 levels at most.")
    return 3


def _save(pixels: Pixels, path: Path) -> None:
    from engine.pixels.files import encode

    path.write_bytes(encode(pixels, "png"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="draftroom inspect",
        description="Say how a picture was made: prompt, seed, model, licence, what it was made from, and whether it"
        " was changed since. With --reproduce, make it again and compare.",
    )
    parser.add_argument("file", type=Path, help="a PNG, JPEG or WebP")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--reproduce", type=Path, metavar="OUT", help="make it again, into this PNG file")
    parser.add_argument(
        "--parent", type=Path, help="the picture that it was made from (Pro renders and fixes)"
    )
    parser.add_argument("--mask", type=Path, help="the mask of a fix")
    parser.add_argument("--profile", help="a profile other than the one it names")
    return parser


if __name__ == "__main__":
    sys.exit(main())
