"""Site files: load them with errors that name file, key and what to do; write them for `columnist sites add`."""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import partial
from pathlib import Path, PurePath
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import tomlkit

from columnist.pipelines.records.site import Floors, Site, SiteLayout
from columnist.pipelines.sites.site_names import SiteNameError, file_name
from columnist.pipelines.sites.site_values import READERS

_LARGEST = 1 << 20  # bytes: a site file of a thousand selectors has 100 KB
_TABLES = ("floors", "layouts")
_PARTS = 50  # of a dotted key: tomllib's time grows with their square, 20,000 take 14 s
_LONG_KEY = re.compile(
    rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]{{0,99}}"|'[^'\n]{{0,99}}')[ \t]*+\.[ \t]*+){{{_PARTS}}}"""
)
_SHOWN_KEY = 60  # characters of an unknown key


class SiteFileError(ValueError):
    """One or more site files that cannot be used: a line for each mistake, with file, key and remedy."""


def load_sites(folder: Path) -> dict[str, Site]:
    """Read every site file of a folder, by name; raise SiteFileError with the mistakes of all."""
    return _all_of({str(path): partial(load_site, path) for path in sorted(folder.glob("*.toml"))})


def read_sites(files: Mapping[str, bytes]) -> dict[str, Site]:
    """Read site files from their bytes, each under its address; raise SiteFileError with the mistakes of all."""
    return _all_of({name: partial(_site_of, content, name) for name, content in sorted(files.items())})


def _all_of(files: Mapping[str, Callable[[], Site]]) -> dict[str, Site]:
    sites: dict[str, Site] = {}
    origin: dict[str, str] = {}
    wrong: list[str] = []
    for name, load in files.items():
        try:
            site = load()
        except SiteFileError as error:
            wrong.append(str(error))
            continue
        if site.name.lower() in origin:
            twin = PurePath(origin[site.name.lower()]).name
            wrong.append(
                f"{name}: name: {site.name!r} is the name of {twin} too; give one of them another name"
            )
            continue
        sites[site.name] = site
        origin[site.name.lower()] = name
    if wrong:
        raise SiteFileError("\n".join(wrong))
    return sites


def load_site(path: Path) -> Site:
    """Read one site file; raise SiteFileError with all its mistakes."""
    try:
        with path.open("rb") as file:
            return _site_of(file.read(_LARGEST + 1), str(path))
    except OSError as error:
        raise SiteFileError(f"{path}: {error.strerror}; check the path and its permissions") from error


def _site_of(body: bytes, path: str) -> Site:
    """Read one site file from its bytes."""
    stem = PurePath(path).stem
    try:
        if len(body) > _LARGEST:
            raise ValueError(f"more than {_LARGEST} bytes, no site file")
        content = _toml(body.decode("utf-8"))
    except RecursionError:
        raise SiteFileError(f"{path}: nested too deep; a site file has tables and lists of texts") from None
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise SiteFileError(f"{path}: no TOML: {error}; correct that line") from error
    wrong: list[str] = []
    floors = _table(content.pop("floors", {}), Floors, "floors", wrong)
    layouts = _layouts(content.pop("layout", []), wrong)
    values = _table({"name": stem, **content}, Site, "", wrong)
    try:
        file_name(stem)
    except SiteNameError as error:
        wrong.append(f"the file's name: {error}")
    if wrong:
        raise SiteFileError("\n".join(f"{path}: {words}" for words in wrong))
    return Site(**values, floors=Floors(**floors), layouts=layouts)


def _toml(text: str) -> dict[str, Any]:
    if _LONG_KEY.search(text):
        raise ValueError(f"a key has more than {_PARTS} parts")
    return tomllib.loads(text)


def save_site(site: Site, folder: Path) -> Path:
    """Write a site's file; raise SiteFileError where there is one already: people edit these by hand."""
    path = free_path(site.name, folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = tomlkit.dumps(_document(site))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:  # made since, by another process
        raise _exists(path) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def free_path(name: str, folder: Path) -> Path:
    """Return where the file of a site will lie; raise SiteFileError where there is one, in whatever case."""
    path = folder / file_name(name)
    twin = next((p for p in folder.glob("*.toml") if p.name.lower() == path.name), None)
    if twin is not None:
        raise _exists(twin)
    return path


def _exists(path: Path) -> SiteFileError:
    return SiteFileError(f"{path}: exists already; edit it, or remove it first")


def _table(content: Any, record: type, prefix: str, wrong: list[str]) -> dict[str, Any]:
    """Read one table's values as the record declares them; add to `wrong` what cannot be read."""
    if not isinstance(content, dict):
        wrong.append(f"{prefix}: must be a table, [{prefix}]")
        return {}
    known = {f.name: f for f in fields(record) if f.name not in _TABLES}
    values: dict[str, Any] = {}
    for key, value in content.items():
        at = f"{prefix}.{key}" if prefix else key[:_SHOWN_KEY]
        if key not in known:
            wrong.append(
                f"{at}: unknown key{_nearest(key, [*known, *(() if prefix else ('floors', 'layout'))])}"
            )
            continue
        try:
            values[key] = READERS[key](value)
        except ValueError as error:
            wrong.append(f"{at}: {error}")
    missing = [n for n, f in known.items() if f.default is MISSING and n not in content]
    wrong.extend(f"{prefix}{name}: missing; it must be given" for name in missing)
    return values


def _layouts(content: Any, wrong: list[str]) -> tuple[SiteLayout, ...]:
    if not isinstance(content, list):
        wrong.append("layout: must be tables, [[layout]]")
        return ()
    layouts = []
    for number, table in enumerate(content, 1):
        before = len(wrong)
        values = _table(table, SiteLayout, f"layout {number}", wrong)
        if len(wrong) == before:
            layouts.append(SiteLayout(**values))
            since, until = layouts[-1].since, layouts[-1].until
            if since and until and since >= until:
                wrong.append(f"layout {number}.until: {until} is not after since, {since}")
    return tuple(layouts)


def _nearest(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key[:_SHOWN_KEY], known, n=1, cutoff=0.65)  # .6 takes colour for country
    return f"; did you mean {near[0]}?" if near else f"; the keys are {', '.join(known)}"


def _meaning(record: type, key: str) -> str:
    hint = get_type_hints(record, include_extras=True)[key]
    return str(get_args(hint)[1]) if get_origin(hint) is Annotated else ""


def _document(site: Site) -> tomlkit.TOMLDocument:
    """Return the file's content: every key that differs from its default, with its meaning beside it."""
    document = tomlkit.document()
    _fill(document, site)
    if site.floors != Floors():
        document.add("floors", table := tomlkit.table())
        _fill(table, site.floors)
    if site.layouts:
        document.add("layout", several := tomlkit.aot())
        for layout in site.layouts:
            several.append(one := tomlkit.table())
            _fill(one, layout)
    return document


def _fill(table: Any, record: Any) -> None:
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name in _TABLES or (field.default is not MISSING and value == field.default):
            continue
        table.add(tomlkit.comment(_meaning(type(record), field.name)))
        table.add(field.name, list(value) if isinstance(value, tuple) else value)
