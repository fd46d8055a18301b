"""Content-Encoding: what comes out is whole and within the limit, or an error says why not."""

import gzip
import os
import zlib

import brotli
import pytest
from backports import zstd

from columnist.pipelines.document.content_encoding import UnpackError, layers_of, unpack

TEXT = b"a story, told twice. " * 5_000
LIMIT = 1_000_000
PACK = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("name", PACK)
@pytest.mark.parametrize(
    "body", [b"", b"x", TEXT, os.urandom(300_000)], ids=["empty", "one", "text", "noise"]
)
def test_what_was_packed_comes_out(name: str, body: bytes) -> None:
    assert unpack(PACK[name](body), [name], LIMIT) == (body, [])


@pytest.mark.parametrize("name", PACK)
def test_a_stream_that_breaks_off_is_no_body(name: str) -> None:
    packed = PACK[name](TEXT)
    for cut in (1, 3, 11, len(packed) // 2, len(packed) - 10):
        if name.endswith("gzip") and cut == 1:
            continue  # not even the magic number: taken for a body that is not packed
        with pytest.raises(UnpackError, match="damaged"):
            unpack(packed[:cut], [name], LIMIT)


@pytest.mark.parametrize("name", PACK)
def test_a_bomb_stops_at_the_limit(name: str) -> None:
    with pytest.raises(UnpackError, match="too-large"):
        unpack(PACK[name](b"\0" * 30_000_000), [name], LIMIT)
    assert len(unpack(PACK[name](b"\0" * LIMIT), [name], LIMIT)[0]) == LIMIT


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_noise_is_no_body(name: str) -> None:
    noise = (b"\x1f\x8b\x08\x00" if name == "gzip" else b"\x07") + b"\xff\xfe\xfd" * 100
    with pytest.raises(UnpackError, match="damaged"):
        unpack(noise, [name], LIMIT)


@pytest.mark.parametrize("flags", range(32))
def test_every_gzip_header_is_stepped_over(flags: int) -> None:
    extra = b"\x03\x00abc" if flags & 4 else b""
    name = b"name.html\0" if flags & 8 else b""
    comment = b"a comment\0" if flags & 16 else b""
    checksum = b"\0\0" if flags & 2 else b""
    plain = gzip.compress(TEXT, mtime=0)
    packed = plain[:3] + bytes([flags]) + plain[4:10] + extra + name + comment + checksum + plain[10:]

    assert unpack(packed, ["gzip"], LIMIT)[0] == TEXT


def test_a_gzip_header_without_end_is_damaged() -> None:
    with pytest.raises(UnpackError, match="damaged"):
        unpack(b"\x1f\x8b\x08\x08\0\0\0\0\0\0" + b"name" * 10, ["gzip"], LIMIT)


def test_what_only_claims_to_be_gzip_stays_as_it_is() -> None:
    assert unpack(TEXT, ["gzip"], LIMIT) == (TEXT, [])


def test_members_and_frames_in_a_row_are_one_body() -> None:
    assert unpack(gzip.compress(b"ab") + gzip.compress(b"cd") + b"\0" * 9, ["gzip"], LIMIT)[0] == b"abcd"
    assert unpack(zstd.compress(b"ab") + zstd.compress(b"cd"), ["zstd"], LIMIT)[0] == b"abcd"
    with pytest.raises(UnpackError, match="too-large"):
        unpack(gzip.compress(b"\0" * 600_000) * 2, ["gzip"], LIMIT)


def test_layers_are_undone_from_the_last() -> None:
    assert unpack(brotli.compress(gzip.compress(TEXT)), ["gzip", "br"], LIMIT) == (TEXT, [])
    assert unpack(gzip.compress(TEXT), ["lzma", "gzip"], LIMIT) == (TEXT, ["lzma"])
    assert unpack(TEXT, ["gzip", "lzma"], LIMIT) == (TEXT, ["gzip", "lzma"])
    with pytest.raises(UnpackError, match="too-many-encodings"):
        unpack(TEXT, ["gzip"] * 3, LIMIT)


def test_a_frame_that_wants_more_memory_than_the_standard_lets_it_is_refused() -> None:
    wide = zstd.compress(TEXT * 500, options={zstd.CompressionParameter.window_log: 27})
    with pytest.raises(UnpackError, match="damaged"):
        unpack(wide, ["zstd"], 100 * LIMIT)


@pytest.mark.parametrize(
    ("headers", "layers"),
    [([], []), (["gzip"], ["gzip"]), (["GZIP , Br"], ["gzip", "br"]), (["gzip", "br"], ["gzip", "br"]),
     (["identity"], []), ([""], []), (["utf-8, gzip, none"], ["gzip"])],
)  # fmt: skip
def test_layers_are_read_from_all_headers(headers: list[str], layers: list[str]) -> None:
    assert layers_of(headers) == layers
