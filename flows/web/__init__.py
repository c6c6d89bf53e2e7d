"""The only door to the network: polite, conditional, guarded, bounded. Everything that comes in is a `records.Response`."""

from flows.web.client import Web
from flows.web.settings import Request, WebSettings

__all__ = ["Request", "Web", "WebSettings"]
