"""Names of site files: one safe file name for each host, and never a way out of the folder."""

import re
from urllib.parse import urlsplit

import idna

from columnist.pipelines.document.addresses import is_web_address

_NAME = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*\.?")
_LONGEST = 200  # bytes: file systems take 255, and ".toml" and a temporary suffix must fit
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SiteNameError(ValueError):
    """A name that cannot be a site file's name."""


def site_name(url: str) -> str:
    """Return the name of an address's site file: the host in ASCII, with _port where it is unusual."""
    if not is_web_address(url):
        raise SiteNameError(f"{url[:200]!r} is no web address; give one like https://news.example/")
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise SiteNameError(f"{url[:200]!r} has an impossible port") from None
    host = _ascii((parts.hostname or "").rstrip(".")).replace(":", "-").strip("-")  # IPv6: [2001:db8::1]
    name = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}_{port}"
    return _checked(name, url)


def file_name(name: str) -> str:
    """Return the file name of a site's name; raise SiteNameError where it is none.

    Names are hosts: ASCII letters, digits, dots, hyphens and the _ before a port. That leaves no room for
    a way up, a NUL, a device or two names that differ in case alone.
    """
    return f"{_checked(name, name)}.toml"


def _checked(name: str, given: str) -> str:
    plain = _ascii(name).lower()
    if not _NAME.fullmatch(plain) or len(plain) > _LONGEST:
        raise SiteNameError(
            f"{given[:200]!r} cannot name a site file: use the host, e.g. news.example or localhost_8080 "
            f"(letters, digits, dots, hyphens; at most {_LONGEST} characters)"
        )
    return plain.rstrip(".")


def _ascii(name: str) -> str:
    """Return an international name in its ASCII form (zeitung-münchen.example -> xn--...); none: as it is."""
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except UnicodeError:
        return name
