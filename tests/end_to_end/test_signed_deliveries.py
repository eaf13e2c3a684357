"""Deliveries of a studio with a certificate, and a watermark: signed, read back, labelled, found again."""

import csv
import io
import json
import zipfile

import pytest
from PIL import Image

from marks import certificate
from marks.credentials import read_credentials
from marks.reading import read_notes
from tests.end_to_end.product import SNEAKERS, TEAHOUSE, drafted, files, payload, run_bot, shown, words
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
            data = await ada.file(files(message)[0])
            assert len(data) <= 200_000
            found = read_credentials(data)
            assert (found["state"], found["issuer"]) == ("Valid", "Draftroom test signer")
            assert found["ingredients"] == ["Pro render"]
            assert found["actions"] == [
                *("c2pa.opened", "c2pa.edited", "c2pa.cropped", "c2pa.resized", "c2pa.published"),
            ]
            whole = manifest_of(data, kind)
            active = whole["manifests"][whole["active_manifest"]]
            told = {one["label"]: one["data"] for one in active["assertions"]}
            assert told["com.draftroom.approval"] == {"approvals": 1, "roles": ["channel member"]}
            assert not any(person in json.dumps(whole) for person in ("U0ADA", "U0BEN", "Ada", "Ben "))
            assert read_notes(data).source_type.endswith("/trainedAlgorithmicMedia")
            # One pixel changed, and it shows.
            picture = Image.open(io.BytesIO(data))
            assert picture.size == (300, 200)
            broken = bytearray(data)
            broken[len(data) // 2] ^= 1
            broken_found = read_credentials(bytes(broken))
            assert broken_found is None or broken_found["state"] == "Invalid"
        rows = product.rows("SELECT signed, watermarked, person FROM deliveries")
        assert [(row["signed"], row["watermarked"], row["person"]) for row in rows] == [(1, 0, "U0ADA")] * 2


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
