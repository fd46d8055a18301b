"""Figures -> README.md in the form of Hugging Face's dataset cards: what is in it, how it was made, what it lacks."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from columnist.pipelines.publish.card.limits import LIMITS
from columnist.pipelines.publish.figures import Figures

MARK = "<!-- made by `columnist card`: written anew each time -->"
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"))  # fmt: skip
_MOST_SITES = 200  # rows of the table; the rest is summed up below it
_SIGNALS = {
    "robots_allowed": "robots.txt allowed the fetch",
    "tdm_reservation": "text and data mining reserved (TDMRep)",
    "train_ai": "AI training allowed",
    "search": "search allowed",
    "ai_input": "input of AI answers allowed",
}


def readme_of(figures: Figures, name: str, files: Mapping[str, str | int], forgotten: int) -> str:
    """Return the card; `files` has `sha256` of the file list, `count` and `bytes`."""
    return (
        "\n".join(
            [
                *_front_matter(figures, name),
                "",
                MARK,
                "",
                *_body(figures, name),
                "",
                *_making(figures, files, forgotten),
            ]
        )
        + "\n"
    )


def _front_matter(figures: Figures, name: str) -> Iterator[str]:
    yield "---"
    yield f"pretty_name: {_quoted(name)}"
    languages = sorted(code for code in figures.languages if code)
    if languages:
        yield "language:"
        yield from (
            f"- {_quoted(code)}" for code in languages
        )  # quoted: "no" is a language, not a truth value
    yield "license: other"
    yield "task_categories:"
    yield "- text-generation"
    yield "tags:"
    yield from (f"- {tag}" for tag in ("news", "web", "columnist"))
    yield "size_categories:"
    yield f"- {next((word for most, word in _SIZES if figures.articles < most), 'n>1T')}"
    yield "configs:"
    for config, folder in (("default", "articles"), ("rejects", "rejects")):
        if config == "default" or figures.rejects:
            yield f"- config_name: {config}"
            yield f'  data_files: "{folder}/**/*.parquet"'
    yield "---"


def _body(figures: Figures, name: str) -> Iterator[str]:
    yield f"# {name}"
    yield ""
    yield f"{_counted(figures.articles, 'news article')} in {_counted(figures.revisions, 'version')} from {_counted(len(figures.sites), 'site')}{_period(figures)}, one row a version."
    yield "Each column has one meaning, one type and one unknown (null); its description is in the Parquet schema."
    yield ""
    yield "```python"
    yield 'import datasets; articles = datasets.load_dataset("<this folder>")["train"]        # every version'
    yield 'import columnist; articles = columnist.read("<this folder>").to_table()             # the latest of each'
    yield "```"
    yield ""
    yield "## Sites"
    yield ""
    rows = [
        (s.site, f"{s.articles:,}", f"{s.words:,}", f"{s.bytes:,}", f"{s.first} to {s.last}")
        for s in figures.sites[:_MOST_SITES]
    ]
    yield from _table(("site", "articles", "words", "bytes of text", "days"), rows)
    if len(figures.sites) > _MOST_SITES:
        rest = figures.sites[_MOST_SITES:]
        yield ""
        yield f"and {len(rest):,} sites more with {sum(s.articles for s in rest):,} articles."
    yield ""
    yield "## Languages"
    yield ""
    yield from _table(
        ("language", "articles"), [(code or "unknown", f"{n:,}") for code, n in figures.languages.items()]
    )
    yield ""
    yield "## What is not known"
    yield ""
    yield "Share of articles with nothing in a column: null, or an empty list."
    yield ""
    shares = sorted(((share, column) for column, share in figures.unknown.items() if share), reverse=True)
    yield from _table(("column", "empty"), [(column, f"{share:.1%}") for share, column in shares])


def _making(figures: Figures, files: Mapping[str, str | int], forgotten: int) -> Iterator[str]:
    yield "## How it was made"
    yield ""
    versions = ", ".join(
        f"{component} {' and '.join(found)}" for component, found in figures.versions.items()
    )
    yield f"By [Columnist](https://pypi.org/project/columnist/) ({versions}) in {figures.runs:,} runs: a crawl that keeps robots.txt, or saved pages;"
    yield "the text around the article taken out by a block model and named rules; language by langdetect."
    if figures.rejects:
        told = ", ".join(f"{n:,} {reason}" for reason, n in figures.rejects.items())
        yield f"Pages that are no article are in `rejects/` with the reason: {told}."
    yield ""
    yield "## Known limits"
    yield ""
    yield from (f"- {limit}" for limit in LIMITS)
    yield ""
    yield "## Rights"
    yield ""
    yield "The texts are their publishers'. This card grants nothing: what each site said about use is in the column `rights`."
    yield ""
    rows = [
        (_SIGNALS[name], *(f"{found.get(word, 0):,}" for word in ("yes", "no", "unknown")))
        for name, found in figures.rights.items()
    ]
    yield from _table(("signal, in articles", "yes", "no", "unknown"), rows)
    yield ""
    yield f"Removed on request, as `columnist forget` was told: {forgotten:,} addresses or sites. To have a page or a site taken out, write to whoever gave you this dataset."
    yield ""
    yield "## How to cite"
    yield ""
    yield f"Name this dataset, its period and the hash of its file list: `{files['sha256']}` ({files['count']:,} files, {files['bytes']:,} bytes;"
    yield "SHA-256 over a line `sha256  name` for each Parquet file in the order of names, as `sha256sum` prints it). An article is cited by"
    yield "its `id` and `revision`."


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _period(figures: Figures) -> str:
    if figures.fetched is None:
        return ""
    since, until = (day.date() for day in figures.fetched)
    published = f", published {figures.published[0]} to {figures.published[1]}" if figures.published else ""
    return f", fetched {since} to {until}{published}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"


def _quoted(text: str) -> str:
    """Return a YAML string: JSON's are YAML."""
    return json.dumps(text, ensure_ascii=False)
