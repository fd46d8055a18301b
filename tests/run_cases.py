"""Run small inputs from outside of this repository: python tests/run_cases.py FOLDER [NAME ...] [-v]: run small inputs against the installed columnist, a line for each expected field.

A case is `<kind>-<n>.json` beside the input of the same name (.html .xml .txt .gz .warc). The JSON holds:
    why       one sentence: what must come out, and for whom it matters
    reads     page (default), text, listing, robots, links, addresses, warc: which of the product's functions reads the input
    url, headers, fetched_at, hints, sites    what is known of the input (all optional)
    expect    the fields that must hold
Fields of a page: reason (null: an article), title, authors, published_at, modified_at, published_offset, language, section,
tags, image_url, images (of addresses), captions, canonical_url, access, agency, description, is_live_blog, and of its text:
paragraphs (exactly these), has / lacks (pieces), order (pieces one after the other), once (pieces that stand there once),
starts, ends. Of a listing: kind, links (exactly these), has_links, lacks_links, titles, dates (link -> UTC time of the hint's
own or the listing's date). Of robots: allowed {address: bool}, delay, sitemaps. Of links: next_page, feeds, has_links,
lacks_links, refresh. Of addresses (lines "A<tab>B"): one_id (bool, for every line). Of a warc: has / lacks over all rows, rows, reasons.
Exit 1 where a field fails. Run it with the python of the environment in which columnist is installed.
"""

import json
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pyarrow.parquet as pq

from columnist.pipelines.clean import clean
from columnist.pipelines.document.addresses import article_id
from columnist.pipelines.document.read import read_document
from columnist.pipelines.records.article import Article, Hint, Page
from columnist.scraper.discover.discover import read_listing
from columnist.scraper.discover.links import find_links
from columnist.scraper.discover.site_scope import site_key
from columnist.scraper.robots.parser import allows, read_robots

Case = dict[str, Any]
Result = tuple[str, Any, str]  # the field, whether it holds, what came
Results = Iterator[Result]

INPUTS = (".html", ".xml", ".txt", ".warc", ".warc.gz", ".gz")
NOW = "2026-11-20T12:00:00+00:00"


def plain(words: str | None) -> str:
    """White space and Unicode form do not count."""
    return " ".join(unicodedata.normalize("NFC", words or "").split())


def moment(words: str | None) -> datetime | None:
    return None if words is None else datetime.fromisoformat(words.replace("Z", "+00:00")).astimezone(UTC)


def page_of(case: Case, body: bytes) -> Page:
    return Page(
        url=case.get("url", "https://news.example/a"),
        html=body,
        headers={k.lower(): v for k, v in case.get("headers", {}).items()},
        fetched_at=moment(case.get("fetched_at", NOW)),
        http_status=case.get("http_status", 200),
        hints=tuple(
            Hint(**{**h, **{name: tuple(h.get(name, ())) for name in ("authors", "tags")}})
            for h in case.get("hints", ())
        ),
    )


def text_fields(expect: Case, paragraphs: list[str]) -> Results:
    lines = [plain(p) for p in paragraphs]
    text = "\n".join(lines)
    flat = " ".join(lines)
    for name, wanted in expect.items():
        if name == "paragraphs":
            whole = [plain(p) for p in wanted]
            missing = [p[:60] for p in whole if p not in lines]
            extra = [p[:60] for p in lines if p not in whole]
            yield name, lines == whole, f"missing {missing} extra {extra}" if missing or extra else "order"
        elif name == "has":
            lost = [w for w in wanted if plain(w) not in flat]
            yield name, not lost, f"lost {lost}; text begins {flat[:120]!r}"
        elif name == "lacks":
            kept = [w for w in wanted if plain(w) in flat]
            yield name, not kept, f"kept {kept}"
        elif name == "order":
            places = [flat.find(plain(w)) for w in wanted]
            yield name, -1 not in places and places == sorted(places), f"at {places}"
        elif name == "once":
            counts = {w: flat.count(plain(w)) for w in wanted}
            yield name, all(n == 1 for n in counts.values()), f"{counts}"
        elif name == "starts":
            yield name, text.startswith(plain(wanted)), f"{text[:100]!r}"
        elif name == "ends":
            yield name, text.endswith(plain(wanted)), f"...{text[-100:]!r}"


