"""Opt-out signals: what robots lines, headers and tdmrep.json say about the use of a page, as Rights.

Pure: text in, Rights out. Where signals differ the most restrictive is kept; TDMRep alone orders its own
sources (well-known file, then header, then meta tag: the later supersedes the earlier).
AIPREF as of draft-ietf-aipref-vocab-08 and -attach-05 (September 2026), and the words of its earlier drafts.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from columnist.pipelines.document.addresses import absolute
from columnist.pipelines.records.article import Rights, Signal
from columnist.pipelines.sites.path_patterns import normal_pattern, path_matches

ROBOT_NAME = "columnist"  # the product token of our user agent, in lower case
MAX_TDM_RULES = 1_000  # sites list a handful; more is an attack on memory
MAX_TDM_BYTES = 256 * 1024  # a rule has about 100 bytes: MAX_TDM_RULES fit
MAX_WORDS = 2_000  # of a comment: the longest in wide use has 1,500
MAX_RAW = 500  # characters of a raw signal kept per record: real ones have under 100

# The most restrictive first: the order of x_robots.
_SEVERITY = ("none", "noindex", "noai", "noimageai", "noarchive", "nocache", "nosnippet", "nofollow",
             "noimageindex", "notranslate")  # fmt: skip
_NOT_KEPT = frozenset({"none", "noarchive", "nocache"})  # Bing's word for noarchive is nocache
_VALUED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")
_HEADERS = ("content-usage", "x-robots-tag", "tdm-reservation", "tdm-policy")  # that speak of use
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
# No digit first: the date of unavailable_after has commas and colons.
_BOT = re.compile(r"\*|[A-Za-z][\w.-]*")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", re.IGNORECASE)
MAX_SIGNALS_KEPT = 20  # of one page; real ones have up to six
# What decides each use: its own words, AIPREF's and Content Signals'; and those of wider uses that hold it, which
# count where its own are not said: there a yes to the wider one is no yes to this one.
_TRAINING = (("train-ai", "ai-train", "train-genai"), ("tdm", "bots", "automated-processing", "all"))
_SEARCH = (("search",), ("bots", "automated-processing", "all"))
_AI_INPUT = (("ai-use", "ai-input", "ai-output"), ("bots", "automated-processing", "all"))


@dataclass(frozen=True, slots=True)
class RobotsSignals:
    """What the robots.txt group that applies to us says about use."""

    content_usage: tuple[tuple[str, str], ...] = ()  # (path or "/", preferences) of Content-Usage lines
    content_signal: tuple[str, ...] = ()  # Content-Signal lines as given
    licenses: tuple[str, ...] = ()  # absolute addresses of License lines
    reservation: str | None = None  # what the file's comments say about use


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One rule of /.well-known/tdmrep.json."""

    location: str
    reservation: bool | None
    policy: str | None = None


def merge_rights(earlier: Rights, later: Rights) -> Rights:
    """Merge two readings, the most restrictive first; `later` is the one nearer to the page.

    TDMRep's values of the nearer source supersede, as that protocol says; all else can only tighten.
    """
    nearer = later if later.tdm_reservation is not None else earlier
    return Rights(
        robots_allowed=_least(earlier.robots_allowed, later.robots_allowed),
        tdm_reservation=nearer.tdm_reservation,
        train_ai=_least(earlier.train_ai, later.train_ai),
        x_robots=_join_directives(_split(earlier.x_robots) + _split(later.x_robots)),
        license_url=later.license_url or earlier.license_url,
        tdm_policy=later.tdm_policy or (earlier.tdm_policy if nearer is earlier else None),
        usage=_join_raw((earlier.usage, later.usage)),
        search=_least(earlier.search, later.search),
        ai_input=_least(earlier.ai_input, later.ai_input),
        signals=_join_signals(earlier.signals, later.signals),
        robots_sha256=later.robots_sha256 or earlier.robots_sha256,
        robots_fetched_at=later.robots_fetched_at or earlier.robots_fetched_at,
        license_sha256=later.license_sha256 if later.license_url else earlier.license_sha256,
    )


