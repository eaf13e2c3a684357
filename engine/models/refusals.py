"""Why a model cannot be had. The message is a sentence for the person who asked."""

from __future__ import annotations


class ModelRefused(Exception):
    """It is not fetched as things are: a licence, a pickle, a layout that is none of diffusers'."""


class HubFailed(Exception):
    """The hub could not be reached, or did not have what was asked; trying later may help."""


class Damaged(Exception):
    """What came is not what the hub said it would be; it was thrown away."""
