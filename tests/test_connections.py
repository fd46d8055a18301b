"""The download handler on real sockets: TLS verified, proxies refused, who we are, nothing kept between sites."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fetcher import fetch_all
from rawserver import answer, raw_server

pytestmark = pytest.mark.slow


def _certificate(folder: Path, *, expired: bool = False) -> ssl.SSLContext:
    """Make a certificate for 127.0.0.1 that signs itself; its file can serve as a root to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    until = now - dt.timedelta(days=1) if expired else now + dt.timedelta(days=1)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(until)
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / ("expired.pem" if expired else "valid.pem")
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, folder / "key.pem")
    return context


def test_certificates_are_verified_but_where_a_site_file_opts_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        raw_server({"/a": answer()}, tls=_certificate(tmp_path)) as trusted,
        raw_server({"/a": answer()}, tls=_certificate(tmp_path, expired=True)) as expired,
        raw_server({"/a": answer()}, "127.0.0.2", tls=_certificate(tmp_path)) as opted_out,
        raw_server({"/a": answer()}, "127.0.0.3", tls=_certificate(tmp_path)) as other_name,
    ):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nothing.pem"))
        urls = [f"{s.url}/a" for s in (trusted, expired, opted_out, other_name)]
        unknown = fetch_all(urls, COLUMNIST_NAMED_ADDRESSES=urls, COLUMNIST_UNVERIFIED_HOSTS=["127.0.0.2"])

        assert [unknown[url][0] for url in urls if unknown[url][0] == 200] == [200]
        assert unknown[f"{opted_out.url}/a"][0] == 200
        assert (
            trusted.log == expired.log == other_name.log == []
        )  # no request, no path, no header left this side


def test_a_trusted_certificate_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server({"/a": answer()}, tls=_certificate(tmp_path)) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "valid.pem"))
        url = f"{server.url}/a"

        assert fetch_all([url], COLUMNIST_NAMED_ADDRESSES=[url])[url][0] == 200


def test_an_answer_leaves_nothing_behind_for_the_next_request() -> None:
    cookie = answer("200 OK", b"x", "Set-Cookie: id=1; Path=/", "WWW-Authenticate: Basic")
    with raw_server({"/a": cookie, "/b": cookie}) as server:
        urls = [f"{server.url}/a", f"{server.url}/b"]
        outcomes: dict[str, Any] = fetch_all(
            urls, COLUMNIST_NAMED_ADDRESSES=urls, USER_AGENT="Columnist/0.1 (+https://you.example)"
        )
        requests = b"".join(server.requests).lower()

        assert [outcomes[url][0] for url in urls] == [200, 200]
        assert requests.count(b"user-agent: columnist/0.1 (+https://you.example)") == 2
        for header in (b"cookie:", b"referer:", b"authorization:", b"mozilla"):
            assert header not in requests


def test_a_proxy_is_refused_for_it_connects_past_the_guard() -> None:
    with raw_server({"/a": answer()}) as server, raw_server({}) as proxy:
        url = f"{server.url}/a"
        outcome = fetch_all([url], COLUMNIST_NAMED_ADDRESSES=[url, proxy.url], PROXY_OF={url: proxy.url})[url]

        assert outcome[:2] == ["RequestRefused", "proxy"]
        assert proxy.connections == server.connections == 0
