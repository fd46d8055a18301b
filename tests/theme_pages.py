"""One article in the markup of many themes: what stands around it is the same, and only the elements differ."""

from collections.abc import Callable
from html import escape

from tests.theme_boxes import BOXES, SHARES, boxed, shared
from tests.theme_story import Story, each, flattened, form, links, menu


def classic(s: Story) -> str:
    share = each("<li><a href='https://s.example/{1}'>{0}</a></li>", s.share)
    return (
        f"<div id=page><header id=masthead><a href=/>{s.site}</a>{menu(s)}</header><div id=content><article class='post hentry'>"
        f"<h1 class=entry-title>{s.title}</h1><div class=entry-meta><span class=posted-on>{s.day}</span> <a rel=author href=/a>{s.author}</a></div>"
        f"<div class=entry-content><div class=sharedaddy><ul>{share}</ul></div>{each('<p>{0}</p>', s.paragraphs)}</div></article>"
        f"<div id=comments><h2>{s.comments}</h2><p>{s.none}</p></div><h3>{s.category}</h3>{links(s)}{form(s)}</div>"
        f"<aside id=secondary><h2 class=widget-title>{s.latest}</h2>{links(s)}<ul>{each('<li><a href=/c{1}>{0}</a></li>', s.rubrics)}</ul>"
        f"<h2 class=widget-title>{s.most}</h2>{links(s)}</aside></div>"
    )


def block_theme(s: Story) -> str:
    share = each(
        "<li class='wp-social-link wp-block-social-link'><a class=wp-block-social-link-anchor href='https://s.example/{1}'>"
        "<span class=wp-block-social-link-label>{0}</span></a></li>", s.share)  # fmt: skip
    return (
        f"<div class=wp-site-blocks><header class=wp-block-template-part>{menu(s)}</header><main class=wp-block-group>"
        f"<h1 class=wp-block-post-title>{s.title}</h1><div class=wp-block-post-date>{s.day}</div>"
        f"<div class='entry-content wp-block-post-content'><ul class=wp-block-social-links>{share}</ul>{each('<p class=has-text>{0}</p>', s.paragraphs)}</div>"
        f"<div class=wp-block-comments><h2 class=wp-block-comments-title>{s.comments}</h2><p>{s.none}</p>{form(s)}</div>"
        f"<h2 class=wp-block-heading>{s.category}</h2><ul class=wp-block-latest-posts>{each('<li><a href=/n{1}>{0}</a></li>', s.others)}</ul>"
        f"<h2>{s.latest}</h2><p><a href=/c>{s.rubrics[0]}</a></p><p><a href=/d>{s.rubrics[1]}</a></p><h2>{s.most}</h2></main></div>"
    )


def elementor(s: Story) -> str:
    share = each(
        "<div class=elementor-grid-item><div class='elementor-share-btn' role=button aria-label='{0}'>"
        "<div class=elementor-share-btn__text><span class=elementor-share-btn__title>{0}</span></div></div></div>",
        s.share,
    )

    def widget(kind: str, inner: str) -> str:
        return f"<div class='elementor-element elementor-widget elementor-widget-{kind}'><div class=elementor-widget-container>{inner}</div></div>"

    return (
        "<div class='elementor elementor-4711'><section class=elementor-section><div class=elementor-column>"
        + widget("theme-post-title", f"<h1 class=elementor-heading-title>{s.title}</h1>")
        + widget("share-buttons", share)
        + widget("theme-post-content", each("<p>{0}</p>", s.paragraphs))
        + widget("heading", f"<h2 class=elementor-heading-title>{s.comments}</h2>")
        + widget("text-editor", f"<p>{s.none}</p>")
        + widget("heading", f"<h3 class=elementor-heading-title>{s.category}</h3>")
        + widget("post-comments", form(s, "{}"))
        + "</div><div class=elementor-column>"
        + widget("heading", f"<h4 class=elementor-heading-title>{s.latest}</h4>")
        + widget("posts", each("<article><h3><a href=/n{1}>{0}</a></h3></article>", s.others))
        + widget("text-editor", each("<p>{0}</p>", s.rubrics))
        + widget("heading", f"<h4 class=elementor-heading-title>{s.most}</h4>")
        + "</div></section></div>"
    )