def said(carrier: str, words: str | None) -> tuple[Signal, ...] | None:
    """Return what one carrier says, as a row keeps it; None where it says nothing."""
    kept = " ".join(words.split()) if words and carrier != "comment" else words
    return (Signal(carrier, kept[: MAX_RAW if carrier != "comment" else MAX_WORDS]),) if kept else None


def opted_out(rights: Rights) -> str | None:
    """Return the signal that refuses use for text and data mining or AI training, or None."""
    if rights.robots_allowed is False:
        return "robots.txt"
    if rights.tdm_reservation:
        return "tdm-reservation"
    if rights.train_ai is False:
        return "train-ai"
    refusing = {"none", "noindex", "noai"} & set(_split(rights.x_robots))
    return min(refusing, default=None)


def may_keep(rights: Rights) -> bool:
    """Say whether a page may be kept raw: neither X-Robots-Tag nor its own robots tag asks for the contrary."""
    return _NOT_KEPT.isdisjoint(_split(rights.x_robots))


def rights_from_robots(signals: RobotsSignals, path: str) -> Rights:
    """Read what the site's robots.txt says about the use of one path; the longest matching line decides."""
    lines = [
        (f"Content-Usage: {where} {text}", text) for where, text in _nearest(signals.content_usage, path)
    ]
    lines += [(f"Content-Signal: {text}", text) for text in signals.content_signal]
    licence = signals.licenses[0] if signals.licenses else None
    rights = Rights(license_url=licence, signals=said("comment", signals.reservation))
    for line, text in lines:
        rights = merge_rights(rights, replace(rights_from_usage(text), signals=said("robots.txt", line)))
    named = said("robots.txt", f"License: {licence}") if licence else None
    return merge_rights(rights, Rights(signals=named))


def _nearest(lines: Iterable[tuple[str, str]], path: str) -> list[tuple[str, str]]:
    """Return the lines with the longest of the patterns that match: of one length, all."""
    matching = [
        (len(normal_pattern(where)), where, text) for where, text in lines if path_matches(where, path)
    ]
    longest = max((size for size, _, _ in matching), default=0)
    return [(where, text) for size, where, text in matching if size == longest]


def rights_from_headers(headers: Mapping[str, str], url: str) -> Rights:
    """Read the opt-out headers of an answer; names in lower case, repeated lines joined by newline or comma."""
    usage = headers.get("content-usage")
    rights = Rights(
        tdm_reservation=tdm_flag(headers.get("tdm-reservation")),
        tdm_policy=absolute(headers.get("tdm-policy", ""), url) if headers.get("tdm-policy") else None,
        license_url=_license_link(headers.get("link", ""), url),
    )
    rights = merge_rights(rights, rights_from_directives(directives_for_us(headers.get("x-robots-tag", ""))))
    rights = merge_rights(rights, rights_from_usage(usage)) if usage else rights
    spoken = (f"{name}: {headers[name]}" for name in _HEADERS if _is_for_us(name, headers.get(name)))
    lines = tuple(signal for line in spoken for signal in said("header", line) or ())
    licence = said("header", f"link: <{rights.license_url}>; rel=license") if rights.license_url else None
    return replace(rights, signals=_join_signals(lines, licence))


def _is_for_us(name: str, value: str | None) -> bool:
    return bool(directives_for_us(value or "") if name == "x-robots-tag" else value)


def rights_from_directives(directives: Iterable[str]) -> Rights:
    """Read robots directives (of X-Robots-Tag or a robots meta tag) that apply to us."""
    found = [d.strip().lower() for d in directives if d.strip()]
    train = False if "noai" in found else None
    search = False if {"noindex", "none"} & set(found) else None
    return Rights(train_ai=train, x_robots=_join_directives(found), search=search)


def rights_from_usage(text: str) -> Rights:
    """Read the preferences of one Content-Usage or Content-Signal value: `train-ai=n, search=y`."""
    answers: dict[str, bool] = {}
    for name, value in re.findall(r"([a-z][a-z0-9_-]*)\s*=\s*[\"']?\??([a-z01]+)", text.lower()):
        answer = {"n": False, "no": False, "0": False, "y": True, "yes": True, "1": True}.get(value)
        if answer is not None:
            answers[name] = _least(answers.get(name), answer) is not False
    train_ai, search, ai_input = (_decided(answers, *names) for names in (_TRAINING, _SEARCH, _AI_INPUT))
    return Rights(train_ai=train_ai, search=search, ai_input=ai_input, usage=_join_raw((text,)))


