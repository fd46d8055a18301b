"""The way of one fetch through its redirects: where it was, and the cookies that it was given on the way."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

_PERMANENT = frozenset({301, 308})
_MOST_COOKIES = 20  # of one host and fetch; consent and load balancers set two or three
_LONGEST = 4_096  # characters of one cookie, as browsers take it
# A token, and no control, comma or semicolon.
_COOKIE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+=[!-+\--:<-~ ]*")


class Trail:
    """One fetch's redirects. Cookies live as long as it does, and go to the origin alone that set them."""

    def __init__(self, url: str) -> None:
        self.hops: tuple[str, ...] = ()  # the addresses it was redirected to
        self.moved_from: tuple[str, ...] = ()  # the addresses that sent it on for good
        self._cookies: dict[str, dict[str, str]] = {}  # origin -> name -> name=value
        self._start = url
        self._asked = {(url, "")}
        self._for_good = True

    def cookies_for(self, url: str) -> str:
        """Return the header Cookie for a request, empty where there is none."""
        return "; ".join(self._cookies.get(_origin(url), {}).values())

    def keep_cookies(self, url: str, lines: Sequence[bytes]) -> None:
        """Keep what a redirect sets: some sites answer with the page only to who brings it back."""
        jar = self._cookies.setdefault(_origin(url), {})
        for line in lines:
            words = line.decode("latin-1").partition(";")[0].strip()
            if len(words) <= _LONGEST and _COOKIE.fullmatch(words):
                name = words.partition("=")[0]
                if name in jar or len(jar) < _MOST_COOKIES:
                    jar[name] = words

    def was_asked(self, url: str) -> bool:
        """Say whether this very request was made: an address with other cookies is another request."""
        return (url, self.cookies_for(url)) in self._asked

    def follow(self, url: str, target: str, status: int) -> None:
        """Take one step."""
        self._asked.add((target, self.cookies_for(target)))
        self._for_good = self._for_good and status in _PERMANENT
        if self._for_good:
            self.moved_from += (url,)
        if target not in (self._start, *self.hops):
            self.hops += (target,)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"
