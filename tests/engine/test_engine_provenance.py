"""Pictures say how they were made, in every format; it is read back in plain words, and the picture made again."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.inspection import main
from engine.pixels.source import Origin
from engine.profiles.profile import Profile
from engine.provenance import credentials
from engine.provenance.origin import origin_of
from marks import certificate
from marks.credentials import read_credentials
from marks.reading import read_notes
from marks.source import IPTC, SourceType
from marks.xmp import LARGEST_PACKET, packet, read_xmp
from tests.engine.calls import mask_png, noise, pixels_of, png
from tests.engine.served import Serving, serving
from tests.engine.tiny_models import write_profile

ROOT = Path(__file__).parents[2]
MADE, COMPOSITE = IPTC + "trainedAlgorithmicMedia", IPTC + "compositeWithTrainedAlgorithmicMedia"

shared = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tiny_profile: Profile) -> Any:
    async with serving(tiny_profile) as engine:
        yield engine


def data_of(item: dict[str, Any]) -> bytes:
    return base64.b64decode(item["b64_json"])


@shared
@pytest.mark.parametrize("wanted", ["png", "jpeg", "webp"])
async def test_every_format_says_that_a_model_made_it_and_how(served: Serving, wanted: str) -> None:
    _, body = await served.call.generate(prompt="a “red” <apple> & ünïcode ✓", seed=5, output_format=wanted)
    notes = read_notes(data_of(body["data"][0]))
    assert notes.source_type == MADE
    assert notes.recipe["prompt"] == "a “red” <apple> & ünïcode ✓"
    assert notes.recipe["seed"] == 5
    assert notes.recipe["tier"] == "draft"
    assert notes.recipe["licence"] == "CC0-1.0"
    assert len(notes.recipe["model_sha256"]) == 64


@shared
async def test_other_programs_find_iptcs_fields(served: Serving) -> None:
    _, body = await served.call.generate(prompt="a shoe", negative_prompt="blue")
    text = Image.open(io.BytesIO(data_of(body["data"][0]))).info["XML:com.adobe.xmp"]
    root = ElementTree.fromstring(text[text.index("<x:xmpmeta") : text.index("<?xpacket end")])
    description = next(root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"))
    extension = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
    assert description.get(f"{extension}DigitalSourceType") == MADE
    assert description.get(f"{extension}AIPromptInformation") == "a shoe\nAvoid: blue"
    assert "tiny" in (description.get(f"{extension}AISystemUsed") or "")


@shared
async def test_a_fix_of_a_made_picture_is_made_and_of_a_persons_own_is_a_composite(served: Serving) -> None:
    _, drafted = await served.call.generate(seed=5)
    draft, mask = data_of(drafted["data"][0]), mask_png(32, 32, (4, 4, 20, 20))
    photo = png(noise(32, 32))
    changed = pixels_of(drafted["data"][0]).copy()
    changed[0, 0] ^= 255
    info = Image.open(io.BytesIO(draft))
    retouched = io.BytesIO()
    chunks = PngInfo()
    for name, text in info.text.items():  # type: ignore[attr-defined]
        chunks.add_itxt(name, text)
    Image.fromarray(changed).save(retouched, "PNG", pnginfo=chunks)

    async def kind(picture: bytes, masked: bytes | None = mask, **fields: Any) -> str:
        status, body = await served.call.edit(picture, masked, **fields)
        assert status == 200, body
        return read_notes(data_of(body["data"][0])).source_type

    assert await kind(draft) == MADE
    assert await kind(draft, None, tier="pro") == MADE
    assert await kind(photo) == COMPOSITE
    assert await kind(photo, None, tier="pro") == COMPOSITE
    # A person's hand went over it since: it is no longer the model's alone.
    assert await kind(retouched.getvalue()) == COMPOSITE
    # The sender knows better than the file.
    assert await kind(photo, origin="model") == MADE
    assert await kind(draft, origin="person") == COMPOSITE


@shared
async def test_a_composite_stays_one_through_every_further_fix(served: Serving) -> None:
    mask = mask_png(32, 32, (4, 4, 20, 20))
    _, first = await served.call.edit(png(noise(32, 32)), mask)
    _, second = await served.call.edit(data_of(first["data"][0]), mask)
    notes = read_notes(data_of(second["data"][0]))
    assert notes.source_type == COMPOSITE
    assert (
        notes.recipe["parent_pixels_sha256"] == read_notes(data_of(first["data"][0])).recipe["pixels_sha256"]
    )
    assert len(notes.recipe["mask_sha256"]) == 64


@shared
async def test_an_origin_that_nobody_knows_is_refused(served: Serving) -> None:
    status, body = await served.call.edit(png(noise(32, 32)), origin="martian")
    assert status == 400
    assert body["error"]["param"] == "origin"


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF....WEBP"])
)
def test_a_file_that_is_none_says_nothing(junk: bytes, start: bytes) -> None:
    assert read_notes(start + junk).recipe == {}


@given(st.text(max_size=300))
def test_any_text_survives_xmp_or_is_cleaned(text: str) -> None:
    written = packet(
        source_type=MADE, system="s", version="1", tool="t", prompt=text, recipe=json.dumps({"p": text})
    )
    found = read_xmp(written)
    assert found["source_type"] == MADE
    assert json.loads(found["recipe"]) == {"p": text}


@pytest.mark.parametrize("prompt", ["&" * 4000, "<" * 20_000, "✓" * 40_000])
def test_a_packet_fits_into_a_jpeg_whatever_the_prompt(prompt: str) -> None:
    written = packet(source_type=MADE, system="s", version="1", tool="t", prompt=prompt, recipe=prompt)
    assert len(written.encode()) <= LARGEST_PACKET
    assert read_xmp(written)["source_type"] == MADE
    Image.new("RGB", (8, 8)).save(io.BytesIO(), "JPEG", xmp=written.encode())


def test_other_spellings_of_xmp_are_read_and_attacks_are_not() -> None:
    as_element = packet(source_type="@", system="", version="", tool="", prompt="", recipe=None).replace(
        '\n    Iptc4xmpExt:DigitalSourceType="@"/>',
        f"><Iptc4xmpExt:DigitalSourceType>{COMPOSITE}</Iptc4xmpExt:DigitalSourceType></rdf:Description>",
    )
    assert read_xmp(as_element)["source_type"] == COMPOSITE
    assert read_xmp('<!DOCTYPE x [<!ENTITY a "b">]>' + as_element) == {}
    assert read_xmp("<x:xmpmeta></x:xmpmeta") == {}


def test_a_lossy_picture_is_taken_at_its_word() -> None:
    target = io.BytesIO()
    xmp = packet(source_type=MADE, system="", version="", tool="", prompt="", recipe=None)
    Image.fromarray(noise(16, 16)).save(target, "JPEG", xmp=xmp.encode())
    assert origin_of(target.getvalue(), noise(16, 16)) == Origin(
        source_type=SourceType.MADE, data=target.getvalue()
    )


@dataclass(frozen=True)
class Answer:
    """What `draftroom inspect` said."""

    status: int
    told: str


async def inspect(*arguments: str | Path) -> Answer:
    """The command, in a thread of its own as it runs a loop of its own."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = await asyncio.to_thread(main, [str(argument) for argument in arguments])
    return Answer(status, said.getvalue())


