"""What changed between two versions of an article, told from a few stored hashes of the older one."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from columnist.pipelines.document.addresses import address_key, article_id
from columnist.pipelines.records.entries import as_map

RECLEANED = "recleaned"  # the kind of a change that is ours: the page is the same
# A paragraph's hash: two of 200 paragraphs collide once in 200,000 articles, and cost a word.
_PARAGRAPH_BYTES = 4
_MAJOR_SHARE = 0.25  # above a quarter of the paragraphs touched, a reader has another text before him
_COPY_SHARE = 0.5  # two pages of one id that share half of the shorter text are one story in two dresses

# Metadata whose change is worth a row. Left out: what pages change at every visit (modified_at, pictures with
# signed addresses, tags in random order are sorted), and what depends on how the page was reached.
_METADATA = ("description", "authors", "agency", "section", "tags", "published_at", "language")

# How newspapers begin a note of correction, in the languages that the demo and the field's corpora have.
_CORRECTION = re.compile(
    r"^\W{0,3}(?:"
    r"corrections?|corrected|clarifications?|editor[’']?s[’']? note|"
    r"errat(?:um|a)|rectificatif|correctif|précision|(?:cet|cette) (?:article|version) a été (?:corrigé|modifié)|"
    r"korrektur|berichtigung|anmerkung der redaktion|richtigstellung|in einer früheren (?:version|fassung)|"
    r"corrección|correcciones|fe de erratas|rectificación|aclaración|nota de (?:la )?redacción|"
    r"correção|correções|retificação|nota da redação|correzione|rettifica|errata corrige|"
    r"correctie|rectificatie|rettelse|berigtigelse|rättelse|oikaisu|korekta|sprostowanie|oprava|"
    r"исправление|поправка|уточнение|виправлення|düzeltme|διόρθωση|תיקון|تصحيح|تصويب|"
    r"訂正|更正|勘误|勘誤|정정|바로잡습니다|सुधार|शुद्धिपत्र|"
    r"an earlier version of this (?:article|story)|this (?:article|story) (?:has been|was) (?:corrected|amended)"
    r")(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Key:
    """The small facts of one version of a page, made in the worker, kept in the state database."""

    id: str  # the article's id, 32 hex digits
    source: str  # address_key of the address asked for, hex: which page of the site gave this version
    own_id: str  # id of the address that answered, for pages whose canonical link proves wrong
    content: str  # content_hash of an article, the reason of a reject
    title: str = ""  # hashes, hex
    metadata: str = ""
    paragraphs: bytes = b""  # 4 bytes each, in order
    corrections: int = 0  # notes of correction among the paragraphs
    whole: str = ""  # content before its site's lines were taken out of it; empty: none were


@dataclass(frozen=True, slots=True)
class Visits:
    """What decides when an article is looked at again."""

    born: datetime  # its publication: from here its age counts
    last: datetime  # the visit that just was
    is_first: bool = False  # no visit before that one is known


def key_of(row: Mapping[str, Any]) -> Key:
    """Return the key of a row of articles or rejects (schema.to_row, or a row read from the dataset)."""
    asked = row["requested_url"] or row["url"]
    source, own_id = address_key(asked).hex(), article_id(row["url"])
    if "reason" not in row and row["id"] not in (own_id, article_id(row["canonical_url"] or asked)):
        source = address_key(row["url"]).hex()  # it kept the id of the address from which it moved here
    if "reason" in row:
        return Key(id=source, source=source, own_id=own_id, content=row["reason"])
    texts, notes = [p["text"] for p in row["paragraphs"]], _notes(row["extra"])
    told = [_canonical(row[name]) for name in _METADATA]
    return Key(
        id=row["id"],
        source=source,
        own_id=own_id,
        content=row["content_hash"],
        title=_hash([row["title"]]).hex(),
        metadata=_hash([*told, notes] if notes else told).hex(),
        paragraphs=b"".join(paragraph_hash(text)[:_PARAGRAPH_BYTES] for text in texts),
        corrections=sum(1 for text in (*texts, *notes.splitlines()) if _CORRECTION.match(text)),
    )


def _notes(extra: Iterable[Any]) -> str:
    """Return the notes on corrections and updates that stand beside the text."""
    return as_map(extra).get("corrections") or ""


def change_kind(old: Key, new: Key) -> str | None:
    """Say what changed from one version to the next; None where nothing did.

    A note of correction outweighs the size of the change, and a changed text outweighs a changed headline
    unless the text changed little: editors who retitle an article often touch a sentence too.
    """
    if new.corrections > old.corrections:
        return "correction"
    share = 0.0 if old.content == new.content else _changed_share(old.paragraphs, new.paragraphs)
    if share > _MAJOR_SHARE:
        return "major"
    if old.title != new.title:
        return "headline"
    if old.content != new.content:
        return "minor"
    return "metadata" if old.metadata != new.metadata else None


def without_lines(old: Key, new: Key, lines: Set[bytes]) -> tuple[Key, Key]:
    """Return the two versions as they are without the site's lines: knowing one, or another wording of it, changes no article."""
    if old.content == new.content or not lines:
        return old, new
    gone = {line[:_PARAGRAPH_BYTES] for line in lines}
    before, after = (
        b"".join(one for one in _pieces(key.paragraphs) if one not in gone) for key in (old, new)
    )
    old, new = replace(old, paragraphs=before), replace(new, paragraphs=after)
    return (old, replace(new, content=old.content)) if before == after else (old, new)


def same_story(old: Key, new: Key) -> bool:
    """Say whether two pages under one id carry the same text, be it in another layout or cut short."""
    if old.content == new.content:
        return True
    before, after = _split(old.paragraphs), _split(new.paragraphs)
    shorter = min(before.total(), after.total())
    return shorter > 0 and (before & after).total() / shorter >= _COPY_SHARE


def text_key(site: str, content: str) -> bytes:
    """Return the hash by which a text is found again on its site: two of 10 million texts collide once in
    300,000 such archives, and cost one copy too few."""
    return hashlib.blake2b(f"{site}\0{content}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def paragraph_hash(text: str) -> bytes:
    """Return the hash of a paragraph; what is kept of it is its beginning."""
    return _hash([text])


def next_visit(visits: Visits, revisit_hours: Sequence[float]) -> datetime | None:
    """Return when to look at an article again: when it comes to the next of these ages.

    One that is older than all of them is looked at once more, the longest age after its first visit: a
    correction of the archive is found too.
    """
    ages = [timedelta(hours=age) for age in sorted(revisit_hours)]
    for age in ages:
        if visits.born + age > visits.last:
            return visits.born + age
    return visits.last + ages[-1] if ages and visits.is_first else None


def _changed_share(old: bytes, new: bytes) -> float:
    before, after = _split(old), _split(new)
    longer = max(before.total(), after.total())
    if longer == 0:
        return 1.0
    touched = longer - (before & after).total()
    # One touched paragraph is never a rewrite, however short the article.
    return touched / longer if touched > 1 else 0.0


def _split(hashes: bytes) -> Counter[bytes]:
    return Counter(_pieces(hashes))


def _pieces(hashes: bytes) -> list[bytes]:
    step = _PARAGRAPH_BYTES
    return [hashes[i : i + step] for i in range(0, len(hashes), step)]


def _canonical(value: Any) -> str:
    if isinstance(value, str) or value is None:
        return value or ""
    if isinstance(value, Sequence):
        return "\n".join(sorted(str(v) for v in value))
    return str(value)


def _hash(parts: Iterable[str | None]) -> bytes:
    text = "\0".join(part or "" for part in parts)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
