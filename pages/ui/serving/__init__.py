"""What stands between the network and the pages: headers, limits, logs, the operator's page."""

from pages.ui.serving.front import Front
from pages.ui.serving.logs import request_name
from pages.ui.serving.settings import SettingError, Settings

__all__ = ["Front", "SettingError", "Settings", "request_name"]
