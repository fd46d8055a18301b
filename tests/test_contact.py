"""Who asks: the user agent names us and whoever runs the crawl, and other people's sites are not asked without."""

from dataclasses import replace

import pytest

from columnist.pipelines.records.options import CrawlOptions
from columnist.scraper.throttle.pace import ContactMissingError, require_contact, user_agent

OPTIONS = CrawlOptions()


def test_the_user_agent_names_us_and_whoever_runs_the_crawl() -> None:
    named = replace(OPTIONS, contact="https://you.example/crawler")

    assert user_agent(named, "0.1.0") == "Columnist/0.1.0 (+https://you.example/crawler)"
    assert user_agent(OPTIONS, "0.1.0") == "Columnist/0.1.0"
    assert (
        user_agent(replace(OPTIONS, user_agent="MyBot/1 (+a@b.example)"), "0.1.0") == "MyBot/1 (+a@b.example)"
    )


def test_a_contact_cannot_smuggle_a_header() -> None:
    agent = user_agent(replace(OPTIONS, contact="a@b.example\r\nCookie: x\x1b[31m"), "0.1.0")

    assert agent == "Columnist/0.1.0 (+a@b.example Cookie: x [31m)"


@pytest.mark.parametrize(
    "address", ["http://127.0.1.5:8900/", "http://localhost/", "http://[::1]/", "127.0.0.1"]
)
def test_this_machine_needs_no_contact(address: str) -> None:
    require_contact(OPTIONS, [address])


@pytest.mark.parametrize(
    "address", ["https://paper.example/", "http://10.0.0.1/", "http://127.0.0.1.example/", "paper.example"]
)
def test_other_peoples_sites_need_a_contact_and_the_error_says_how(address: str) -> None:
    with pytest.raises(ContactMissingError, match=r"--contact or COLUMNIST_CONTACT"):
        require_contact(OPTIONS, ["http://127.0.0.1/", address])


@pytest.mark.parametrize(
    "contact", ["https://you.example/bot", "http://you.example", "you@example.org", "mailto:you@example.org"]
)
def test_a_url_or_an_email_will_do(contact: str) -> None:
    require_contact(replace(OPTIONS, contact=contact), ["https://paper.example/"])


def test_a_contact_may_stand_in_a_user_agent_of_ones_own() -> None:
    require_contact(replace(OPTIONS, user_agent="MyBot/1 (+https://you.example)"), ["https://paper.example/"])
    with pytest.raises(ContactMissingError):
        require_contact(replace(OPTIONS, user_agent="MyBot/1"), ["https://paper.example/"])


@pytest.mark.parametrize("contact", ["me", "x@y", "you example.org", "ftp://you.example", "https://"])
def test_what_is_no_contact_is_named(contact: str) -> None:
    with pytest.raises(ContactMissingError, match="neither a URL"):
        require_contact(replace(OPTIONS, contact=contact), ["http://127.0.0.1/"])
