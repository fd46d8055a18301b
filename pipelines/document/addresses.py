"""Addresses: their normal form, the article's id, the registered domain. Pure; no network."""

import hashlib
import ipaddress
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

# Parameters that say how a reader came, never what is shown. Sources: the senders' own documentation
# (Google Analytics and Ads, Meta, Microsoft, Yandex, Matomo, HubSpot, Mailchimp, AT Internet, Piano), and the links in
# papers' own feeds, newsletters and share buttons.
TRACKING = re.compile(
    r"^(?:amp;)*(utm[_-]?\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|li_fat_id|"
    r"mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|__hs\w+|hsctatracking|hsa_\w+|pk_\w+|mtm_\w+|matomo_\w+|piwik_\w+|at_\w+|"
    r"xtor|xtref|wt_mc|wt\.\w+|wt_zmc|ito|cmpid|cmp|cid_source|ns_campaign|ns_mchannel|ns_source|"
    r"ns_linkname|ns_fee|ocid|smid|smtyp|ftag|taid|sr_share|share_token|fb_action_\w+|fb_source|"
    r"fb_ref|ref_src|ref_url|__twitter_impression|_ga|_gl|gaa_\w+|guccounter|guce_\w+|sfns|sfnsn|s_cid|mkwid|pcrid|cx_\w+|sh|share_id|"
    r"trk|trkinfo|vero_\w+|oly_\w+|rb_clickid|sc_c\w+|spm|echobox|dicbo|outputtype|"
    r"srsltid|gad_\w+|gad|epik|rdt_cid|mibextid|lipi|rcm|irclickid|irgwc|ef_id|s_kwcid|elqtrack\w*|_kx|_openstat|"
    r"traffic_source|int_(?:source|medium|campaign)|intcmp|intcid|icmp|icid|ncid|emc|feedtype|feedname|rss|"
    r"tblci|ob(?:orig)?url|soc_src|soc_trk|tsrc|tpcc|mbid|cndid|esrc|bxid|reflink|wpsrc|wpisrc|wpmm|wprss|"
    r"regi_id|instance_id|segment_id|unlocked_article_code|sfmc_\w+|xing_share|_branch_match_id|cvid|"
    r"phpsessid|jsessionid|aspsessionid\w*|sid|sessionid|session_id)$",
    re.IGNORECASE,
)
# Names that also choose what is shown: they say how a reader came only where the value names a way to come.
_CHANNEL_KEYS = frozenset(
    ("ref", "referrer", "referer", "source", "src", "from", "via", "partner", "mod", "medium", "channel", "campaign", "cid", "origin", "share", "feature", "shared")
)  # fmt: skip
_CHANNEL = re.compile(
    r"(?:rss|feed|atom|twitter|facebook|linkedin|whatsapp|telegram|instagram|reddit|pinterest|flipboard|e?mail|newsletter|"
    r"social|share|push|google|bing|yahoo|msn|homepage|frontpage|hp_)[\w.-]{0,40}|tw|fb|nl|home|front|hp",
    re.IGNORECASE,
)
# Files that servers answer with for a folder, and the hosts of one paper: with and without www, for phones, as AMP.
_FOLDER_FILE = re.compile(r"/(?:index|default)\.(?:s?html?|xhtml|php\d?|aspx?|jsp|cfm)$", re.IGNORECASE)
_SAME_PAPER = re.compile(r"^(?:www\d?|m|mobile?|amp)\.")
# One page in the dress that phones and search engines ask for: /amp, .amp.html, ?amp=1, Blogger's ?m=1.
_AMP_PATH = re.compile(r"(?<=[^/])(?:/amp(?:\.html?)?|\.amp)/?$|\.amp(?=\.html?$)", re.IGNORECASE)
_AMP_QUERY = re.compile(
    r"_?amp(?:=(?:1|true|yes|y|on)?)?|(?:m|mobile)=1|view=(?:amp|mobile)|outputtype=amp", re.IGNORECASE
)
# What resolves to itself against any page: nine of ten addresses in the data of pages, told in a seventh of the time.
_RESOLVED = re.compile(r"https?://[a-zA-Z0-9.-]+(?:/[!\"$-:<->@-~]*)?(?:\?[!\"$-~]+)?")
# But for dots, which are folders.
_ROOTED = re.compile(r"/(?![/.])(?:(?!/\.)[!\"$-:<->@-~])*(?:\?[!\"$-~]+)?")
_ORIGIN = re.compile(r"https?://[a-zA-Z0-9.-]+(?::\d+)?(?=[/?#]|$)")
# What is in normal form as it stands: three of four links of a page, told in a twentieth of the time.
_NORMAL = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z0-9-]+(?:/(?!\.)[A-Za-z0-9_.~-]*)+")
_DOTS = re.compile("[\u3002\uff0e\uff61]")  # full stops of East Asian keyboards are dots in a host
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_web_address(url: str) -> bool:
    """Say whether the text is an absolute http or https address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in _DEFAULT_PORTS and bool(parts.hostname)
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def normal_address(url: str) -> str:
    """Return the form by which addresses are compared: no fragment, default port, tracking or session
    parameter, host in lower case, query sorted. What is no web address comes back stripped."""
    url = url.strip()
    if _NORMAL.fullmatch(url) or not is_web_address(url):
        return url
    try:
        parts = urlsplit(url)
        query = "&".join(pair for pair in parts.query.split("&") if pair and not _says_how_one_came(pair))
        parts = urlsplit(canonicalize_url(urlunsplit(parts._replace(query=query))))
        path = _SESSION_IN_PATH.sub("", parts.path) or "/"
        return urlunsplit(SplitResult(parts.scheme, _netloc(parts), path, parts.query, ""))
    except ValueError:  # a port such as :99999, a bracket without its twin
        return url


def _says_how_one_came(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return bool(TRACKING.match(name)) or (name.lower() in _CHANNEL_KEYS and bool(_CHANNEL.fullmatch(value)))


def _netloc(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"


def article_id(url: str) -> str:
    """Return the first 32 hex digits of SHA-256 of the address by which its article is known."""
    return hashlib.sha256(_article_address(url).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _article_address(url: str) -> str:
    """Return the normal form without what differs between the links to one article of one paper: the scheme, the
    host's www, m. or amp., a trailing slash, index.html, /amp and its like. What was asked keeps the narrower form: a server may answer
    one of them and not the other."""
    normal = normal_address(url)
    if not is_web_address(normal):
        return normal
    parts = urlsplit(normal)
    try:
        port = parts.port
    except ValueError:  # a port such as :99999
        return normal
    host = _paper_host(parts.hostname or "")
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, *_DEFAULT_PORTS.values()) else f"{host}:{port}"
    path = _AMP_PATH.sub("", _FOLDER_FILE.sub("/", parts.path)).rstrip("/") or "/"
    query = "&".join(pair for pair in parts.query.split("&") if not _AMP_QUERY.fullmatch(pair))
    return urlunsplit(SplitResult("https", netloc, path, query, ""))


@lru_cache(maxsize=4096)  # by host: a site's pages have one
def _paper_host(host: str) -> str:
    short = _SAME_PAPER.sub("", host)
    # m.blogspot.com is somebody's own site, www.com a site of that name.
    return host if short == host or "." not in short or is_public_suffix(short) else _paper_host(short)


def address_key(url: str) -> bytes:
    """Return the 16 bytes by which the state database knows an address: its host's hash, then its own.

    With the host first, a sitemap's addresses lie side by side on a few pages of the index, not on as many.
    """
    normal = normal_address(url)
    host = (host_of(normal) or "").encode("utf-8", "surrogatepass")
    whole = normal.encode("utf-8", "surrogatepass")
    return hashlib.sha256(host).digest()[:4] + hashlib.sha256(whole).digest()[:12]


@lru_cache(maxsize=4096)  # a page's own address is asked for with each of its dates and names
def host_of(url: str) -> str | None:
    """Return the host in lower case, or None where the text is no web address."""
    return urlsplit(url).hostname if is_web_address(url) else None


@cache
def _suffix_rules() -> frozenset[str]:
    """Return the public suffix list that tldextract brings, private suffixes too: somebody.blogspot.com is its own site.

    The package itself loads an HTTP client to fetch newer lists, and builds two trees: .2 s of CPU in every process.
    """
    package = find_spec("tldextract")  # finds it, imports nothing
    if package is None or package.origin is None:
        raise ModuleNotFoundError("tldextract is not installed", name="tldextract")
    lines = Path(package.origin).with_name(".tld_set_snapshot").read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if line and not line.startswith("//"))


def _suffix_size(labels: list[str]) -> int:
    """Return how many labels at a host's end are its public suffix, by the longest rule; 0 where no rule knows it."""
    rules, names = _suffix_rules(), [_as_listed(label) for label in labels]
    for start in range(len(names)):
        name, parent = ".".join(names[start:]), ".".join(names[start + 1 :])
        if f"!{name}" in rules:
            return len(names) - start - 1
        if name in rules or f"*.{parent}" in rules:
            return len(names) - start
    return 0


