"""Another language is a file: the whole loop as a German team sees it. What is typed stays as it is.

The team has another app's `/draft`, and calls the command and the bot by names of its own.
"""

from __future__ import annotations

import re

from tests.end_to_end.product import SNEAKERS, approve_buttons, drafted, shown, whispered, words


async def test_the_loop_in_german(make_product):
    product = make_product(
        DRAFTROOM_LANGUAGE="de", DRAFTROOM_COMMAND="/bild", DRAFTROOM_NAME="Atelier"
    ).start_bot()
    async with product.person("U0ADA") as ada, product.person("U0BEN") as ben:
        grid = await drafted(ada, SNEAKERS, "/bild a red apple --seed 3")
        assert "4 Bilder" in words(grid)
        assert "reagiere mit ihr" in words(grid)
        await ben.react(SNEAKERS, grid["ts"], "two")
        pro = await shown(ada, SNEAKERS, "pro", grid["ts"])
        assert "Bild 2 in Pro" in words(pro)
        assert "`@Atelier fix center" in words(pro)
        assert re.search(r"diesen Monat noch 19,[0-9]+\u00a0\$ von 20,00\u00a0\$", words(pro))
        assert re.search(r"[0-9],[0-9] s ", words(pro))
        await ada.say(SNEAKERS, "@Atelier fix left: make it blue", thread_ts=grid["ts"])
        fixed = await shown(ada, SNEAKERS, "fix", grid["ts"], count=2)
        assert "außerhalb der Maske" in words(fixed)
        assert "„make it blue“" in words(fixed)
        await ada.type(SNEAKERS, "/bild a red apple --n 12")
        await whispered(ada, SNEAKERS, "1 bis 9 Bilder")
        await ada.type(SNEAKERS, "/bild summary")
        summary = await shown(ada, SNEAKERS, "summary")
        assert "ausgegeben" in summary["text"]
        every = " ".join(words(message) for message in (grid, pro, fixed, summary))
        for english in ("picture", "spent", "charged", "Change", "approved", "/draft", "Draftroom"):
            assert english not in every, english


async def test_a_long_prompt_in_wide_letters_is_drawn_and_shown(product, ada):
    prompt = ("一个红色的苹果在蓝绿色背景上" * 70)[:952]
    grid = await drafted(ada, SNEAKERS, f"/draft {prompt} --n 2")
    assert len(approve_buttons(grid)) == 2
    assert grid["blocks"]
    (brief,) = product.rows("SELECT * FROM briefs WHERE length(prompt) = 952")
    assert brief["prompt"] == prompt
