"""What a crawl that gets nothing says: the wall's name, the certificate, the redirect; and the exit code that rings."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from commandline import columnist
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fakesite import Answer, FakeSite, article, links

pytestmark = pytest.mark.slow
PATHS = [f"/2026/11/22/the-council-of-ward-{n}-adopts-its-budget" for n in range(3)]
CHALLENGE = Answer(403, b"<title>Just a moment...</title>", headers=(("cf-mitigated", "challenge"),))
ANUBIS = Answer(
    body=b'<title>Making sure you&#39;re not a bot!</title><script id="anubis_challenge"></script>'
)


def well(site: FakeSite) -> FakeSite:
    site.route("/", links(*PATHS))
    site.under("/2026/", lambda path: Answer(body=article(path)))
    return site


def reprs_in(text: str) -> list[str]:
    signs = ("Traceback", "<twisted", "Failure", "Error:", "Exception", "b'", "[(")
    return [line for line in text.splitlines() if any(sign in line for sign in signs)]


# Behind each wall a site of its own: one crawl meets them all.
WALLS = {"Anubis": ANUBIS, "Cloudflare": CHALLENGE, "http-401": Answer(401), "http-403": Answer(403, b"no")}


def shut(site: FakeSite, answer: Answer) -> None:
    site.route("/", answer)
    robots = f"Sitemap: {site.base}/sitemap.xml\n".encode()
    site.route("/robots.txt", Answer(body=robots, content_type="text/plain"))


def test_a_home_behind_a_wall_ends_the_run_of_its_site(tmp_path: Path) -> None:
    data, metrics = tmp_path / "data", tmp_path / "c.prom"
    words = ("crawl", "--data", str(data), "--delay", "0", "--metrics-file", str(metrics))
    with ExitStack() as servers:
        sites = {wall: well(servers.enter_context(FakeSite())) for wall in WALLS}
        bases = [f"{site.base}/" for site in sites.values()]
        first = columnist(*words, *bases)
        for wall, site in sites.items():
            shut(site, WALLS[wall])
        before = {wall: len(site.paths()) for wall, site in sites.items()}
        again = columnist(*words, *bases)
        asked = {path for wall, site in sites.items() for path in site.paths()[before[wall] :]}
        check = columnist("check", "--data", str(data))
        other = well(servers.enter_context(FakeSite()))
        both = columnist(*words, *bases, f"{other.base}/")

    reasons = ", ".join(f"1 {wall}" for wall in sorted(WALLS))
    assert first.returncode == 0, first.stderr
    assert again.returncode == 1
    assert again.stdout.startswith(f"0 new, 0 changed, 12 known, 0 rejected, 4 blocked: {reasons}, ")
    assert again.stdout.endswith(f", 4 pending: {reasons}\n")
    assert f"no site gave anything ({reasons})" in again.stderr
    assert "blocked" in again.stderr
    assert asked <= {"/", "/robots.txt", "/.well-known/tdmrep.json"}
    assert check.returncode == 1
    assert both.returncode == 0, both.stderr  # the other site is well
    assert f"3 new, 0 changed, 12 known, 0 rejected, 4 blocked: {reasons}" in both.stdout
    told = metrics.read_text()
    for wall, site in sites.items():
        name = site.base.removeprefix("http://")
        assert f"{name}: blocked: {wall}" in check.stdout
        assert f'columnist_site_failures{{outcome="blocked",reason="{wall}",site="{name}"}} 1.0' in told
        assert f'columnist_pages{{outcome="blocked",reason="{wall}"}} 1.0' in told


def test_a_wall_before_robots_txt_is_named_too(tmp_path: Path) -> None:
    with FakeSite() as shut:
        shut.route("/robots.txt", Answer(503, b"<title>Just a moment...</title>"))
        done = columnist("crawl", f"{shut.base}/", "--data", str(tmp_path), "--delay", "0")

    assert done.returncode == 1
    assert "1 blocked: 1 Cloudflare" in done.stdout
    assert shut.count("/") == 0


def test_what_is_gone_is_gone_in_every_place_and_no_failure(tmp_path: Path) -> None:
    metrics = tmp_path / "c.prom"
    with FakeSite() as site:
        well(site).route("/", links(*PATHS, *(f"/2025/11/22/a-story-of-last-year-{n}" for n in range(40))))
        words = ("crawl", f"{site.base}/", "--data", str(tmp_path / "data"), "--delay", "0")
        done = columnist(*words, "--metrics-file", str(metrics), "--json")

    told = json.loads(done.stdout)
    (path,) = (tmp_path / "data" / "runs").glob("*.json")
    manifest = json.loads(path.read_text())
    assert done.returncode == 0, done.stderr
    assert (told["failed"], told["new"]) == ({}, 3)
    assert told["gone"] == 40  # what the crawl guessed at is none of it
    assert manifest["addresses"]["failed"] == 0
    assert manifest["addresses"]["gone"] == manifest["events"]["gone:404"] == told["gone"]
    assert f"{told['gone']} gone" in told["summary"]
    assert "failed" not in told["summary"]
    assert f'columnist_pages{{outcome="gone",reason=""}} {told["gone"]}.0' in metrics.read_text()
    name = site.base.removeprefix("http://")
    for line in (
        f'columnist_site_articles{{outcome="new",site="{name}"}} 3.0',
        f'columnist_site_pending{{site="{name}"}} 0.0',
        f'columnist_site_last_article_timestamp_seconds{{site="{name}"}} 1.',
    ):
        assert line in metrics.read_text()
    assert columnist("verify", "--data", str(tmp_path / "data")).returncode == 0


@contextmanager
def self_signed(folder: Path) -> Iterator[str]:
    """Serve https with a certificate that nobody vouches for."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing in the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_address[1]}"
        server.shutdown()


