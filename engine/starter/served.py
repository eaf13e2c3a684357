"""The exported model as a person meets it: behind the engine's HTTP API, in a process of its own."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

ANSWER_S = 300.0


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running engine."""

    url: str

    def draft(self, prompt: str, *, seed: int, n: int = 1) -> tuple[list[Image.Image], float]:
        """`n` drafts and the seconds that they took."""
        asked = {"prompt": prompt, "seed": seed, "n": n, "tier": "draft"}
        return self._post("generations", json.dumps(asked).encode(), "application/json")

    def pro(
        self, prompt: str, draft: Image.Image, *, seed: int, side: int
    ) -> tuple[list[Image.Image], float]:
        """The Pro render of a draft."""
        size = f"{side}x{side}"
        return self._edit({"prompt": prompt, "seed": seed, "tier": "pro", "size": size}, image=draft)

    def fix(
        self, prompt: str, picture: Image.Image, box: tuple[int, int, int, int], *, seed: int
    ) -> tuple[list[Image.Image], float]:
        """A picture with the box (left, top, right, bottom) painted anew."""
        mask = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        mask.paste((0, 0, 0, 0), box)
        return self._edit({"prompt": prompt, "seed": seed, "tier": "fix"}, image=picture, mask=mask)

    def _edit(self, fields: dict[str, Any], **pictures: Image.Image) -> tuple[list[Image.Image], float]:
        mark = uuid.uuid4().hex
        body = io.BytesIO()
        for name, value in fields.items():
            body.write(
                f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            )
        for name, picture in pictures.items():
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.png"\r\n'
            body.write(f"{head}Content-Type: image/png\r\n\r\n".encode())
            picture.save(body, "PNG")
            body.write(b"\r\n")
        body.write(f"--{mark}--\r\n".encode())
        return self._post("edits", body.getvalue(), f"multipart/form-data; boundary={mark}")

    def _post(self, call: str, body: bytes, mime: str) -> tuple[list[Image.Image], float]:
        request = urllib.request.Request(  # noqa: S310 – an address of our own
            f"{self.url}/v1/images/{call}", body, {"Content-Type": mime}
        )
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
            told = json.load(answer)
        seconds = time.perf_counter() - started
        pictures = [
            Image.open(io.BytesIO(base64.b64decode(p["b64_json"]))).convert("RGB") for p in told["data"]
        ]
        return pictures, seconds


@contextmanager
def serving(model: Path) -> Iterator[Served]:
    """Run the engine on a free port with the model of a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        profile = Path(scratch) / "evaluated.toml"
        profile.write_text(
            f'name = "evaluated"\nmodel = {json.dumps(str(model.resolve()))}\nlicence = "Apache-2.0"\n'
            'owner = "draftroom"\ndevice = "cpu"\nmax_side = 1536\n'
        )
        command = [sys.executable, "-m", "engine", "--port", "0", "--profile", str(profile)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if " on " not in line:
                raise RuntimeError("The engine did not start with this model; its log says why.")
            yield Served(url=line.split(" on ")[1].strip())
        finally:
            process.terminate()
            process.wait(30)
