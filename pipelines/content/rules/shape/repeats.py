"""What stands on the page once more: the headline, paragraphs, the whole text in one run, quotes of a paragraph."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from columnist.pipelines.content.blocks.blocks import Blocks
from columnist.pipelines.content.blocks.elements import IN
from columnist.pipelines.content.blocks.letters import squash
from columnist.pipelines.content.plaintext.labels import in_some_label, read_label
from columnist.pipelines.content.plaintext.lines import look_at, words_of
from columnist.pipelines.content.plaintext.marks import SURE
from columnist.pipelines.document.text import weigh

_SENTENCE_ENDS = frozenset('.!?…。！？؟।"”»」')
_SHORTEST_REPEAT = 25  # letters; shorter lines come twice by right: "Yes.", "Read the letter"
_QUESTION = frozenset("?？؟;")
_NOTICE = 3  # times that a paragraph stands on a page if it is a notice
_MOST_NOTICES = 0.5  # of the text
_SHORTEST_SENTENCE = 50  # letters; a sentence of so many that comes twice is a quote in whatever element
_SHORTEST_RUN, _RUN_PARTS, _RUN_SHARE = 300, 3, 0.8  # width, paragraphs and their share of a run of text
_MOST_RUNS = 3  # the longest blocks of a page: each is held against all others
_LONGEST_QUOTE = 500  # characters of a pull quote
_MOST_QUOTES = 200  # each is looked up in the whole text; no article has more
_SURE = 0.9  # mean score of lines that recur by right
_SECTION = 6  # rows below a heading in which a line recurs
_SURE_QUESTION = 0.9  # score of a question that is the article's own


def title_rows(blocks: Blocks, kept: Sequence[bool], title: str) -> Iterator[int]:
    """Yield what repeats the headline before the first paragraph."""
    key = squash(title)
    for row, block in enumerate(blocks.items if key else ()):
        if kept[row]:
            if block.key == key or _is_titled_label(block.text, title):
                yield row
            elif blocks.tags[block.place] == "p":
                return


def _is_titled_label(text: str, title: str) -> bool:
    """Tell whether a block is the headline and words of labels, parted by a line break of old pages."""
    rest = text[len(title) :].strip()
    if not rest or not text.startswith(title) or not all(map(in_some_label, words_of(rest))):
        return False
    return rest.isascii() or read_label(look_at(rest)).strength == SURE


def keys_of(blocks: Blocks, kept: Sequence[bool]) -> list[str]:
    """Return the letters of each kept block, "" of the others."""
    return [block.key if stays else "" for block, stays in zip(blocks.items, kept, strict=True)]


def repeated_rows(blocks: Blocks, kept: Sequence[bool], scores: Sequence[float]) -> list[int]:
    """Return paragraphs that come twice; all of them if they come three times: that is a notice.

    Unless most of the text does: some pages hold the whole article once for each width of screen.
    """
    keys = [key if len(key) >= _SHORTEST_REPEAT else "" for key in keys_of(blocks, kept)]
    long_keys = list(filter(None, keys))
    if len(set(long_keys)) == len(long_keys):  # nine pages of ten
        return []
    times = Counter(long_keys)
    often = sum(len(key) for key, count in times.items() if count >= _NOTICE)
    are_notices = often < _MOST_NOTICES * sum(map(len, times))
    if are_notices and recur_by_right(times, keys, scores, _NOTICE):
        return []
    by_right = _below_headings(blocks, (kept, scores), keys, times)
    if by_right:
        keys = ["" if key in by_right else key for key in keys]
        times = Counter(filter(None, keys))
    asked = {
        key
        for key, block, score in zip(keys, blocks.items, scores, strict=True)
        if block.text[-1] in _QUESTION and score >= _SURE_QUESTION
    }
    if all(key in asked for key, count in times.items() if count > 1):  # put to each of several people
        return []
    found, seen = list[int](), set[str]()
    for row, key in enumerate(keys):
        if key in seen or (are_notices and times[key] >= _NOTICE):
            found.append(row)
        elif key:
            seen.add(key)
    return found


def _below_headings(
    blocks: Blocks, judged: tuple[Sequence[bool], Sequence[float]], keys: Sequence[str], times: Counter[str]
) -> set[str]:
    """Return the lines that stand below each of some sister headings."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        if times[key] > 1:
            rows[key].append(row)
    return {key for key, found in rows.items() if stand_below_headings(blocks, found, *judged)}


def stand_below_headings(
    blocks: Blocks, rows: Sequence[int], kept: Sequence[bool], scores: Sequence[float]
) -> bool:
    """Tell whether a line stands each time as far below another heading of one form: in each of an article's sections.

    Right below it, it is the section's; further down a notice may stand as well, of which the model is seldom sure.
    """
    above = [_heading_above(blocks, row, kept) for row in rows]
    far = {row - heading for row, heading in zip(rows, above, strict=True)}
    if -1 in above or len(far) > 1 or len({blocks.items[row].key for row in above}) < len(above):
        return False
    sure = sum(scores[row] for row in rows) >= _SURE * len(rows)
    return len({blocks.forms[row] for row in above}) == 1 and (sure or far == {1})


def _heading_above(blocks: Blocks, row: int, kept: Sequence[bool]) -> int:
    for above in range(row - 1, max(row - _SECTION, -1), -1):
        if blocks.flags[blocks.items[above].place] & IN["heading"]:
            return above if kept[above] else -1
    return -1


def recur_by_right(times: Counter[str], keys: Sequence[str], scores: Sequence[float], often: int) -> bool:
    """Tell whether lines recur as the refrain of a plan or the questions of a series do: several, and the model is sure of each."""
    refrain = {key for key, count in times.items() if count >= often}
    told = [score for key, score in zip(keys, scores, strict=True) if key in refrain]
    return len(refrain) >= 2 and sum(told) >= _SURE * len(told)


def run_rows(blocks: Blocks, kept: Sequence[bool]) -> Iterator[int]:
    """Yield a block that is several other paragraphs in one run: the text once more, for a printer or a machine."""
    keys = keys_of(blocks, kept)
    parts = [key for key in keys if weigh(key) >= _SHORTEST_SENTENCE]
    longest = sorted(range(len(keys)), key=lambda row: -len(keys[row]))[:_MOST_RUNS]
    for row in longest if len(parts) > _RUN_PARTS else ():
        key = keys[row]
        if weigh(key) < _SHORTEST_RUN:
            break
        inside = [part for part in parts if len(part) < len(key) and part in key]
        if len(inside) >= _RUN_PARTS and sum(map(len, inside)) >= _RUN_SHARE * len(key):
            yield row


def quote_rows(blocks: Blocks, kept: Sequence[bool]) -> Iterator[int]:
    """Yield quotes that repeat a part of a paragraph."""
    keys = keys_of(blocks, kept)
    quotable = IN["blockquote"] | IN["figure"] | IN["aside"]
    whole = "\n".join([key for key in keys if weigh(key) >= _SHORTEST_REPEAT])
    looked_up = 0
    for row, key in enumerate(keys):
        block = blocks.items[row]
        apart = (
            blocks.tags[block.place] == "div"
            and len(key) >= _SHORTEST_SENTENCE
            and block.text[-1] in _SENTENCE_ENDS
        )
        if weigh(key) < _SHORTEST_REPEAT or not (apart or blocks.flags[block.place] & quotable):
            continue
        looked_up += 1
        if looked_up > _MOST_QUOTES:
            return
        if len(block.text) <= _LONGEST_QUOTE and keys.count(key) < whole.count(key):
            yield row
