"""Figures -> the parts of a report on what the articles hold: each function one section."""

from collections.abc import Iterable, Mapping

from columnist.pipelines.content.rules.rule_names import RULES
from columnist.pipelines.publish.card.limits import LIMITS
from columnist.pipelines.publish.figures import Figures, Site
from columnist.pipelines.publish.report.charts import bars, columns
from columnist.pipelines.publish.report.tables import Part, Table, bounded, counted_table
from columnist.pipelines.records.arrow_schema import ARTICLES
from columnist.pipelines.records.article import REASONS

SHARES = ("dated", "authored", "sectioned", "tagged", "pictured")
SHARE_NAMES = ("Date", "Author", "Section", "Tags", "Image")
_BARS = 15  # of a picture: more are read from the table
_LONG = 3_000  # words, from which on articles are counted together: one in a hundred


def share_of(sites: Iterable[Site], name: str) -> float:
    every = list(sites)
    articles = sum(s.articles for s in every)
    return float(sum(getattr(s, name) * s.articles for s in every) / articles) if articles else 0.0


def languages_part(found: Figures) -> Part:
    counts = {code or "unknown": n for code, n in found.languages.items()}
    return _counted_part("languages", "Languages", ("Language",), counts, found.articles)


def _counted_part(
    part: str, title: str, head: tuple[str, ...], counts: Mapping[str, int], whole: int
) -> Part:
    if not counts:
        return Part(part, title, ("None.",))
    picture = bars(f"{title}, in articles", _first(counts))
    return Part(part, title, (), (picture,), (counted_table(title, (*head, "Articles"), counts, whole),))


def _first(counts: Mapping[str, int]) -> Mapping[str, float]:
    return dict(sorted(counts.items(), key=lambda item: -item[1])[:_BARS])


def lengths_part(found: Figures) -> Part:
    if not found.lengths:
        return Part("length", "Length", ("No article.",))
    longest = min(max(found.lengths), _LONG)
    steps = {f"{at:,}": found.lengths.get(at, 0) for at in range(0, longest, 100)}
    last = f"{longest:,} or more" if longest == _LONG else f"{longest:,}"
    steps[last] = sum(n for at, n in found.lengths.items() if at >= longest)
    return Part(
        "length",
        "Length",
        ("In words; in characters where a script does not space words (CJK, Thai). Steps of a hundred.",),
        (columns("Articles by words", list(steps), list(steps.values())),),
        (counted_table("Articles by length", ("Words, from", "Articles"), steps, found.articles),),
    )


def fields_part(found: Figures) -> Part:
    about = {field.name: (field.metadata or {}).get(b"description", b"").decode() for field in ARTICLES}
    rows = tuple((name, share, about.get(name, "")) for name, share in found.unknown.items())
    known = {name: share_of(found.sites, key) for name, key in zip(SHARE_NAMES, SHARES, strict=True)}
    ordered = tuple(sorted(rows, key=lambda row: -row[1]))
    return Part(
        "fields",
        "What is known, and what is not",
        ("Empty is null, or a list without entries: nothing stands for unknown but that.",),
        (bars("Articles with date, author, section, tags, image", known, share=True),)
        if found.articles
        else (),
        (Table("Every column's share of empty values", ("Column", "Empty", "Meaning"), ordered, sorts=True),),
    )


def sources_part(found: Figures) -> Part:
    rows = [
        (f"{column}: {source}", n, n / found.articles)
        for column, sources in found.found_by.items()
        for source, n in sources.items()
    ]
    words = "Which source gave each field, as the column found_by has it for every article."
    table = bounded("Sources of each field", ("Field: source", "Articles", "Share"), rows)
    return Part("sources", "Where each field came from", (words,), (), (table,) if rows else ())


def removed_part(found: Figures) -> Part:
    title, about = "What cleaning took out", {name: text.replace("`", "") for name, text in RULES}
    if not found.removed:
        return Part("removed", title, ("Nothing.",))
    rows = [
        (rule, characters, articles, articles / found.articles, about.get(rule, ""))
        for rule, (articles, characters) in found.removed.items()
    ]
    picture = bars(
        "Characters taken out, by rule", _first({rule: n for rule, (_, n) in found.removed.items()})
    )
    table = bounded("Rules", ("Rule", "Characters", "Articles", "Share", "Meaning"), rows)
    return Part("removed", title, (), (picture,), (table,))


def rejects_part(found: Figures) -> Part:
    title, about = "Rejected pages", dict(REASONS)
    if not found.rejects:
        return Part("rejects", title, ("None.",))
    total = sum(found.rejects.values())
    rows = [(reason, n, n / total, about.get(reason, "")) for reason, n in found.rejects.items()]  # type: ignore[call-overload]
    words = "Pages that are no article, each a row of rejects/ with its reason."
    picture = bars("Rejected pages, by reason", _first(found.rejects))
    return Part(
        "rejects",
        title,
        (words,),
        (picture,),
        (bounded("Reasons", ("Reason", "Pages", "Share", "Meaning"), rows),),
    )


def revisions_part(found: Figures) -> Part:
    later = found.revisions - found.articles
    words = (
        f"{found.articles:,} articles in {found.revisions:,} versions: {later:,} later ones, by what changed."
    )
    if not found.changes:
        return Part("revisions", "Revisions", (words,))
    table = counted_table("Later versions", ("What changed", "Versions"), found.changes, later)
    picture = bars("Later versions, by what changed", _first(found.changes))
    return Part("revisions", "Revisions", (words,), (picture,), (table,))


def copies_part(found: Figures) -> Part:
    if found.copies is None:
        return Part("copies", "Copies", ("Not computed; run columnist cluster.",))
    words = (
        "By columnist cluster: exact, word for word; near, four fifths of the longer text; partial, less. "
        "The first of its copies is the one that was fetched first; the largest clusters name the one that was published first."
    )
    kinds = bounded("Articles and their copies", ("Kind", "Articles", "Clusters"),
                    [(kind, *counts) for kind, counts in found.copies.items()])  # fmt: skip
    head = ("Headline", "Articles", "Sites", "First on", "At, UTC")
    rows = [
        (story.title, story.articles, story.sites, story.site, f"{story.first:%Y-%m-%d %H:%M}")
        for story in found.stories
    ]
    largest = (bounded("The largest clusters", head, rows),) if rows else ()
    return Part("copies", "Copies", (words,), (), (kinds, *largest))


def rights_part(found: Figures) -> Part:
    access = {name or "unknown": n for name, n in found.access.items()}
    rows = [
        (f"{signal}: {value}", n, n / found.articles if found.articles else 0.0)
        for signal, values in found.rights.items()
        for value, n in values.items()
    ]
    tables = (
        counted_table("Access", ("Access", "Articles"), access, found.articles),
        bounded("What sites said about use", ("Signal: value", "Articles", "Share"), rows),
    )
    return Part("rights", "Access and rights", (), (), tables if found.articles else ())


def making_part(found: Figures) -> Part:
    rows = [(name, ", ".join(versions[-5:])) for name, versions in found.versions.items()]
    table = bounded("Versions that wrote here", ("Component", "Versions"), rows)
    return Part(
        "making",
        "How it was made, and its limits",
        (),
        (),
        (table,) if rows else (),
        tuple(limit.replace("`", "") for limit in LIMITS),
    )
