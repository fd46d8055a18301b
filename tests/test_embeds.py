"""Posts of social networks inside articles: out of the text, or kept as paragraphs of kind embed; what looks like one stays."""

import pytest

import columnist

BEFORE = (
    "The harbour bridge carried its first bus since January on Monday, when the mayor cut a ribbon in the rain and rode across.",
    "Engineers had replaced forty of the old bearings, and two more were found cracked when the deck was lifted in February.",
)
AFTER = (
    "The council expects the last of the scaffolding to be gone by the end of May, three weeks later than it had promised.",
    "Until then lorries above seven tonnes take the ring road, and cyclists share the footpath on the eastern side.",
)
POST = "We rode the first bus over the bridge this morning and nobody got wet, which is more than the mayor can say"
STATUS = "https://twitter.com/harbourtrust/status/1234567890123456789"


def page(embed: str, before: tuple[str, ...] = BEFORE) -> str:
    """Make a page with something between its paragraphs."""
    paragraphs = ["".join(f"<p>{text}</p>" for text in texts) for texts in (before, AFTER)]
    return (
        "<html lang=en><head><title>Harbour bridge reopens</title></head><body><nav><a href=/>Home</a></nav><article>"
        f"<h1>Harbour bridge reopens</h1><div class=story-body>{paragraphs[0]}{embed}{paragraphs[1]}</div></article></body></html>"
    )


def cleaned(html: str, embeds: str = "drop") -> columnist.Article:
    outcome = columnist.clean(
        html,
        columnist.CleanOptions(embeds=embeds),
        url="https://courier.example/2026/bridge",  # type: ignore[arg-type]
    )
    assert isinstance(outcome, columnist.Article), outcome
    return outcome


SIGNED = f'&mdash; Harbour Trust (@harbourtrust) <a href="{STATUS}?ref_src=twsrc">June 3, 2026</a>'
EMBEDS = {
    "twitter": f'<blockquote class="twitter-tweet" data-lang=en><p lang=en dir=ltr>{POST}</p>{SIGNED}</blockquote>'
    '<script async src="https://platform.twitter.com/widgets.js"></script>',
    "x": f'<blockquote class="twitter-tweet"><p>{POST}</p>&mdash; Harbour Trust (@harbourtrust) <a href="https://x.com/harbourtrust/status/12345">June 3</a></blockquote>',
    "instagram": '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/CabcDEF/"><div>'
    f'<a href="https://www.instagram.com/p/CabcDEF/">View this post on Instagram</a></div><p>{POST}</p></blockquote>',
    "tiktok": '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@trust/video/123" data-video-id=123><section>'
    f'<a href="https://www.tiktok.com/@trust">@trust</a><p>{POST}</p></section></blockquote>',
    "facebook": '<div class="fb-post" data-href="https://www.facebook.com/trust/posts/123"><blockquote cite="https://www.facebook.com/trust/posts/123">'
    f'<p>{POST}</p>Posted by <a href="https://www.facebook.com/trust/">Harbour Trust</a> on Wednesday</blockquote></div>',
    "bluesky": '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:abc/app.bsky.feed.post/3k"><p lang=en>'
    f'{POST}</p>&mdash; Harbour Trust (<a href="https://bsky.app/profile/did:plc:abc">@trust.example</a>)</blockquote>',
    "mastodon": f'<blockquote class="mastodon-embed" data-embed-url="https://social.example/@trust/1123/embed"><p>{POST}</p></blockquote>',
    "reddit": f'<blockquote class="reddit-embed-bq"><a href="https://www.reddit.com/r/harbour/comments/1a/bus/">{POST}</a><br> by u/trust</blockquote>',
    "threads": f'<blockquote class="text-post-media" data-text-post-permalink="https://www.threads.net/@trust/post/C1"><p>{POST}</p></blockquote>',
    "wordpress": f'<figure class="wp-block-embed is-type-rich is-provider-twitter"><div class="wp-block-embed__wrapper"><blockquote><p>{POST}</p>'
    f"{SIGNED}</blockquote></div></figure>",
    "amp": f"<amp-twitter data-tweetid=1 layout=responsive><blockquote placeholder><p>{POST}</p></blockquote></amp-twitter>",
    "telegram": f'<div class="telegram-post"><div>{POST}</div><a href="https://t.me/harbourtrust/123">t.me/harbourtrust/123</a></div>',
    "no name, signed": f"<blockquote><p>{POST}</p>{SIGNED}</blockquote>",
    "no name, a script": f'<div class="q1"><div>{POST}</div><div><a href="{STATUS}">12:30, 3 June 2026</a></div></div>'
    '<script src="https://platform.twitter.com/widgets.js"></script>',
    "no name, a frame": f'<figure class="z"><p>{POST}</p><p><a href="https://www.facebook.com/trust/posts/123">On Facebook</a></p>'
    '<iframe src="https://www.facebook.com/trust/posts/123"></iframe></figure>',
    "no name, cited": f'<blockquote cite="https://social.example/@trust/112345678901234567"><p>{POST}</p></blockquote>',
}


@pytest.mark.parametrize("name", EMBEDS)
def test_a_post_is_out_of_the_text_and_the_article_whole(name: str) -> None:
    article = cleaned(page(EMBEDS[name]))

    assert article.text == "\n".join(BEFORE + AFTER)


@pytest.mark.parametrize("name", EMBEDS)
def test_a_kept_post_is_of_its_own_kind_in_its_place(name: str) -> None:
    article = cleaned(page(EMBEDS[name]), "keep")
    kinds = [p.kind for p in article.paragraphs]

    assert set(kinds[2:-2]) == {"embed"}, article.paragraphs
    assert POST in "\n".join(p.text for p in article.paragraphs if p.kind == "embed")
    assert [p.text for p in article.paragraphs if p.kind == "p"] == [*BEFORE, *AFTER]


@pytest.mark.parametrize("embeds", ["drop", "keep"])
@pytest.mark.parametrize(
    "quote",
    [
        f"<blockquote><p>{POST}.</p></blockquote>",
        f'<p>{POST}, <a href="{STATUS}">the trust wrote on Wednesday</a>, and others agreed.</p>',
        f'<div class="embedding-day"><p>{POST}.</p></div>',
    ],
)
def test_a_quote_and_a_paragraph_that_links_to_a_post_stay(quote: str, embeds: str) -> None:
    article = cleaned(page(quote), embeds)

    assert POST in article.text
    assert "embed" not in {p.kind for p in article.paragraphs}


def test_a_frame_says_nothing_to_who_reads() -> None:
    frame = (
        '<iframe src="https://www.youtube.com/embed/1">Your browser shows no frames, watch it there.</iframe>'
    )

    assert cleaned(page(frame), "keep").text == "\n".join(BEFORE + AFTER)


def test_a_page_of_nothing_but_posts_keeps_them() -> None:
    posts = "".join(
        EMBEDS["twitter"].replace("first bus", f"bus number {n}") for n in ("one", "two", "six", "ten")
    )
    html = page(
        posts, ("The best of what was said about the new bridge over the harbour on its first day of all.",)
    )
    html = html.replace("".join(f"<p>{text}</p>" for text in AFTER), "")
    outcome = columnist.clean(html, url="https://courier.example/2026/posts")

    assert isinstance(outcome, columnist.Reject) or "bus number six" in outcome.text


def test_an_unknown_wish_is_refused() -> None:
    with pytest.raises(ValueError, match="embeds is 'yes'; give one of drop, keep"):
        columnist.CleanOptions(embeds="yes")  # type: ignore[arg-type]
