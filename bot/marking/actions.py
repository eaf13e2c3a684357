"""Marks a file on its way out: labels, watermarks and signs it as the operator and the channel have it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from PIL import Image

from bot.briefs import table as briefs_table
from bot.briefs.model import BriefKind, Version
from bot.briefs.services import Services
from bot.channel import table as channel_table
from bot.channel.settings import Label
from bot.marking import table as marking_table
from bot.marking.history import History, Part, manifest, roles_of, source_of
from bot.marking.table import Outgoing
from bot.pictures import opening, sheets
from bot.pictures.cropping import Finish
from bot.settings import Settings
from bot.store import Transaction, pictures
from bot.texts import say
from marks import watermark
from marks.credentials import CannotSign, Ingredient, Signer, media_type_of
from marks.reading import read_notes
from marks.source import IPTC
from marks.writing import Marks, encode, marks_of, renewed, said

log = logging.getLogger(__name__)

_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What has to be known of a picture before it goes out."""

    version: Version
    history: History
    label: Label
    #: The picture that it was made from, to be named as its ingredient.
    opened: bytes


@dataclass(kw_only=True)
class _Done:
    watermarked: bool = False
    signed: bool = False


@dataclass(frozen=True, kw_only=True)
class Marking:
    """Marks what goes out. Its methods take seconds: call them in a thread."""

    services: Services

    def journey(self, tx: Transaction, version: Version) -> Journey:
        """What a file of that version has to tell."""
        brief = briefs_table.brief(tx, version.brief)
        policy = channel_table.policy_of(tx, brief.channel)
        line = marking_table.line_of(tx, version)
        steps = [marking_table.step_of(tx, one.job) for one in line]
        start = next((place for place, one in enumerate(line) if one.kind == "pro"), len(line) - 1)
        people = marking_table.approvers_of(tx, [one.id for one in line])
        own = brief.kind in (BriefKind.IMPORT, BriefKind.PAINT)
        opened = pictures.find(tx, line[start].picture)
        return Journey(
            version=version,
            label=policy.label,
            opened=self.services.picture_store.read(opened),
            history=History(
                opened=opened.sha256,
                title="Pro render" if line[start].kind == "pro" else "original",
                steps=tuple(
                    reversed([step for step in steps[:start] if step in ("fix", "adjust", "extend")])
                ),
                roles=roles_of(policy.approval, people, author=brief.author),
                untouched=own and all(step in ("import", "adjust") for step in steps),
                source=source_of(brief.kind),
            ),
        )

    def finish(
        self, journey: Journey, data: bytes, *, title: str, step: str, extended: bool
    ) -> tuple[Finish, _Done]:
        """What is done to a file that is cut from `data`, and what of it was."""
        done = _Done()

        def paint(picture: Image.Image) -> Image.Image:
            return self._painted(picture, journey, done)

        return Finish(
            marks=partial(_marks, journey, data, step),
            paint=paint,
            sign=lambda file, part: self._signed(file, journey, part, title, extended, done),
        ), done

    def whole(self, journey: Journey, data: bytes, *, title: str) -> tuple[bytes, Outgoing]:
        """A stored picture as it goes out in its own size and format."""
        finish, done = self.finish(journey, data, title=title, step="delivered", extended=False)
        picture = opening.open_picture(data, "picture")
        shown = finish.paint(picture)
        if shown is picture and not self.settings.c2pa_certificate and marks_of(data):
            return data, self.outgoing(journey, data, done)
        kind = _KINDS[media_type_of(data)]
        options = {"quality": 95} if kind != "PNG" else {}
        profile = picture.info.get("icc_profile")
        file = encode(shown, kind, finish.marks(shown), icc_profile=profile, **options)
        file = finish.sign(file, (0, 0, 1, 1))
        return file, self.outgoing(journey, file, done)

    def outgoing(self, journey: Journey, file: bytes, done: _Done) -> Outgoing:
        """What is remembered of it."""
        return Outgoing(
            sha256=hashlib.sha256(file).hexdigest(),
            version=journey.version.id,
            signed=done.signed,
            watermarked=done.watermarked,
        )

    @property
    def settings(self) -> Settings:
        """The bot's."""
        return self.services.settings

    def _painted(self, picture: Image.Image, journey: Journey, done: _Done) -> Image.Image:
        if journey.history.untouched:
            return picture
        if journey.label == "corner":
            picture = sheets.corner_label(picture, say("marking-corner"))
        if not self.settings.watermark:
            return picture
        marked = watermark.embedded(picture, journey.version.id)
        done.watermarked = marked is not None
        return picture if marked is None else marked

    def _signed(
        self, file: bytes, journey: Journey, part: Part, title: str, extended: bool, done: _Done
    ) -> bytes:
        signer = signer_of(self.settings)
        if signer is None:
            return file
        media_type = media_type_of(file)
        told = manifest(
            journey.history,
            media_type=media_type,
            title=title,
            source_type=read_notes(file).source_type,
            part=part,
            extended=extended,
            watermarked=done.watermarked,
            label="none" if journey.history.untouched else journey.label,
        )
        parent = Ingredient(data=journey.opened, title=journey.history.title)
        try:
            file = signer.sign(file, media_type, told, parent=parent)
        except Exception:  # what is unsigned can be delivered again; a delivery that fails is lost work
            log.exception("a picture was delivered without content credentials")
        else:
            done.signed = True
        return file


def _marks(journey: Journey, data: bytes, step: str, shown: Image.Image) -> Marks:
    """The marks of the file; for a picture of a server that writes none, what the ledger knows of it."""
    found = renewed(data, shown, step)
    if read_notes(data).source_type or journey.history.untouched:
        return found
    return Marks(
        texts=found.texts,
        xmp=said(IPTC + journey.history.source, prompt=journey.version.prompt),
    )


def signer_of(settings: Settings) -> Signer | None:
    """What signs; None where no certificate is set. Raises CannotSign."""
    if not settings.c2pa_certificate and not settings.c2pa_key:
        return None
    if not settings.c2pa_certificate or not settings.c2pa_key:
        raise CannotSign("Signing needs both DRAFTROOM_C2PA_CERTIFICATE and DRAFTROOM_C2PA_KEY.")
    return _signer(
        str(settings.c2pa_certificate),
        str(settings.c2pa_key),
        settings.c2pa_algorithm,
        settings.c2pa_timestamp_url or None,
    )


_signer: Callable[[str, str, str, str | None], Signer] = lru_cache(maxsize=1)(Signer)


def check(settings: Settings) -> None:
    """Raise CannotSign for what is asked for and cannot be done."""
    signer_of(settings)
