"""Sites that real publishing software prints from our own posts are crawled whole and exactly: twenty of twenty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.publishing.judge import crawl, faults
from tests.publishing.sites import KINDS, Kind

SITES = [pytest.param(kind, id=kind.name) for kind in KINDS]


@pytest.mark.torture
@pytest.mark.parametrize("kind", SITES)
def test_each_article_of_a_site_comes_out_once_and_right(kind: Kind, tmp_path: Path) -> None:
    if lacking := kind.missing():
        pytest.skip(f"{lacking}: see tests/benchmarks/README.md for what to install")
    with kind.site(tmp_path / "site") as address:
        first, second = (crawl(address, tmp_path / "data") for _ in range(2))

    assert not faults(first.rows, filed=kind.filed), first.rejects
    assert second.rows == first.rows
