"""A dataset on an S3 server that fails: whatever is cut, refused, doubled or slow, nothing is lost and nothing doubled."""

from __future__ import annotations

import os
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import boto3
import fsspec
import pyarrow.dataset as ds
import pytest
import s3fs
from botocore.exceptions import BotoCoreError
from flakystore import Fate, Relay
from newsroom import NOON, a_reject, an_article, rows_of
from s3server import BUCKET, s3_server

from columnist.pipelines.dataset.files.storage_errors import StorageError
from columnist.pipelines.dataset.open_store import StoreOptions, open_store
from columnist.pipelines.dataset.upkeep.repair.verify import verify
from columnist.pipelines.records.options import DatasetOptions
from columnist.scraper.cli.main import run

pytestmark = pytest.mark.slow
README = (Path(__file__).parent.parent / "data" / "README.md").read_text(encoding="utf-8")
PAGES = [f"https://paper.example/{n}" for n in range(5)]
FAILURES = (StorageError, OSError, BotoCoreError)  # exit 5 each


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    """Serve S3 behind a relay, with clients that give up at once: their patience is not what is tried here."""
    with (
        s3_server() as variables,
        Relay(int(variables["AWS_ENDPOINT_URL"].rpartition(":")[2])) as relay,
        patch.dict(os.environ, {"AWS_ENDPOINT_URL": relay.url, "AWS_MAX_ATTEMPTS": "1"}),
        patch.object(s3fs.S3FileSystem, "retries", 1),
    ):
        s3fs.S3FileSystem.clear_instance_cache()
        yield relay
    s3fs.S3FileSystem.clear_instance_cache()


def one_run(place: str, state: Path, pages: list[str], title: str = "First") -> None:
    """Write articles and a reject in files of two rows, some before the end."""
    with open_store(place, StoreOptions(DatasetOptions(rows_per_file=2), state)) as store:
        for row in rows_of(*(an_article(url, title=title) for url in pages), a_reject()):
            store.outbox.stage(row)
        store.dataset.flush_due(NOON)
        store.finish()


def versions(place: str) -> list[tuple[str, int]]:
    system, root = fsspec.url_to_fs(place)
    system.invalidate_cache()
    table = ds.dataset(f"{root}/articles", filesystem=system, format="parquet", partitioning="hive").to_table(
        ["url", "revision"]
    )
    return sorted((row["url"], row["revision"]) for row in table.to_pylist())


def check(place: str, state: Path, wanted: list[tuple[str, int]]) -> None:
    assert versions(place) == sorted(wanted)
    assert verify(place, state, repair=False).problems == ()
    system, root = fsspec.url_to_fs(place)
    left = [name for name in system.find(root) if "/quarantine/" in name or "/tmp/" in name]
    assert left == []


def from_then_on(number: int, fate: str) -> Fate:
    """The server fails at a request, and from then on as if it were down."""
    return lambda n, method, path: "pass" if n < number else fate if n == number else "cut-before"


@pytest.mark.parametrize("every", [40, pytest.param(1, marks=pytest.mark.torture)])
def test_a_store_that_goes_away_at_any_request_loses_and_doubles_nothing(
    relay: Relay, tmp_path: Path, every: int
) -> None:
    place = f"s3://{BUCKET}/{tmp_path.name}"
    relay.begin(lambda n, method, path: "pass")
    one_run(f"{place}/counted", tmp_path / "counted", PAGES[:2])
    relay.begin(lambda n, method, path: "pass")
    one_run(f"{place}/counted", tmp_path / "counted", PAGES)
    moments = [
        (number, fate) for number in range(len(relay.requests)) for fate in ("cut-before", "cut-after", "500")
    ]
    for number, fate in moments[os.getpid() % every :: every]:
        here, state = f"{place}/{number}-{fate}", tmp_path / f"{number}-{fate}"
        relay.begin(lambda n, method, path: "pass")
        one_run(here, state, PAGES[:2])
        relay.begin(from_then_on(number, fate))
        with pytest.raises(FAILURES):
            one_run(here, state, PAGES)
        relay.begin(lambda n, method, path: "pass")
        one_run(here, state, PAGES)
        check(here, state, [(url, 0) for url in PAGES])


