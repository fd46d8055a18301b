"""Data folders, stores and files that cannot be used: named in one line, with what to do."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from columnist.pipelines.dataset.files import fsync as durable
from columnist.scraper.cli.main import run


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_place_where_no_folder_can_be_made_is_named(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:  # as /proc does
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))

    monkeypatch.setattr(durable, "_mkdir", refuse)

    assert run(["clean", str(page), "--data", str(tmp_path / "data")]) == 5
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"columnist: No folder can be made here: {tmp_path}/data. Choose another --data."


def test_what_the_system_alone_has_words_for_is_told_without_its_number(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(path))

    monkeypatch.setattr(durable, "_mkdir", refuse)

    assert run(["clean", str(page), "--data", str(tmp_path / "data")]) == 5
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"columnist: {tmp_path}/data: File name too long; check the path")


@pytest.mark.parametrize(
    "words",
    [("crawl", "http://127.0.0.1:9/"), ("clean", "{page}")],
    ids=["crawl", "clean"],
)
@pytest.mark.parametrize(("flag", "code"), [("--data", 5), ("--log-file", 3)])
def test_a_place_that_cannot_be_written_is_named_in_one_line(
    words: tuple[str, str], flag: str, code: int, page: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    asked = [word.format(page=page) for word in words]

    assert run([*asked, "--data", str(tmp_path / "data"), "--quiet", flag, f"{page}/below/a/file"]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert str(page) in line


@pytest.mark.slow
def test_a_store_out_of_reach_is_no_empty_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], closed_port: int
) -> None:
    place = f"s3://key:hidden@bucket/news?scheme=http&region=x&endpoint_override=127.0.0.1:{closed_port}"

    assert run(["verify", "--data", place, "--state", str(tmp_path)]) == 5
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("columnist: The store of the dataset does not answer: s3://bucket/news?")
    assert "hidden" not in line


@pytest.mark.slow
def test_googles_store_out_of_reach_is_told_within_a_minute(tmp_path: Path, closed_port: int) -> None:
    """A process of its own: what hangs in the client cannot be stopped from here. Its token's server is loopback's."""
    environment = {**os.environ, "GCE_METADATA_ROOT": f"127.0.0.1:{closed_port}", "HOME": str(tmp_path)}
    environment.pop("GOOGLE_APPLICATION_CREDENTIALS", None)
    place = f"gs://bucket/news?scheme=http&endpoint_override=127.0.0.1:{closed_port}"
    words = [sys.executable, "-m", "columnist", "verify", "--data", place]

    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=90, check=False)

    assert done.returncode == 5, done.stderr
    assert done.stderr.startswith("columnist: The store of the dataset does not answer: gs://bucket/news")


def test_an_address_that_no_driver_knows_could_not_be_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--data", "nope://bucket/news"]) == 2
    assert "Neither fsspec nor pyarrow.fs can open nope://bucket/news" in capsys.readouterr().err


def test_a_remote_data_folder_needs_a_local_state(capsys: pytest.CaptureFixture[str], page: Path) -> None:
    assert run(["clean", str(page), "--data", "s3://bucket/news"]) == 3
    assert "--state" in capsys.readouterr().err
