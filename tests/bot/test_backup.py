"""A copy of a live data folder, put back elsewhere: the same rows, the same pictures, a ledger that verifies."""

import shutil

import pytest

from bot.briefs.model import BriefRequest
from bot.cli import main
from bot.draft import actions as draft_actions
from bot.settings import DATABASE
from bot.store import backup
from bot.store.database import connect
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
    first = backup.back_up(data, copy)[copy]
    assert (first.pictures, first.new) == (4, 4)
    await draw(office, "a green pear")
    assert backup.back_up(data, copy)[copy].new == 0
    assert backup.restore(copy, other)[other].pictures == 4
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


async def test_a_copy_with_gaps_is_put_back_on_demand_and_says_which(office, elsewhere, monkeypatch, capsys):
    await draw(office, "a red apple")
    data, copy, other = office.services.settings.data_dir, elsewhere / "copy", elsewhere / "other"
    lost = next((data / "pictures").glob("*/*.png"))
    lost.unlink()
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(data))
    # One lost file is no reason to keep no copy of all the others.
    assert main(["backup", str(copy)]) == 0
    told = capsys.readouterr()
    assert "3 pictures (3 new)" in told.out
    assert "1 picture is missing" in told.err
    assert lost.name in told.err
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(other))
    assert main(["restore", str(copy)]) == 1
    assert "--with-gaps" in capsys.readouterr().err
    assert not other.exists()
    assert main(["restore", "--with-gaps", str(copy)]) == 0
    told = capsys.readouterr()
    assert "3 pictures (3 new)" in told.out
    assert lost.name in told.err
    assert len(list((other / "pictures").glob("*/*.png"))) == 3
    assert main(["ledger", "verify"]) == 0


async def test_what_is_only_in_the_copy_any_more_is_no_gap(office, elsewhere):
    await draw(office, "a red apple")
    data, copy = office.services.settings.data_dir, elsewhere / "copy"
    backup.back_up(data, copy)
    next((data / "pictures").glob("*/*.png")).unlink()
    copied = backup.back_up(data, copy)[copy]
    assert (copied.pictures, copied.new, copied.missing) == (4, 0, ())


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
async def test_what_another_database_left_is_not_mixed_with_the_copy(office, elsewhere, ending):
    await draw(office, "a red apple")
    copy, other = elsewhere / "copy", elsewhere / "other"
    backup.back_up(office.services.settings.data_dir, copy)
    other.mkdir()
    left = other / f"{DATABASE}{ending}"
    left.write_bytes(b"of another database")
    with pytest.raises(backup.BackupError, match=ending):
        backup.restore(copy, other)
    assert [path.name for path in other.iterdir()] == [left.name]
    left.unlink()
    assert backup.restore(copy, other)[other].pictures == 4


async def test_nothing_of_an_older_copy_lies_beside_a_newer_one(office, elsewhere, monkeypatch):
    await draw(office, "a red apple")
    data, copy, other = office.services.settings.data_dir, elsewhere / "copy", elsewhere / "other"
    backup.back_up(data, copy)
    # Somebody looked into the copy, and was killed: its log holds what the newer copy does not.
    looked = connect(copy / DATABASE)
    looked.execute("UPDATE briefs SET prompt = 'a stale pear'")
    log = (copy / f"{DATABASE}-wal").read_bytes()
    looked.close()
    (copy / f"{DATABASE}-wal").write_bytes(log)
    backup.back_up(data, copy)
    assert sorted(path.name for path in copy.iterdir()) == [DATABASE, "pictures"]
    backup.restore(copy, other)
    assert connect(other / DATABASE).execute("SELECT prompt FROM briefs").fetchall()[0][0] == "a red apple"


async def test_to_prove_a_copy_leaves_nothing_beside_it(office, elsewhere, monkeypatch):
    await draw(office, "a red apple")
    monkeypatch.setenv("DRAFTROOM_DATA_DIR", str(office.services.settings.data_dir))
    assert main(["backup", str(elsewhere / "copy")]) == 0
    assert sorted(path.name for path in (elsewhere / "copy").iterdir()) == [DATABASE, "pictures"]


def test_what_cannot_be_copied_is_told(tmp_path):
    with pytest.raises(backup.BackupError, match="no database"):
        backup.back_up(tmp_path / "none", tmp_path / "copy")
    with pytest.raises(backup.BackupError, match="no copy"):
        backup.restore(tmp_path / "none", tmp_path / "other")
