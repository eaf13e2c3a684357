"""Reading one field after another: its type, its range, and every field that is not known. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from sandbox.images_api.refusals import Refusal, missing, none_of, out_of_range, unknown, wrong_kind

#: Limit of a file, in bytes.
FILE_LIMIT, MASK_LIMIT = 50 * 2**20, 4 * 2**20


@dataclass(frozen=True)
class File:
    """A file of a form."""

    data: bytes
    mime: str


class Fields:
    """A request's fields. What is read is taken out; `close` refuses what is left."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, list[File]] | None = None) -> None:
        """`files` of a form, whose values are all text; without them the values are JSON."""
        self._values = dict(values)
        self._files = dict(files or {})
        self._is_form = files is not None

    def close(self) -> None:
        """Refuse a field that nobody read, the first by name."""
        for name in sorted({*self._values, *self._files}):
            raise unknown(name)

    def text(self, name: str, *, longest: int = 0, needed: bool = False) -> str | None:
        """A text."""
        value = self._values.pop(name, None)
        if value is None:
            if needed:
                raise missing(name)
            return None
        if not isinstance(value, str):
            raise wrong_kind(name, "a string", value)
        if needed and not value:
            raise Refusal(
                f"Invalid '{name}': empty string. Expected a string with minimum length 1.",
                param=name,
                code="empty_string",
            )
        if longest and len(value) > longest:
            raise Refusal(
                f"Invalid '{name}': string too long. Expected a string with maximum length {longest},"
                f" but got a string with length {len(value)} instead.",
                param=name,
                code="string_above_max_length",
            )
        return value

    def choice(self, name: str, values: tuple[str, ...], plain: str) -> str:
        """One of these words."""
        value = self.text(name)
        if value is None:
            return plain
        if value not in values:
            raise none_of(name, value, values)
        return value

    def integer(self, name: str, least: int, most: int) -> int | None:
        """A whole number of that range."""
        value = self._values.pop(name, None)
        if value is None:
            return None
        if self._is_form and isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,12}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_kind(name, "an integer", value)
        if not least <= value <= most:
            raise out_of_range(name, value, least, most)
        return value

    def switch(self, name: str) -> bool:
        """Yes or no."""
        value = self._values.pop(name, None)
        if self._is_form and value in ("true", "false"):
            return bool(value == "true")
        if value is None:
            return False
        if not isinstance(value, bool):
            raise wrong_kind(name, "a boolean", value)
        return value

    def pictures(self, *names: str, most: int) -> tuple[Image.Image, ...]:
        """The pictures of a form, under any of these names."""
        files = [file for name in names for file in self._files.pop(name, [])]
        if not files:
            for name in names:
                if name in self._values:
                    raise wrong_kind(name, "a file", self._values[name])
            raise missing(names[0])
        if len(files) > most:
            raise Refusal(
                f"Invalid '{names[0]}': array too long. Expected an array with maximum length {most},"
                f" but got an array with length {len(files)} instead.",
                param=names[0],
                code="array_above_max_length",
            )
        return tuple(opened(names[0], file) for file in files)

    def mask(self, name: str, size: tuple[int, int], *, longest: int = MASK_LIMIT) -> Image.Image | None:
        """A PNG with alpha, of that size."""
        files = self._files.pop(name, [])
        if not files:
            return None

        def refused(what: str) -> Refusal:
            return Refusal(
                f"Invalid {name} image format - {what}", param=name, code=f"invalid_{name}_image_format"
            )

        if len(files) > 1:
            raise refused("one file is expected")
        if len(files[0].data) > longest:
            raise refused(f"file is larger than {longest // 2**20} MB")
        picture = opened(name, files[0])
        if picture.format != "PNG":
            raise refused("a PNG is expected")
        if picture.size != size:
            raise refused(f"{name} size does not match image size")
        if not picture.has_transparency_data:
            raise refused(f"{name} image missing alpha channel")
        return picture.convert("RGBA")

    def pass_over_the_rest(self) -> None:
        """As servers do that ignore what they do not know."""
        self._values, self._files = {}, {}


def opened(name: str, file: File) -> Image.Image:
    """A picture of a form."""
    if len(file.data) > FILE_LIMIT:
        raise Refusal(
            f"Invalid file '{name}': larger than 50 MB.", param=name, code="file_too_large", status=413
        )
    if file.mime not in ("image/png", "image/jpeg", "image/webp"):
        raise Refusal(
            f"Invalid file '{name}': unsupported mimetype ('{file.mime}')."
            " Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.",
            param=name,
            code="unsupported_file_mimetype",
        )
    try:
        picture = Image.open(io.BytesIO(file.data), formats=("PNG", "JPEG", "WEBP"))
        if Image.MIME[str(picture.format)] != file.mime:
            raise ValueError(picture.format)
        picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refusal(
            f"Invalid image file or mode for '{name}', please check your image file.",
            param=name,
            code="invalid_image_file",
        ) from error
    return picture


def sides(name: str, value: str) -> tuple[int, int]:
    """WIDTHxHEIGHT in pixels."""
    found = re.fullmatch(r"(\d{1,6})x(\d{1,6})", value)
    if found is None or 0 in (width_height := (int(found[1]), int(found[2]))):
        raise Refusal(
            f"Invalid {name} '{value}'. Expected WIDTHxHEIGHT, for example '1024x1024'.",
            param=name,
            code="invalid_value",
        )
    return width_height
