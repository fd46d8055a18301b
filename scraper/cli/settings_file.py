"""columnist.toml: every knob, and where things lie, for all commands; a flag or a variable wins over it."""

import dataclasses
import difflib
import tomllib
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from columnist.pipelines.records.options import CleanOptions, CrawlOptions, DatasetOptions, SandboxOptions
from columnist.scraper.cli.exit_codes import WrongUse

NAME = "columnist.toml"
PLACES = (
    "data",
    "state",
    "sites",
    "site_files",
    "log_file",
    "metrics_file",
)  # paths: beside the file, if relative
SPEECH = ("webhook", "quiet", "verbose", "log_json")
_KNOBS = {
    field.name: field.default
    for record in (CleanOptions, CrawlOptions, SandboxOptions, DatasetOptions)
    for field in dataclasses.fields(record)
}
KEYS = (*PLACES, *SPEECH, *_KNOBS)
_PARAMETERS = {"sites": "listed"}  # the name that a command has for it
_NOT_FOR_THE_DEMO = PLACES  # it invents a newspaper: never among what a real crawl writes
_SUBCOMMANDS = ("add", "list", "check", "rebuild", "move")  # click asks for their values one level deeper
_SOURCES = {
    ParameterSource.COMMANDLINE: "flag",
    ParameterSource.ENVIRONMENT: "environment",
    ParameterSource.DEFAULT_MAP: "settings file",
}


def use_settings(context: click.Context, named: Path | None, commands: tuple[str, ...]) -> None:
    """Give the commands their values from the file; raise WrongUse for a mistake in it, with its name and key."""
    path = named or Path(NAME)
    if named is None and not path.is_file():
        return
    values = _read(path)
    context.meta[__name__] = str(path)
    demo = {key: value for key, value in values.items() if key not in _NOT_FOR_THE_DEMO}
    given = {_PARAMETERS.get(key, key): value for key, value in values.items()}
    nested = {**given, **dict.fromkeys(_SUBCOMMANDS, given)}
    context.default_map = {command: demo if command == "demo" else nested for command in commands}


def settings_path(context: click.Context) -> str:
    """Return the name of the file that values came from."""
    return str(context.find_root().meta.get(__name__, NAME))


def sources() -> dict[str, str]:
    """Return who gave each knob of the command at work: flag, environment or settings file; nobody: not named."""
    context = click.get_current_context(silent=True)
    given = {name: context.get_parameter_source(name) for name in _KNOBS} if context is not None else {}
    return {name: _SOURCES[source] for name, source in given.items() if source in _SOURCES}


def is_from_settings(name: str) -> bool:
    """Say whether a parameter of the command at work has its value from the file."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.DEFAULT_MAP


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}; name a settings file that can be read") from None
    except ValueError as error:  # no TOML, or no UTF-8
        raise WrongUse(
            f"{path}: {error}; a settings file is TOML: a line such as delay = 2.0 for each"
        ) from None
    values: dict[str, Any] = {}
    for key, value in raw.items():
        name = key.replace("-", "_")
        if name in values:
            raise WrongUse(f"{path}: {key}: given twice, as {name} too; leave one")
        values[name] = _checked(path, name, value)
    return values


def _checked(path: Path, key: str, value: Any) -> Any:
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=1)
        raise WrongUse(f"{path}: {key}: no such key; {f'did you mean {near[0]}?' if near else _known()}")
    if key in PLACES:
        if not isinstance(value, str) or not value:
            raise WrongUse(f"{path}: {key}: give a path in quotes")
        return value if "://" in value else str(path.parent / Path(value).expanduser())
    wanted = _wanted(key)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise WrongUse(f"{path}: {key}: give {_in_words(wanted)}, not {value!r}")
    return (
        value if isinstance(value, (bool, list)) else str(value)
    )  # as typed: 2.5 pages are refused, not cut to 2


def _wanted(key: str) -> tuple[type, ...]:
    """Return the TOML types that a key takes; click holds the value against its bounds."""
    default = _KNOBS.get(key, "" if key == "webhook" else False)
    if isinstance(default, bool):
        return (bool,)
    if isinstance(default, tuple):
        return (list,)
    return (str,) if isinstance(default, str) else (int, float, str)


def _in_words(wanted: tuple[type, ...]) -> str:
    if bool in wanted:
        return "true or false"
    if list in wanted:
        return 'a list in brackets, such as ["de", "fr"]'
    return "text in quotes" if int not in wanted else "a number or text in quotes"


def _known() -> str:
    return f"the keys are the knobs of `columnist crawl --help`, and {', '.join((*PLACES, *SPEECH))}"
