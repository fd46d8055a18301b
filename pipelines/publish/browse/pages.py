"""Views as HTML: templates that escape whatever they are given, and a policy under which nothing runs or is fetched."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from columnist.pipelines.publish.browse.difference import differ
from columnist.pipelines.publish.browse.view import MEANINGS, View
from columnist.pipelines.publish.extras import needed

# What stands at the top of the article, what is shown elsewhere, and what no person reads.
_NOT_A_FIELD = frozenset(
    {"title", "text", "paragraphs", "images", "removed", "found_by", "content_hash", "extra", "rights"}
)


class Pages:
    """The templates, loaded once."""

    def __init__(self) -> None:
        """Load them; raise NeedsExtra where Jinja2 is not installed."""
        jinja2 = needed("jinja2", "web")
        style = files(__package__).joinpath("templates", "style.css").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        # Our own style sheet by its hash, and nothing else: no script, no picture, no frame from anywhere, no base.
        self.policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'"
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(str(files(__package__).joinpath("templates"))),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"told": told, "link": web_address}
        self._environment.tests |= {"differing": differ, "kept": lambda fate: fate.startswith("kept")}
        self._environment.globals |= {"style": style, "policy": self.policy, "meanings": MEANINGS}

    def article(self, view: View, home: str | None = None) -> str:
        """Return the page of one article; `home` is the address of the list that it was found in."""
        fields = {k: v for k, v in view.row.items() if k not in _NOT_A_FIELD}
        rights = {f"rights.{k}": v for k, v in (view.row.get("rights") or {}).items()}
        extra = {f"extra.{k}": v for k, v in (view.row.get("extra") or {}).items()}
        frame = self.render("page.html.j2", page=view.page) if view.page else None
        return self.render(
            "article.html.j2",
            view=view,
            row=view.row,
            fields={**fields, **rights, **extra},
            frame=frame,
            home=home,
        )

    def render(self, name: str, **values: Any) -> str:
        """Fill a template."""
        return str(self._environment.get_template(name).render(values))


def told(value: Any) -> str:
    """Return a value of a column in words."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {told(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(told, value))
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def web_address(url: str | None) -> str | None:
    """Return an address that may be a link: no file:, no data:, and above all no javascript:."""
    return url if url and url.lower().startswith(("https://", "http://")) else None
