"""What a run keeps and says of its own command line: no webhook's path, no password; and whose its files are."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from commandline import COMMAND
from test_notify import RUN, _receiver

from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.state.state import open_state
from columnist.pipelines.records.redact import loggable_url, redacted_command, redacted_options
from columnist.scraper.cli.notify import post_summary, write_metrics
from columnist.scraper.frontier.site_jobs import job_for_address, jobs_for_list

ROOT = Path(__file__).resolve().parent.parent
HOOK = "https://hooks.chat.example/services/T00/B00/s3cr3t"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["columnist", "crawl", "--webhook", HOOK], "columnist crawl --webhook https://hooks.chat.example/REDACTED"),
        (["--json", "--webhook", HOOK, "--quiet"], "--json --webhook https://hooks.chat.example/REDACTED --quiet"),
        ([f"--webhook={HOOK}"], "--webhook=https://hooks.chat.example/REDACTED"),
        (["--webhook", "s3cr3t"], "--webhook REDACTED"),
        (["--webhook", "http://[s3cr3t"], "--webhook REDACTED"),
        (["--proxy", "http://u:s3cr3t@p.example:1"], "--proxy http://p.example:1"),
        (["--proxy", "http://u:s3cr3t/x@p.example:1"], "--proxy http://p.example:1"),
        (["--data", "s3://key:s3cr3t@bucket/x"], "--data s3://bucket/x"),
        (["-s", f"COLUMNIST_WEBHOOK={HOOK}"], "-s COLUMNIST_WEBHOOK=https://hooks.chat.example/REDACTED"),
        (["-s", "AWS_SECRET_ACCESS_KEY=s3cr3t"], "-s AWS_SECRET_ACCESS_KEY=REDACTED"),
        (["-s", "COLUMNIST_PROXY=http://u:s3cr3t@p:1"], "-s COLUMNIST_PROXY=http://p:1"),
        (["etl.py", "--db-password", "s3cr3t"], "etl.py --db-password REDACTED"),
        (["--token=s3cr3t", "x"], "--token=REDACTED x"),
        (["https://a.example/?page=2&token=s3cr3t"], "https://a.example/?page=2&token=REDACTED"),
        (["--contact", "desk@you.example", "--delay", "2"], "--contact desk@you.example --delay 2"),
    ],
)  # fmt: skip
def test_a_command_line_is_kept_without_its_secrets(words: list[str], shown: str) -> None:
    assert redacted_command(words) == shown
    assert redacted_command(shown.split()) == shown


def test_options_are_kept_without_their_secrets() -> None:
    given = {
        "proxy": "http://u:s3cr3t@p:1",
        "delay": 1.0,
        "site_proxies": {"a": "http://u:s3cr3t@p:2"},
        "contact": "a@b.example",
    }

    assert redacted_options(given) == {
        "proxy": "http://p:1", "delay": 1.0, "site_proxies": {"a": "http://p:2"}, "contact": "a@b.example",
    }  # fmt: skip


@pytest.mark.parametrize(
    "url", ["http://u:s3cr3t#x@p.example/", "http://u:s3cr3t?x@p.example/", "http://u:s3/cr3t@p.example/"]
)
def test_a_password_with_signs_of_an_address_in_it_is_left_out(url: str) -> None:
    assert loggable_url(url) == "http://p.example/"


@pytest.mark.slow
def test_no_file_and_no_line_of_a_run_holds_a_secret(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>x</title>")
    # It fails, for a webhook that is told is quiet: nobody listens on port 9.
    hook = "http://127.0.0.1:9/services/T00/s3cr3t"
    out = tmp_path / "out"
    ran = subprocess.run(
        [*COMMAND, "clean", str(page), "--data", str(out / "data"),
         "--webhook", hook, "--log-file", str(out / "log"), "--metrics-file", str(out / "metrics.prom")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip

    kept = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert b"--webhook http://127.0.0.1:9/REDACTED" in kept
    assert "the webhook at 127.0.0.1 was not told" in ran.stderr + kept.decode("utf-8", "replace")
    assert b"s3cr3t" not in kept + ran.stdout.encode() + ran.stderr.encode()


def test_a_webhook_that_fails_is_told_without_its_path(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), _receiver(500) as (url, _):
        for hook in (
            f"{url}s3cr3t",
            "http://127.0.0.1:9/s3cr3t",
            "gone:s3cr3t",
            "http://a.example/ s3cr3t\n",
            "http://127.0.0.1:x/s3cr3t",
        ):
            assert not post_summary(hook, {})

    assert len(caplog.messages) == 5
    assert "s3cr3t" not in caplog.text


@pytest.mark.parametrize("flag", ["--webhook", "--proxy"])
def test_a_wrong_address_is_refused_at_the_start_and_not_repeated(
    flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from columnist.scraper.cli.main import run

    assert run(["clean", "page.html", flag, "ftp://u:s3cr3t/x@a.example/s3cr3t"]) == 2
    said = capsys.readouterr().err
    assert flag in said
    assert "s3cr3t" not in said


@pytest.mark.parametrize(
    "address", ["https://u:s3cr3t@news.example/", "u@news.example", "http://:s3cr3t@127.0.0.1:81/"]
)
def test_an_address_with_a_log_in_is_no_seed(address: str) -> None:
    for make in (job_for_address, lambda one: jobs_for_list([one])):
        with pytest.raises(ValueError, match="leave user name and password out") as refused:
            make(address)
        assert "s3cr3t" not in str(refused.value)


def modes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(("umask", "by_umask"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_state_is_its_owners_and_the_rest_is_made_by_the_umask(
    tmp_path: Path, umask: int, by_umask: int
) -> None:
    before = os.umask(umask)
    try:
        with open_store(tmp_path, StoreOptions(command="columnist x")) as store:
            store.finish()
            write_metrics(tmp_path / "metrics.prom", RUN, 0, 1.0)
            found = modes(tmp_path)
    finally:
        os.umask(before)

    (manifest,) = (name for name in found if name.startswith("runs/"))
    assert {found[name] for name in ("state.db", "state.db-wal", "state.db-shm")} == {0o600}
    assert {found[name] for name in ("state.lock", "metrics.prom", manifest)} == {by_umask}


def test_a_mode_that_somebody_set_stays(tmp_path: Path) -> None:
    (tmp_path / "state.db").touch(mode=0o660)
    (tmp_path / "state.db").chmod(0o660)
    open_state(tmp_path / "state.db").close()

    assert modes(tmp_path)["state.db"] == 0o660


@pytest.mark.parametrize("name", ["state.lock", "state.db", "state.db-wal", "state.db-shm"])
@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_in_place_of_a_file_of_ours_is_not_followed(tmp_path: Path, name: str, dangling: bool) -> None:
    home, theirs = tmp_path / "data", tmp_path / "theirs"
    home.mkdir()
    if not dangling:
        theirs.write_text("precious")
    (home / name).symlink_to(theirs)
    with suppress(StorageError), open_store(home):
        pass  # of a new database SQLite removes a log that lies there, and the link with it

    assert theirs.read_text() == "precious" if not dangling else not theirs.exists()


@pytest.mark.parametrize("name", ["state.lock", "state.db"])
def test_a_link_in_place_of_state_or_lock_says_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / "theirs")
    with (
        pytest.raises(StorageError, match=rf"A link lies where a file of ours is to be.*{name}.*Remove it"),
        open_store(tmp_path),
    ):
        pass


def test_a_link_in_place_of_the_metrics_file_is_replaced(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("precious")
    (tmp_path / "metrics.prom").symlink_to(theirs)
    write_metrics(tmp_path / "metrics.prom", RUN, 0, 1.0)

    assert theirs.read_text() == "precious"
    assert "columnist_exit_code" in (tmp_path / "metrics.prom").read_text()


def test_a_log_file_that_is_a_link_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from columnist.scraper.cli.main import run

    (tmp_path / "log").symlink_to(tmp_path / "theirs")
    assert (
        run(["clean", "x.html", "--log-file", str(tmp_path / "log"), "--data", str(tmp_path / "data")]) == 3
    )
    assert "is a link; name the file itself" in capsys.readouterr().err
    assert not (tmp_path / "theirs").exists()
