"""What a part's commit leaves in the state: its rows' bytes are dropped in steps, its log begins anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom import addresses, an_article, read, rows_of

from columnist.pipelines.dataset.files import parts
from columnist.pipelines.dataset.open_store import open_store
from columnist.pipelines.dataset.state import state
from columnist.pipelines.dataset.upkeep.repair.verify import verify


@pytest.mark.parametrize(("limit", "steps"), [("_DROPPED_ROWS", 6), ("_DROPPED_BYTES", 11)])
def test_a_commit_drops_its_rows_bytes_in_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, steps: int
) -> None:
    monkeypatch.setattr(parts, limit, 2 if limit == "_DROPPED_ROWS" else 1)
    with open_store(tmp_path) as store:
        for row in rows_of(*(an_article(url) for url in addresses(10))):
            store.outbox.stage(row)
        (part,) = store.dataset.allocate_all()
        left = []
        for _ in store.dataset.commit_by_steps(store.dataset.write(part)):
            left.append(store.state.connection.execute("SELECT count(*) FROM payload").fetchone()[0])
            assert store.outbox.waiting() == 0  # committed before the first byte is dropped

    assert left == list(range(10, -1, -2 if steps == 6 else -1))
    assert verify(tmp_path).problems == ()


def test_what_was_not_dropped_is_dropped_by_the_next_run(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.outbox.stage(rows_of(an_article())[0])
        (part,) = store.dataset.allocate_all()
        next(store.dataset.commit_by_steps(store.dataset.write(part)))  # it died after the commit

    with open_store(tmp_path) as store:
        left = store.state.connection.execute("SELECT count(*) FROM payload").fetchone()[0]

    assert (left, read(tmp_path).num_rows) == (0, 1)


def test_the_log_of_the_state_begins_anew_after_a_checkpoint_beside_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(rounds: int) -> int:
        for number in range(rounds):
            for row in rows_of(*(an_article(f"{url}-{number}-{rounds}") for url in addresses(10))):
                store.outbox.stage(row)
            store.state.checkpoint()
            store.state.checkpoint_rest()
        return (tmp_path / "state.db-wal").stat().st_size

    with open_store(tmp_path) as store:
        store.state.checkpoint_elsewhere()
        once = written(1)
        assert written(20) < 3 * once
        monkeypatch.setattr(state, "_LONG_LOG", 0)
        assert written(3) < 3 * once
        store.finish()

    assert verify(tmp_path).problems == ()