def _as_listed(label: str) -> str:
    """Return a label as the list has it, whose names are no punycode."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def registered_domain(url: str) -> str | None:
    """Return the registered domain (bbc.co.uk) of an address; the host itself for IPs and bare names."""
    host = host_of(url)
    return None if host is None else _domain_of(host)


@lru_cache(maxsize=4096)  # by host: a site's pages have one
def _domain_of(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        labels = _DOTS.sub(".", host).rstrip(".").split(".")
        size = _suffix_size(labels)
        return ".".join(labels[-size - 1 :]) if 0 < size < len(labels) else host


def is_public_suffix(host: str) -> bool:
    """Say whether a host is a suffix under which sites are registered: com, co.uk, blogspot.com."""
    labels = host.split(".")
    return _suffix_size(labels) == len(labels)


def absolute(url: str, base: str) -> str | None:
    """Resolve a link against its page; None where the result is no web address."""
    url = url.strip()
    if _RESOLVED.fullmatch(url):
        return url
    if _ROOTED.fullmatch(url) and (origin := _ORIGIN.match(base)):
        return origin.group() + url
    try:
        joined = urljoin(base, re.sub(r"[\t\r\n]", "", url))
    except ValueError:
        return None
    return joined if is_web_address(joined) else None


def credible_canonical(canonical: str | None, url: str) -> str | None:
    """Return the page's canonical link if it can be believed: same registered domain, and not the
    front page unless the page is the front page."""
    if not canonical:
        return None
    resolved = absolute(canonical, url)
    if resolved is None or registered_domain(resolved) != registered_domain(url):
        return None
    if urlsplit(resolved).path in ("", "/") and not urlsplit(resolved).query:
        here = urlsplit(url)
        if here.path not in ("", "/") or here.query:
            return None
    return resolved
