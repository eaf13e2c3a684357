"""A copy of a live data folder, put back elsewhere: the same rows, the same pictures, a ledger that verifies."""

import shutil

import pytest

from bot.briefs.model import BriefRequest
from bot.cli import main
from bot.draft import actions as draft_actions
from bot.store import backup
from tests.bot.office import ADA, CHANNEL, finish_draft, rows


@pytest.fixture
def elsewhere(tmp_path_factory):
    """A folder on another disk, as it were."""
    return tmp_path_factory.mktemp("elsewhere")


async def draw(office, prompt):
    brief = await draft_actions.open_brief(
        office.services, BriefRequest(prompt=prompt), person=ADA, channel=CHANNEL, source_key=prompt
    )
    await finish_draft(office, brief)


async def test_a_copy_of_a_live_database_is_put_back_whole(office, elsewhere):
    data, copy, other = office.services.settings.data_dir, elsewhere / "copy", elsewhere / "other"
    await draw(office, "a red apple")
    (data / "web.key").write_bytes(b"key")
    first = backup.back_up(data, copy)
    assert (first.pictures, first.new) == (4, 4)
    await draw(office, "a green pear")
    assert backup.back_up(data, copy).new == 0
    assert backup.restore(copy, other).pictures == 4
    assert (other / "web.key").read_bytes() == b"key"
    again = await rows(office.database, "SELECT * FROM versions")
    assert len(again) == 8


async def test_the_commands_say_what_they_did(office, elsewhere, monkeypatch, capsys):
    await draw(office, "a red apple")
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(office.services.settings.data_dir))
    assert main(["backup", str(elsewhere / "copy")]) == 0
    assert "4 pictures (4 new), the ledger verified." in capsys.readouterr().out
    assert main(["restore", str(elsewhere / "copy")]) == 1
    assert "holds a database already" in capsys.readouterr().err
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(elsewhere / "other"))
    assert main(["restore", str(elsewhere / "copy")]) == 0
    assert main(["ledger", "verify"]) == 0


async def test_a_copy_that_lacks_a_picture_is_not_put_back(office, elsewhere):
    await draw(office, "a red apple")
    backup.back_up(office.services.settings.data_dir, elsewhere / "copy")
    shutil.rmtree(next((elsewhere / "copy" / "pictures").iterdir()))
    with pytest.raises(backup.BackupError, match="missing"):
        backup.restore(elsewhere / "copy", elsewhere / "other")
    assert not (elsewhere / "other").exists()


def test_what_cannot_be_copied_is_told(tmp_path):
    with pytest.raises(backup.BackupError, match="no database"):
        backup.back_up(tmp_path / "none", tmp_path / "copy")
    with pytest.raises(backup.BackupError, match="no copy"):
        backup.restore(tmp_path / "none", tmp_path / "other")
