"""Who is the operator: whoever knows the token that the server was started with."""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
from dataclasses import dataclass

from pages.ui.serving.asgi import Message, header

LOG = logging.getLogger("downhill.serving")


@dataclass(frozen=True)
class Permission:
    """Compares what is told with the token, in a time that says nothing about it.

    The token comes as ``Authorization: Bearer TOKEN`` or as the password of HTTP Basic, with any
    name, which is how a browser asks people for it. It is long (settings.py): nobody guesses it.

    Attributes:
        token: the token; empty: nobody is the operator.
    """

    token: str

    def given(self, scope: Message) -> bool:
        """Whether this request comes from the operator."""
        told = told_token(header(scope, b"authorization"))
        if not self.token or not told:
            return False
        if hmac.compare_digest(told.encode(), self.token.encode()):
            return True
        LOG.warning("a wrong operator's token")
        return False


def told_token(authorization: str) -> str:
    """The token in the value of a header ``Authorization``; empty where there is none."""
    kind, _space, value = authorization.partition(" ")
    value = value.strip()
    if kind.lower() == "bearer":
        return value
    if kind.lower() != "basic":
        return ""
    try:
        pair = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return pair.partition(":")[2]
