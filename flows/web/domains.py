"""The registered domain of a host: the unit of politeness. By the public suffix list that tldextract brings along; never the network."""

from functools import cache, lru_cache

from tldextract import TLDExtract
from yarl import URL

from flows.web.guard import rows


@cache
def _extract() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)


@lru_cache(maxsize=10_000)
def registered(host: str) -> str:
    """Return the registered domain of `host` (`news.bbc.co.uk` -> `bbc.co.uk`); an address or a bare name is its own."""
    parts = _extract().extract_str(host)
    if parts.suffix and parts.domain:
        return f"{parts.domain}.{parts.suffix}"
    if parts.ipv4 or parts.ipv6 or ":" in host:
        return host
    return ".".join(host.split(".")[-2:])  # RFC 8499: where the list is silent, the last label is the suffix


def of_url(url: str) -> str:
    """Return the registered domain that a request for `url` would go to; the text itself where it is no URL."""
    try:
        host = URL(url).raw_host
    except ValueError:
        host = None
    return registered(host.lower().removesuffix(".")) if host else url


@cache
def pauses() -> dict[str, float]:
    """Return the pauses, in seconds, that some domains are known to ask for."""
    return {row["domain"]: float(row["pause_s"]) for row in rows("domains.csv")}
