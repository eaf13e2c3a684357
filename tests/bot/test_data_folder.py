"""A data folder that the bot cannot use is told in a sentence when it starts."""

import errno
from pathlib import Path

import pytest

from bot.settings import CannotStart
from bot.start.process import _only_one


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "a file").write_text("")
    with (
        pytest.raises(CannotStart, match=r"can't be written to.*DRAFTROOM_DATA_DIR"),
        _only_one(tmp_path / "a file" / "data"),
    ):
        pass


@pytest.mark.parametrize("step", ["chmod", "open"])
def test_a_disk_that_takes_no_writes_is_told(tmp_path, monkeypatch, step):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, step, refuse)
    with pytest.raises(CannotStart, match="Read-only file system"), _only_one(tmp_path):
        pass
