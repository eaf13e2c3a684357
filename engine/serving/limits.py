"""Every limit of the engine as a named setting with its unit; knows nothing of HTTP or torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the engine refuses, or stops doing, beyond a point."""

    #: longest prompt, instruction or negative prompt, in characters
    prompt_chars: int = 32_000
    #: most pictures one request may ask for
    pictures_per_request: int = 10
    #: most denoising steps one request may ask for
    steps: int = 200
    #: most previews per picture (the Images API's own bound)
    partial_images: int = 3
    #: smallest side of a rendered picture, in pixels
    min_side: int = 32
    #: largest request body, in bytes
    body_bytes: int = 48 * 2**20
    #: largest uploaded picture, in pixels, read from its header before decoding
    upload_pixels: int = 16_000_000
    #: largest side of an extended picture, in pixels
    canvas_side: int = 8_192
    #: most pictures that may be sent beside the one that is edited, for models that go by them
    reference_pictures: int = 4
    #: most jobs that may wait; further ones are told when to try again
    waiting_jobs: int = 64
    #: how long a finished result answers its idempotency key again, in seconds
    replay_seconds: float = 600.0
    #: most finished results kept for their idempotency keys
    replay_results: int = 64
    #: silence between two steps after which a worker counts as hung and is replaced, in seconds
    hung_step_seconds: float = 180.0
    #: how many workers that hung or died are started anew within ten minutes before the engine gives up
    replacements: int = 5
    #: how long a stopping engine lets accepted work finish, in seconds
    drain_seconds: float = 30.0
    #: silence on an event stream after which a comment keeps the connection open, in seconds
    stream_keepalive_seconds: float = 10.0
    #: prompt embeddings kept in memory
    cached_prompts: int = 256
