"""Every name that cleaning gives a decision, in one sentence: what `removed` and `columnist show --blocks` say.

The README's tables are made from these; a test holds them against the names in the code.
"""

# What takes text out: the rules of `removed`. "Block" is said of pages with markup, "line" of both.
RULES: tuple[tuple[str, str], ...] = (
    ("model:low-score", "The model scores the block below the threshold, and nothing else is known of it."),
    ("hidden", "It stands in an element that no eyes see, while the article's start is seen."),
    (
        "caption",
        "A picture's text: in a figure, a named box, alone with a picture, in a gallery; or a line shaped as a credit.",
    ),
    (
        "navigation",
        "A menu's link; a block that the model drops inside `<nav>`; a line of menu words, or of parts between bars.",
    ),
    ("footer", "The model drops it inside `<footer>`; or a line says copyright, imprint, terms."),
    ("form", "The model drops it inside a form, button or dialog; or a line is made of a form's labels."),
    (
        "box",
        "Scored below .9 in a box named related, share ... that holds no sure paragraphs, or in a row of a layout table.",
    ),
    (
        "comments",
        "Readers' comments: in an element of that name, below a line that heads them, or below names and dates.",
    ),
    ("panel", "A summary above the text that a button opens."),
    ("after-end", "It follows the headline of another article on the same page."),
    (
        "byline",
        "A short line at the article's top that is the author's name or a date; or a line in a byline's shape.",
    ),
    ("advertisement", 'The line says "Advertisement", in whatever language, and nothing else.'),
    ("title-repeat", "It repeats the headline."),
    ("duplicate", "A paragraph that came before; every copy of it where it comes three times."),
    ("pull-quote", "A quote or a box that repeats a part of a paragraph."),
    (
        "correction",
        "An editor's note on the text: a correction, a clarification, an update; see `extra.corrections`.",
    ),
    ("embed", "A post of a social network, by its network's code or its shape; `--embeds keep` keeps it."),
    ("share-bar", 'A label made of sharing words: "Share on Facebook".'),
    ("newsletter", "The line asks to subscribe to a newsletter."),
    ("consent", "The line speaks of cookies and consent."),
    ("follow", "The line asks to follow the paper somewhere."),
    ("paywall", "The line says that the rest is for subscribers."),
    ("promotion", "A call to the reader: sign up, download, subscribe."),
    ("player", "A label of a video or audio player."),
    ("pager", 'A label of paging: "Next article".'),
    ("tags", "The line lists the article's tags."),
    (
        "author-box",
        "It tells of the author, in a box of that name or at the article's end; see `extra.author_note`.",
    ),
    ("comment-action", 'A button of the comments: "Reply", "Report".'),
    ("read-also", 'A pointer to another article: "Read also: ...", with the headline below it.'),
    ("related", 'A heading of other articles, "Most read", and the headlines below it.'),
    ("breadcrumb", "The line is a trail of sections: Home > News > Town."),
    ("timestamp", "The line is a date or a time and nothing else."),
    (
        "replaced",
        "The blocks alone would have kept it: there was so little that the body was taken from elsewhere, or `--extractor` says so.",
    ),
    (
        "site-line",
        "The line stands in other articles of the site, of other days and with other texts; never of a page alone.",
    ),
    ("repeated", "In text without markup: the same short line stands on the page four times or more."),
    ("no-words", "In text without markup: the line has no word in it."),
    (
        "before-article",
        "In text without markup: it stands above the headline, or short between it and the text.",
    ),
    ("after-article", "In text without markup: it stands below the article's last paragraph."),
    ("markdown", "In text without markup: the marks of Markdown, not the words between them."),
    ("site-name", "In text without markup: the site's name behind the headline."),
)

# What `columnist show --blocks` says of the rest.
STAYS: tuple[tuple[str, str], ...] = (
    (
        "kept",
        "It is in the article; its score is at or above `recover_above`, or it is a line that no rule took.",
    ),
    ("kept:neighbour", "Its score lies between the two thresholds, and a block beside it is sure."),
    ("kept:lead", "The standfirst: position, name or description speak for it."),
    (
        "kept:alike",
        "It is called as sure paragraphs are, in elements like theirs; or a row of a table of which others stay.",
    ),
    ("kept:live-time", "The time or heading of a live blog's entry."),
    ("kept:embed", "A post of a social network, kept by `--embeds keep`."),
    ("kept:elsewhere", "Not a block of the page: its text came from JSON-LD, a script or trafilatura's run."),
)