@pytest.fixture
def profile_path(tiny_model: Path, tmp_path: Path) -> Path:
    return write_profile(tmp_path / "tiny.toml", tiny_model)


@shared
async def test_a_draft_of_a_grid_is_told_in_plain_words_and_made_again(
    served: Serving, tmp_path: Path, profile_path: Path
) -> None:
    _, body = await served.call.generate(prompt="a green shoe", seed=30, n=4)
    file, again = tmp_path / "cell.png", tmp_path / "again.png"
    file.write_bytes(data_of(body["data"][2]))
    answer = await inspect(file, "--reproduce", again, "--profile", profile_path)
    assert answer.status == 0, answer.told
    for sentence in (
        "cell.png: 32 × 32 pixels",
        "made by a trained model",
        "Prompt: a green shoe",
        "Tier draft, seed 32, 32x32, 4 steps, guidance 3.0, in float32, 4 at a time.",
        "Its pixels are those that were made.",
        "Every pixel is the same.",
    ):
        assert sentence in answer.told
    assert np.array_equal(np.array(Image.open(again)), np.array(Image.open(file)))


@shared
async def test_a_fix_is_made_again_from_its_parent_and_mask_and_from_no_others(
    served: Serving, tmp_path: Path, profile_path: Path
) -> None:
    parent, mask = tmp_path / "parent.png", tmp_path / "mask.png"
    parent.write_bytes(png(noise(50, 40)))
    mask.write_bytes(mask_png(50, 40, (5, 5, 30, 30)))
    _, body = await served.call.edit(parent.read_bytes(), mask.read_bytes(), seed=8, strength=0.8)
    file, again = tmp_path / "fix.png", tmp_path / "again.png"
    file.write_bytes(data_of(body["data"][0]))
    common = ("--reproduce", again, "--profile", profile_path)
    assert "--parent" in (await inspect(file, *common)).told
    assert "--mask" in (await inspect(file, *common, "--parent", parent)).told
    wrong = await inspect(file, *common, "--parent", file, "--mask", mask)
    assert wrong.status == 1
    assert "not the picture that this one was made from" in wrong.told
    right = await inspect(file, *common, "--parent", parent, "--mask", mask)
    assert right.status == 0, right.told
    assert "a person's own picture, changed by a trained model" in right.told
    assert "Every pixel is the same." in right.told