def divi(s: Story) -> str:
    share = each("<li class=et_pb_social_media_follow_network_{1}><a class=icon href='https://s.example/{1}' title='{0}'><span>{0}</span></a></li>", s.share)  # fmt: skip
    return (
        f"<div id=et-main-area><div class=et_pb_row><div class='et_pb_module et_pb_post_title_0'><h1 class=entry-title>{s.title}</h1></div>"
        f"<ul class='et_pb_module et_pb_social_media_follow'>{share}</ul><div class='et_pb_module et_pb_text_0'><div class=et_pb_text_inner>"
        f"{each('<p>{0}</p>', s.paragraphs)}</div></div><div class='et_pb_module et_pb_text_1'><div class=et_pb_text_inner><h4>{s.comments}</h4>"
        f"<p>{s.none}</p></div></div><div class='et_pb_module et_pb_text_2'><div class=et_pb_text_inner><h4>{s.category}</h4></div></div>"
        f"<section id=comment-wrap class=et_pb_module>{form(s)}</section></div><div id=sidebar><div class=et_pb_widget><h4>{s.latest}</h4>"
        f"{links(s)}</div><div class=et_pb_widget>{each('<p>{0}</p>', s.rubrics)}<h4>{s.most}</h4></div></div></div>"
    )


def newspaper(s: Story) -> str:
    share = each("<a class='td-social-sharing-button td-social-{1}' href='https://s.example/{1}'><div class=td-social-but-text>{0}</div></a>", s.share)  # fmt: skip
    cards = each(
        "<div class='td_module_mx'><h3 class='entry-title td-module-title'><a href=/n{1}>{0}</a></h3></div>",
        s.others,
    )
    return (
        f"<div class=td-theme-wrap><div class=td-main-content><article class='post td-post-template-1'><div class=td-post-header><h1 class=entry-title>{s.title}</h1>"
        f"<div class=td-module-meta-info><time class=entry-date datetime=2026-04-12>{s.day}</time></div></div><div class='td-post-sharing'>{share}</div>"
        f"<div class='td-post-content tagdiv-type'>{each('<p>{0}</p>', s.paragraphs)}</div><footer><div class=td-block-title-wrap><h4 class=td-related-title>{s.category}</h4></div>{cards}</footer></article>"
        f"<div class=td-comments-title-wrap><h4>{s.comments}</h4><p>{s.none}</p></div>{form(s)}</div><div class='td-main-sidebar td-pb-span4'><h4 class=block-title>{s.latest}</h4>"
        f"{cards}<ul>{each('<li>{0}</li>', s.rubrics)}</ul><h4 class=block-title>{s.most}</h4>{cards}</div></div>"
    )


def bootstrap(s: Story) -> str:
    share = each("<a class='btn btn-outline-secondary btn-sm' href='https://s.example/{1}'>{0}</a> ", s.share)
    cards = each(
        "<div class='card mb-3'><div class=card-body><h5 class=card-title><a href=/n{1}>{0}</a></h5></div></div>",
        s.others,
    )
    return (
        f"<div class=container><div class=row><div class=col-md-8><h1 class=display-4>{s.title}</h1><p class=text-muted>{s.day}</p><div class=d-flex>{share}</div>"
        f"{each('<p class=lead>{0}</p>', s.paragraphs)}<h4 class=mt-5>{s.comments}</h4><p class=text-muted>{s.none}</p><h4>{s.category}</h4>{cards}{form(s, '<div class=card-body>{}</div>')}"
        f"</div><div class=col-md-4><h4>{s.latest}</h4>{cards}<div class=list-group>{each('<a class=list-group-item href=/c{1}>{0}</a>', s.rubrics)}</div><h4>{s.most}</h4>{cards}</div></div></div>"
    )