@pytest.mark.parametrize("fate", ["twice", pytest.param("slow", marks=pytest.mark.torture)])
def test_requests_that_come_twice_or_late_change_nothing(relay: Relay, tmp_path: Path, fate: str) -> None:
    place = f"s3://{BUCKET}/{tmp_path.name}"
    relay.begin(
        lambda n, method, path: (
            fate if method == "PUT" and (fate == "twice" or ".parquet" in path) else "pass"
        )
    )
    one_run(place, tmp_path / "state", PAGES[:3])
    one_run(place, tmp_path / "state", PAGES, title="Second")
    relay.begin(lambda n, method, path: "pass")
    check(place, tmp_path / "state", [*((url, 0) for url in PAGES), *((url, 1) for url in PAGES[:3])])


def test_single_failures_are_tried_again(relay: Relay, tmp_path: Path) -> None:
    place = f"s3://{BUCKET}/{tmp_path.name}"
    failed: set[tuple[str, str]] = set()

    def each_once(number: int, method: str, path: str) -> str:
        if method != "PUT" or (method, path) in failed:
            return "pass"
        failed.add((method, path))
        return "500" if number % 2 else "cut-after"

    with patch.dict(os.environ, {"AWS_MAX_ATTEMPTS": "3"}), patch.object(s3fs.S3FileSystem, "retries", 5):
        s3fs.S3FileSystem.clear_instance_cache()
        relay.begin(each_once)
        one_run(place, tmp_path / "state", PAGES)
        assert len(failed) > 5
    s3fs.S3FileSystem.clear_instance_cache()
    relay.begin(lambda n, method, path: "pass")
    check(place, tmp_path / "state", [(url, 0) for url in PAGES])


def ask_for_rights(server: str, after: bytes) -> None:
    """Have the server ask who may do what, after so many requests."""
    plain = {"Content-Type": "text/plain"}
    urllib.request.urlopen(urllib.request.Request(f"{server}/moto-api/reset-auth", after, plain)).close()


def test_the_rights_in_the_readme_are_enough(relay: Relay, tmp_path: Path) -> None:
    (policy,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    policy = policy.replace("arn:aws:s3:::bucket", f"arn:aws:s3:::{BUCKET}")
    iam = boto3.client("iam")
    iam.create_user(UserName="crawl")
    iam.put_user_policy(UserName="crawl", PolicyName="news", PolicyDocument=policy)
    key = iam.create_access_key(UserName="crawl")["AccessKey"]
    server = f"http://127.0.0.1:{relay.port}"  # signatures name the server: no relay between
    names = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
    place, state = f"s3://{BUCKET}/news", tmp_path / "state"
    with patch.dict(os.environ, names):
        ask_for_rights(server, b"0")
        try:
            s3fs.S3FileSystem.clear_instance_cache()
            one_run(place, state, PAGES[:2])
            one_run(place, state, PAGES)
            check(place, state, [(url, 0) for url in PAGES])
            assert (
                run(["forget", PAGES[0], "--reason", "asked to", "--data", place, "--state", str(state)]) == 0
            )
            verify(place, state)
            check(place, state, [(url, 0) for url in PAGES[1:]])
            assert run(["compact", "--data", place, "--before", "0d"]) == 0
            verify(place, state)
            check(place, state, [(url, 0) for url in PAGES[1:]])
            with pytest.raises(StorageError, match=r"Access Denied|Forbidden"):
                one_run(f"s3://{BUCKET}/elsewhere", tmp_path / "other", PAGES)
        finally:
            ask_for_rights(server, b"inf")
            s3fs.S3FileSystem.clear_instance_cache()
