"""Page -> Document: decoded once, parsed once, shared by every stage. The tree is read only."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from columnist.pipelines.document.addresses import absolute, host_of
from columnist.pipelines.document.charset import decode
from columnist.pipelines.document.jsonld_nodes import json_ld_nodes, nodes_about, pushed_blocks
from columnist.pipelines.document.parse import find_headings, parse
from columnist.pipelines.document.repair import tidy
from columnist.pipelines.document.tags import find_tags
from columnist.pipelines.language.lexicon import entries
from columnist.pipelines.records.article import NotAnArticle, Page


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed page. Nobody changes `tree`: who needs to cut, copies first."""

    page: Page
    tree: Any  # lxml.etree._Element: the root <html>
    encoding: str  # the encoding that the bytes were read in
    json_ld: tuple[Mapping[str, Any], ...]  # every JSON-LD node: @graph and lists flattened, in page order
    meta: Mapping[
        str, tuple[str, ...]
    ]  # <meta> name|property|itemprop|http-equiv in lower case -> contents in order
    base_url: str  # what relative links are resolved against
    charset_guess: bool = False  # the encoding was detected, or some bytes could not be read
    encoded_twice: bool = False  # the text had been, and is repaired
    by_tag: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)  # elements of _GATHERED, page order
    canonical: str | None = None  # <link rel=canonical>, absolute; not yet checked for credibility
    about: tuple[Mapping[str, Any], ...] = ()  # nodes of json_ld that describe this page, articles first
    headings: tuple[Any, ...] = ()  # the h1 elements, or the one element that shows <title>
    utf8: bytes = b""  # the tidied source: a substring test on it tells cheaply what the tree can hold
    # What readers of the tree have found, for the next who asks: the values of an attribute by its path, and elements
    # by what they were looked up as. Nothing that is not read off `tree` alone.
    values: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    groups: dict[str, tuple[Any, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    host: str = field(init=False)  # of the page's address; "" where it has none
    month_first: bool = field(init=False)  # whether 3/4/2024 is the 4th of March here

    def __post_init__(self) -> None:
        object.__setattr__(self, "host", host_of(self.page.url) or "")
        object.__setattr__(self, "month_first", month_first(self.host, self.tree.get("lang") or ""))


_MONTH_FIRST = ("en-us", "en", "en-ph", "")  # languages of pages, where nothing says the country
# Countries that write the month first or both ways, what is no country, and endings that are sold to the whole world.
_OF_NO_COUNTRY = frozenset(("us", "ph", "ca", "eu", *entries("countries", "sold")))
# Gathered in one pass, so that no stage scans the whole tree for them.
_GATHERED = ("title", "meta", "link", "base", "script", "time", "h1", "a")
_NAMING = ("name", "property", "itemprop", "http-equiv")  # attributes of <meta> that say what it holds
_HEAD = 4_096  # bytes that tell what kind of file it is

# First bytes of files that servers send as text/html.
_MAGIC = (
    (b"%PDF-", "PDF"), (b"\x89PNG", "PNG"), (b"GIF8", "GIF"), (b"\xff\xd8\xff", "JPEG"), (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"), (b"RIFF", "RIFF"), (b"OggS", "Ogg"), (b"ID3", "MP3"), (b"\x7fELF", "ELF"), (b"MZ\x90", "EXE"),
    (b"%!PS", "PostScript"), (b"{\\rtf", "RTF"), (b"wOFF", "font"), (b"wOF2", "font"), (b"\xd0\xcf\x11\xe0", "Office"),
    (b"II*\x00", "TIFF"), (b"MM\x00*", "TIFF"), (b"BM", "BMP"), (b"\x00\x00\x01\x00", "icon"), (b"PAR1", "Parquet"),
)  # fmt: skip
_MAGIC_BYTES = tuple(magic for magic, _ in _MAGIC)
_CONTENT = re.compile(rb"[^ \t\r\n\0\xef\xbb\xbf\xfe\xff]")  # more than spaces and marks of order
_TAG = re.compile(rb"<[a-zA-Z!/?]")
# Possessive, "*+": comments could else be parted in ways that double with each of them.
_OTHER_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?.*?\?>\s*|<!DOCTYPE\s+(?!html)[^>]*>\s*)*+"
    rb"<(rss|feed|urlset|sitemapindex|rdf:RDF|svg|opml|wml)\b",
    re.DOTALL | re.IGNORECASE,
)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z-]*: ?[^\n]*\n")
_JSON = re.compile(rb"\s*[\[{]\s*(?:[\"\[{\]}]|-?\d)")
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\f\x1b")  # ESC: ISO-2022-JP
_MOST_CONTROLS = 0.02  # share of the head; random bytes have .10, the worst page seen .001
_FEW_CONTROLS = 8  # in a short body a few are typing, not a binary file
_MOST_UNREADABLE = 0.1