def bare_divs(s: Story) -> str:
    around = each(
        "<div>{0}</div>", (s.comments, s.none, s.category, s.reply, s.required, s.latest, *s.rubrics, s.most)
    )
    return f"<div><div>{s.site}</div><div><h1>{s.title}</h1><div>{each('<div>{0}</div>', s.share)}</div>{each('<div>{0}</div>', s.paragraphs)}</div><div>{around}</div></div>"


def breaks(s: Story) -> str:
    lines, body = "<br>".join(s.share), "<br><br>".join(map(escape, s.paragraphs))
    tail = "<br><br>".join((s.category, s.reply, s.required, s.latest, *s.rubrics, s.most))
    return f"<div id=main><h1>{s.title}</h1><div>{lines}<br><br>{body}<br><br>{s.comments}<br>{s.none}<br><br>{tail}</div></div>"


def nested_tables(s: Story) -> str:
    column = "<br>".join(f"<a href=/n{n}>{text}</a>" for n, text in enumerate((*s.rubrics, *s.others)))
    return (
        f"<table width=780 align=center><tr><td colspan=3><font size=5>{s.site}</font></td></tr><tr><td valign=top width=120><font size=1>{column}</font></td>"
        f"<td valign=top><table width=460><tr><td><h1>{s.title}</h1></td></tr><tr><td><font size=1>{' | '.join(s.share)}</font></td></tr>"
        f"<tr><td><font face=Verdana size=2>{each('<p>{0}</p>', s.paragraphs)}</font></td></tr><tr><td><b>{s.comments}</b><br>{s.none}</td></tr><tr><td><b>{s.category}</b></td></tr>"
        f"<tr><td><b>{s.reply}</b><br>{s.required}</td></tr></table></td><td valign=top width=160><b>{s.latest}</b><br>{'<br>'.join(s.rubrics)}<br><b>{s.most}</b><br>{column}</td></tr></table>"
    )


def table_columns(s: Story) -> str:
    """Three cells of one row, the article's paragraphs parted by line breaks."""
    body = "<br><br>".join(map(escape, s.paragraphs))
    side = each("<a href=/n{1}>{0}</a><br>", s.others)
    return (
        f"<table><tr><td><a href=/>{s.site}</a></td><td>{each('<a href=/r{1}>{0}</a> ', s.rubrics)}</td></tr></table><table border=0><tr><td width=150>{each('<b>{0}</b><br>', s.rubrics)}{side}</td>"
        f"<td><font size=5><b>{s.title}</b></font><br>{'<br>'.join(s.share)}<br><br>{body}<br><br><b>{s.comments}</b><br>{s.none}<br><br><b>{s.category}</b><br>{side}</td>"
        f"<td width=150><b>{s.latest}</b><br>{side}<b>{s.most}</b><br>{side}</td></tr></table><table><tr><td>{s.reply}</td></tr><tr><td>{s.required}</td></tr></table>"
    )


def table_rows(s: Story) -> str:
    """A row for each paragraph and each label."""
    row = "<tr><td>{0}</td></tr>"
    tail = (s.comments, s.none, s.category, s.reply, s.required, s.latest, *s.rubrics, s.most)
    return f"<table width=600>{each('<tr><td><h1>{0}</h1></td></tr>', (s.title,))}{each(row, s.share)}{each(row, s.paragraphs)}{each(row, tail)}</table>"


