"""What is done to the largest pictures needs little memory; measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import io, sys, types
from pathlib import Path
import numpy as np
from PIL import Image
from bot.editor.actions import Editing
from bot.editor.request import PaintedAdjustment
from bot.pictures.adjust import Adjustment
from bot.store.pictures import PictureStore

store = PictureStore(Path(sys.argv[1]))
picture = store.keep((Path(sys.argv[1]) / "large.png").read_bytes())
mask = (Path(sys.argv[1]) / "mask.png").read_bytes() if sys.argv[2] == "mask" else None
by = Adjustment(exposure=0.5, contrast=20, warmth=10, saturation=30)
editing = Editing(services=types.SimpleNamespace(picture_store=store))
editing._adjusted(PaintedAdjustment(version=1, by=by, key="k" * 9), picture, mask)
status = Path("/proc/self/status").read_text().splitlines()
print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""


MARKING = """
import sys
from pathlib import Path
import numpy as np
from PIL import Image, ImageDraw
from marks import watermark

picture = Image.effect_noise((512, 512), 40).resize((4096, 4096)).convert("RGB")
ImageDraw.Draw(picture).ellipse((1024, 1024, 3072, 3072), fill=(200, 30, 40))
marked = watermark.embedded(picture, 77)
status = Path("/proc/self/status").read_text().splitlines()
found = watermark.guesses(watermark.read(marked), range(1_000))
assert found[0].number == 77
error = (np.asarray(picture, np.int16) - np.asarray(marked)).astype(np.float32)
assert (error**2).mean() <= 255**2 / 10**4.1
print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""
PROC = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")


def run(program, *arguments):
    """What it prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
@PROC
def test_a_watermark_on_16_megapixels_stays_below_500_mb():
    assert int(run(MARKING)) / 1024 < 500


@pytest.mark.slow
@PROC
@pytest.mark.parametrize("what", ["whole", "mask"])
def test_an_adjustment_of_16_megapixels_stays_below_300_mb(tmp_path, what):
    program = f"""
import numpy as np
from PIL import Image
rows, columns = np.mgrid[0:3464, 0:4618].astype(np.uint16)
pixels = np.stack([rows * 255 // 3464, columns * 255 // 4618, (rows * 7 + columns * 13) % 32], -1)
Image.fromarray(pixels.astype(np.uint8)).save(r"{tmp_path}/large.png", compress_level=1)
Image.radial_gradient("L").resize((4618, 3464)).save(r"{tmp_path}/mask.png", compress_level=1)
"""
    run(program)
    assert int(run(PROGRAM, str(tmp_path), what)) / 1024 < 300
