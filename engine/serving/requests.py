"""Requests of the OpenAI Images API and our extras, checked and typed. Errors are sentences; knows no web framework."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
from PIL import Image

from engine.pixels.array import Pixels
from engine.pixels.colour import kept_profile, to_srgb
from engine.pixels.editing import ANCHORS, MASK_MODES, CannotEdit, extend, filled, turned
from engine.pixels.files import (
    OutputFormat,
    UnreadablePicture,
    drawn_region,
    editable_region,
    open_upload,
    to_pixels,
)
from engine.pixels.stitch import Region
from engine.profiles.profile import Profile, Tier, TierSettings
from engine.provenance.origin import origin_of
from engine.render.request import RenderRequest
from engine.serving.backdrop import BACKGROUNDS, with_backdrop
from engine.serving.errors import Refused
from engine.serving.fields import (
    LARGEST_SEED,
    choice,
    flag,
    integer,
    lora_list,
    number,
    seed_list,
    with_triggers,
)
from engine.serving.limits import Limits

#: what the API's qualities mean here; `medium` drafts too, since only a person's approval pays for Pro
QUALITY_TIERS = {
    "auto": Tier.DRAFT,
    "low": Tier.DRAFT,
    "standard": Tier.DRAFT,
    "medium": Tier.DRAFT,
    "high": Tier.PRO,
    "hd": Tier.PRO,
    "xhigh": Tier.PRO,
    "max": Tier.PRO,
}
#: whose turn a request uses up, by the first of these that is sent
FAIRNESS_FIELDS = ("fairness_key", "safety_identifier", "user")
#: what other tools send where a seed is to be drawn
DRAWN_SEEDS = (None, "", -1, "-1")
#: format characters that belong to words and emoji: joiners, and the tags that make flags
JOINERS = {0x200C, 0x200D, *range(0xE0020, 0xE0080)}
#: where new emoji appear, which this Python may not know yet
EMOJI = range(0x1F000, 0x1FB00)
#: who made the picture that is sent, as the sender says; auto: as the picture itself shows
ORIGINS = ("auto", "model", "person")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the fields of a request, from JSON or from a form, against a profile and limits."""

    profile: Profile
    limits: Limits
    #: what rendered sides must divide by, in pixels
    multiple: int
    #: tiers whose model can be shown further pictures
    takes_references: frozenset[Tier] = frozenset()

    def generation(self, fields: Mapping[str, Any], *, idempotency_key: str | None = None) -> RenderRequest:
        """A request for new pictures. Raises Refused."""
        tier = self._tier(fields, default=self._tier_of_quality(fields))
        if tier is Tier.FIX:
            raise Refused("A fix needs a picture and a mask: send them to /v1/images/edits.", param="tier")
        settings = self.profile.tiers[tier]
        width, height = self._size(fields) or (settings.size, settings.size)
        return self._request(fields, tier, settings, width, height, idempotency_key)

    def edit(
        self,
        fields: Mapping[str, Any],
        *,
        image: bytes | None,
        mask: bytes | None,
        markup: bytes | None = None,
        others: Sequence[bytes] = (),
        idempotency_key: str | None = None,
    ) -> RenderRequest:
        """A request to change a picture: a fix where something says what may change, else image-to-image.

        What may change is told by a mask, by `markup` (what is drawn over the picture), by `mask_text`, by `anchor` and a
        larger `size`, or, where no tier is named, by the picture's own holes. Raises Refused.
        """
        if image is None:
            raise Refused("The picture to edit is missing: send it as the form's “image”.", param="image")
        opened = self._opened(image)
        pixels = sent = to_pixels(opened)
        if mask is not None and markup is not None:
            raise Refused("Send a “mask” or a “markup”, not both.", param="markup")
        region = None
        if mask is not None:
            region = self._region(mask, pixels, "mask", editable_region)
        elif markup is not None:
            region = self._region(markup, pixels, "markup", drawn_region)
        named = self._mask_text(fields)
        if (
            region is None
            and not named
            and self._is_its_own_mask(fields, pixels)
            and (holes := filled(pixels))
        ):
            pixels, region = holes
        mode = choice(fields, "mask_mode", MASK_MODES, default="edit")
        anchor = choice(fields, "anchor", ("", *ANCHORS), default="")
        try:
            if region is not None:
                region = turned(region, mode)
            if anchor:
                pixels, region = self._extended(fields, pixels, region, anchor)
        except CannotEdit as error:
            raise Refused(str(error), param=error.param) from error
        is_fix = region is not None or bool(named)
        tier = self._tier(fields, default=Tier.FIX if is_fix else Tier.PRO)
        if tier is Tier.FIX and not is_fix:
            raise Refused("A fix needs a mask: send a PNG whose transparent part may change.", param="mask")
        tier = Tier.FIX if is_fix else tier
        settings = self.profile.tiers[tier]
        height, width = pixels.shape[:2]
        size = self._size(fields, check_multiple=not is_fix)
        if is_fix:
            if size not in (None, (width, height)):
                raise Refused(
                    f"A fix keeps the picture's size of {width}x{height}; leave “size” out, or say with “anchor” "
                    "where the picture lies on a larger one.",
                    param="size",
                )
        else:
            width, height = size or self._fit(width, height, settings.size)
        profile = kept_profile(opened)
        if not is_fix:
            # A fix keeps its picture's values and their profile; what is painted anew is plain sRGB.
            pixels, profile = to_srgb(pixels, profile), None
        request = self._request(fields, tier, settings, width, height, idempotency_key, pixels, region)
        told = choice(fields, "origin", ORIGINS, default="auto")
        request = replace(
            request,
            origin=origin_of(image, sent, told=told),
            colour_profile=profile,
            references=self._references(others, tier),
            mask_text=named,
            mask_mode=mode,
            mask_threshold=number(fields, "mask_threshold", least=0.01, most=0.99, default=0.4),
        )
        if is_fix and request.output_format == "jpeg":
            raise Refused(
                "JPEG would change pixels outside the mask; ask for output_format png.", param="output_format"
            )
        return request

    def mask(self, fields: Mapping[str, Any], *, image: bytes | None) -> RenderRequest:
        """A request for the mask of what a text names in a picture. Raises Refused."""
        if not (named := self._mask_text({**fields, "mask_text": fields.get("text", fields.get("prompt"))})):
            raise Refused("The text is empty: say what is to be found in the picture.", param="text")
        wanted = {key: value for key, value in fields.items() if key not in ("output_format", "n", "size")}
        request = self.edit({**wanted, "prompt": named, "mask_text": named}, image=image, mask=None)
        return replace(request, wants_mask=True)

    def _is_its_own_mask(self, fields: Mapping[str, Any], pixels: Pixels) -> bool:
        """Whether holes of a picture say what may change: the API's older rule, where nothing else says what is meant."""
        if (
            fields.get("tier") is not None
            or fields.get("anchor")
            or fields.get("background") == "transparent"
        ):
            return False
        return self._size(fields, check_multiple=False) in (None, (pixels.shape[1], pixels.shape[0]))

    def _mask_text(self, fields: Mapping[str, Any]) -> str:
        named = self._text(fields, "mask_text") or ""
        if named and self.profile.segmenter is None:
            raise Refused(
                f"The profile “{self.profile.name}” names no model that finds things by their names; "
                "mark the part with a mask instead.",
                param="mask_text",
                code="no_segmenter",
            )
        return named

    def _extended(
        self, fields: Mapping[str, Any], pixels: Pixels, region: Region | None, anchor: str
    ) -> tuple[Pixels, Region]:
        """The picture on its larger canvas, and what may change there. Raises CannotEdit, Refused."""
        size = self._size(fields, check_multiple=False)
        if size is None:
            raise Refused("To extend the picture, say with “size” how large it should be.", param="size")
        if size[0] * size[1] > self.limits.upload_pixels or max(size) > self.limits.canvas_side:
            raise Refused(
                f"{size[0]}x{size[1]} is too large; at most {self.limits.upload_pixels / 1e6:g} megapixels and "
                f"{self.limits.canvas_side} pixels per side are made.",
                param="size",
            )
        canvas = extend(pixels, width=size[0], height=size[1], anchor=anchor)
        inside = canvas.placed(region) if region is not None else False
        return canvas.pixels, canvas.region | inside

    def _references(self, others: Sequence[bytes], tier: Tier) -> tuple[Pixels, ...]:
        if others and tier not in self.takes_references:
            raise Refused(
                "This engine's model looks at one picture at a time; send a single “image”.", param="image"
            )
        if len(others) > self.limits.reference_pictures:
            raise Refused(
                f"At most {self.limits.reference_pictures + 1} pictures are accepted: the one to edit, first, "
                "and those to go by.",
                param="image",
            )
        opened = [self._opened(data) for data in others]
        return tuple(to_srgb(to_pixels(picture), kept_profile(picture)) for picture in opened)

    def _request(
        self,
        fields: Mapping[str, Any],
        tier: Tier,
        settings: TierSettings,
        width: int,
        height: int,
        idempotency_key: str | None,
        image: Pixels | None = None,
        region: Region | None = None,
    ) -> RenderRequest:
        self._check_model(fields)
        self._check_unsupported(fields)
        transparent = self._transparent(fields, tier)
        weights = self.profile.weights[settings.weights]
        loras = lora_list(fields.get("loras"), weights.styles)
        woken = [one for one in weights.lora if one.fused or one.name in dict(loras)]
        prompt = with_triggers(self._prompt(fields), woken)
        seeds = self._seeds(fields)
        negative = self._text(fields, "negative_prompt")
        return RenderRequest(
            tier=tier,
            prompt=with_backdrop(prompt) if transparent else prompt,
            loras=loras,
            negative_prompt=settings.negative_prompt if negative is None else negative,
            seeds=seeds,
            seeded=fields.get("seed") not in DRAWN_SEEDS or fields.get("seeds") is not None,
            width=width,
            height=height,
            steps=integer(fields, "steps", least=1, most=self.limits.steps) or settings.steps,
            guidance=number(fields, "guidance", least=0.0, most=50.0, default=settings.guidance),
            strength=number(fields, "strength", least=0.01, most=1.0, default=settings.strength),
            image=image,
            region=region,
            output_format=choice(fields, "output_format", get_args(OutputFormat), default="png"),
            transparent=transparent,
            compression=integer(fields, "output_compression", least=0, most=100),
            stream=flag(fields, "stream"),
            partial_images=integer(fields, "partial_images", least=0, most=self.limits.partial_images) or 0,
            priority=integer(fields, "priority", least=-10, most=10) or 0,
            fairness_key=next(filter(None, (self._text(fields, name) for name in FAIRNESS_FIELDS)), ""),
            safety_identifier=self._text(fields, "safety_identifier"),
            idempotency_key=self._text(fields, "idempotency_key") or idempotency_key,
        )

    def _transparent(self, fields: Mapping[str, Any], tier: Tier) -> bool:
        wanted: bool = choice(fields, "background", BACKGROUNDS, default="auto") == "transparent"
        if wanted and tier is Tier.FIX:
            raise Refused(
                "A fix keeps the picture's own background; leave “background” out.", param="background"
            )
        if wanted and fields.get("output_format") == "jpeg":
            raise Refused("JPEG has no transparency; ask for png or webp.", param="output_format")
        return wanted

    def _prompt(self, fields: Mapping[str, Any]) -> str:
        # A bot composes `prompt` from the brief and the instruction; people may send the instruction alone.
        prompt = self._text(fields, "prompt") or self._text(fields, "instruction")
        if not prompt:
            raise Refused("The prompt is empty: say what the picture should show.", param="prompt")
        return prompt

    def _text(self, fields: Mapping[str, Any], name: str) -> str | None:
        value = fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise Refused(f"“{name}” must be a text.", param=name)
        if len(value) > self.limits.prompt_chars:
            raise Refused(
                f"“{name}” has {len(value):,} characters; at most {self.limits.prompt_chars:,} are accepted.",
                param=name,
                code="string_above_max_length",
            )
        # Control and format characters never reach a tokenizer, a log or a picture's text chunk.
        kept = "".join(" " if c in "\n\t" else c for c in value if c in "\n\t" or _is_text(c)).strip()
        return kept if any(ord(c) not in JOINERS for c in kept) else ""

    def _seeds(self, fields: Mapping[str, Any]) -> tuple[int, ...]:
        most = self.limits.pictures_per_request
        count = integer(fields, "n", least=1, most=most)
        listed = fields.get("seeds")
        if listed is not None:
            seeds = seed_list(listed)
            if count is not None and count != len(seeds):
                raise Refused(
                    f"“n” is {count} but “seeds” names {len(seeds)}; they must agree.", param="seeds"
                )
            if not 1 <= len(seeds) <= most:
                raise Refused(f"Between 1 and {most} seeds are accepted.", param="seeds")
            return seeds
        first = integer(fields, "seed", least=-1, most=LARGEST_SEED - most)
        if first is None or first == -1:
            first = secrets.randbelow(2**32)
        return tuple(range(first, first + (count or 1)))

    def _tier(self, fields: Mapping[str, Any], *, default: Tier) -> Tier:
        name = choice(fields, "tier", [tier.value for tier in Tier], default=default.value)
        return Tier(name)

    def _tier_of_quality(self, fields: Mapping[str, Any]) -> Tier:
        return QUALITY_TIERS[choice(fields, "quality", list(QUALITY_TIERS), default="auto")]

    def _size(self, fields: Mapping[str, Any], *, check_multiple: bool = True) -> tuple[int, int] | None:
        value = fields.get("size")
        if value in (None, "", "auto"):
            return None
        found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", str(value))
        if not found:
            raise Refused("“size” must look like 256x256, or be “auto”.", param="size")
        width, height = int(found[1]), int(found[2])
        if not check_multiple:
            return width, height
        least, most = self.limits.min_side, self.profile.max_side
        if not (least <= width <= most and least <= height <= most):
            raise Refused(f"Each side must have between {least} and {most} pixels.", param="size")
        if width % self.multiple or height % self.multiple:
            near = "x".join(str(self._round(side)) for side in (width, height))
            raise Refused(f"Both sides must be multiples of {self.multiple}: {near} is near.", param="size")
        return width, height

    def _round(self, side: float) -> int:
        steps = max(1, round(side / self.multiple))
        return min(max(steps * self.multiple, self.limits.min_side), self.profile.max_side)

    def _fit(self, width: int, height: int, side: int) -> tuple[int, int]:
        """The picture's own proportions at about the area of a square of `side` pixels."""
        scale = side / (width * height) ** 0.5
        return self._round(width * scale), self._round(height * scale)

    def _opened(self, data: bytes) -> Image.Image:
        try:
            return open_upload(data, name="picture", most_pixels=self.limits.upload_pixels)
        except UnreadablePicture as error:
            raise Refused(str(error), param="image", code="invalid_image") from error

    def _region(
        self, data: bytes, pixels: Pixels, name: str, read: Callable[[Image.Image], Region]
    ) -> Region:
        height, width = pixels.shape[:2]
        try:
            mask = open_upload(data, name=name, most_pixels=self.limits.upload_pixels)
            if mask.size != (width, height):
                raise UnreadablePicture(
                    f"The {name} has {mask.width} × {mask.height} pixels and the picture {width} × {height}; "
                    "they must have the same size."
                )
            return np.ascontiguousarray(read(mask))
        except UnreadablePicture as error:
            raise Refused(str(error), param=name, code=f"invalid_{name}") from error

    def _check_model(self, fields: Mapping[str, Any]) -> None:
        model = fields.get("model")
        if model not in (None, "") and not self.profile.answers_to(str(model)):
            raise Refused(
                f"There is no model “{str(model)[:100]}” here; this engine serves “{self.profile.name}”.",
                status=404,
                param="model",
                code="model_not_found",
            )

    @staticmethod
    def _check_unsupported(fields: Mapping[str, Any]) -> None:
        if fields.get("response_format") not in (None, "", "b64_json"):
            raise Refused("Pictures come back as b64_json only.", param="response_format")


def _is_text(character: str) -> bool:
    code = ord(character)
    return unicodedata.category(character)[0] != "C" or code in JOINERS or code in EMOJI