def table_cells(s: Story) -> str:
    """Rows of boxes beside the cell that holds the paragraphs."""
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in zip(s.rubrics, s.others, strict=False))
    return (
        f"<center><table><tr><td><table>{rows}</table></td><td rowspan=2><h1>{s.title}</h1><table><tr>{each('<td>{0}</td>', s.share)}</tr></table>{each('<p>{0}</p>', s.paragraphs)}"
        f"<table><tr><td>{s.comments}</td><td>{s.none}</td></tr></table><table><tr><td>{s.category}</td></tr>{rows}</table></td></tr><tr><td><table><tr><td>{s.latest}</td></tr>{rows}<tr><td>{s.most}</td></tr>{rows}</table></td></tr></table></center>"
    )


def amp(s: Story) -> str:
    share = each("<amp-social-share type=t{1} aria-label='{0}'>{0}</amp-social-share>", s.share)
    return (
        f"<amp-sidebar id=sidebar layout=nodisplay>{menu(s)}</amp-sidebar><article class=amp-wp-article><header class=amp-wp-article-header><h1 class=amp-wp-title>{s.title}</h1>"
        f"<div class=amp-wp-meta>{s.day}</div></header><div class=amp-social>{share}</div><div class=amp-wp-article-content>{each('<p>{0}</p>', s.paragraphs)}</div>"
        f"<footer class=amp-wp-article-footer><h3>{s.comments}</h3><p>{s.none}</p><h3>{s.category}</h3>{links(s)}<p>{s.reply}</p><p>{s.required}</p></footer></article>"
        f"<amp-list src=/l.json><h3>{s.latest}</h3></amp-list>{each('<p><a href=/c{1}>{0}</a></p>', s.rubrics)}<h3>{s.most}</h3>"
    )


def microdata(s: Story) -> str:
    share = each("<span><a href='https://s.example/{1}'>{0}</a></span> ", s.share)
    return (
        f"<div itemscope itemtype=https://schema.org/NewsArticle><h1 itemprop=headline>{s.title}</h1><span itemprop=author>{s.author}</span> <time itemprop=datePublished datetime=2026-04-12>{s.day}</time>"
        f"<p>{share}</p><div itemprop=articleBody>{each('<p>{0}</p>', s.paragraphs)}</div><h3>{s.comments}</h3><div itemprop=interactionStatistic>{s.none}</div></div>"
        f"<div><h3>{s.category}</h3>{links(s)}</div>{form(s, '<div>{}</div>')}<div><h3>{s.latest}</h3>{links(s)}{each('<p>{0}</p>', s.rubrics)}<h3>{s.most}</h3>{links(s)}</div>"
    )


def hashed(s: Story) -> str:
    share = each("<button class='tw-a91f flex'><span class=sc-9d02>{0}</span></button>", s.share)
    return (
        f"<div class=css-1x2b3c><div class=sc-77aa><h1 class='tw-b3e1 text-4xl font-bold'>{s.title}</h1><div class='css-19f0e flex gap-2'>{share}</div><div class=css-8hq1z>"
        f"{each('<p class=&quot;css-q0w1e mb-4&quot;>{0}</p>'.replace('&quot;', chr(34)), s.paragraphs)}</div></div><div class=css-aa01><span class=css-t1>{s.comments}</span><span class=css-t2>{s.none}</span></div>"
        f"<div class=css-aa02><h2 class=css-t1>{s.category}</h2>{each('<a class=css-l href=/n{1}><div>{0}</div></a>', s.others)}</div><div class=css-aa03><h2 class=css-t1>{s.reply}</h2><p class=css-t2>{s.required}</p></div>"
        f"<div class=css-aa04><h2 class=css-t1>{s.latest}</h2>{each('<div class=css-t2>{0}</div>', s.rubrics)}<h2 class=css-t1>{s.most}</h2></div></div>"
    )


