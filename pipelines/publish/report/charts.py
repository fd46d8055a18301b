"""Numbers -> pictures: SVG by matplotlib, in the page's own colours, each with its numbers in words."""

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from columnist.pipelines.records.redact import printable

if TYPE_CHECKING:  # an extra, and half a second to load
    from matplotlib.axes import Axes

_WIDTH = 6.0  # inches of 72 points: letters of 12 are 13 pixels in the page, and 10 on a telephone
_ROW = 0.29  # inches a bar with its label needs
_LABEL = 26  # letters of a label
# Stand-ins that become the page's variables: light and dark are the page's to choose.
_COLOURS = {"#010203": "var(--ink)", "#040506": "var(--line)", "#070809": "var(--bar)"}
_INK, _LINE, _BAR = _COLOURS
_SETTINGS: Mapping[str, Any] = {
    "svg.fonttype": "none",  # letters stay letters: small, sharp, found by a search
    "svg.hashsalt": "columnist",  # the same numbers give the same file
    "font.sans-serif": ["DejaVu Sans"],  # what widths are measured by; the page's own font is shown
    "text.parse_math": False,  # a "$" in a name is no formula
    "font.size": 12, "text.color": _INK, "xtick.color": _INK, "ytick.color": _INK, "grid.color": _LINE, "axes.edgecolor": _LINE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure of the page."""

    svg: str
    caption: str


def columns(caption: str, labels: Sequence[str], values: Sequence[int]) -> Picture:
    """Draw upright bars along an axis: time, or lengths."""

    def draw(axes: "Axes") -> None:
        axes.bar(range(len(values)), values, width=0.86, color=_BAR)
        axes.yaxis.grid(True)
        axes.set_axisbelow(True)
        _few_ticks(axes, labels)
        axes.yaxis.set_major_locator(_whole_numbers())
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")

    most = max(range(len(values)), key=values.__getitem__)
    told = f"{caption}: {len(values)} bars from {labels[0]} to {labels[-1]}; most {values[most]:,}, {labels[most]}."
    return Picture(_svg(draw, 2.7, told), caption)


def bars(caption: str, values: Mapping[str, float], share: bool = False) -> Picture:
    """Draw lying bars, one a name, the number beside each; a share is of one."""
    words = [f"{value:.1%}" if share else f"{value:,}" for value in values.values()]

    def draw(axes: "Axes") -> None:
        drawn = axes.barh(range(len(values)), list(values.values()), height=0.7, color=_BAR)
        axes.bar_label(drawn, words, padding=4, color=_INK)
        _rows(axes, list(values))
        axes.set_xticks([])
        axes.set_xlim(0, 1.16 * (1 if share else max(values.values())) or 1)  # room for the number

    told = ", ".join(f"{printable(name)} {word}" for name, word in zip(values, words, strict=True))
    return Picture(_svg(draw, _ROW * len(values) + 0.1, f"{caption}: {told}."), caption)


def strips(caption: str, labels: Sequence[str], rows: Mapping[str, Sequence[int]]) -> Picture:
    """Draw a strip of bars for each name along one axis, each as high as its own highest: gaps are what is looked for."""

    def draw(axes: "Axes") -> None:
        edges = [at - 0.5 for at in range(len(labels) + 1)]
        for row, values in enumerate(rows.values()):
            top = max(values) or 1
            heights = [row + 0.4 - 0.8 * value / top for value in values]  # the axis points down
            axes.stairs(heights, edges, baseline=row + 0.4, fill=True, color=_BAR, linewidth=0)
            axes.axhline(row + 0.42, color=_LINE, linewidth=0.8)
        _rows(axes, list(rows))
        _few_ticks(axes, labels)

    told = "; ".join(
        f"{printable(name)}: {sum(v > 0 for v in values)} of {len(values)} with articles, at most {max(values):,}"
        for name, values in rows.items()
    )
    return Picture(_svg(draw, 0.36 * len(rows) + 0.4, f"{caption}. {told}."), caption)


def _rows(axes: "Axes", names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [_clipped(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)


def _few_ticks(axes: "Axes", labels: Sequence[str]) -> None:
    step = -(-len(labels) // 4)
    shown = range(0, len(labels), step)
    axes.set_xticks(list(shown), [labels[at] for at in shown])
    axes.set_xlim(-0.6, len(labels) - 0.4)


def _whole_numbers() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(4, integer=True)


def _clipped(name: str) -> str:
    name = printable(name)
    return name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"


def _svg(draw: Callable[["Axes"], None], height: float, alternative: str) -> str:
    from matplotlib import style
    from matplotlib.figure import Figure

    written = io.StringIO()
    with style.context(["default", dict(_SETTINGS)]), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # a letter that its font lacks: the reader's browser has it
        figure = Figure((_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        axes.tick_params(length=0, pad=7)
        axes.spines[:].set_visible(False)
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    return _for_the_page(written.getvalue(), alternative)


def _for_the_page(svg: str, alternative: str) -> str:
    """Name the picture to those who do not see it; leave out what would clash with the next picture's names."""
    root = etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    etree.strip_elements(root, "{*}metadata", "{http://www.w3.org/2000/svg}defs", with_tail=False)
    for element in root.iter("{*}*"):
        for name in ("id", "clip-path", "width", "height") if element is root else ("id", "clip-path"):
            element.attrib.pop(name, None)
        for stand_in, variable in _COLOURS.items() if "style" in element.attrib else ():
            element.set("style", element.get("style").replace(stand_in, variable))
    root.set("role", "img")
    root.set("aria-label", alternative)
    return str(etree.tostring(root, encoding="unicode"))
