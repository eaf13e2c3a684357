"""Qwen-Image-Edit and its like as the fix tier: by instruction, inside the mask alone, with pictures to go by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import numpy as np
import pytest
import pytest_asyncio

from engine.pipelines.load import ModelUnavailable, load_model
from engine.profiles.profile import load_profile
from engine.render.metrics import Metrics
from tests.engine.calls import edit_form, mask_png, noise, pixels_of, png
from tests.engine.served import Serving, serving
from tests.engine.tiny_families import save_tiny_klein, save_tiny_qwen_edit
from tests.engine.tiny_models import write_profile

#: the pipeline looks at each picture with a million pixels, whatever its size
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow, pytest.mark.model]

KLEIN = "{ max_sequence_length = 24, text_encoder_out_layers = [1, 2, 3] }"
HOLE = (10, 10, 50, 40)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serving]:
    """Drafts by klein, fixes by the edit model."""
    folder = tmp_path_factory.mktemp("edit")
    path = write_profile(folder / "p.toml", save_tiny_klein(folder / "klein"), call=KLEIN)
    text, _, fix = path.read_text(encoding="utf-8").partition("[tiers.fix]\n")
    fix = fix.replace(KLEIN, "{ max_sequence_length = 512 }").replace("steps = 4", "steps = 2")
    edit = save_tiny_qwen_edit(folder / "edit")
    weights = f'[weights.edit]\nmodel = "{edit}"\nlicence = "Apache-2.0"\n'
    path.write_text(f'{text}[tiers.fix]\nweights = "edit"\n{fix}\n{weights}', encoding="utf-8")
    async with serving(load_profile(str(path))) as engine:
        assert engine.engine.ready, engine.engine.reason
        yield engine


async def fixed(
    engine: Serving, picture: np.ndarray, *others: np.ndarray, **fields: object
) -> list[np.ndarray]:
    height, width = picture.shape[:2]
    form = edit_form(None, mask_png(width, height, HOLE), **{"seed": 1, **fields})
    for one in (picture, *others):
        form.add_field("image[]", png(one), filename="image.png", content_type="image/png")
    async with engine.call.session.post(f"{engine.url}/v1/images/edits", data=form) as answer:
        body = await answer.json()
    assert answer.status == 200, body
    return [pixels_of(item) for item in body["data"]]


async def test_a_fix_changes_its_mask_alone_and_several_have_seeds_of_their_own(editing: Serving) -> None:
    picture = noise(83, 61, 4)
    inside = np.zeros(picture.shape[:2], bool)
    inside[10:40, 10:50] = True
    one, other = await fixed(editing, picture, n=2)
    for after in (one, other):
        assert np.array_equal(after[~inside], picture[~inside])
        assert (after[inside] != picture[inside]).any()
    assert (one != other).any()
    assert np.array_equal((await fixed(editing, picture, n=1))[0], one)


async def test_the_prompt_and_the_pictures_to_go_by_are_seen(editing: Serving) -> None:
    picture = noise(64, 64)
    (plain,) = await fixed(editing, picture)
    assert (plain != (await fixed(editing, picture, prompt="a red shoe"))[0]).any()
    red, blue = (np.full((40, 30, 3), colour, np.uint8) for colour in ((255, 0, 0), (0, 0, 255)))
    (like_red,) = await fixed(editing, picture, red)
    (like_blue,) = await fixed(editing, picture, blue)
    (like_both,) = await fixed(editing, picture, red, blue)
    seen = [plain, like_red, like_blue, like_both]
    assert all((one != other).any() for number, one in enumerate(seen) for other in seen[number + 1 :])


async def test_drafts_go_on_by_the_other_model(editing: Serving) -> None:
    assert (await editing.call.generate(n=2, seed=1))[0] == 200
    async with aiohttp.ClientSession() as session, session.get(f"{editing.url}/health") as answer:
        assert answer.status == 200


async def test_a_model_that_only_edits_is_no_draft_model(tmp_path: Path) -> None:
    path = write_profile(tmp_path / "p.toml", save_tiny_qwen_edit(tmp_path / "edit"))
    with pytest.raises(ModelUnavailable, match="only be the fix tier's"):
        load_model(load_profile(str(path)), metrics=Metrics(), most_prompts=1)
