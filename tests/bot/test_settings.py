"""Settings come from the environment first, then from one TOML file; secrets never show."""

from bot.settings import Settings


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
