"""Everything between an app and the workspaces that it is installed in: transports, deliveries, what goes wrong."""

import time
from collections.abc import Callable

from sandbox.faults import Faults
from sandbox.settings import Settings
from sandbox.to_app.delivery import Delivery
from sandbox.to_app.http_delivery import HttpDelivery
from sandbox.to_app.socket_mode import SocketMode


class Link:
    """One app's link; several workspaces can stand behind it."""

    def __init__(self, settings: Settings) -> None:
        self.faults = Faults(settings.faults)
        self.connected = False
        self.began = time.time()
        self._listeners: list[Callable[[bool], None]] = []
        self.sockets = SocketMode(settings, on_presence=self._presence)
        self.http = HttpDelivery(settings, on_presence=self._presence) if settings.request_url else None
        self.delivery = Delivery(self.http or self.sockets, settings, self.faults)

    def on_presence(self, listener: Callable[[bool], None]) -> None:
        """Call `listener` whenever the app comes or goes."""
        self._listeners.append(listener)

    def _presence(self, connected: bool) -> None:
        self.connected = connected
        for listener in self._listeners:
            listener(connected)

    async def close(self) -> None:
        """Stop delivering and close every connection."""
        await self.faults.close()
        await self.delivery.close()
        await self.sockets.close()
