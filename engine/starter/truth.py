"""How near a drawn picture comes to the truth: the training set is closed, so what it should look like is known.

Each picture is compared with the nearest true composite of its scene, on the subject's own pixels alone (a box
around it would flatter: its empty ground is always right), and so is what the codec makes of that truth, which is
the most that the transformer can reach.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from numpy.typing import NDArray
from PIL import Image
from skimage import color, filters, metrics

from engine.starter.autoencoder import to_tensor
from engine.starter.captions import Scene
from engine.starter.data import SPRITES, Pixels, arrangements, background, furnish, own_pixels

#: pictures are looked at in half their size, about that of a grid's cell in a chat: what is finer the codec softens
SMALLER = 2
#: side of the windows whose structure is compared, in pixels of the smaller picture
WINDOW = 11
#: how many backdrops, each in another light, are tried for each way in which the things may stand
LIGHTS = 3


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How like two pictures are on some of their pixels."""

    #: structural similarity, 1 where they are the same
    ssim: float
    #: mean colour difference by CIEDE2000; 2 or so is just seen
    delta_e: float
    #: edge energy of the one ÷ that of the true one; below 1 it is softer
    edges: float


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A drawn picture beside its nearest truth."""

    scene: Scene
    picture: Image.Image
    truth: Image.Image
    drawn: Likeness
    #: the codec's own reconstruction of the truth, for comparison
    codec: Likeness


def nearest(
    scene: Scene, picture: Image.Image, folder: Path = SPRITES
) -> tuple[Image.Image, NDArray[np.bool_]]:
    """The true composite of a scene that differs least from a picture, and the subject's own pixels in it.

    Over sides, sizes and light. The scene must name its backdrop.
    """
    assert scene.background is not None
    size, seen = picture.width, _values(picture)
    lights = [background(scene.background, size, random.Random(n)) for n in range(LIGHTS)]  # noqa: S311
    tried = []
    for arrangement in arrangements(scene):
        for light in lights:
            truth = furnish(light.copy(), scene, arrangement, folder)
            tried.append((float(((_values(truth) - seen) ** 2).mean()), truth, arrangement))
    _, truth, arrangement = min(tried, key=lambda one: one[0])
    return truth, own_pixels(size, scene, arrangement, folder)


def likeness(picture: Image.Image, truth: Image.Image, own: NDArray[np.bool_]) -> Likeness:
    """How like a picture is to the truth on the pixels of a mask (rows, columns)."""
    one, two = (_values(seen.reduce(SMALLER)) for seen in (picture, truth))
    own = np.asarray(Image.fromarray(own.astype(np.uint8) * 255).reduce(SMALLER)) > 127
    _, similar = metrics.structural_similarity(
        one, two, data_range=1.0, channel_axis=-1, win_size=WINDOW, use_sample_covariance=False, full=True
    )
    strength = [float((filters.sobel(color.rgb2gray(values))[own] ** 2).sum()) for values in (one, two)]
    return Likeness(
        ssim=float(similar[own].mean()),
        delta_e=float(color.deltaE_ciede2000(color.rgb2lab(one[own]), color.rgb2lab(two[own])).mean()),
        edges=strength[0] / max(1e-9, strength[1]),
    )


def compare(
    scenes: Sequence[Scene],
    pictures: Sequence[Image.Image],
    codec: AutoencoderTiny,
    folder: Path = SPRITES,
) -> list[Compared]:
    """Each picture, and the codec's reconstruction, beside its nearest truth."""
    compared = []
    for scene, picture in zip(scenes, pictures, strict=True):
        truth, own = nearest(scene, picture, folder)
        compared.append(
            Compared(
                scene=scene,
                picture=picture,
                truth=truth,
                drawn=likeness(picture, truth, own),
                codec=likeness(reconstruct(truth, codec), truth, own),
            )
        )
    return compared


@torch.no_grad()
def reconstruct(picture: Image.Image, codec: AutoencoderTiny) -> Image.Image:
    """What is left of a picture that went through the codec."""
    made = codec.decoder(codec.encoder(to_tensor([picture])))[0].clamp(-1, 1).permute(1, 2, 0)
    return Image.fromarray(((made + 1) * 127.5).round().to(torch.uint8).numpy(), "RGB")


def codec_of(model: Path) -> AutoencoderTiny:
    """The codec of an exported model, in full precision."""
    loaded: AutoencoderTiny = AutoencoderTiny.from_pretrained(str(model / "vae"), low_cpu_mem_usage=False)
    return loaded.float().eval()


def _values(picture: Image.Image) -> Pixels:
    """Red, green and blue, 0 to 1."""
    return np.asarray(picture.convert("RGB"), np.float32) / np.float32(255)
