"""The draft's form with a style and a reference picture, named or uploaded."""

import io

import numpy as np
from PIL import Image

from tests.end_to_end.product import GENERAL, drafted, payload, words
from tests.end_to_end.test_second_thoughts import next_grid, stamps


async def test_the_form_takes_a_style_and_a_reference_and_keeps_them(product, ada):
    source = await drafted(ada, GENERAL, "/draft a plate --n 1")
    name = payload(source)["brief"]
    await ada.type(GENERAL, "/draft")
    view = await ada.open_view()
    wrong = await ada.submit(view, {"prompt": "a pan", "like": "ZZZZZZZ"})
    assert "There is no brief" in wrong["errors"]["like"]
    known = await stamps(ada, GENERAL)
    values = {"prompt": "a pan", "like": f"{name}/1", "style": "ink", "strength": "0.3", "cells": "1"}
    assert "errors" not in await ada.submit(view, values)
    grid = await next_grid(ada, GENERAL, known)
    assert f"like {name}/1, strength 0.3 · style ink" in words(grid)
    await ada.click(grid, "draft_change")
    known = await stamps(ada, GENERAL)
    await ada.submit(await ada.open_view(), {"prompt": "a pot"})
    other = await next_grid(ada, GENERAL, known)
    assert f"like {name}/1, strength 0.3 · style ink" in words(other)


async def test_a_picture_is_uploaded_in_the_form_and_kept_when_it_opens_again(product, ada):
    await ada.type(GENERAL, "/draft")
    view = await ada.open_view()
    (upload,) = [block["element"] for block in view["blocks"] if block.get("block_id") == "reference"]
    assert upload["type"] == "file_input"
    assert upload["max_files"] == 1
    known = await stamps(ada, GENERAL)
    sketch = picture((96, 64))
    values = {"prompt": "a jug", "strength": "0.8", "reference": [await ada.store(sketch, "sketch.png")]}
    assert "errors" not in await ada.submit(view, {**values, "cells": "1"})
    grid = await next_grid(ada, GENERAL, known)
    assert "like sketch.png, strength 0.8" in words(grid)
    (brief,) = product.rows("SELECT * FROM briefs WHERE id = ?", payload(grid)["brief"])
    kept = product.data / "pictures" / brief["reference"][:2] / f"{brief['reference']}.png"
    assert kept.read_bytes() == sketch

    # Changed, it starts from the same picture, unless another is uploaded.
    await ada.click(grid, "draft_change")
    known = await stamps(ada, GENERAL)
    await ada.submit(await ada.open_view(), {"prompt": "a blue jug"})
    assert "like sketch.png, strength 0.8" in words(await next_grid(ada, GENERAL, known))
    await ada.click(grid, "draft_change")
    known = await stamps(ada, GENERAL)
    other = await ada.store(picture((64, 64)), "photo.jpg")
    await ada.submit(await ada.open_view(), {"prompt": "a green jug", "reference": [other]})
    assert "like photo.jpg, strength 0.6" in words(await next_grid(ada, GENERAL, known))


async def test_bad_files_get_a_sentence_under_the_field_and_cost_nothing(product, ada):
    before, briefs = len(product.ledger()), product.rows("SELECT count(*) AS n FROM briefs")
    await ada.type(GENERAL, "/draft")
    view = await ada.open_view()
    gone = await ada.store(picture((64, 64)), "gone.png")
    await ada.delete_file(gone)
    huge = io.BytesIO()
    Image.new("1", (9_000, 7_000)).save(huge, "PNG")
    for file, sentence in [
        (await ada.store(b"no pixels at all", "notes.png"), "“notes.png” is no picture that I can open"),
        (await ada.store(picture((64, 64))[:90], "half.png"), "no picture that I can open"),
        (await ada.store(picture((9, 9)), "dot.png"), "too small to draw from"),
        (await ada.store(huge.getvalue(), "wall.png"), "megapixels"),
        (await ada.store(picture((64, 64)) + bytes(10_000_000), "heavy.png"), "at most 10 MB"),
        (gone, "Slack didn't let me see that file"),
    ]:
        wrong = await ada.submit(view, {"prompt": "a jar", "reference": [file]})
        assert wrong["response_action"] == "errors"
        assert sentence in wrong["errors"]["reference"], file
    good = await ada.store(picture((64, 64)), "good.png")
    both = {"prompt": "a jar", "reference": [good], "like": "K7M2QRS/2"}
    assert "two reference pictures" in (await ada.submit(view, both))["errors"]["like"]
    assert len(product.ledger()) == before
    assert product.rows("SELECT count(*) AS n FROM briefs") == briefs


def picture(size):
    """A picture with something in it."""
    out = io.BytesIO()
    pixels = np.random.default_rng(7).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