def test_a_certificate_that_nobody_vouches_for_is_told_with_the_way_out(tmp_path: Path) -> None:
    with self_signed(tmp_path) as base:
        done = columnist("crawl", f"{base}/", "--data", str(tmp_path / "data"), "--delay", "0")
        shown = columnist("show", f"{base}/a")

    assert done.returncode == 1
    assert "self-signed" in done.stderr
    assert "tls_verify = false" in done.stderr
    assert "1 failed: 1 tls" in done.stdout
    assert reprs_in(done.stderr) == []
    assert shown.returncode == 3
    assert "self-signed" in shown.stderr
    assert reprs_in(shown.stderr) == []


def test_a_refused_redirect_is_told_with_where_it_led(tmp_path: Path) -> None:
    inside = Answer(302, headers=(("Location", "http://10.0.0.1/intranet"),))
    with FakeSite() as home, FakeSite() as rules:
        home.route("/", inside)
        rules.route("/robots.txt", inside)
        done = columnist(
            "crawl", f"{home.base}/", f"{rules.base}/", "--data", str(tmp_path / "data"), "--delay", "0"
        )

    assert done.returncode == 1
    for site in (home, rules):
        (said,) = lines_of(site, done.stderr)
        assert "http://10.0.0.1/intranet" in said
        assert "private" in said
    assert "--allow-private" in lines_of(home, done.stderr)[0]
    assert reprs_in(done.stderr) == []


def lines_of(site: FakeSite, log: str) -> list[str]:
    """Return the warnings about a site."""
    name = f"{site.base.removeprefix('http://')}: "
    return [line for line in log.splitlines() if name in line and " WARNING " in line]


HOMES = {
    "no HTTP": Answer(raw=b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
    "closed before an answer": Answer(reset=True),
    "nothing is there": Answer(404),
    "in a circle": Answer(302, headers=(("Location", "/"),)),
    "something else than http": Answer(302, headers=(("Location", "mailto:desk@paper.example"),)),
}


def test_a_home_that_cannot_be_had_is_told_in_a_sentence(tmp_path: Path) -> None:
    with ExitStack() as servers:
        sites = {said: servers.enter_context(FakeSite()) for said in HOMES}
        for said, site in sites.items():
            site.route("/robots.txt", Answer(404))
            site.route("/", HOMES[said])
        bases = [f"{site.base}/" for site in sites.values()]
        done = columnist("crawl", *bases, "--data", str(tmp_path / "data"), "--delay", "0")

    assert done.returncode == 1, done.stderr
    for said, site in sites.items():
        assert said in "".join(lines_of(site, done.stderr)), done.stderr
    assert reprs_in(done.stderr) == []
