"""Command-line flags made from the annotated lines of pipelines/records/options.py, so that each knob is declared once."""

import dataclasses
import math
import re
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from importlib.util import find_spec
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import click
from click.core import ParameterSource

from columnist.pipelines.records.options import Share
from columnist.pipelines.sites.shards import Shard, shard_from
from columnist.scraper.cli.exit_codes import CannotStart, WrongUse
from columnist.scraper.cli.settings_file import settings_path

_Options = TypeVar("_Options")
_Command = Callable[..., Any]
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MOST = timedelta(days=36_500)  # a century: beyond it a date has no year


def flags(*records: type) -> Callable[[_Command], _Command]:
    """Return a decorator that adds a flag for every field of the option records."""

    def decorate(command: _Command) -> _Command:
        for record in reversed(records):
            hints = get_type_hints(record, include_extras=True)
            for field in reversed(dataclasses.fields(record)):
                command = _flag(field, hints[field.name])(command)
        return command

    return decorate


def options_from(record: type[_Options], given: Mapping[str, Any]) -> _Options:
    """Build the option record from the command's keyword arguments."""
    fields = dataclasses.fields(record)  # type: ignore[arg-type]
    return record(**{f.name: given[f.name] for f in fields if f.name in given})


def _flag(field: dataclasses.Field[Any], hint: Any) -> Callable[[_Command], _Command]:
    bare, meaning = (get_args(hint)[0], get_args(hint)[1]) if get_origin(hint) is Annotated else (hint, "")
    name = field.name.replace("_", "-")
    kind, multiple = _click_type(bare)
    default = field.default
    shown = "none" if default is None else True
    return click.option(
        f"--{name}" if kind is not bool else f"--{name}/--no-{name}",
        field.name,
        type=None if kind is bool else kind,
        multiple=multiple,
        default=default,
        show_default=shown,
        envvar=f"COLUMNIST_{field.name.upper()}",
        help=meaning,
    )


def _click_type(bare: Any) -> tuple[Any, bool]:
    """Return click's type for a field and whether the flag may be given several times."""
    origin, args = get_origin(bare), get_args(bare)
    if origin in (Union, types.UnionType):
        return _click_type(next(a for a in args if a is not type(None)))
    if origin is tuple:
        return _click_type(args[0])[0], True
    if origin is Literal:
        return click.Choice([str(a) for a in args]), False
    if bare is Share:
        return Number(min=0, max=1), False
    # No knob has a meaning below zero: a delay of -1 would mean full speed.
    return {int: Whole(min=0), float: Number(min=0)}.get(bare, bare), False


ENGINES = ("local", "ray")


def engine_flags(command: _Command) -> _Command:
    """Add the flags that say who does the work."""
    command = click.option("--address", metavar="HOST:PORT",
                           help="The Ray cluster, as ray.init takes it; none: one is started on this machine for the run.")(command)  # fmt: skip
    return click.option("--engine", type=click.Choice(ENGINES), default="local", show_default=True,
                        help="Who works: this machine's cores, or a Ray cluster (pip install 'columnist[ray]').")(command)  # fmt: skip


def refuse_engine(engine: str, address: str | None) -> None:
    """Raise WrongUse or CannotStart where the flags name no engine that is there."""
    if address is not None and engine != "ray":
        raise WrongUse("--address is where a Ray cluster is: add --engine ray")
    if engine == "ray" and find_spec("ray") is None:
        raise CannotStart("--engine ray needs Ray: pip install 'columnist[ray]'")


class Whole(click.IntRange):
    """A whole number within bounds."""

    name = "whole number"


class Number(click.FloatRange):
    """A number within bounds; "nan" is within none, though no comparison says so."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; fail with one line."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a valid number.", param, ctx)
        return number


class ShardOf(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.3 alone
    """One of several shards, as i/n."""

    name = "i/n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """Return the shard; fail with one line."""
        try:
            return value if isinstance(value, Shard) else shard_from(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Age(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.3 alone
    """A length of time in hours, days or weeks."""

    name = "age"

    def __init__(self, least: timedelta = timedelta(0)) -> None:
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the time; fail with one line."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,5})([hdw])", str(value).strip())
        age = int(found[1]) * _UNITS[found[2]] if found else None
        if age is None or not self._least <= age <= _MOST:
            self.fail(f"{value!r} is no age: give hours, days or weeks, such as 36h, 2d or 1w.", param, ctx)
        return age


class Day(click.DateTime):
    """A day, as a datetime of its midnight."""

    name = "day"

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day; fail with one line."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day; give one such as 2026-11-29.", param, ctx)


def source_of(name: str, context: click.Context | None = None) -> str:
    """Return " (from COLUMNIST_...)", or the settings file, where a flag's value came from there, for errors; else nothing."""
    context = context or click.get_current_context(silent=True)
    source = context.get_parameter_source(name) if context is not None else None
    if context is not None and source is ParameterSource.DEFAULT_MAP:
        return f" (from {settings_path(context)})"
    if context is None or source is not ParameterSource.ENVIRONMENT:
        return ""
    variable = next(p.envvar for p in context.command.params if p.name == name)
    return f" (from {variable})"


def names_of(records: Sequence[type]) -> tuple[str, ...]:
    """Return the flags of the option records, for the test that the docs name them all."""
    return tuple(f"--{f.name.replace('_', '-')}" for r in records for f in dataclasses.fields(r))
