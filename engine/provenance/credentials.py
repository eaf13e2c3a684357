"""C2PA content credentials: pictures are signed with a certificate where one is configured.

Signing needs the optional library c2pa-python; without a certificate nothing here is used.
"""

from __future__ import annotations

import io
import json
import logging
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.pixels.source import IPTC, SourceType

log = logging.getLogger("engine.provenance")

#: paths of a certificate chain and its private key, both PEM
CERTIFICATE_VARIABLE = "DRAFTROOM_C2PA_CERTIFICATE"
KEY_VARIABLE = "DRAFTROOM_C2PA_KEY"
#: es256, es384, es512, ps256, ps384, ps512 or ed25519: what the key is for
ALGORITHM_VARIABLE = "DRAFTROOM_C2PA_ALGORITHM"
#: address of an RFC 3161 time stamp authority; without one a signature ends with its certificate
TIMESTAMP_VARIABLE = "DRAFTROOM_C2PA_TIMESTAMP_URL"

#: what an action calls the picture that it opened
PARENT = "parent"


class CannotSign(Exception):
    """Signing is configured and does not work; the message says what to change."""


class Credentials:
    """Signs with one certificate."""

    def __init__(self, certificate: str, key: str, algorithm: str, timestamp_url: str | None) -> None:
        try:
            import c2pa
        except ImportError as error:
            raise CannotSign(
                f"{CERTIFICATE_VARIABLE} is set, but the library that signs is not installed: "
                "pip install 'draftroom[c2pa]', or unset it."
            ) from error
        self._c2pa: Any = c2pa
        try:
            self._info = (
                algorithm,
                Path(certificate).read_bytes(),
                Path(key).read_bytes(),
                timestamp_url,
            )
            self._try_out()
        except OSError as error:
            raise CannotSign(
                f"{error.filename} cannot be read ({error.strerror}); pictures could not be signed."
            ) from error
        except Exception as error:
            raise CannotSign(
                f"The certificate in {CERTIFICATE_VARIABLE} cannot sign ({_first_line(error)}). It must be an end "
                f"entity's with its chain, for {algorithm} ({ALGORITHM_VARIABLE}), and belong to the key in {KEY_VARIABLE}."
            ) from error

    def sign(self, data: bytes, media_type: str, told: dict[str, Any], *, parent: bytes | None) -> bytes:
        """The file with credentials; without them, and with a line in the log, where signing fails."""
        try:
            return self._signed(data, media_type, told, parent)
        except Exception:  # the picture is made and paid for: it is delivered either way
            log.exception("a picture was delivered without content credentials")
            return data

    def _signed(self, data: bytes, media_type: str, told: dict[str, Any], parent: bytes | None) -> bytes:
        agent = {"name": "Draftroom engine", "version": told["engine"]}
        source = IPTC + told["source_type"]
        actions: list[dict[str, Any]] = [
            {"action": "c2pa.created", "digitalSourceType": source, "softwareAgent": agent}
        ]
        if parent is not None:
            actions = [
                {"action": "c2pa.opened", "parameters": {"ingredientIds": [PARENT]}},
                {"action": "c2pa.edited", "digitalSourceType": source, "softwareAgent": agent},
            ]
        manifest = {
            "claim_generator_info": [{"name": "Draftroom", "version": told["engine"]}],
            "title": f"{told['tier']} {told['seed']}",
            "format": media_type,
            "assertions": [
                {"label": "c2pa.actions.v2", "data": {"actions": actions}},
                {"label": "com.draftroom.recipe", "data": told},
            ],
        }
        target = io.BytesIO()
        with self._c2pa.Builder(json.dumps(manifest)) as builder:
            if parent is not None:
                # An ingredient keeps its own credentials: so the chain leads back to the first draft.
                relation = {
                    "title": "the picture it was made from",
                    "relationship": "parentOf",
                    "label": PARENT,
                }
                builder.add_ingredient(json.dumps(relation), _media_type(parent), io.BytesIO(parent))
            with self._c2pa.Signer.from_info(self._c2pa.C2paSignerInfo(*self._info)) as signer:
                builder.sign(signer, media_type, io.BytesIO(data), target)
        return target.getvalue()

    def _try_out(self) -> None:
        from PIL import Image

        dot = io.BytesIO()
        Image.new("RGB", (1, 1)).save(dot, "PNG")
        told = {"engine": "0", "tier": "draft", "seed": 0, "source_type": SourceType.MADE.value}
        self._signed(dot.getvalue(), "image/png", told, None)


@lru_cache(maxsize=1)
def configured() -> Credentials | None:
    """The credentials that the environment names, or None. Raises CannotSign."""
    certificate, key = os.environ.get(CERTIFICATE_VARIABLE), os.environ.get(KEY_VARIABLE)
    if not certificate and not key:
        return None
    if not certificate or not key:
        raise CannotSign(f"Signing needs both {CERTIFICATE_VARIABLE} and {KEY_VARIABLE}.")
    return Credentials(
        certificate,
        key,
        os.environ.get(ALGORITHM_VARIABLE, "es256"),
        os.environ.get(TIMESTAMP_VARIABLE) or None,
    )


def read_credentials(data: bytes) -> dict[str, Any] | None:
    """What a file's credentials say and whether they hold; None where there are none or the library is missing.

    `state` is Valid (untouched since it was signed, by someone), Trusted (by someone on the trust list) or Invalid.
    """
    try:
        import c2pa
    except ImportError:
        return None
    media_type = _media_type(data)
    try:
        with c2pa.Reader(media_type, io.BytesIO(data)) as reader:
            active = reader.get_active_manifest() or {}
            signature = active.get("signature_info", {})
            return {
                "state": str(reader.get_validation_state()),
                "issuer": signature.get("issuer", ""),
                "time": signature.get("time", ""),
                "ingredients": [one.get("title", "") for one in active.get("ingredients", [])],
            }
    except c2pa.C2paError:
        return None


def _media_type(data: bytes) -> str:
    if data.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if data.startswith(b"\xff\xd8") else "image/webp"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