def run_page(case: Case, body: bytes, text: bool = False) -> Results:  # noqa: C901  a branch a field
    expect = case["expect"]
    page = page_of(case, body)
    if text:
        page = Page(url=page.url, text=body.decode("utf-8"), fetched_at=page.fetched_at)
    made = clean(page)
    reason = None if isinstance(made, Article) else made.reason
    wanted = expect.get("reason")
    good = reason in wanted if isinstance(wanted, list) else reason == wanted
    yield "reason", good, f"{reason} {getattr(made, 'detail', None) or ''}"
    if reason is not None:
        for name in expect:
            if name not in ("reason", "lacks"):
                yield name, reason in (wanted or ()) if isinstance(wanted, list) else False, "no article"
        return
    yield from text_fields(expect, [p.text for p in made.paragraphs])
    for name, wanted in expect.items():
        if name in ("title", "description", "section", "publisher", "agency"):
            got = getattr(made, name)
            yield name, (plain(got) or None) == (plain(wanted) or None), repr(got)
        elif name == "authors" or name == "tags":
            got = list(getattr(made, name))
            yield name, [plain(a) for a in got] == [plain(a) for a in wanted], f"{got}"
        elif name in ("published_at", "modified_at"):
            got = getattr(made, name)
            yield name, got == moment(wanted), f"{got} from {made.found_by.get(name)} {made.published_raw!r}"
        elif name == "published_on":  # the day alone
            got = made.published_at
            yield name, (got and got.date().isoformat()) == wanted, f"{got} {made.published_raw!r}"
        elif name in (
            "language",
            "image_url",
            "canonical_url",
            "access",
            "is_live_blog",
            "published_offset",
            "published_precision",
        ):
            yield name, getattr(made, name) == wanted, repr(getattr(made, name))
        elif name == "images":
            got = [i.url for i in made.images]
            yield name, got == wanted, f"{got}"
        elif name == "captions":
            got = [i.caption for i in made.images]
            yield name, got == wanted, f"{got}"


def run_listing(case: Case, body: bytes) -> Results:  # noqa: C901  a branch a field
    now = moment(case.get("fetched_at", NOW)).timestamp()
    got = read_listing(body, case.get("url", "https://news.example/feed"), now)
    links = [f.url for f in got.found]
    hinted = {f.url: f for f in got.found}
    expect = case["expect"]
    for name, wanted in expect.items():
        if name == "kind":
            yield name, got.kind == wanted, f"{got.kind} {got.detail or ''}"
        elif name == "links":
            yield name, links == wanted, f"{links} {got.detail or ''}"
        elif name == "has_links":
            yield name, all(w in links for w in wanted), f"{links}"
        elif name == "lacks_links":
            yield name, not any(w in links for w in wanted), f"{links}"
        elif name == "titles":
            said = {u: hinted[u].hint and hinted[u].hint.title for u in wanted if u in hinted}
            yield (
                name,
                {u: plain(t) for u, t in said.items()} == {u: plain(t) for u, t in wanted.items()},
                f"{said}",
            )
        elif name == "authors":
            said = {u: list(hinted[u].hint.authors) for u in wanted if u in hinted and hinted[u].hint}
            yield name, said == wanted, f"{said}"
        elif name == "descriptions":
            said = {u: hinted[u].hint.description for u in wanted if u in hinted and hinted[u].hint}
            yield name, said == wanted, f"{said}"
        elif name == "via":
            said = {u: hinted[u].via for u in wanted if u in hinted}
            yield name, said == wanted, f"{said}"
        elif name == "dates":
            said = {
                u: f.changed_at and datetime.fromtimestamp(int(f.changed_at), UTC)
                for u, f in hinted.items()
                if u in wanted
            }
            yield (
                name,
                said == {u: moment(w) for u, w in wanted.items()},
                f"{ {u: str(w) for u, w in said.items()} }",
            )


def run_robots(case: Case, body: bytes) -> Results:
    rules = read_robots(body, case.get("agent", "Columnist/0.1 (+https://you.example/)"))
    for name, wanted in case["expect"].items():
        if name == "allowed":
            got = {u: allows(rules, u) for u in wanted}
            yield name, got == wanted, f"{ {u: g for u, g in got.items() if g != wanted[u]} }"
        elif name == "delay":
            yield name, rules.delay == wanted, f"{rules.delay}"
        elif name == "sitemaps":
            base = case.get("url", "https://news.example/robots.txt")
            got = [urljoin(base, s) for s in rules.sitemaps]
            yield name, got == wanted, f"{got}"


