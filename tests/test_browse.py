"""`columnist browse` and `show --html`: what is found and shown, and that nothing of a captured page runs or is fetched."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from crawldriver import crawl
from fakesite import FakeSite, article, articles_text, links
from lxml import html
from newsroom import NOON, an_article, with_text, write

from columnist.pipelines.document.addresses import article_id
from columnist.pipelines.publish.browse.app import make_app
from columnist.pipelines.publish.browse.difference import Line, differences
from columnist.pipelines.publish.browse.search import PAGE, BadWish, Search, TooSlow
from columnist.pipelines.records.article import Paragraph
from columnist.scraper.cli.main import run

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
HOSTILE = "/2026/11/22/the-council-of-the-town-adopts-its-budget"
PWN = "document.title='pwned'"
HEAD = f'<meta http-equiv="refresh" content="0;url=/pwned"><base href="/pwned/"><link rel="stylesheet" href="/pwned.css"><script>{PWN}</script>'
# Markup that runs where it is taken for markup, as elements and as words that a reader sees.
BODY = f"""<svg onload="{PWN}"><script>{PWN}</script></svg><object data="/pwned"></object><img src="/pwned" srcset="/pwned 2x" onerror="{PWN}">
<iframe srcdoc="&lt;script&gt;parent.{PWN}&lt;/script&gt;"></iframe><p style="background: url(/pwned)" onmouseover="{PWN}">
The mayor wrote &lt;/p&gt;&lt;/iframe&gt;&lt;script&gt;top.{PWN}&lt;/script&gt;&lt;svg onload="{PWN}"&gt;' " and "&gt;&lt;img src=x onerror={PWN}&gt;
on the wall of the hall, and the council had it painted over before the evening was done.</p>"""
STORY = "https://paper.example/story"
COPY = "https://gazette.example/copy"
BEFORE = (
    Paragraph("p", "The council met on Tuesday and voted for the old bridge."),
    Paragraph("quote", "We are glad."),
)
AFTER = (Paragraph("p", "The council met on Wednesday and voted for the old bridge."), BEFORE[1], Paragraph("p", "It rained."))  # fmt: skip


def sides(lines: tuple[Line, ...]) -> tuple[str, str]:
    """Return both texts again, spaces aside: what stayed or went, and what stayed or came."""
    return tuple(  # type: ignore[return-value]
        "".join(p.text for line in lines for p in line if p.fate in ("same", fate)).replace(" ", "")
        for fate in ("gone", "new")
    )


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("", "", [], []),
        ("a b c", "a x c", ["b "], ["x "]),
        ("a b", "a b\nc", [], ["c"]),
        ("one\ntwo\nthree", "zero\none\ntwo three", ["three"], ["zero", "three"]),
        ("委员会批准预算", "委员会否决预算", ["批准"], ["否决"]),
        ("हिन्दी में", "हिन्दी मे", ["में"], ["मे"]),
        ("w " * 3000 + "a", "w " * 3000 + "b", ["w " * 3000 + "a"], ["w " * 3000 + "b"]),
    ],
)
def test_each_word_that_went_or_came_is_marked(
    before: str, after: str, gone: list[str], new: list[str]
) -> None:
    lines = differences(before, after)
    pieces = [piece for line in lines for piece in line]

    assert sides(lines) == (
        before.replace(" ", "").replace("\n", ""),
        after.replace(" ", "").replace("\n", ""),
    )
    if len(lines) < 3:  # where lines break differently, the words alone are told
        assert [p.text for p in pieces if p.fate == "gone"] == gone
        assert [p.text for p in pieces if p.fate == "new"] == new


@dataclass(frozen=True)
class Newsroom:
    """A data folder with one crawled hostile page, a revised story with a copy, and many more articles."""

    data: Path
    hostile: str  # id
    story: str


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    data, site = tmp_path_factory.mktemp("browse") / "data", FakeSite()
    site.route("/", links(HOSTILE))
    page = article("The council of the town adopts its budget", articles_text("the town"), head=HEAD)
    site.route(HOSTILE, page.replace(b"</article>", BODY.encode() + b"</article>"))
    with site:
        crawl(data, [f"{site.base}/"])
        hostile = article_id(site.base + HOSTILE)
    story = with_text(
        replace(
            an_article(STORY, language="en", access="free", cluster_id="c"),
            authors=("Ana Íñiguez",),
            paragraphs=BEFORE,
        )
    )
    copy = with_text(
        replace(story, id=article_id(COPY), url=COPY, site="gazette.example", paragraphs=BEFORE[:1])
    )
    others = [
        an_article(f"https://other.example/{n}", site="other.example", language="de", published_at=NOON - n * timedelta(days=1))
        for n in range(PAGE + 5)
    ]  # fmt: skip
    write(data, story, copy, *others)
    write(
        data,
        with_text(replace(story, title="They voted", paragraphs=AFTER, fetched_at=NOON + timedelta(days=1))),
    )
    return Newsroom(data, hostile, story.id)


def titles(search: Search, **wish: str) -> list[str]:
    return [row["title"] for row in search.find(wish).rows]


@pytest.mark.slow
def test_every_filter_finds_what_is_like_that_and_no_more(newsroom: Newsroom) -> None:
    search = Search(str(newsroom.data))
    first, second = search.find({"site": "other.example"}), search.find({"site": "other.example"}, 2)

    assert (first.count, len(first.rows), first.last) == (PAGE + 5, PAGE, False)
    assert (len(second.rows), second.last) == (5, True)
    assert first.rows[0]["published_at"] > first.rows[-1]["published_at"] > second.rows[0]["published_at"]
    assert titles(search, q="WEDNESDAY bridge") == [
        "They voted"
    ]  # the latest version alone, its text and title
    assert titles(search, q="tuesday", site="paper.example") == []
    assert titles(search, q='"met on Wednesday"', author="íñig", access="free", language="en") == [
        "They voted"
    ]
    assert len(titles(search, cluster="c")) == 2
    assert titles(search, since="2026-11-22", until="2026-11-22", site="other.example") == ["Headline of https://other.example/0"]  # fmt: skip
    assert titles(search, fetched_since="2026-11-23", fetched_until="2026-11-23") == ["They voted"]
    assert "bridge" in search.find({"q": "bridge"}).rows[0]["start"]
    for odd in ("' OR 1=1 --", "%", "x') UNION SELECT", "\x00"):
        assert titles(search, q=odd, site=odd) == []
    assert {"other.example", "paper.example"} <= {*search.suggested["site"]}
    for wish, page in (({"since": "yesterday"}, 1), ({"q": "a " * 11}, 1), ({}, 0), ({}, 10**9)):
        with pytest.raises(BadWish):
            search.find(wish, page)


@pytest.mark.slow
def test_a_query_ends_when_nobody_waits_any_more(newsroom: Newsroom) -> None:
    search = Search(str(newsroom.data), seconds=0.2)

    with pytest.raises(TooSlow, match="name days"):
        search._ask("SELECT sum(hash(a.range, b.range)) FROM range(10000000) a, range(10000000) b", [])
    assert len(titles(search, cluster="c")) == 2


@pytest.fixture(scope="module")
def address(newsroom: Newsroom) -> Iterator[str]:
    """Run the command as a user does."""
    words = [sys.executable, "-m", "columnist", "browse", str(newsroom.data), "--port", "0"]
    with subprocess.Popen(words, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[0].rstrip("/")
        process.terminate()


def get(url: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
    asked = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


def assert_inert(page: str) -> None:
    """No element or attribute of a page runs or fetches, in the page itself and in the frame in it."""
    tree = html.fromstring(page)
    names = {e.tag for e in tree.iter() if isinstance(e.tag, str)}
    odd = {"script", "svg", "object", "embed", "img", "base", "link", "style"} & names

    assert odd == {"style"}
    assert len(tree.findall(".//style")) == 1
    assert [
        e for e in tree.iter("meta") if e.get("http-equiv") not in (None, "Content-Security-Policy")
    ] == []
    assert (
        tree.xpath(
            "//@*[starts-with(name(), 'on') or name() = 'style' or starts-with(name(), 'src') and name() != 'srcdoc']"
        )
        == []
    )
    assert [h for h in tree.xpath("//a/@href") if not re.match(r"[#/]|https?://", h)] == []
    policy = tree.xpath("//meta[@http-equiv]/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    for frame in tree.iter("iframe"):
        assert frame.get("sandbox") == ""
        assert_inert(frame.get("srcdoc"))


@pytest.mark.slow
def test_the_pages_over_http(newsroom: Newsroom, address: str) -> None:
    status, listed, headers = get(f"{address}/?" + urlencode({"q": "bridge", "site": "paper.example"}))
    _, hostile, _ = get(f"{address}/article/{newsroom.hostile}")
    _, story, _ = get(f"{address}/article/{newsroom.story}?q=bridge")

    assert status == 200
    assert f'href="/article/{newsroom.story}?q=bridge&amp;site=paper.example"' in listed
    assert headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    for page in (listed, hostile, story):
        assert_inert(page)
    (frame,) = html.fromstring(hostile).iter("iframe")
    blocks = html.fromstring(frame.get("srcdoc")).find_class("block")
    assert {"kept", "dropped"} <= {word for block in blocks for word in block.get("class").split()}
    assert any("score " in block.get("title") and block.get("tabindex") == "0" for block in blocks)
    assert '<meta http-equiv="refresh"' in html.fromstring(hostile).find_class("raw")[0].text
    assert "<del>Tuesday </del><ins>Wednesday </ins>" in story
    assert "<ins>They voted</ins>" in story
    assert COPY in story
    assert 'href="/?q=bridge"' in story
    assert get(f"{address}/", Host="evil.example")[0] == 400
    assert get(f"{address}/", Host="localhost:9")[0] == 200  # through ssh -L
    assert get(f"{address}/", method="POST")[0] == 405
    assert [get(f"{address}/{path}")[0] for path in ("article/" + "0" * 32, "article/x", "..%2fstate.db", "?since=x", "?page=0")] == [
        404, 404, 404, 400, 400]  # fmt: skip
    for path in ("article/%3Cscript%3E", "?since=%3Cscript%3E", "?q=%3Cscript%3E&site=%22%3E%3Cscript%3E"):
        assert_inert(get(f"{address}/{path}")[1])


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_in_chromium(newsroom: Newsroom, address: str, tmp_path: Path) -> None:
    driver = pytest.importorskip("playwright.sync_api")
    file = tmp_path / "out.html"
    assert run(["show", newsroom.hostile, "--data", str(newsroom.data), "--html", str(file)]) == 0
    with driver.sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )  # root may have no other
        page = browser.new_page(viewport={"width": 400, "height": 900})
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)
        page.get_by_label("Words in headline or text").fill("wednesday")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="They voted").click()
        colours = [page.locator(f"#revisions ~ details {tag}").last.evaluate("e => getComputedStyle(e).backgroundColor")
                   for tag in ("ins", "del")]  # fmt: skip

        assert len({*colours, "rgba(0, 0, 0, 0)"}) == 3
        for where in (f"{address}/article/{newsroom.hostile}", file.as_uri()):
            page.goto(where)
            frame = page.frames[-1]
            fates = [frame.locator(f".block.{fate}") for fate in ("kept", "dropped")]
            shown = [fate.first.evaluate("e => getComputedStyle(e).backgroundColor") for fate in fates]
            fates[0].first.focus()
            why = frame.evaluate("getComputedStyle(document.activeElement, '::after').content")

            assert len({*shown, "rgba(0, 0, 0, 0)"}) == 3
            assert "score" in why
            assert page.evaluate("document.documentElement.scrollWidth") == 400
            page.wait_for_timeout(300)  # a refresh, or a script, had its time
            assert (page.url, len(page.frames), page.title()) == (
                where,
                2,
                "The council of the town adopts its budget",
            )
        browser.close()
    assert said == []
    assert [url for url in asked if not url.startswith((f"{address}/", file.as_uri(), "about:"))] == []
    assert [url for url in asked if "pwned" in url] == []


@pytest.fixture(scope="module")
def story_and_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one story of three papers, which the crawl met in another order than they printed it, and cluster it."""
    data = tmp_path_factory.mktemp("copies") / "data"
    body = tuple(
        Paragraph("p", " ".join(f"{word}{n}" for n in range(60))) for word in ("pier", "quay", "dock")
    )
    for hours, (name, days, paragraphs) in enumerate(
        (("met", 1, body), ("out", 3, body), ("cut", 0, body[:2]))
    ):
        one = an_article(f"https://{name}.example/1", site=f"{name}.example", title=f"As {name} has it")
        times = {"published_at": NOON - timedelta(days=days), "fetched_at": NOON + timedelta(hours=hours)}
        write(data, with_text(replace(one, paragraphs=paragraphs, **times)))  # type: ignore[arg-type]
    write(data, an_article("https://alone.example/1", site="alone.example"))
    assert run(["cluster", "--data", str(data)]) == 0
    return data


