"""Content credentials of what the engine makes: its actions, its recipe, and the picture it was made from."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from typing import Any

from marks.credentials import (
    ALGORITHM_VARIABLE,
    CERTIFICATE_VARIABLE,
    KEY_VARIABLE,
    PARENT,
    TIMESTAMP_VARIABLE,
    CannotSign,
    Ingredient,
    Signer,
)
from marks.source import IPTC

log = logging.getLogger("engine.provenance")


class Credentials:
    """Signs what the engine delivers."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def sign(self, data: bytes, media_type: str, told: dict[str, Any], *, parent: bytes | None) -> bytes:
        """The file with credentials; without them, and with a line in the log, where signing fails."""
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
        opened = None if parent is None else Ingredient(data=parent, title="the picture it was made from")
        try:
            return self._signer.sign(data, media_type, manifest, parent=opened)
        except Exception:  # the picture is made and paid for: it is delivered either way
            log.exception("a picture was delivered without content credentials")
            return data


@lru_cache(maxsize=1)
def configured() -> Credentials | None:
    """The credentials that the environment names, or None. Raises CannotSign."""
    certificate, key = os.environ.get(CERTIFICATE_VARIABLE), os.environ.get(KEY_VARIABLE)
    if not certificate and not key:
        return None
    if not certificate or not key:
        raise CannotSign(f"Signing needs both {CERTIFICATE_VARIABLE} and {KEY_VARIABLE}.")
    return Credentials(
        Signer(
            certificate,
            key,
            os.environ.get(ALGORITHM_VARIABLE, "es256"),
            os.environ.get(TIMESTAMP_VARIABLE) or None,
        )
    )
