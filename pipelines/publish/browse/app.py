"""The pages of a data folder over HTTP, read-only, for the machine that it runs on."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, abort, request, url_for
from werkzeug.exceptions import HTTPException

from columnist.pipelines.publish.browse.pages import Pages
from columnist.pipelines.publish.browse.search import FILTERS, BadWish, Search, TooSlow
from columnist.pipelines.publish.browse.view import Look, NoArticle, view_of_article
from columnist.pipelines.sites.site_files import SiteFileError

# A page elsewhere may give its name this machine's address; what it asks then still bears that name.
_HOSTS = ["127.0.0.1", "localhost"]
_ID = 32  # hex digits
_SHOWN = 60  # characters of what was not understood


def make_app(data: str, search: Search, look: Look) -> Flask:
    """Return the application; `look` reads a stored page, which is untrusted."""
    pages = Pages()
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["TRUSTED_HOSTS"] = _HOSTS

    @app.get("/")
    def listing() -> str:
        wish = _wish()
        found = search.find(wish, _page())

        def turn(page: int) -> str:
            return url_for("listing", **wish, page=page)

        return pages.render("list.html.j2", data=data, wish=wish, found=found, filters=FILTERS, suggested=search.suggested,
                            turn=turn, wished=url_for("listing", **wish)[1:])  # fmt: skip

    @app.get("/article/<article>")
    def article(article: str) -> str:
        if len(article) != _ID or not article.isalnum():
            abort(404, "an id has 32 hex digits")
        home = url_for("listing", **_wish())
        return pages.article(view_of_article(data, article, look), home=home)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        code, words = _told(error)
        if code is None:
            app.logger.exception("a page failed")
        return pages.render("failed.html.j2", words=words), code or 500

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.update(
            {
                "Content-Security-Policy": f"{pages.policy}; frame-ancestors 'none'",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
                "Referrer-Policy": "no-referrer",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cache-Control": "no-store",
            }
        )
        return response

    return app


def _wish() -> dict[str, Any]:
    """Return the fields of the search that were filled in; raise BadWish for any other name in the address."""
    names = ("q", *(one.name for one in FILTERS))
    for name in request.args:
        if name not in (
            *names,
            "page",
        ):  # a misspelt filter would show all articles, as if all were like that
            raise BadWish(
                f"{name[:_SHOWN]!r} is no field of the search; there are {', '.join(names)} and page"
            )
    return {name: request.args[name] for name in names if request.args.get(name, "").strip()}


def _page() -> int:
    given = request.args.get("page", "1")
    if not given.isdecimal():
        raise BadWish(f"page {given[:_SHOWN]!r}: give a number")
    return int(given)


_ANSWERS: Mapping[type[Exception], int] = {BadWish: 400, NoArticle: 404, TooSlow: 503, FileNotFoundError: 503,
                                              SiteFileError: 503}  # fmt: skip


def _told(error: Exception) -> tuple[int | None, Any]:
    if isinstance(error, HTTPException):
        return error.code, error.description
    code = next((code for kind, code in _ANSWERS.items() if isinstance(error, kind)), None)
    return code, str(error) if code else "something went wrong here; the terminal says what"
