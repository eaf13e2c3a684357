"""How large drafts and Pro renders are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefs.sizes import SIDE_STEP_PX, draft_size, pro_size


@pytest.mark.parametrize(
    ("aspect", "draft", "pro"),
    [
        ((1, 1), (256, 256), (512, 512)),
        ((3, 2), (256, 160), (512, 320)),
        ((2, 3), (160, 256), (320, 512)),
        ((16, 9), (256, 160), (512, 320)),
        ((1, 3), (96, 256), (192, 512)),
    ],
)
def test_shapes_on_the_starter_model(aspect, draft, pro):
    assert draft_size(aspect, 256) == draft
    assert pro_size(draft, 512) == pro


@given(st.integers(1, 60), st.integers(1, 60), st.integers(4, 32), st.integers(1, 4))
def test_a_pro_render_has_its_drafts_shape_and_is_never_smaller(width, height, steps, times):
    longer = steps * SIDE_STEP_PX
    draft = draft_size((width, height), longer)
    pro = pro_size(draft, longer * times)
    assert max(draft) == longer
    assert max(pro) == longer * times
    assert pro == (draft[0] * times, draft[1] * times)
    assert all(side % SIDE_STEP_PX == 0 for side in (*draft, *pro))
    assert pro_size(draft, 32) == draft
