"""A fix of a thing by its name: where the engine has a model that finds things, and where it has none."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.end_to_end.product import GENERAL, SNEAKERS, Product, drafted, shown, start, whispered, words
from tests.engine.tiny_classifiers import badness_of_text, check_table, save_tiny_words
from tests.engine.tiny_models import save_tiny_sd3, write_profile
from tests.engine.tiny_segmenter import save_tiny_clipseg

#: What a (tiny, random) checker lets through, and what it refuses.
ASKED, TOLD, RUDE = "a shoe", "make it blue", "blue blue blue"


@pytest.fixture(scope="module")
def finding(tmp_path_factory):
    """A product whose engine has a (tiny, random) model that finds things."""
    folder = tmp_path_factory.mktemp("finding")
    profile = write_profile(folder / "tiny.toml", save_tiny_sd3(folder / "tiny"))
    finder = save_tiny_clipseg(folder / "finder")
    table = f'\n[segmenter]\nmodel = "{finder}"\nlicence = "Apache-2.0"\n'
    checker = save_tiny_words(folder / "words")
    scores = {text: badness_of_text(checker, text) for text in (ASKED, TOLD, RUDE)}
    assert scores[RUDE] > max(scores[ASKED], scores[TOLD]), scores
    table += check_table("prompt_check", checker, (scores[RUDE] + max(scores[ASKED], scores[TOLD])) / 2)
    profile.write_text(profile.read_text(encoding="utf-8") + table, encoding="utf-8")
    engine, url = start("engine", "--port", "0", "--profile", str(profile), log=folder / "engine.log")
    made = Product(folder, url).start_bot()
    yield made
    made.stop()
    engine.terminate()
    engine.wait(30)


async def test_a_thing_is_found_by_its_name_and_nothing_else_changes(finding):
    async with finding.person("U0ADA") as ada:
        grid = await drafted(ada, SNEAKERS, "/draft a shoe --n 1")
        await ada.say(SNEAKERS, "@Draftroom fix cell 1 the shoe: make it blue", thread_ts=grid["ts"])
        fixed = await shown(ada, SNEAKERS, "fix", grid["ts"], count=2)
        assert "Fixed the shoe" in words(fixed)
        assert "pixels changed outside the mask: 0" in words(fixed)

        def stored(sha256):
            (path,) = (finding.data / "pictures" / sha256[:2]).glob(f"{sha256}.*")
            return np.asarray(Image.open(io.BytesIO(path.read_bytes())))

        (made,) = finding.rows("SELECT * FROM versions WHERE kind = 'fix'")
        (cell,) = finding.rows("SELECT * FROM versions WHERE id = ?", made["parent"])
        mask = stored(made["mask"]) > 0
        assert mask.any()
        before, after = stored(cell["picture"])[..., :3], stored(made["picture"])[..., :3]
        assert not (before != after).any(-1)[~mask].any()


async def test_without_such_a_model_the_way_is_told_and_nothing_is_charged(product, ada):
    grid = await drafted(ada, SNEAKERS, "/draft a shoe --n 1")
    before = len(product.ledger())
    await ada.say(SNEAKERS, "@Draftroom fix cell 1 the shoe: make it blue", thread_ts=grid["ts"])
    await whispered(ada, SNEAKERS, "paint it in the editor", grid["ts"])
    assert len(product.ledger()) == before


async def test_what_the_engines_checker_refuses_is_said_costs_nothing_and_is_logged(finding):
    async with finding.person("U0ADA") as ada:
        before = [row for row in finding.ledger() if row[0] == "settle"]
        await ada.type(GENERAL, f"/draft {RUDE} --n 1")
        said = await ada.wait_for(GENERAL, lambda m: "The prompt is refused here" in m["text"], 60)
        assert "“words” calls it bad" in said["text"]
        (refused,) = finding.rows("SELECT * FROM refusals")
        assert (refused["person"], refused["channel"], refused["term"]) == ("U0ADA", GENERAL, "")
        assert "The prompt is refused here" in refused["reason"]
        assert [row for row in finding.ledger() if row[0] == "settle"] == before
        (brief,) = finding.rows("SELECT id FROM briefs WHERE prompt = ?", RUDE)
        assert finding.rows("SELECT 1 FROM versions WHERE brief = ?", brief["id"]) == []
        (job,) = finding.rows("SELECT * FROM jobs WHERE brief = ?", brief["id"])
        assert (job["state"], job["attempts"]) == ("failed", 1)
