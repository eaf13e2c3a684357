"""The draft's form with a style and a reference picture."""

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
