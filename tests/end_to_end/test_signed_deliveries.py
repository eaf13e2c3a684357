"""Deliveries of a studio with a certificate, and a watermark: signed, read back, labelled, found again."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest
from PIL import Image
from skimage import data

from marks import certificate
from marks.credentials import read_credentials
from marks.reading import read_notes
from tests.end_to_end.product import (
    ROOT,
    SNEAKERS,
    TEAHOUSE,
    drafted,
    files,
    payload,
    run_bot,
    shown,
    until,
    words,
)
from tests.end_to_end.test_deliver import delivered
from tests.end_to_end.test_series import finished, question

c2pa = pytest.importorskip("c2pa")


@pytest.fixture
def signing(tmp_path):
    """The settings of a chain of our own making."""
    chain, key = certificate.make(tmp_path / "chain")
    return {"DRAFTROOM_C2PA_CERTIFICATE": str(chain), "DRAFTROOM_C2PA_KEY": str(key)}


def manifest_of(data, kind):
    with c2pa.Reader(f"image/{kind}", io.BytesIO(data)) as reader:
        return json.loads(reader.json())


async def test_a_delivered_file_is_signed_with_its_history_and_no_name(make_product, signing):
    product = make_product(**signing).start_bot()
    async with product.person("U0ADA") as ada, product.person("U0BEN") as ben:
        grid = await drafted(ada, SNEAKERS, "/draft a red shoe --n 2")
        name = payload(grid)["brief"]
        await ben.react(SNEAKERS, grid["ts"], "one")
        await shown(ada, SNEAKERS, "pro", grid["ts"])
        await ada.say(SNEAKERS, "@Draftroom fix left: make it blue", thread_ts=grid["ts"])
        await shown(ada, SNEAKERS, "fix", grid["ts"], count=2)
        for format, kind in [("jpg", "jpeg"), ("png", "png")]:
            before = {one["ts"] for one in await ada.messages(SNEAKERS, grid["ts"])}
            await ada.type(SNEAKERS, f"/draft deliver {name} 300x200 --format {format} --max 200kb")
            message = await delivered(ada, SNEAKERS, grid["ts"], 1, before)
            assert "Made with a generative model" in words(message)
            file = await ada.file(files(message)[0])
            assert len(file) <= 200_000
            found = read_credentials(file)
            assert (found["state"], found["issuer"]) == ("Valid", "Draftroom test signer")
            assert found["ingredients"] == ["Pro render"]
            assert found["actions"] == [
                *("c2pa.opened", "c2pa.edited", "c2pa.cropped", "c2pa.resized", "c2pa.published"),
            ]
            whole = manifest_of(file, kind)
            active = whole["manifests"][whole["active_manifest"]]
            told = {one["label"]: one["data"] for one in active["assertions"]}
            assert told["com.draftroom.approval"] == {"approvals": 1, "roles": ["channel member"]}
            assert not any(person in json.dumps(whole) for person in ("U0ADA", "U0BEN", "Ada", "Ben "))
            assert read_notes(file).source_type.endswith("/trainedAlgorithmicMedia")
            # One pixel changed, and it shows.
            picture = Image.open(io.BytesIO(file))
            assert picture.size == (300, 200)
            broken = bytearray(file)
            broken[len(file) // 2] ^= 1
            broken_found = read_credentials(bytes(broken))
            assert broken_found is None or broken_found["state"] == "Invalid"
        # Slack shows no WebP in a message, so it is looked at where it is kept.
        await ada.type(SNEAKERS, f"/draft deliver {name} 300x200 --format webp")
        (kept,) = await until(lambda: product.rows("SELECT sha256 FROM pictures WHERE mime = 'image/webp'"))
        webp = (product.data / "pictures" / kept["sha256"][:2] / f"{kept['sha256']}.webp").read_bytes()
        found = read_credentials(webp)
        assert (found["state"], found["ingredients"]) == ("Valid", ["Pro render"])
        rows = product.rows("SELECT signed, watermarked, person FROM deliveries")
        assert [(row["signed"], row["watermarked"], row["person"]) for row in rows] == [(1, 0, "U0ADA")] * 3


async def test_the_files_of_a_zip_are_signed_and_its_manifest_says_what_they_are(make_product, signing):
    product = make_product(**signing).start_bot()
    async with product.person("U0ADA") as ada:
        await ada.type(TEAHOUSE, "/draft stress 2 a red apple")
        await ada.click(await question(ada, TEAHOUSE, "2 pictures"), "series_start")
        made = await finished(ada, TEAHOUSE, "2 pictures")
        await ada.click(made, "series_zip")
        posted = await ada.wait_for(
            TEAHOUSE,
            lambda m: any(file["name"].endswith(".zip") for file in m.get("files", [])),
            30,
            made["ts"],
        )
        assert "Made with a generative model" in posted["text"]
        archive = zipfile.ZipFile(io.BytesIO(await ada.file(posted["files"][0]["id"])))
        pictures = [one for one in archive.namelist() if not one.endswith(".csv")]
        assert {read_credentials(archive.read(one))["state"] for one in pictures} == {"Valid"}
        table = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
        assert {row["ai_source_type"] for row in table} == {"trainedAlgorithmicMedia"}


def test_a_bot_that_could_not_sign_does_not_start(tmp_path, signing):
    status, told = run_bot(tmp_path, **{**signing, "DRAFTROOM_C2PA_KEY": str(tmp_path / "nowhere.pem")})
    assert status == 1
    assert "nowhere.pem cannot be read" in told


async def test_a_part_of_a_delivery_saved_with_loss_leads_back_to_its_recipe(make_product, tmp_path):
    product = make_product(DRAFTROOM_WATERMARK="1").start_bot()
    photo, out = Image.fromarray(data.astronaut()), io.BytesIO()
    photo.save(out, "PNG")
    async with product.person("U0ADA") as ada:
        said_there = await ada.upload(TEAHOUSE, out.getvalue(), "astronaut.png", text="a picture of ours")
        await ada.shortcut(TEAHOUSE, said_there["ts"], "fix_picture")
        taken = await ada.wait_for(TEAHOUSE, lambda m: "Took in astronaut.png" in m["text"], 60)
        name = payload(taken)["brief"]
        thread = taken.get("thread_ts") or taken["ts"]
        await ada.say(TEAHOUSE, "@Draftroom fix 0% 60% 30% 100%: a blue vase", thread_ts=thread)
        await until(lambda: product.rows("SELECT 1 FROM versions WHERE brief = ? AND kind = 'fix'", name))
        await ada.type(TEAHOUSE, f"/draft deliver {name} 512x512 --format png")
        await until(lambda: product.rows("SELECT 1 FROM deliveries"), 120)
    (gone,) = product.rows("SELECT * FROM deliveries")
    assert gone["watermarked"] == 1
    path = product.data / "pictures" / gone["sha256"][:2] / f"{gone['sha256']}.png"
    # As somebody shows it on: its edges off, no metadata, JPEG 60.
    part = Image.open(path).convert("RGB").crop((26, 26, 486, 486))
    shown_on = tmp_path / "shown-on.jpg"
    part.save(shown_on, "JPEG", quality=60)
    assert not read_notes(shown_on.read_bytes()).source_type
    found = inspected(product, shown_on)
    assert f"Made here: it is {name}/" in found
    assert "by the watermark in its pixels and its looks. The file was changed since." in found
    assert "Fix: a blue vase" in found
    (version,) = product.rows("SELECT seed FROM versions WHERE id = ?", gone["version"])
    assert f"Seed {version['seed']}," in found
    # The log knows what went out, and what it is.
    log = subprocess.run(
        [sys.executable, "-m", "bot.cli", "log"],
        cwd=product.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DRAFTROOM_DATA_DIR": str(product.data)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = {row["what"]: row for row in csv.DictReader(io.StringIO(log))}
    assert rows["delivered"]["note"] == f"sha256 {gone['sha256']}, watermarked"
    assert rows["delivered"]["ai_source_type"] == "compositeWithTrainedAlgorithmicMedia"


def inspected(product, path):
    """What `draftroom inspect` says of a file."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "inspect", str(path)],
        cwd=product.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DRAFTROOM_DATA_DIR": str(product.data)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
