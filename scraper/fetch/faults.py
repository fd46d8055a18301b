"""What an exception of the downloader means, and the sentence that a person gets of what keeps a site away."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from columnist.scraper.fetch.guard.address_guard import AddressRefused
from columnist.scraper.fetch.guard.proxies import ProxyFailed
from columnist.scraper.fetch.outcomes import Unfetched

# What keeps a whole site from being crawled, with the way out; {} is what is known beyond the reason.
_SENTENCES: tuple[tuple[str, str], ...] = (
    ("tls", "the server's certificate is not one that this machine trusts: self-signed, expired or another name's; "
            "if you know why and trust it all the same, write tls_verify = false into the site's file"),
    ("private-address", "it leads to{} an address of a private network or of this machine, which is not asked; "
                        "name that address itself, or give --allow-private for an intranet"),
    ("scheme", "it leads to{} something else than http and https; look at it in a browser and name where it went"),
    ("port", "it leads to{} a port of another service, which is not asked"),
    ("credentials", "it leads to{} an address with a user name or a password, which is not asked"),
    ("connection-refused", "nobody listens there; is the site up?"),
    ("proxy", "its proxy{}; look at --proxy and the site's file"),
    ("dns", "its name does not resolve; is it spelt right?"),
    ("timeout", "no whole answer came in time; is the site up?"),
    ("connection", "the connection was closed before an answer; is the site up?"),
    ("bad-response", "what answers there is no HTTP; is the port right?"),
    ("render", "the browser broke as it showed the page;{} does `chromium --version` work here?"),
    ("redirect-loop", "it redirects in a circle; look at it in a browser"),
    ("robots", "its robots.txt does not allow it; that is respected"),
    ("licence", "it answers that a licence is needed; that is respected"),
    ("robots-unreachable", "its robots.txt gives no answer{}; nothing is asked for until it does"),
)  # fmt: skip


def fault_of(error: Exception) -> Unfetched:
    """Say what an exception of the downloader means."""
    words = str(error)
    if isinstance(error, AddressRefused):
        return Unfetched("filtered", error.reason, detail=error.detail)
    if isinstance(error, ProxyFailed):
        return Unfetched("failed", "proxy", retry=True, detail=words[:200])
    if isinstance(error, (DownloadTimeoutError, TimeoutError)):
        return Unfetched("failed", "timeout", retry=True)
    if isinstance(error, ResponseDataLossError):
        return Unfetched("failed", "truncated", retry=True)
    if (
        isinstance(error, DownloadCancelledError)
        or "DOWNLOAD_MAXSIZE" in words
        or "download max size" in words
    ):
        return Unfetched("too-large", "too-large")
    if isinstance(error, CannotResolveHostError):
        return Unfetched("failed", "dns", retry=True)
    if "SSL" in words or "certificate" in words.lower():
        return Unfetched("failed", "tls")
    if isinstance(error, DownloadConnectionRefusedError):
        return Unfetched("failed", "connection-refused", retry=True)
    if "ParseError" in words or "BadStatusLine" in words or isinstance(error, ValueError):
        return Unfetched("failed", "bad-response")
    return Unfetched("failed", "connection", retry=True)


def sentence_of(got: Unfetched) -> str:
    """Return what a person is told of an address that keeps its whole site from being crawled."""
    if got.what == "blocked":
        who = "" if got.reason.startswith("http-") else f" by {got.reason}"
        return f"blocked{who} (status {got.status}); ask the site to let your user agent in, or leave it out"
    if got.what == "gone":
        return f"nothing is there (status {got.reason}); is the address right?"
    if got.reason.startswith("http-"):
        return f"it answers with status {got.reason.removeprefix('http-')}"
    shape = dict(_SENTENCES).get(got.reason, f"{got.reason}{{}}")
    if got.reason == "proxy":
        return shape.replace("{}", f" {got.detail or 'gives no way to it'}")
    if got.reason == "robots-unreachable":
        return shape.replace("{}", f" ({_why(got.detail)})" if got.detail else "")
    return shape.replace("{}", f" {got.detail}:" if got.detail else "")


def _why(detail: str) -> str:
    """Return a reason's sentence without its question, or the words as they are."""
    return (
        dict(_SENTENCES).get(detail, detail).replace("{}", " gives no way to it" if detail == "proxy" else "")
    )
