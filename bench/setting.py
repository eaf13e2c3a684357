"""What the rows run on: which weights, how many rounds, and profiles that serve them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.weights import SD, TINY, Class, cache, decoder_folder, pipeline_folder

PROMPT = "a product shot of a red shoe on a white table"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One run of the bench. A smoke run uses tiny weights: its figures mean nothing, only their shape does."""

    smoke: bool = False

    @property
    def size(self) -> Class:
        """The full-size weights."""
        return TINY if self.smoke else SD

    def rounds(self, wanted: int) -> int:
        """How often to measure."""
        return 1 if self.smoke else wanted

    @property
    def starter(self) -> str:
        """The profile of the rows about the bundled model."""
        return str(self.full_size_profile()) if self.smoke else "starter"

    def full_size_profile(self, *, batch: int = 4, pro_steps: int = 8, compiled: bool = False) -> Path:
        """A profile that serves the full-size weights: one-step drafts through the tiny decoder, no guidance.

        `compiled` has the UNet's repeated blocks compiled, as a profile may ask.
        """
        size, side = self.size, self.size.side
        path = cache() / f"{size.name}-{batch}-{pro_steps}{'-compiled' * compiled}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"""name = "{size.name}-class"
model = "{pipeline_folder(size)}"
licence = "CC0-1.0"
device = "cpu"
dtype = "bfloat16"
max_side = {2 * side}
batch_pictures = {batch}
first_preview_step = 1
compile = [{'"unet"' if compiled else ""}]
[tiers.draft]
size = {side}
steps = 1
guidance = 1.0
decoder = "{decoder_folder(size)}"
[tiers.pro]
size = {side}
steps = {pro_steps}
guidance = 1.0
strength = 0.6
[tiers.fix]
size = {side}
steps = 4
guidance = 1.0
strength = 1.0
""",
            encoding="utf-8",
        )
        return path