def test_copies_are_shown_with_kind_share_and_who_was_first(story_and_copies: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    shown = article_id("https://cut.example/1")
    assert run(["show", shown, "--data", str(story_and_copies), "--html", str(out)]) == 0

    table = html.fromstring(out.read_text("utf-8")).xpath("//section[@aria-labelledby='copies']//tbody")[0]
    told = [[" ".join(cell.text_content().split()) for cell in row] for row in table]
    assert told == [
        ["out.example", "As out has it", "2026-11-19 12:00:00 UTC first", "exact", "100%"],
        ["met.example", "As met has it", "2026-11-21 12:00:00 UTC", "the first that was fetched", ""],
        ["cut.example", "As cut has it (this article)", "2026-11-22 12:00:00 UTC", "partial", told[2][4]],
    ]
    assert 60 <= int(told[2][4].rstrip("%")) <= 70
    alone = article_id("https://alone.example/1")
    noted = an_article(
        "https://alone.example/1",
        site="alone.example",
        authors=("Bo <b>",),
        extra={"corrections": "A figure was wrong."},
    )
    write(story_and_copies, replace(noted, fetched_at=NOON + timedelta(days=1)))
    assert run(["show", alone, "--data", str(story_and_copies), "--html", str(out)]) == 0
    assert "copies" not in (said := out.read_text("utf-8"))
    assert "<code>authors</code>: <del>(nothing)</del> <ins>Bo &lt;b&gt;</ins>" in said
    assert "<code>extra</code>: <del>(nothing)</del> <ins>corrections: A figure was wrong.</ins>" in said


def test_an_address_of_the_list_says_what_it_does_not_know(story_and_copies: Path) -> None:
    app = make_app(str(story_and_copies), Search(str(story_and_copies)), lambda page: "not looked at")
    client = app.test_client()
    answers = {path: client.get(path, headers={"Host": "localhost"}) for path in (
        "/?q=pier", "/?languge=en", "/?q=pier&Site=x", f"/article/{'0' * 32}?sort=date", "/?page=two", "/?page=2")}  # fmt: skip

    assert [answer.status_code for answer in answers.values()] == [200, 400, 400, 400, 400, 200]
    for name in ("languge", "Site", "sort"):
        assert any(f"&#39;{name}&#39; is no field of the search; there are q, site, language," in answer.text
                   for answer in answers.values())  # fmt: skip
    links = re.findall(r"\d cop\w+", answers["/?q=pier"].text)
    assert links == ["2 copies"] * 3


def test_a_file_is_shown_as_a_page_whatever_came_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, out = tmp_path / "a.html", tmp_path / "out" / "a.html"
    saved.write_bytes(
        article("Budget adopted", articles_text("the town")).replace(
            b"</article>", BODY.encode() + b"</article>"
        )
    )

    assert run(["show", str(saved), "--html", str(out), "--url", "https://paper.example/a"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert_inert(out.read_text("utf-8"))
    saved.write_text("<title>x</title><p>short")
    assert run(["show", str(saved), "--html", str(out)]) == 1
    assert "<h1>No article: " in out.read_text("utf-8")
    saved.write_bytes(b"%PDF-1.7")
    assert run(["show", str(saved), "--html", str(out)]) == 1
    assert "No article: not-html" in out.read_text("utf-8")


def test_what_cannot_be_shown_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "data", an_article())
    out = str(tmp_path / "out.html")

    assert (
        run(["show", article_id("https://paper.example/a"), "--data", str(tmp_path / "data"), "--html", out])
        == 0
    )
    assert "the raw page of revision 0 was not kept" in Path(out).read_text("utf-8")
    assert run(["show", "0" * 32, "--data", str(tmp_path / "data"), "--html", out]) == 2
    assert run(["show", "0" * 32, "--data", str(tmp_path / "none"), "--html", out]) == 2
    assert run(["show", "x.html", "--html", out, "--json"]) == 2
    assert run(["browse", str(tmp_path / "none"), "--port", "0"]) == 2
    assert all("columnist: " in line for line in capsys.readouterr().err.splitlines())


@pytest.mark.torture
def test_an_address_is_fetched_and_shown_with_its_page(tmp_path: Path) -> None:
    with FakeSite() as site:
        site.route(
            HOSTILE,
            article("The council of the town adopts its budget", articles_text("the town"), head=HEAD),
        )
        words = [
            sys.executable,
            "-m",
            "columnist",
            "show",
            site.base + HOSTILE,
            "--html",
            str(tmp_path / "out.html"),
        ]
        subprocess.run(words, cwd=Path(__file__).parents[1], check=True)
    page = (tmp_path / "out.html").read_text("utf-8")

    assert_inert(page)
    assert "1 kept" not in page
    assert "class=&#34;block kept" in page
