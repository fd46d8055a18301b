"""Sites dealt to shards: the same on every machine, evenly, and few move when their number changes."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from columnist.pipelines.sites.shards import Shard, owner, shard_from, shard_keys

README = (Path(__file__).parent.parent / "scraper" / "README.md").read_text(encoding="utf-8")
# What starts the shards in the README, and the variables that each job has.
STARTS = {
    "cron": (r"^    10,40 \* \* \* \*  (.*)$", [{}], [1, 2, 3, 4]),
    "slurm": (
        r"sbatch --array=1-8 --wrap '(.*)'$",
        [{"SLURM_ARRAY_TASK_ID": str(n), "SLURM_ARRAY_TASK_COUNT": "8"} for n in range(1, 9)],
        [*range(1, 9)],
    ),
    "kubernetes": (
        r"sh, -c, '(.*)'\]$",
        [{"JOB_COMPLETION_INDEX": str(n)} for n in range(8)],
        [*range(1, 9)],
    ),
}
SITES = [f"paper{n}.example" for n in range(4000)]


def test_a_site_has_one_owner_for_ever() -> None:
    assert [owner(f"{name}.example", 8) for name in ("paper", "gazette", "bote", "köln")] == [7, 2, 8, 2]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 17])
def test_sites_are_dealt_evenly_and_few_move(count: int) -> None:
    before = {site: owner(site, count) for site in SITES}
    after = {site: owner(site, count + 1) for site in SITES}
    dealt, moved = Counter(before.values()), {site for site in SITES if before[site] != after[site]}

    assert sorted(dealt) == list(range(1, count + 1))
    assert max(dealt.values()) < 1.3 * len(SITES) / count
    assert {after[site] for site in moved} == {count + 1}
    assert len(moved) < 1.3 * len(SITES) / (count + 1)
    assert sum(Shard(i, count).owns(SITES[0]) for i in range(1, count + 1)) == 1


def test_sites_that_share_a_domain_have_one_key() -> None:
    keys = shard_keys({
        "paper": ("https://www.example.net/", "https://example.org/"),
        "sport": ("https://live.example.org/",),
        "example.com": ("https://example.com/",),
        "both": ("https://z.example/", "https://www.example.com/"),
        "127.0.0.2:81": ("http://127.0.0.2:81/",),
        "127.0.0.2:82": ("http://127.0.0.2:82/",),
        "uk": ("https://news.example.co.uk/",),
        "none": (),
    })  # fmt: skip

    assert keys == {
        "paper": "example.net", "sport": "example.net", "example.com": "example.com", "both": "example.com",
        "127.0.0.2:81": "127.0.0.2", "127.0.0.2:82": "127.0.0.2", "uk": "example.co.uk", "none": "none",
    }  # fmt: skip


@pytest.mark.parametrize("words", ["0/4", "5/4", "1", "1/0", "a/b", "-1/4", "1/4/2", "", "1/9999999", "١/٤"])
def test_what_is_no_shard_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="no shard"):
        shard_from(words)


def test_a_shard_reads_as_it_is_written() -> None:
    assert str(shard_from(" 03/8 ")) == "3/8"


@pytest.mark.parametrize("start", STARTS)
def test_the_lines_of_the_readme_start_each_shard_once(tmp_path: Path, start: str) -> None:
    pattern, jobs, wanted = STARTS[start]
    (line,) = re.findall(pattern, README, re.MULTILINE)
    program = tmp_path / "columnist"
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/started\n')
    program.chmod(0o755)
    words = line.replace("/opt/columnist/.venv/bin/columnist", "columnist")
    for variables in jobs:
        subprocess.run(
            ["/bin/sh", "-c", words], env={"PATH": f"{tmp_path}:/usr/bin:/bin", **variables}, check=True
        )

    started = re.findall(
        r"^crawl --sites .* --shard (\d+)/8 ", (tmp_path / "started").read_text(), re.MULTILINE
    )
    assert sorted(map(int, started)) == wanted
