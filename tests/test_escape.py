"""Nothing from a page reaches a terminal or a log as it is."""

import io
import json
import logging
import sys

import pytest

from columnist.pipelines.records.redact import loggable_url, printable, redacted
from columnist.scraper.cli.log import PrintableFilter

TEXTS = [
    ("a plain line", "a plain line"),
    ("Ærøskøbing – Łódź 東京 मुंबई 😀", "Ærøskøbing – Łódź 東京 मुंबई 😀"),
    ("two\nlines\r\tand tab", "two\\nlines\\r\\tand tab"),
    ("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"),
    ("\x9b31m", "\\x9b31m"),  # the one-byte form of ESC [
    ("a\x00b\x7f", "a\\x00b\\x7f"),
    ("\u202eevil\u202c", "\\u202eevil\\u202c"),
    ("zero\u200bwidth\ufeff\u2060", "zero\\u200bwidth\\ufeff\\u2060"),
    ("\u2028\u2029\x85", "\\u2028\\u2029\\x85"),
    ("\U000e0041\U0001d173", "\\U000e0041\\U0001d173"),
    ("lone \ud800", "lone \\ud800"),
    ("private \ue000 unassigned \u0378", "private \\ue000 unassigned \\u0378"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_what_a_terminal_would_act_on_is_written_as_an_escape(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_every_character_comes_out_printable() -> None:
    shown = printable("".join(chr(n) for n in range(0x3000)) + "\ud800\udfff")

    assert shown.isprintable() or all(
        c.isprintable() or c in "\u00a0\u1680\u2000" or c.isspace() for c in shown
    )
    assert not set(shown) & {chr(n) for n in (*range(32), *range(127, 160))}
    shown.encode("utf-8")


URLS = [
    ("https://a.example/x?page=2&q=token", "https://a.example/x?page=2&q=token"),
    ("https://a.example/x?token=s3cret&page=2", "https://a.example/x?token=REDACTED&page=2"),
    ("https://a.example/?API_KEY=k&access_token=t", "https://a.example/?API_KEY=REDACTED&access_token=REDACTED"),
    ("https://a.example/?X-Amz-Signature=s&X-Amz-Credential=c", "https://a.example/?X-Amz-Signature=REDACTED&X-Amz-Credential=REDACTED"),
    ("https://a.example/?password=p&user[password]=q", "https://a.example/?password=REDACTED&user[password]=REDACTED"),
    ("https://a.example/?auth=1&sig=2&sid=3&PHPSESSID=4", "https://a.example/?auth=REDACTED&sig=REDACTED&sid=REDACTED&PHPSESSID=REDACTED"),
    ("https://a.example/?accessToken=1&apiKey=2&client-secret=3", "https://a.example/?accessToken=REDACTED&apiKey=REDACTED&client-secret=REDACTED"),
    ("https://a.example/?keyword=news&author=x&design=y&passage=z", "https://a.example/?keyword=news&author=x&design=y&passage=z"),
    ("https://a.example/?t%6Fken=s3cret&page=2", "https://a.example/?t%6Fken=REDACTED&page=2"),
    ("https://a.example/?a=1;token=s3cret", "https://a.example/?a=1;token=REDACTED"),
    ("https://a.example/x;jsessionid=1F/y?z=/a&token=b/c", "https://a.example/x;jsessionid=REDACTED/y?z=/a&token=REDACTED"),
    ("https://user:pass@a.example/x", "https://a.example/x"),
    ("https://a.example/x#access_token=t&x=1", "https://a.example/x#access_token=REDACTED&x=1"),
    ("https://a.example/x#part", "https://a.example/x"),
    ("https://a.example/\x1b[2J\n", "https://a.example/\\x1b[2J"),
    ("http://u:p@[::1?token=x", "http://[::1"),
    ("not an address", "not an address"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_addresses_are_logged_without_their_secrets(url: str, expected: str) -> None:
    assert loggable_url(url) == expected


def test_secrets_are_taken_out_of_addresses_within_a_text() -> None:
    text = "GET <https://u:p@a.example/x?token=s3cret> (referer: http://b.example/?sig=1)"

    assert (
        redacted(text) == "GET <https://a.example/x?token=REDACTED> (referer: http://b.example/?sig=REDACTED)"
    )


def _logged(write: object, message: object, *values: object, exc_info: bool = False) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(PrintableFilter())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.warning(message, *values, exc_info=exc_info)
    return stream.getvalue()


def test_a_message_stays_one_line() -> None:
    shown = _logged(None, "title %s", "x\n2026-01-01 ERROR forged\x1b[0m")

    assert shown == "title x\\n2026-01-01 ERROR forged\\x1b[0m\n"


def test_arguments_are_redacted_too() -> None:
    assert _logged(None, "got %s", "https://a.example/?key=s3cret") == "got https://a.example/?key=REDACTED\n"


def test_a_message_whose_arguments_do_not_fit_is_still_logged() -> None:
    assert "%d" in _logged(None, "count %d", "x\x1b")
    assert "\x1b" not in _logged(None, "count %d", "x\x1b")


def test_a_traceback_keeps_its_lines_and_loses_its_escapes() -> None:
    try:
        raise ValueError("bad\x1b[2J https://a.example/?token=s3cret")
    except ValueError:
        shown = _logged(None, "crashed", exc_info=True)

    assert "Traceback" in shown
    assert shown.count("\n") >= 3
    assert "\x1b" not in shown
    assert "s3cret" not in shown


def test_a_message_is_bounded() -> None:
    assert len(_logged(None, "%s", "a" * 1_000_000)) < 41_000


def test_a_record_that_is_no_text_is_logged() -> None:
    assert _logged(None, {"a": 1}) == "{'a': 1}\n"
    assert json.dumps(_logged(None, RuntimeError("x\x1b")))


def test_a_second_handler_sees_the_same_record() -> None:
    record = logging.LogRecord("n", logging.INFO, "f", 1, "%s\n", ("x",), None)
    for _ in range(2):
        assert PrintableFilter().filter(record)

    assert record.getMessage() == "x\\n"
    assert sys.exc_info() == (None, None, None)
