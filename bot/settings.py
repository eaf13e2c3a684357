"""Every setting of the bot, with its unit and default. Environment first, then one TOML file."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, Self
from zoneinfo import available_timezones

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from yarl import URL

from bot import texts


def _slack(name: str) -> AliasChoices:
    """Slack's own settings carry no prefix, since Slack's tools and documentation name them so."""
    return AliasChoices(name, name.lower())


#: What lies in a data folder, and in its copy.
DATABASE: Final = "draftroom.sqlite3"
PICTURES: Final = "pictures"
KEY: Final = "web.key"
#: Where a bot of several workspaces keeps their tokens, encrypted.
INSTALLATIONS: Final = "installations.sqlite3"
#: … and a folder of each, by its team id.
TEAMS: Final = "teams"
#: The name and password in an address.
_CREDENTIALS = re.compile(r"(?<=://)[^/?#\s]+@")


def without_password(text: str) -> str:
    """An address, or a text that holds some, as it may be said and logged."""
    return _CREDENTIALS.sub("", text)


#: What begins like a setting of the bot's, and belongs to the engine or to the file itself.
_OTHERS = frozenset({"DRAFTROOM_CONFIG", "DRAFTROOM_MODELS_DIR", "DRAFTROOM_BENCH_DIR"})
_OTHERS_BEGIN = ("DRAFTROOM_C2PA_",)


_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
_NAME = re.compile(r"[^\W\d_](?:[^\W_]|[ .-]){0,34}(?<! )")


class CannotStart(Exception):
    """Something that the operator has to put right first; the message says what."""


class SettingsError(Exception):
    """Settings that cannot be used; each sentence says what to do about one."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class NoDatabase(Exception):
    """The data folder holds none; the message says what to do."""


_OPENAI_HOST = "api.openai.com"
#: What is set by the preset of a server, unless an operator sets it: where it listens, and sizes that it draws well.
_PRESET_DEFAULTS: dict[str, dict[str, Any]] = {
    "openai": {"engine_url": f"https://{_OPENAI_HOST}", "draft_size_px": 1024, "pro_size_px": 1536},
    "vllm-omni": {"engine_url": "http://127.0.0.1:8000", "draft_size_px": 512, "pro_size_px": 1024},
    "sglang": {"engine_url": "http://127.0.0.1:30000", "draft_size_px": 512, "pro_size_px": 1024},
}