def read_document(page: Page) -> Document:
    """Decode and parse the page's HTML; raise NotAnArticle for what is no HTML."""
    body = page.html or b""
    if not _CONTENT.search(body):
        raise NotAnArticle("empty", f"{len(body)} bytes")
    _refuse_other_files(body)
    decoded = decode(body, page.headers.get("content-type"))
    refuse_unreadable(decoded.utf8)
    tidied = tidy(decoded.utf8)
    if not _TAG.search(tidied.utf8):
        tidied = find_tags(_as_paragraphs(tidied.utf8))
    parsed = parse(tidied, ids=page.layout is not None)  # a site file's selectors may ask for id()
    if parsed is None:
        raise NotAnArticle("empty", "no element and no text")
    tree = parsed.tree
    found = {tag: tuple(parsed.by_tag[tag]) for tag in _GATHERED}
    base_url = _base_url(found["base"], page.url)
    canonical = _canonical(found["link"], base_url)
    addresses = (page.url, page.requested_url, canonical)
    json_ld = json_ld_nodes(_json_ld_blocks(found["script"]))
    title = "".join(found["title"][0].itertext()) if found["title"] else ""
    about = nodes_about(json_ld, addresses, title)
    if not about:
        json_ld += json_ld_nodes(pushed_blocks(script.text or "" for script in found["script"]))
        about = nodes_about(json_ld, addresses, title)
    return Document(
        page=page,
        tree=tree,
        encoding=decoded.encoding,
        json_ld=json_ld,
        meta=_read_meta(found["meta"]),
        base_url=base_url,
        charset_guess=decoded.guessed,
        encoded_twice=decoded.twice,
        by_tag=found,
        canonical=canonical,
        headings=find_headings(tree, found["h1"], found["title"]),
        about=about,
        utf8=tidied.utf8,
    )


def month_first(host: str, language: str) -> bool:
    """Say whether 3/4/2024 is the 4th of March on a page: in the United States and the Philippines."""
    ending = host.rpartition(".")[2]
    if len(ending) == 2 and ending not in _OF_NO_COUNTRY:  # templates of other countries still say en-US
        return False
    return language.lower().replace("_", "-") in _MONTH_FIRST


def _refuse_other_files(body: bytes) -> None:
    head = body[:_HEAD].lstrip()
    if head.startswith(_MAGIC_BYTES) or body.startswith(_MAGIC_BYTES):
        name = next(name for magic, name in _MAGIC if head.startswith(magic) or body.startswith(magic))
        raise NotAnArticle("not-html", name)
    if body[4:8] == b"ftyp":
        raise NotAnArticle("not-html", "MP4")
    if match := _OTHER_MARKUP.match(head):
        raise NotAnArticle("not-html", f"<{match.group(1).decode()}>")
    if _JSON.match(head) and not re.search(rb"<\w", head):
        raise NotAnArticle("not-html", "JSON")
    if _HEADER.match(head) and b"multipart/" in head and b"boundary=" in head:
        raise NotAnArticle("not-html", "MHTML: several files in one; save the page as HTML")


def refuse_unreadable(utf8: bytes) -> None:
    """Raise NotAnArticle for what was decoded, and is no text for all that."""
    head = utf8[:_HEAD]
    controls = len(head) - len(head.translate(None, _CONTROLS.replace(b"\0", b"")))
    nuls = head.count(0)
    # NULs alone do not tell: broken exporters pad with them. With other controls they do.
    if controls > max(_FEW_CONTROLS, _MOST_CONTROLS * len(head)) or nuls > len(head) // 2:
        raise NotAnArticle("not-html", "bytes that are no text")
    text = head.decode("utf-8", "ignore")
    if text.count("�") > _MOST_UNREADABLE * len(text) and not _TAG.search(head):
        raise NotAnArticle("not-html", "bytes that are no text")


def _as_paragraphs(utf8: bytes) -> bytes:
    """Give plain text the markup of its lines: a text file served as a page is still an article."""
    lines = (escape(line.strip()) for line in utf8.decode("utf-8", "ignore").splitlines())
    return "".join(f"<p>{line}</p>" for line in lines if line).encode()


def _json_ld_blocks(scripts: tuple[Any, ...]) -> Iterator[str]:
    for script in scripts:
        kind = (script.get("type") or "").lower()
        if ("ld+json" in kind or "json+ld" in kind) and script.text:
            yield script.text


def _read_meta(elements: tuple[Any, ...]) -> dict[str, tuple[str, ...]]:
    meta: dict[str, list[str]] = {}
    for element in elements:
        if content := (element.get("content") or "").strip():
            names = [name.strip().lower() for kind in _NAMING if (name := element.get(kind))]
            for name in names if len(names) == 1 else dict.fromkeys(names):
                if name:
                    meta.setdefault(name, []).append(content)
    return {name: tuple(contents) for name, contents in meta.items()}


def _base_url(bases: tuple[Any, ...], url: str) -> str:
    for base in bases:
        href = base.get("href")
        if href and (resolved := absolute(href, url)):
            return resolved
    return url


def _canonical(links: tuple[Any, ...], base_url: str) -> str | None:
    for link in links:
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            return absolute(link.get("href"), base_url)
    return None
