"""Lines -> verdicts: where the headline stands, where the article begins and ends, what stands between."""

from collections import Counter
from dataclasses import dataclass

from columnist.pipelines.content.plaintext.article_end import article_end, body_mass, close_boxes
from columnist.pipelines.content.plaintext.article_start import article_start, clear_above, find_headline
from columnist.pipelines.content.plaintext.lines import Line
from columnist.pipelines.content.plaintext.main_stretch import find_core, mass_stop
from columnist.pipelines.content.plaintext.marks import SURE, Chrome

# Kinds whose presence makes a doubtful sentence beside them furniture too. A caption or an advertisement stands
# beside the article's own sentences and says nothing of them.
_TELLING = frozenset({
    "consent", "newsletter", "follow", "paywall", "promotion", "comments", "comment-action", "footer", "share-bar",
    "navigation", "player",
})  # fmt: skip
_OFTEN = 4  # times that one label stands on a page: "Article content", "Sign up"; a refrain has fewer
# Times or dates each before a paragraph: fewer are a timestamp, as many a live ticker or a chronicle.
_TICKER = 3
_RUBRICS, _RUBRIC_WORDS = 2, 2  # items of a menu at a text's end, and words of one


@dataclass(frozen=True, slots=True)
class LinesVerdict:
    """Where the title is, and for every line the rule that takes it out, or None."""

    title: int | None
    rules: tuple[str | None, ...]


def judge(lines: list[Line], chromes: list[Chrome]) -> LinesVerdict:
    """Decide every line of one text."""
    rules = _believed(lines, chromes)
    prose = [line.prose and rule is None for line, rule in zip(lines, rules, strict=True)]
    doubtful = [
        p and chrome.strength > 0 and not line.quoted
        for p, chrome, line in zip(prose, chromes, lines, strict=True)
    ]
    _mark_thread(lines, chromes, rules, prose)
    core = find_core(lines, rules, [p and not d for p, d in zip(prose, doubtful, strict=True)])
    title = find_headline(lines, chromes, rules, core[0] if any(prose) else None)
    first = article_start(lines, rules, title, core[0] if any(prose) else None)
    clear_above(lines, rules, prose, first)
    for i in range(title or 0):
        rules[i] = rules[i] or "before-article"
    if title is not None:
        rules[title] = None
        _drop_repeats(lines, rules, title)
    end = article_end(lines, rules, prose, max(first, core[0]) if any(prose) else first)
    if any(prose):
        end = min(end, mass_stop(lines, rules, prose, (first, core, end)))
    for i in range(end, len(lines)):
        rules[i] = rules[i] or "after-article"
    _keep_ticker(lines, chromes, rules, (first, end))
    close_boxes(lines, rules, prose, (first, end))
    _drop_trailing(lines, rules, (first, end))
    _drop_soft_ends(lines, chromes, rules)
    return LinesVerdict(title, tuple(rules))


def _believed(lines: list[Line], chromes: list[Chrome]) -> list[str | None]:
    """Take what the words say for sure, and what they say with doubt where the neighbours agree."""
    rules: list[str | None] = [c.kind if c.strength >= SURE else None for c in chromes]
    times = Counter(line.text for line in lines if not line.ends and line.width < 100)
    for i, line in enumerate(lines):
        if times[line.text] >= _OFTEN and not line.bullet:
            rules[i] = rules[i] or "repeated"
        if not any(not w.isdigit() for w in line.words) and not line.bullet and line.width <= 12:
            rules[i] = rules[i] or "no-words"
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and (chromes[end].strength or rules[end]):
            end += 1
        group = range(start, end)
        sure = [i for i in group if chromes[i].strength >= SURE and chromes[i].kind in _TELLING]
        labels = [i for i in group if chromes[i].strength and not lines[i].ends]
        for i in group:
            beside = any(abs(i - j) <= 1 for j in sure)
            if chromes[i].strength == 1 and (beside or (i in labels and (sure or len(labels) >= 3))):
                rules[i] = chromes[i].kind
                sure.append(i)
        start = max(end, start + 1)
    for i, chrome in enumerate(chromes):
        if (
            rules[i] is None
            and chrome.strength == 1
            and not lines[i].ends
            and not _heads_text(i, lines, chromes)
        ):
            rules[i] = chrome.kind
    return rules