class Settings(BaseSettings):
    """What an operator can set. Names in the environment: `DRAFTROOM_` + field, or Slack's own names."""

    model_config = SettingsConfigDict(env_prefix="DRAFTROOM_", env_file=".env", extra="ignore")

    slack_bot_token: SecretStr | None = Field(
        None, validation_alias=_slack("SLACK_BOT_TOKEN"), description="Bot token (xoxb-…)."
    )
    slack_app_token: SecretStr | None = Field(
        None,
        validation_alias=_slack("SLACK_APP_TOKEN"),
        description="App-level token (xapp-…) with connections:write, for Socket Mode.",
    )
    slack_signing_secret: SecretStr | None = Field(
        None, validation_alias=_slack("SLACK_SIGNING_SECRET"), description="Signing secret, for HTTP mode."
    )
    slack_client_id: str = Field(
        "",
        validation_alias=_slack("SLACK_CLIENT_ID"),
        description="Client id, to be installed in several workspaces by OAuth instead of by one bot token.",
    )
    slack_client_secret: SecretStr | None = Field(
        None, validation_alias=_slack("SLACK_CLIENT_SECRET"), description="Its secret."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        validation_alias=_slack("SLACK_API_URL"),
        description="Base address of the Web API; a compatible server can stand in.",
    )
    command: str = Field(
        texts.COMMAND,
        description="The slash command, where a workspace has another of that name; see `draftroom manifest`.",
    )
    name: str = Field(texts.NAME, description="What the bot is called in Slack and in all that it says.")
    install_key: SecretStr | None = Field(
        None,
        description="Key that the workspaces' tokens are encrypted with, for several workspaces; a comma and older ones may follow.",
    )
    install_teams: str = Field(
        "", description="Team ids, comma-separated, of workspaces that may install it; empty: any."
    )
    mode: Literal["socket", "http"] = Field("socket", description="How Slack reaches the bot.")
    http_host: str = Field("127.0.0.1", description="Address that HTTP mode listens on.")
    http_port: int = Field(3000, ge=0, le=65535, description="Port of HTTP mode (path /slack/events).")
    web_host: str = Field("127.0.0.1", description="Address that the bot's own web pages listen on.")
    web_port: int = Field(8066, ge=0, le=65535, description="Port of the bot's own web pages; 0: a free one.")
    public_url: str = Field(
        "", description="Address by which people reach the web pages; empty: this machine and that port."
    )

    data_dir: Path = Field(Path("data"), description="Folder of the database and the pictures.")
    engine_url: str = Field("http://127.0.0.1:8061", description="Any server of the OpenAI Images API.")
    engine_token: SecretStr | None = Field(None, description="Bearer token for the engine, if it wants one.")
    engine_model: str = Field("", description="Model name to ask the engine for; empty: its own choice.")
    engine_preset: Literal["", "openai", "vllm-omni", "sglang"] = Field(
        "", description="What kind of server the engine is, where it is none of ours; see docs/engines.md."
    )
    engine_tiers: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Model and quality to ask for by tier, in the TOML file; empty: the preset's.",
    )
    engine_previews: int | None = Field(
        None, ge=0, le=3, description="Previews of a picture at most; empty: as many as suit the preset."
    )
    engine_patience_s: float = Field(
        120, gt=0, description="How long a job is tried again while the engine does not answer, in seconds."
    )
    engine_concurrency: int = Field(
        4, ge=1, le=64, description="Drafts, and fixes, handed to the engine at once."
    )
    pro_concurrency: int = Field(
        1, ge=1, le=64, description="Pro renders handed to the engine at once; the others can be withdrawn."
    )
    series_limit: int = Field(
        100, ge=2, le=200, description="Pictures in a stress test or a batch from a table, at most."
    )
    lease_s: float = Field(30, gt=1, description="After this many silent seconds a job is taken up anew.")

    draft_size_px: int = Field(256, ge=64, le=2048, description="Longer side of a draft, in pixels.")
    pro_size_px: int = Field(512, ge=64, le=4096, description="Longer side of a Pro render, in pixels.")
    approval_grace_s: float = Field(
        1.5, ge=0, description="Time to take an approval back before its render starts, in seconds."
    )

    advice_pause_s: float = Field(
        3, ge=0, description="Time to read a warning before the draft that it is about starts, in seconds."
    )

    grid_form: Literal["sheet", "cards"] = Field(
        "sheet",
        description="How grids are shown: `sheet`, one picture with a row of buttons, or `cards`, where the workspace takes them.",
    )
    number_reactions: bool = Field(
        False,
        description="Whether the bot puts 1️⃣ to 9️⃣ under each grid itself: a call of Slack's for each. Yours approve anyway.",
    )

    currency: str = Field("USD", pattern="^[A-Z]{3}$", description="ISO 4217 code of the ledger's currency.")
    default_budget: str = Field("20 monthly", description="Budget of a channel that has none of its own.")
    budget_setters: str = Field(
        "", description="User ids, comma-separated, who may set budgets beside the workspace's admins."
    )
    seconds_price: Decimal = Field(
        Decimal("0.0002"), ge=0, description="Price of one second of the engine's device, in the currency."
    )

    prices: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="Price tables by engine profile and tier, in the TOML file; see docs/prices.md.",
    )
    price_profile: str = Field("", description="The price table in use; empty: seconds_price for every tier.")

    c2pa_certificate: Path | None = Field(
        None, description="PEM file of the certificate chain that signs deliveries; empty: none is signed."
    )
    c2pa_key: Path | None = Field(None, description="PEM file of its private key.")
    c2pa_algorithm: str = Field("es256", description="What that key is for, as C2PA names it.")
    c2pa_timestamp_url: str = Field(
        "", description="Time stamp authority; without one a signature ends with its certificate."
    )
    refused: dict[str, str] = Field(
        default_factory=dict,
        description="Terms that are not drawn here, each with its reason, in the TOML file; see docs/law.md.",
    )
    refused_by_team: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="Further terms of single workspaces, by team id, in the TOML file: `[refused_by_team.T0123]`.",
    )
    watermark: bool = Field(False, description="Write a watermark into deliveries; see docs/provenance.md.")

    inspect_page: Literal["links", "open"] = Field(
        "links",
        description="Who may ask `/inspect` about a picture: who has a link by `/draft inspect`, or anybody who reaches it.",
    )

    summary_hour: int = Field(18, ge=0, le=23, description="Local hour of a new channel's daily summary.")
    timezone: str = Field("", description="Zone of new channels; empty: the zone of who speaks first.")
    language: str = Field("en", description="Language of everything the bot says; a file in bot/texts.")
    keep_sheets_days: int = Field(
        30, ge=0, description="Days that contact sheets are kept, which can be made again; 0: for ever."
    )
    keep_unapproved_days: int = Field(
        0, ge=0, description="Days that pictures of briefs without an approval are kept; 0: for ever."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: Literal["text", "json"] = Field(
        "text", description="How a line of the log is written; json has the ids of brief and job apart."
    )
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for /metrics; without one, only this machine may read them."
    )
    drain_s: float = Field(
        8, ge=0, description="How long a stop waits for what is being drawn and said, in seconds."
    )

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        """slack_sdk joins method names to the base, so the base must end in a slash."""
        return value if value.endswith("/") else value + "/"

    @field_validator("command")
    @classmethod
    def _is_a_command(cls, value: str) -> str:
        """Slack's rules for a slash command. The slash may be left out, since some shells make a path of it."""
        command = value if value.startswith("/") else f"/{value}"
        if not _COMMAND.fullmatch(command):
            raise ValueError("use a slash, then up to 31 small letters, digits, hyphens and underscores")
        return command

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        """Slack's length of an app's name, in letters that need no care in mrkdwn, YAML and Fluent."""
        if not _NAME.fullmatch(value):
            raise ValueError("use up to 35 letters, digits, spaces, hyphens and full stops, a letter first")
        return value

    @field_validator("language")
    @classmethod
    def _is_known(cls, value: str) -> str:
        """A language that nobody wrote texts for is refused at the start, not at the first sentence."""
        texts.check(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        """A zone that does not exist is refused at the start, before it is written into a channel."""
        if value and value not in available_timezones():
            raise ValueError(
                "DRAFTROOM_TIMEZONE is no time zone: use a name such as Europe/London, or leave it empty"
            )
        return value

    @field_validator("engine_tiers")
    @classmethod
    def _are_choices(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        """A tier or a key that nobody reads is a mistake."""
        for tier, given in value.items():
            if tier not in ("draft", "pro", "fix") or not set(given) <= {"model", "quality"}:
                raise ValueError(
                    "write [engine_tiers.draft], [engine_tiers.pro] or [engine_tiers.fix] with model and quality in it"
                )
        return value

    @model_validator(mode="after")
    def _preset(self) -> Self:
        """What a known server needs otherwise, as far as it was not set."""
        if not self.engine_preset and URL(self.engine_url).host == _OPENAI_HOST:
            self.engine_preset = "openai"
        for name, value in _PRESET_DEFAULTS.get(self.engine_preset, {}).items():
            if name not in self.model_fields_set:
                setattr(self, name, value)
        if self.engine_preset == "openai" and self.engine_token is None:
            raise ValueError("DRAFTROOM_ENGINE_PRESET=openai needs an API key in DRAFTROOM_ENGINE_TOKEN")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over `.env`, which wins over the TOML file (DRAFTROOM_CONFIG)."""
        toml = TomlConfigSettingsSource(settings_cls, _file())
        return init_settings, env_settings, dotenv_settings, toml

    @property
    def is_shared(self) -> bool:
        """Whether several workspaces install the bot, instead of one giving its token."""
        return self.slack_bot_token is None and bool(self.slack_client_id)

    @property
    def signing_secret(self) -> str:
        """What Slack signs its requests with; empty where none is set."""
        return self.slack_signing_secret.get_secret_value() if self.slack_signing_secret else ""

    def of_team(self, team: str) -> Settings:
        """The same for one of several workspaces: everything of its own lies in a folder of its own."""
        refused = self.refused | self.refused_by_team.get(team, {})
        return self.model_copy(update={"data_dir": self.data_dir / TEAMS / team, "refused": refused})

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return self.data_dir / DATABASE

    def existing_database(self) -> Path:
        """The SQLite file, for a command that only reads or amends it. Raises NoDatabase."""
        if not self.database_path.exists():
            raise NoDatabase(
                f"There is no database at {self.database_path}. Set DRAFTROOM_DATA_DIR to the bot's data folder."
            )
        return self.database_path

    @property
    def pictures_path(self) -> Path:
        """The folder of pictures."""
        return self.data_dir / PICTURES


def load() -> Settings:
    """The settings of this process. Raises SettingsError for what is misspelt, malformed, missing or out of range."""
    problems = [*_in_file(), *_in_environment()]
    try:
        settings = None if problems else Settings()
    except ValidationError as error:
        # What is wrong between settings names them itself.
        problems = [
            f"{_setting(problem['loc'])}: {problem['msg']}." if problem["loc"] else f"{problem['msg']}."
            for problem in error.errors()
        ]
    if problems or settings is None:
        raise SettingsError(problems)
    return settings


def _file() -> Path:
    return Path(os.environ.get("DRAFTROOM_CONFIG", "draftroom.toml"))


def _in_file() -> list[str]:
    path, named = _file(), "DRAFTROOM_CONFIG" in os.environ
    if not path.exists():
        return [f"DRAFTROOM_CONFIG names {path}, which does not exist."] if named else []
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [f"{path} cannot be read as TOML: {error}."]
    return [
        f"{path}: there is no setting “{name}”{_near(name, list(Settings.model_fields))}."
        for name in found
        if name.lower() not in Settings.model_fields
    ]


def _in_environment() -> list[str]:
    known = [_setting((name,)) for name in Settings.model_fields]
    return [
        f"There is no setting {name}{_near(name, known)}."
        for name in sorted(os.environ)
        if name.startswith("DRAFTROOM_")
        and name not in known
        and name not in _OTHERS
        and not name.startswith(_OTHERS_BEGIN)
    ]


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean {near[0]}" if near else ""


def _setting(where: tuple[int | str, ...]) -> str:
    """A field's name as an operator writes it."""
    name = ".".join(map(str, where))
    slacks = name.upper().startswith("SLACK_")
    return name.upper() if slacks else f"DRAFTROOM_{name.upper()}"
