"""A share label above the first paragraph, and a box between two paragraphs, in many elements."""

from collections.abc import Callable

from tests.theme_story import Story, each, form, links, menu

BOXES = {
    "div": "<div class=inset><span>{also}</span><a href=/n0>{other}</a></div>",
    "bare-div": "<div>{also} <a href=/n0>{other}</a></div>",
    "aside": "<aside><h4>{also}</h4><a href=/n0>{other}</a></aside>",
    "p": "<p>{also} : <a href=/n0>{other}</a></p>",
    "p-bare": "<p>{also}</p><p><a href=/n0>{other}</a></p>",
    "strong-link": "<p><strong>{also} <a href=/n0>{other}</a></strong></p>",
    "label-and-link": "<p><strong>{also}</strong><br><a href=/n0>{other}</a></p>",
    "ul": "<p>{also}</p><ul><li><a href=/n0>{other}</a></li><li><a href=/n1>{second}</a></li></ul>",
    "ul-div": "<div><h3>{also}</h3><ul><li><a href=/n0>{other}</a></li><li><a href=/n1>{second}</a></li></ul></div>",
    "card": "<div class=x1><a href=/n0><div>{also}</div><div>{other}</div></a></div>",
    "quote": "<blockquote><p>{also}</p><p><a href=/n0>{other}</a></p></blockquote>",
}  # fmt: skip

SHARES = {
    "label": "<p>{label}</p>",
    "label-and-list": "<p><strong>{label}</strong></p><ul>{items}</ul>",
    "div": "<div><span>{label} :</span> {links}</div>",
    "heading": "<h3>{label}</h3>{paragraphs}",
    "line": "<p>{label}: {piped}</p>",
    "text": "{label} {links}",
    "buttons": "<div><p>{label}</p>{buttons}</div>",
    "definitions": "<dl>{definitions}</dl>",
}


def shared(kind: str) -> Callable[[Story], str]:
    """Return the theme with a share label of this kind above the first paragraph."""

    def theme(s: Story) -> str:
        names, labels = s.share[1::2], s.share[::2]
        opening = SHARES[kind].format(
            label=s.share_label,
            items=each("<li><a href=/s{1}>{0}</a></li>", names),
            links=each("<a href=/s{1}>{0}</a> ", names),
            paragraphs=each("<p>{0}</p>", s.share),
            piped=" | ".join(f"<a href=/s>{name}</a>" for name in names),
            buttons=each("<button>{0}</button>", names),
            definitions="".join(f"<dt>{a}</dt><dd>{b}</dd>" for a, b in zip(labels, names, strict=True)),
        )
        return _around(s, opening + each("<p>{0}</p>", s.paragraphs))

    return theme


def boxed(kind: str) -> Callable[[Story], str]:
    """Return the theme with a box of this kind between two paragraphs."""

    def theme(s: Story) -> str:
        box = BOXES[kind].format(also=s.also, other=s.others[0], second=s.others[1])
        half = each("<p>{0}</p>", s.paragraphs[:4]), each("<p>{0}</p>", s.paragraphs[4:])
        return _around(s, box.join(half))

    return theme


def _around(s: Story, text: str) -> str:
    return (
        f"<header>{menu(s)}</header><main><article><h1>{s.title}</h1><div class=text>{text}</div></article><section><h3>{s.comments}</h3><p>{s.none}</p></section>"
        f"<section><h3>{s.category}</h3>{links(s)}</section>{form(s)}</main><aside><h3>{s.latest}</h3>{links(s)}<h3>{s.most}</h3>{links(s)}</aside>"
    )
