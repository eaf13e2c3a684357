"""What a practice workspace can be told at the start: ids, tokens, limits with units."""

from dataclasses import dataclass, field
from pathlib import Path

from sandbox.faults import Plan

APP_ID = "A0DRAFTROOM"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Defaults match the documented ones; times are seconds."""

    #: Where to listen; port 0 picks a free one.
    host: str = "127.0.0.1"
    port: int = 8065
    manifest: Path = Path("manifest.yml")
    bot_token: str = "xoxb-practice-000000000000"  # noqa: S105 - a public practice value, not a secret
    app_token: str = "xapp-practice-000000000000"  # noqa: S105 - a public practice value, not a secret
    signing_secret: str = "practice-signing-secret"  # noqa: S105 - a public practice value, not a secret
    #: Who the app is to oauth.v2.access.
    client_id: str = "practice.client"
    client_secret: str = "practice-client-secret"  # noqa: S105 - a public practice value, not a secret
    #: Whether a second workspace is there, where the app can be installed by OAuth.
    branch: bool = False
    #: Whether one is there whose ids of people, channels, messages and files are those of the first.
    twin: bool = False
    #: Deliver by signed HTTP to this address instead of by Socket Mode.
    request_url: str | None = None
    #: Multiplies every rate limit; 0 switches the limits off.
    rate_factor: float = 1.0
    #: How long the app has to acknowledge.
    ack_timeout_s: float = 3.0
    #: Waits before the 1st, 2nd and 3rd redelivery of an event.
    retry_delays_s: tuple[float, ...] = (0.0, 60.0, 300.0)
    #: How long a file is unusable after its upload was completed.
    file_delay_s: float = 0.15
    #: How long an upload may stay unfinished before it is forgotten.
    upload_life_s: float = 600.0
    #: How long a trigger_id can open a view.
    trigger_life_s: float = 3.0
    #: A response_url works this often, for this long.
    response_url_uses: int = 5
    response_url_life_s: float = 1800.0
    #: Ask each Socket Mode connection to reconnect after this long; 0 never.
    refresh_s: float = 0.0
    #: Largest request body and upload, in bytes.
    max_body: int = 64 * 1024 * 1024
    #: What goes wrong on purpose, until another plan is set at run time.
    faults: Plan = field(default_factory=Plan)
    #: Whether people of other teams, single-channel guests and deactivated people are there, and a shared channel.
    strangers: bool = False
    #: Twenty more people, and five more channels with everybody in them: a busy day.
    crowd: bool = False
