"""The practice workspace as a whole: its parts, wired. The Web API and the people API both work on this."""

from sandbox import cast
from sandbox.content import checked_blocks
from sandbox.feed import Feed
from sandbox.interactions import Interactions
from sandbox.manifest import Manifest
from sandbox.modals import Modals
from sandbox.model import Json, Team
from sandbox.rates import Rates
from sandbox.settings import Settings
from sandbox.state import State
from sandbox.to_app.events import Events
from sandbox.to_app.link import Link


class Workspace:
    """Everything one running workspace consists of; `link` leads to the app that is installed in it."""

    def __init__(self, settings: Settings, manifest: Manifest, link: Link, team: Team = cast.HOME) -> None:
        self.settings = settings
        self.manifest = manifest
        self.state = State(
            team, upload_life_s=settings.upload_life_s, counted_from=link.began if settings.twin else 0
        )
        if team is cast.HOME:
            cast.home(self.state, manifest.bot_name)
            if settings.strangers:
                cast.strangers(self.state)
            if settings.crowd:
                cast.crowd(self.state)
        elif team is cast.TWIN:
            cast.twin(self.state)
        else:
            cast.branch(self.state)
        self.rates = Rates(settings.rate_factor)
        self.feed = Feed(self.state)
        self.link = link
        self.faults, self.sockets = link.faults, link.sockets
        self.events = Events(self.state, manifest, self.faults, link.delivery.event)
        self.modals = Modals(self.state, self.feed)
        self.interactions = Interactions(
            self.state, manifest, link.delivery, self.modals, self.events, self.faults, settings
        )
        self.state.subscribe(self.feed.on_change)
        self.state.subscribe(self.events.on_change)
        link.on_presence(self._presence)

    @property
    def bot_connected(self) -> bool:
        """Whether the app can be reached now."""
        return self.link.connected

    def _presence(self, connected: bool) -> None:
        self.feed.send({"type": "bot_connected" if connected else "bot_disconnected"})

    def checked_blocks(self, given: object) -> list[Json]:
        """Message blocks as this workspace takes them; raises invalid_blocks, msg_blocks_too_long."""
        return checked_blocks(self.state, given, classic=self.faults.plan.classic_blocks)

    @property
    def file_delay_s(self) -> float:
        """How long a file stays unusable after its upload was completed."""
        planned = self.faults.plan.file_delay_s
        return self.settings.file_delay_s if planned is None else planned