def run_links(case: Case, body: bytes) -> Results:
    url = case.get("url", "https://news.example/a")
    links = find_links(
        read_document(page_of(case, body)), case.get("sites") or [site_key(url)], moment(NOW).timestamp()
    )
    found = [f.url for f in links.found]
    for name, wanted in case["expect"].items():
        if name in ("next_page", "refresh"):
            yield name, getattr(links, name) == wanted, f"{getattr(links, name)}"
        elif name == "feeds":
            yield name, [f.url for f in links.feeds] == wanted, f"{[f.url for f in links.feeds]}"
        elif name == "has_links":
            yield (
                name,
                all(w in found for w in wanted),
                f"missing {[w for w in wanted if w not in found]} of {found}",
            )
        elif name == "lacks_links":
            yield name, not any(w in found for w in wanted), f"{found}"
        elif name == "kinds":
            got = {f.url: f.kind for f in links.found}
            yield (
                name,
                all(got.get(u) == k for u, k in wanted.items()),
                f"{ {u: got.get(u) for u in wanted} }",
            )


def run_addresses(case: Case, body: bytes) -> Results:
    wanted = case["expect"]["one_id"]
    for line in body.decode("utf-8").splitlines():
        if line.strip():
            one, two = line.split("\t")
            yield (
                "one_id" if wanted else "two_ids",
                (article_id(one) == article_id(two)) == wanted,
                f"{one} {two}",
            )


def run_warc(case: Case, path: Path) -> Results:
    with tempfile.TemporaryDirectory() as data:
        ran = subprocess.run(
            [str(Path(sys.executable).with_name("columnist")), "clean", str(path), "--data", data, "--workers", "1"],
            check=False, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        rows = [
            r
            for f in Path(data, "articles").rglob("*.parquet")
            for r in pq.read_table(f, partitioning=None).to_pylist()
        ]
        bad = [
            r
            for f in Path(data, "rejects").rglob("*.parquet")
            for r in pq.read_table(f, partitioning=None).to_pylist()
        ]
    said = (ran.stdout.strip().splitlines() or [ran.stderr.strip()[-200:]])[-1]
    yield from text_fields(case["expect"], [r["text"] for r in rows])
    for name, wanted in case["expect"].items():
        if name == "rows":
            yield name, len(rows) == wanted, f"{len(rows)}: {said}"
        elif name == "urls":
            yield name, sorted(r["url"] for r in rows) == sorted(wanted), f"{[r['url'] for r in rows]}"
        elif name == "reasons":
            yield name, sorted(r["reason"] for r in bad) == sorted(wanted), f"{[r['reason'] for r in bad]}"


def run(path: Path) -> tuple[Case, list[Result]]:
    case = json.loads(path.read_text("utf-8"))
    source = next(p for p in (path.with_suffix(s) for s in INPUTS) if p.exists())
    body, reads = source.read_bytes(), case.get("reads", "page")
    if reads == "warc":
        return case, list(run_warc(case, source))
    runs = {
        "page": run_page,
        "listing": run_listing,
        "robots": run_robots,
        "links": run_links,
        "addresses": run_addresses,
    }
    if reads == "text":
        return case, list(run_page(case, body, text=True))
    return case, list(runs[reads](case, body))


def main(argv: list[str]) -> int:
    loud = "-v" in argv
    argv = [a for a in argv if a != "-v"]
    folder, names = Path(argv[0]), argv[1:]
    good = bad = whole = 0
    paths = sorted(p for p in folder.glob("*.json") if not names or any(n in p.stem for n in names))
    for path in paths:
        try:
            _, results = run(path)
        except Exception as broken:  # noqa: BLE001  a crash of the product is a failed case
            results = [("crash", False, f"{type(broken).__name__}: {broken}")]
        fine = all(ok for _, ok, _ in results)
        whole += fine
        for name, ok, told in results:
            good, bad = good + ok, bad + (not ok)
            if not ok or loud:
                print(f"{'pass' if ok else 'FAIL'} {path.stem:28} {name:14} {'' if ok else told}")
        if fine and not loud:
            print(f"pass {path.stem}")
    print(f"{whole} of {len(paths)} cases, {good} of {good + bad} fields")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
