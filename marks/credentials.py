"""C2PA content credentials: files signed with one certificate, and what a file's credentials say.

Needs the optional library c2pa-python; without a certificate nothing here is used.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from marks.source import IPTC, SourceType

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


@dataclass(frozen=True, kw_only=True)
class Ingredient:
    """The picture that a file was made from. It keeps its own credentials: so the chain leads back to the first draft."""

    data: bytes
    title: str


class Signer:
    """Signs with one certificate."""

    def __init__(self, certificate: str, key: str, algorithm: str, timestamp_url: str | None) -> None:
        """Try the certificate out. Raises CannotSign."""
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

    def sign(
        self, data: bytes, media_type: str, manifest: Mapping[str, Any], *, parent: Ingredient | None = None
    ) -> bytes:
        """The file with credentials. An action opens the parent by the id `PARENT`. Raises C2paError."""
        target = io.BytesIO()
        # Small copies inside the file would make it several times as large, and files go out below caps.
        settings = self._c2pa.Settings.from_dict({"builder": {"thumbnail": {"enabled": False}}})
        context = self._c2pa.Context(settings)
        with self._c2pa.Builder(json.dumps(manifest), context) as builder:
            if parent is not None:
                relation = {"title": parent.title, "relationship": "parentOf", "label": PARENT}
                builder.add_ingredient(
                    json.dumps(relation), media_type_of(parent.data), io.BytesIO(parent.data)
                )
            with self._c2pa.Signer.from_info(self._c2pa.C2paSignerInfo(*self._info)) as signer:
                builder.sign(signer, media_type, io.BytesIO(data), target)
        return target.getvalue()

    def _try_out(self) -> None:
        dot = io.BytesIO()
        Image.new("RGB", (1, 1)).save(dot, "PNG")
        created = {"action": "c2pa.created", "digitalSourceType": IPTC + SourceType.MADE}
        manifest = {
            "claim_generator_info": [{"name": "Draftroom"}],
            "format": "image/png",
            "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}],
        }
        self.sign(dot.getvalue(), "image/png", manifest)


def read_credentials(data: bytes) -> dict[str, Any] | None:
    """What a file's credentials say and whether they hold; None where there are none or the library is missing.

    `state` is Valid (untouched since it was signed, by someone), Trusted (by someone on the trust list) or Invalid.
    """
    try:
        import c2pa
    except ImportError:
        return None
    try:
        with c2pa.Reader(media_type_of(data), io.BytesIO(data)) as reader:
            active = reader.get_active_manifest() or {}
            signature = active.get("signature_info", {})
            return {
                "state": str(reader.get_validation_state()),
                "issuer": signature.get("issuer", ""),
                "time": signature.get("time", ""),
                "ingredients": [one.get("title", "") for one in active.get("ingredients", [])],
                "actions": [
                    action.get("action", "")
                    for assertion in active.get("assertions", [])
                    if assertion.get("label", "").startswith("c2pa.actions")
                    for action in assertion["data"].get("actions", [])
                ],
            }
    except c2pa.C2paError:
        return None


def media_type_of(data: bytes) -> str:
    """By how the file begins."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if data.startswith(b"\xff\xd8") else "image/webp"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
