"""What belongs to a site: the registered domain; for bare hosts and IP addresses, exactly host and port."""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from columnist.pipelines.document.addresses import is_web_address, registered_domain

_DEFAULT_PORTS = {"http": 80, "https": 443}


_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*")


def site_key(url: str) -> str | None:
    """Return the name of the site that an address belongs to; None for what is no web address."""
    origin = _ORIGIN.match(url)
    return None if origin is None else _site_of(origin.group())


@lru_cache(maxsize=1024)  # of one request it is asked six times, of a page as often as it has links
def _site_of(url: str) -> str | None:
    if not is_web_address(url):
        return None
    domain = registered_domain(url)
    host = urlsplit(url).hostname
    if domain is None or host is None:
        return None
    if domain != host or ("." in domain and not _is_ip(domain)):
        return domain
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except ValueError:  # a port such as :99999
        return None
    return f"[{domain}]:{port}" if ":" in domain else f"{domain}:{port}"


def _is_ip(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def in_scope(url: str, sites: Iterable[str]) -> bool:
    """Say whether an address belongs to one of the sites."""
    key = site_key(url)
    return key is not None and key in sites