def _heads_text(index: int, lines: list[Line], chromes: list[Chrome]) -> bool:
    """Tell whether a one-word line is a subheading ("Twitter"): a paragraph follows it."""
    after = index + 1
    return (
        after < len(lines) and lines[after].ends and (lines[after].width > 100 or not chromes[after].strength)
    )


def _mark_thread(
    lines: list[Line], chromes: list[Chrome], rules: list[str | None], prose: list[bool]
) -> None:
    """Comments without a heading: name, date, text, "Reply". Mark the first name as the end of the article."""
    for i, chrome in enumerate(chromes):
        if chrome.kind != "comment-action" or lines[i].ends:
            continue
        dates = [j for j in range(max(0, i - 6), i) if rules[j] == "timestamp"]
        if dates and sum(prose[: dates[-1]]) >= 2:
            rules[i] = "comment-action"
            name = dates[-1] - 1
            if rules[name] is None and not lines[name].ends and len(lines[name].words) <= 5:
                rules[name] = "comments"
            else:
                rules[dates[-1]] = "comments"
            return


def _drop_repeats(lines: list[Line], rules: list[str | None], title: int) -> None:
    """The headline stands in the breadcrumb, in the share text and above the comments again."""
    for i, line in enumerate(lines):
        if i != title and line.words == lines[title].words:
            rules[i] = rules[i] or "title-repeat"


def _keep_ticker(
    lines: list[Line], chromes: list[Chrome], rules: list[str | None], body: tuple[int, int]
) -> None:
    """Keep the times of a live ticker and the dates of a chronicle: each stands before a paragraph."""
    first, end = body
    times = [
        i for i in range(max(first - 1, 0), end - 1)
        if chromes[i].kind == "timestamp" and rules[i + 1] is None and lines[i + 1].ends
    ]  # fmt: skip
    if len(times) >= _TICKER:
        for i in times:
            rules[i] = None


def _drop_trailing(lines: list[Line], rules: list[str | None], body: tuple[int, int]) -> None:
    """After the last sentence, short lines are tags, names and headlines, if the page has furniture at all."""
    first, end = body
    kept = [i for i in range(first, end) if rules[i] is None]
    last = next((i for i in reversed(kept) if lines[i].ends or lines[i].bullet), None)
    if last is None:
        return
    tail = [i for i in kept if i > last]
    headlines = [i for i in tail if len(lines[i].words) >= 5]
    furnished = any(rules[last + 1 :])
    measured = sum(1 for i in tail if any(w.isdigit() for w in lines[i].words))
    listed = lines[last].text.endswith(":") or 2 * measured >= len(tail)  # "200 g flour" ends a recipe
    if tail and ((furnished and not listed) or len(headlines) >= 4):
        for i in tail:
            rules[i] = "after-article"
    elif not tail:
        _drop_rubrics(lines, rules, kept)


def _drop_rubrics(lines: list[Line], rules: list[str | None], kept: list[int]) -> None:
    """A list of a word or two in each item, below the last sentence and without a colon before it, is a menu's."""
    items: list[int] = []
    for i in reversed(kept):
        line = lines[i]
        if (
            not line.bullet
            or line.ends
            or not 0 < len(line.words) <= _RUBRIC_WORDS
            or any(w.isdigit() for w in line.words)
        ):
            break
        items.append(i)
    above = [i for i in kept if i not in items]
    if len(items) < _RUBRICS or not above or not lines[above[-1]].prose or not lines[above[-1]].ends:
        return
    told = {word for i in above for word in lines[i].words}
    if any(word in told for i in items for word in lines[i].words):  # it sums up what was said
        return
    for i in items:
        rules[i] = "after-article"


def _drop_soft_ends(lines: list[Line], chromes: list[Chrome], rules: list[str | None]) -> None:
    """Doubtful sentences before the first or after the last sure paragraph are furniture."""
    kept = [i for i, rule in enumerate(rules) if rule is None]
    sure = [i for i in kept if chromes[i].strength == 0 and lines[i].prose]
    if not sure or body_mass(lines, sure) < 200:
        return
    for i in kept:
        if chromes[i].strength and (i > sure[-1] or i < sure[0]) and (lines[i].ends or i > sure[-1]):
            rules[i] = chromes[i].kind