@shared
async def test_a_changed_picture_is_found_out(served: Serving, tmp_path: Path, profile_path: Path) -> None:
    _, body = await served.call.generate(seed=3)
    opened = Image.open(io.BytesIO(data_of(body["data"][0])))
    chunks = PngInfo()
    chunks.add_itxt("draftroom", opened.text["draftroom"])  # type: ignore[attr-defined]
    pixels = np.array(opened)
    pixels[3, 4, 0] ^= 7
    file = tmp_path / "changed.png"
    Image.fromarray(pixels).save(file, pnginfo=chunks)
    told = json.loads((await inspect(file, "--json")).told)
    assert told["unchanged"] is False
    answer = await inspect(file, "--reproduce", tmp_path / "again.png", "--profile", profile_path)
    assert "Its pixels were changed since." in answer.told
    # The picture that was made is made again, and the change shows.
    assert np.array_equal(np.array(Image.open(tmp_path / "again.png")), np.array(opened))


def test_the_command_says_when_a_picture_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "plain.png"

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot.cli", "inspect", str(file)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run().returncode == 1
    file.write_bytes(png(noise(8, 8)))
    answer = run()
    assert answer.returncode == 1
    assert "does not say how it was made" in answer.stdout
    file.write_bytes(b"no picture")
    assert "not a PNG, JPEG or WebP" in run().stderr


@pytest.fixture
def signing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    pytest.importorskip("c2pa")
    chain, key = certificate.make(tmp_path)
    monkeypatch.setenv(credentials.CERTIFICATE_VARIABLE, str(chain))
    monkeypatch.setenv(credentials.KEY_VARIABLE, str(key))
    credentials.configured.cache_clear()
    yield
    credentials.configured.cache_clear()


@shared
@pytest.mark.parametrize("wanted", ["png", "jpeg", "webp"])
async def test_pictures_are_signed_where_a_certificate_is_configured(
    served: Serving, signing: None, wanted: str
) -> None:
    import c2pa

    status, body = await served.call.generate(seed=2, output_format=wanted)
    assert status == 200, body
    data = data_of(body["data"][0])
    found = read_credentials(data)
    assert found is not None
    assert found["state"] == "Valid"
    assert found["issuer"] == "Draftroom test signer"
    with c2pa.Reader(f"image/{wanted}", io.BytesIO(data)) as reader:
        assertions = {one["label"]: one["data"] for one in reader.get_active_manifest()["assertions"]}
    action = next(data for label, data in assertions.items() if label.startswith("c2pa.actions"))["actions"][
        0
    ]
    assert action["action"] == "c2pa.created"
    assert action["digitalSourceType"] == MADE
    assert assertions["com.draftroom.recipe"]["seed"] == 2
    # The other labels are there all the same.
    assert read_notes(data).recipe["seed"] == 2


@shared
async def test_a_signature_names_the_parent_and_breaks_when_the_picture_is_changed(
    served: Serving, signing: None, tmp_path: Path
) -> None:
    _, drafted = await served.call.generate(seed=2)
    _, body = await served.call.edit(data_of(drafted["data"][0]), mask_png(32, 32, (4, 4, 20, 20)))
    data = data_of(body["data"][0])
    found = read_credentials(data)
    assert found is not None
    assert found["state"] == "Valid"
    assert found["ingredients"] == ["the picture it was made from"]
    file = tmp_path / "fix.png"
    file.write_bytes(data)
    assert "Content credentials: unbroken, signed by Draftroom test signer." in (await inspect(file)).told
    broken = bytearray(data)
    broken[data.index(b"IDAT") + 40] ^= 1
    found = read_credentials(bytes(broken))
    assert found is None or found["state"] == "Invalid"


def test_a_certificate_that_cannot_sign_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("c2pa")
    chain, key = certificate.make(tmp_path)
    monkeypatch.setenv(credentials.CERTIFICATE_VARIABLE, str(chain))
    credentials.configured.cache_clear()
    monkeypatch.delenv(credentials.KEY_VARIABLE, raising=False)
    with pytest.raises(credentials.CannotSign, match=credentials.KEY_VARIABLE):
        credentials.configured()
    monkeypatch.setenv(credentials.KEY_VARIABLE, str(chain))
    with pytest.raises(credentials.CannotSign, match="cannot sign"):
        credentials.configured()
    monkeypatch.setenv(credentials.KEY_VARIABLE, str(tmp_path / "nowhere.pem"))
    with pytest.raises(credentials.CannotSign, match="nowhere"):
        credentials.configured()
    credentials.configured.cache_clear()
    assert key.exists()


def test_an_engine_that_could_not_sign_does_not_start(tmp_path: Path) -> None:
    pytest.importorskip("c2pa")
    environment = {
        **os.environ,
        credentials.CERTIFICATE_VARIABLE: str(tmp_path / "nowhere.pem"),
        credentials.KEY_VARIABLE: str(tmp_path / "nowhere.pem"),
    }
    command = [sys.executable, "-m", "engine", "--port", "0"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "nowhere.pem cannot be read" in answer.stderr
    assert "Traceback" not in answer.stderr
