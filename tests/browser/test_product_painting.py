"""A product painted on the editor's page: in a real Chromium, by mouse and by finger, behind it a whole product."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.editor_desk import LAPTOP, PHONE, EditorDesk, drag, touch
from tests.end_to_end.product import SNEAKERS, files
from tests.end_to_end.test_product_backgrounds import editor_of, noise, png


@pytest.mark.parametrize("device", [LAPTOP, PHONE], ids=["laptop with a mouse", "phone with a finger"])
def test_what_is_painted_is_the_product(editor_desk: EditorDesk, device: dict[str, Any]) -> None:
    name = "phone.png" if device is PHONE else "laptop.png"

    async def ask(ada: Any) -> str:
        text = "@Draftroom backgrounds on a beach; in a forest"
        await ada.upload(SNEAKERS, png(noise((120, 90))), name, text=text)
        asked = await ada.wait_for(SNEAKERS, lambda m: f"Where is the product in {name}?" in m["text"], 30)
        return await editor_of(ada, SNEAKERS, asked)

    page = editor_desk.open(editor_desk.do("U0ADA", ask), **device)
    use = page.get_by_role("button", name="Use as the product")
    expect(page.get_by_role("heading", name="Paint the product")).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)
    expect(page.locator("#missing")).to_have_text("Paint over the product")
    expect(use).to_be_in_viewport()
    use.click()
    expect(page.get_by_role("alert")).to_have_text("Paint over the product")
    if device is PHONE:
        touch(page, [(40, 40), (80, 40), (80, 60)])
    else:
        page.get_by_role("radio", name="Rectangle").click()
        drag(page, (30, 20), (90, 70))
    expect(page.locator("#missing")).to_be_empty()
    use.click()
    expect(page.locator(".proof")).to_have_text(re.compile("Used. Go on in Slack"))

    async def shown(ada: Any) -> Any:
        return await ada.wait_for(
            SNEAKERS, lambda m: f"2 backgrounds for {name}, " in m["text"] and files(m), 30
        )

    assert editor_desk.do("U0ADA", shown)
    (row,) = editor_desk.rows("SELECT cutout, whole FROM products WHERE name = ?", name)
    cutout = editor_desk.stored(row["cutout"])
    kept = cutout[..., 3] == 255
    assert row["whole"] == 0
    assert (cutout[..., :3] == np.asarray(noise((120, 90)))).all()
    assert kept[45, 80]
    assert not kept[:10].any()
    assert not kept[:, :10].any()

    # Opened again, the page goes on from there; more of it is painted and used.
    page.reload()
    page.wait_for_selector("body.ready")
    expect(page.locator("#missing")).to_be_empty()
    expect(page.locator("#undo")).to_be_disabled()
    use.click()
    expect(page.locator(".proof")).to_be_visible()
    (again,) = editor_desk.rows("SELECT cutout FROM products WHERE name = ?", name)
    assert (editor_desk.stored(again["cutout"]) == cutout).all()
