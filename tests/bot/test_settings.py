"""Settings come from the environment first, then from one TOML file; secrets never show."""

import re

import pytest

from bot.settings import Settings, SettingsError, load


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "draftroom.toml").write_text(
        'slack_bot_token = "xoxb-of-the-file"\nhttp_port = 4000\ndefault_budget = "7 daily"\n'
    )
    monkeypatch.setenv("DRAFTROOM_HTTP_PORT", "5000")
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    settings = Settings()
    assert settings.slack_bot_token.get_secret_value() == "xoxb-of-the-file"
    assert (settings.http_port, settings.default_budget) == (5000, "7 daily")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-environment")
    assert Settings().slack_bot_token.get_secret_value() == "xoxb-of-the-environment"
    assert "xoxb" not in repr(Settings())


def test_the_api_address_may_lack_its_slash(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8065/api")
    assert Settings().slack_api_url == "http://127.0.0.1:8065/api/"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("draft_siez_px = 512\n", "there is no setting “draft_siez_px”; did you mean draft_size_px"),
        ("[price.starter]\ndraft = 1\n", "there is no setting “price”; did you mean prices"),
        ("language = 'en\n", "cannot be read as TOML"),
        ("http_port = 'eighty'\n", "DRAFTROOM_HTTP_PORT: "),
        ("slack_bot_token = 5\n", "SLACK_BOT_TOKEN: "),
        ('timezone = "Mars/Base"\n', "use a name such as Europe/London"),
    ],
)
def test_a_file_with_a_mistake_is_refused_with_what_to_do(tmp_path, monkeypatch, text, sentence):
    (tmp_path / "its.toml").write_text(text)
    monkeypatch.setenv("DRAFTROOM_CONFIG", str(tmp_path / "its.toml"))
    with pytest.raises(SettingsError, match=re.escape(sentence)):
        load()


def test_a_file_that_is_named_and_missing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("DRAFTROOM_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match="which does not exist"):
        load()


def test_a_misspelt_name_in_the_environment_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRAFTROOM_DEFAULT_BUGDET", "7 daily")
    with pytest.raises(SettingsError, match="did you mean DRAFTROOM_DEFAULT_BUDGET"):
        load()


def test_a_value_that_is_refused_is_not_repeated(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRAFTROOM_MODE", "xoxb-pasted-into-the-wrong-line")
    with pytest.raises(SettingsError) as refused:
        load()
    assert "xoxb" not in str(refused.value)


def test_a_workspace_has_further_terms_that_are_not_drawn(tmp_path, monkeypatch):
    (tmp_path / "its.toml").write_text(
        '[refused]\n"brand x" = "A competitor."\n"brand y" = "Ask legal."\n'
        '[refused_by_team.T1]\n"the mayor" = "No living politicians."\n"brand y" = "Theirs: never."\n'
    )
    monkeypatch.setenv("DRAFTROOM_CONFIG", str(tmp_path / "its.toml"))
    settings = load()
    assert settings.of_team("T1").refused == {
        "brand x": "A competitor.",
        "brand y": "Theirs: never.",
        "the mayor": "No living politicians.",
    }
    assert settings.of_team("T2").refused == {"brand x": "A competitor.", "brand y": "Ask legal."}
