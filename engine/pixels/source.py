"""The picture that a request starts from, and what one that is made from it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from marks.source import SourceType


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The picture that a request starts from."""

    #: what a picture made from it is
    source_type: SourceType
    #: the file as it was sent, to be named as an ingredient
    data: bytes = field(default=b"", repr=False)
