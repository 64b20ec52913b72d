"""Front: the settings of a server, and the middleware and routes that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.middleware import Middleware
from starlette.routing import Route

from pages.ui.serving.closed import ClosesDoors
from pages.ui.serving.door import KeepsTheDoor
from pages.ui.serving.headers import AddsHeaders
from pages.ui.serving.logs import NamesRequests, set_up
from pages.ui.serving.overview import operators_route
from pages.ui.serving.permission import Permission
from pages.ui.serving.picture_first import SendsThePictureFirst
from pages.ui.serving.settings import Settings
from pages.ui.serving.tabs import Tabs
from pages.ui.visitor import NamesVisitors


@dataclass(frozen=True)
class Front:
    """What stands between the network and the pages.

    Attributes:
        settings: what the operator has chosen.
        tabs: the open tabs.
        permission: who the operator is.
    """

    settings: Settings
    tabs: Tabs
    permission: Permission

    @staticmethod
    def of(environment: Mapping[str, str]) -> Front:
        """The front that the variables ``DOWNHILL_...`` ask for; sets the logs up.

        Raises:
            SettingError: naming the variable that cannot be what it is.
        """
        settings = Settings.read(environment)
        set_up(settings.log)
        tabs = Tabs(settings.sockets, settings.sockets_of_one_address)
        return Front(settings, tabs, Permission(settings.operator_token))

    def middleware(self) -> list[Middleware]:
        """For ``st.App(middleware=...)``, the outermost first."""
        return [
            Middleware(NamesRequests),
            Middleware(AddsHeaders, ancestors=self.settings.frame_ancestors),
            Middleware(ClosesDoors, permission=self.permission),
            Middleware(KeepsTheDoor, tabs=self.tabs),
            Middleware(SendsThePictureFirst),
            Middleware(NamesVisitors),
        ]

    def routes(self) -> list[Route]:
        """For ``st.App(routes=...)``."""
        return [operators_route(self.tabs, self.permission)]