def custom_elements(s: Story) -> str:
    return (
        f"<site-shell><page-head><brand-mark>{s.site}</brand-mark></page-head><story-view><h1>{s.title}</h1><tool-row>{each('<tool-item><a href=/s{1}>{0}</a></tool-item>', s.share)}</tool-row>"
        f"<story-text>{each('<text-block><p>{0}</p></text-block>', s.paragraphs)}</story-text></story-view><talk-back><h2>{s.comments}</h2><p>{s.none}</p>{form(s, '{}')}</talk-back>"
        f"<card-row><h2>{s.category}</h2>{each('<story-card><a href=/n{1}>{0}</a></story-card>', s.others)}</card-row><side-column><h2>{s.latest}</h2>{each('<p>{0}</p>', s.rubrics)}<h2>{s.most}</h2></side-column></site-shell>"
    )


def labelled_sections(s: Story) -> str:
    return (
        f"<main><section aria-label='{s.title}'><h1>{s.title}</h1><section aria-label='{s.share_label}'><h2>{s.share_label}</h2>{each('<p>{0}</p>', s.share)}</section>"
        f"<section>{each('<p>{0}</p>', s.paragraphs)}</section></section><section aria-label='{s.comments}'><h2>{s.comments}</h2><p>{s.none}</p><h3>{s.reply}</h3><p>{s.required}</p></section>"
        f"<section aria-label='{s.category}'><h2>{s.category}</h2>{links(s)}</section><section aria-label='{s.latest}'><h2>{s.latest}</h2>{links(s)}{each('<p>{0}</p>', s.rubrics)}</section><section aria-label='{s.most}'><h2>{s.most}</h2>{links(s)}</section></main>"
    )


def sidebar_first(s: Story) -> str:
    return (
        f"<div class=wrap><div class=left><h3>{s.latest}</h3>{links(s)}{each('<p>{0}</p>', s.rubrics)}<h3>{s.most}</h3>{each('<p><a href=/m{1}>{0}</a></p>', s.others)}</div><div class=right><h1>{s.title}</h1>"
        f"<ul class=tools>{each('<li>{0}</li>', s.share)}</ul>{each('<p>{0}</p>', s.paragraphs)}<h3>{s.comments}</h3><p>{s.none}</p><h3>{s.category}</h3>{form(s, '<div>{}</div>')}</div></div>"
    )


def unnamed_comments(s: Story) -> str:
    tail = each(
        "<p>{0}</p>", (s.comments, s.none, s.category, s.reply, s.required, s.latest, *s.rubrics, s.most)
    )
    return f"<article><h1>{s.title}</h1><p>{s.day}</p>{each('<p>{0}</p>', s.share)}{each('<p>{0}</p>', s.paragraphs)}{tail}</article>"


def flat_paragraphs(s: Story) -> str:
    return "<body>" + each("<p>{0}</p>", (line for line in flattened(s).splitlines() if line.strip()))


def preformatted(s: Story) -> str:
    """The text in one <pre>, as wires of the nineties were put on the web."""
    text = "\n\n".join(map(escape, s.paragraphs))
    return f"<center><b>{s.site}</b><br>{links(s)}</center><hr><h2>{s.title}</h2><pre>\n{text}\n\n</pre><hr>{links(s)}{form(s)}"


def preformatted_lines(s: Story) -> str:
    """The same in the article element, a line for each paragraph, with share labels above."""
    text = "\n".join(map(escape, s.paragraphs))
    return f"<article><h1>{s.title}</h1><ul>{each('<li>{0}</li>', s.share)}</ul><pre>{text}</pre></article><aside>{links(s)}</aside>"


THEMES: dict[str, Callable[[Story], str]] = {
    theme.__name__.replace("_", "-"): theme
    for theme in (
        classic, block_theme, elementor, divi, newspaper, bootstrap, bare_divs, breaks, nested_tables, amp, microdata, hashed,
        custom_elements, labelled_sections, sidebar_first, unnamed_comments, table_columns, table_rows, table_cells, flat_paragraphs, preformatted,
        preformatted_lines,
    )
} | {f"box-{kind}": boxed(kind) for kind in BOXES} | {f"share-{kind}": shared(kind) for kind in SHARES}  # fmt: skip
