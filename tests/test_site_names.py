"""Names of site files: one safe name for each host, and never a way out of the folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from columnist.pipelines.sites.site_names import SiteNameError, file_name, site_name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://News.Example/", "news.example"),
        ("http://news.example:80/a", "news.example"),
        ("http://127.0.0.1:8080/", "127.0.0.1_8080"),
        ("https://zeitung-münchen.example/", "xn--zeitung-mnchen-osb.example"),
        ("http://münchen.example:8080/", "xn--mnchen-3ya.example_8080"),
        ("https://straße.example/", "xn--strae-oqa.example"),
        ("http://[2001:db8::1]:8080/", "2001-db8--1_8080"),
        ("https://news.example./", "news.example"),
    ],
)
def test_an_address_has_one_safe_name(url: str, name: str) -> None:
    assert site_name(url) == name
    assert file_name(site_name(url)) == f"{name}.toml"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "a\0b",
        "-rf",
        ".hidden",
        "a..b",
        "x" * 300,
        "a b",
        "a\nb",
        "ä" * 80,
        "CON:",
    ],
)
def test_a_name_that_leaves_its_folder_or_fits_in_none_is_refused(name: str) -> None:
    with pytest.raises(SiteNameError):
        file_name(name)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "https:///x", "https://a.example:99999/", "https://a..b/", "x"]
)
def test_an_address_without_a_host_names_no_site(url: str) -> None:
    with pytest.raises(SiteNameError):
        site_name(url)


@given(st.text(max_size=300))
def test_whatever_the_name_its_file_stays_in_the_folder(name: str) -> None:
    try:
        path = Path("/data/sites") / file_name(name)
    except SiteNameError:
        return

    assert path.resolve().parent == Path("/data/sites")
    assert path.name == path.name.lower()
    assert len(path.name.encode()) <= 205
