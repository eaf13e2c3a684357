"""The practice workspace as a whole: its parts, wired. The Web API and the people API both work on this."""

from sandbox.content import checked_blocks
from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.interactions import Interactions
from sandbox.manifest import Manifest
from sandbox.modals import Modals
from sandbox.model import Json
from sandbox.rates import Rates
from sandbox.settings import Settings
from sandbox.state import State
from sandbox.to_app.delivery import Delivery
from sandbox.to_app.events import Events
from sandbox.to_app.http_delivery import HttpDelivery
from sandbox.to_app.socket_mode import SocketMode


class Workspace:
    """Everything one running workspace consists of."""

    def __init__(self, settings: Settings, manifest: Manifest) -> None:
        self.settings = settings
        self.manifest = manifest
        self.state = State(
            bot_name=manifest.bot_name,
            upload_life_s=settings.upload_life_s,
        )
        self.faults = Faults(settings.faults)
        self.rates = Rates(settings.rate_factor)
        self.feed = Feed(self.state)
        self.bot_connected = False
        self.sockets = SocketMode(settings, on_presence=self._presence)
        self.http = HttpDelivery(settings, on_presence=self._presence) if settings.request_url else None
        self.delivery = Delivery(self.http or self.sockets, settings, self.faults)
        self.events = Events(self.state, manifest, self.faults, self.delivery.event)
        self.modals = Modals(self.state, self.feed)
        self.interactions = Interactions(
            self.state, manifest, self.delivery, self.modals, self.events, self.faults, settings
        )
        self.state.subscribe(self.feed.on_change)
        self.state.subscribe(self.events.on_change)

    def _presence(self, connected: bool) -> None:
        self.bot_connected = connected
        self.feed.send({"type": "bot_connected" if connected else "bot_disconnected"})

    def checked_blocks(self, given: object) -> list[Json]:
        """Message blocks as this workspace takes them; raises invalid_blocks, msg_blocks_too_long."""
        return checked_blocks(self.state, given, classic=self.faults.plan.classic_blocks)

    @property
    def file_delay_s(self) -> float:
        """How long a file stays unusable after its upload was completed."""
        planned = self.faults.plan.file_delay_s
        return self.settings.file_delay_s if planned is None else planned

    async def close(self) -> None:
        """Stop delivering and say goodbye to every page and connection."""
        self.feed.close()
        await self.faults.close()
        await self.delivery.close()
        await self.sockets.close()