def _decided(answers: Mapping[str, bool], own: tuple[str, ...], wider: tuple[str, ...]) -> bool | None:
    near = [answers[name] for name in own if name in answers]
    if near:
        return all(near)
    return False if False in (answers.get(name) for name in wider) else None


def directives_for_us(value: str) -> list[str]:
    """Return the directives of an X-Robots-Tag value that are addressed to every robot or to us.

    A bot's name before a directive (`otherbot: noindex, nofollow`) holds to the end of its line.
    """
    kept: list[str] = []
    for line in value.split("\n"):
        bot = ""
        for part in line.split(","):
            name, colon, rest = part.partition(":")
            if colon and _BOT.fullmatch(name.strip()) and name.strip().lower() not in _VALUED:
                bot, directive = name.strip().lower(), rest.strip().lower()
            else:
                directive = part.strip().lower()
            if directive and bot in ("", "*", ROBOT_NAME):
                kept.append(directive)
    return kept


def licence_demanded(status: int, headers: Mapping[str, str]) -> bool:
    """Say whether the server wants a licence before it answers (RSL): then the crawl of it stops."""
    return status == 401 and bool(
        re.search(r"(^|[\s,])license\b", headers.get("www-authenticate", ""), re.IGNORECASE)
    )


def tdm_flag(value: object) -> bool | None:
    """Read a tdm-reservation value; anything but 0 and 1 is unset."""
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return {"0": False, "1": True}.get(text)


def read_tdmrep(body: bytes, url: str) -> tuple[TdmRule, ...]:
    """Read /.well-known/tdmrep.json; what is malformed is left out, an unreadable file has no rules."""
    try:
        parsed = json.loads(body[:MAX_TDM_BYTES].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    entries = parsed if isinstance(parsed, list) else [parsed]
    rules = []
    for entry in entries[:MAX_TDM_RULES]:
        if isinstance(entry, dict) and isinstance(entry.get("location"), str):
            policy = entry.get("tdm-policy")
            address = absolute(policy, url) if isinstance(policy, str) else None
            rules.append(
                TdmRule(entry["location"][:MAX_RAW], tdm_flag(entry.get("tdm-reservation")), address)
            )
    return tuple(rules)


def rights_from_tdmrep(rules: Iterable[TdmRule], path: str) -> Rights:
    """Find what tdmrep.json says of a path: the most specific location decides, on a tie the reservation."""
    best = max(
        (r for r in rules if r.reservation is not None and path_matches(r.location, path)),
        key=lambda r: (len(r.location), bool(r.reservation)),
        default=None,
    )
    if best is None:
        return Rights()
    words = f"{best.location}: tdm-reservation={int(bool(best.reservation))}"
    spoken = said("tdmrep.json", words + (f", tdm-policy={best.policy}" if best.policy else ""))
    return Rights(tdm_reservation=best.reservation, tdm_policy=best.policy, signals=spoken)


def _least(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return True if a or b else None


def _split(directives: str | None) -> list[str]:
    return [d.strip() for d in directives.split(",") if d.strip()] if directives else []


def _join_directives(directives: Iterable[str]) -> str | None:
    ordered = sorted(
        dict.fromkeys(directives),
        key=lambda d: _SEVERITY.index(d) if d in _SEVERITY else len(_SEVERITY),
    )
    return ", ".join(ordered)[:MAX_RAW] or None


def _join_raw(texts: Iterable[str | None]) -> str | None:
    lines = dict.fromkeys(line.strip() for text in texts if text for line in text.split(";") if line.strip())
    return "; ".join(lines)[:MAX_RAW] or None


def _join_signals(
    earlier: tuple[Signal, ...] | None, later: tuple[Signal, ...] | None
) -> tuple[Signal, ...] | None:
    return tuple(dict.fromkeys((*(earlier or ()), *(later or ()))))[:MAX_SIGNALS_KEPT] or None


def _license_link(value: str, url: str) -> str | None:
    for target, parameters in _LINK.findall(value[:8192]):
        rel = _REL.search(parameters)
        if rel and "license" in (rel[1] or rel[2] or "").lower().split():
            return absolute(target, url)
    return None
