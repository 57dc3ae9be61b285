"""A function's arguments as people see them: as JSON, with a schema, and back after an edit."""

import inspect
import json
import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind
from pydantic_core import PydanticSerializationError, to_jsonable_python

from sayso.protocol import FieldError, field_errors
from sayso.question import refused

_RECEIVERS = frozenset({"self", "cls"})
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Unfit(ValueError):
    """The decided arguments do not fit the function. The message says which and why."""


class _QuietSchema(GenerateJsonSchema):
    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        """A default that JSON cannot hold is left out of the schema; nobody needs to hear about it."""


@dataclass(frozen=True)
class CallShape:
    """The parameters of one function. `omitted` are never shown and never edited, nor are self and cls."""

    function: Callable[..., Any]
    omitted: Collection[str] = ()

    @cached_property
    def signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @cached_property
    def shown(self) -> dict[str, inspect.Parameter]:
        """The parameters that people see, in order."""
        return {
            name: parameter
            for place, (name, parameter) in enumerate(self.signature.parameters.items())
            if name not in self.omitted and not (place == 0 and name in _RECEIVERS)
        }

    @cached_property
    def hints(self) -> dict[str, Any]:
        """What each shown parameter takes; Any where pydantic knows nothing about the type."""
        try:
            told = typing.get_type_hints(self.function, include_extras=True)
        except (NameError, TypeError):
            # A name that exists only while types are checked: then none of the hints can be read.
            told = {}
        return {name: _readable(_hint_of(parameter, told)) for name, parameter in self.shown.items()}

    @cached_property
    def schema(self) -> dict[str, Any] | None:
        """JSON Schema of the arguments; None when pydantic cannot give one."""
        fields: dict[str, Any] = {
            f"argument_{place}": (self.hints[name], Field(default=_default_of(parameter), alias=name))
            for place, (name, parameter) in enumerate(self.shown.items())
        }
        model = create_model("Arguments", __config__=ConfigDict(extra="forbid"), **fields)
        try:
            schema = model.model_json_schema(schema_generator=_QuietSchema)
        except (PydanticInvalidForJsonSchema, PydanticUserError):
            return None
        schema.pop("title", None)
        return schema

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> inspect.BoundArguments:
        """The call's arguments by name, defaults included. Raises TypeError as the function itself would."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound

    def as_json(self, bound: inspect.BoundArguments) -> dict[str, Any]:
        """What people see. Raises Refused, naming the argument, for a value that cannot be shown."""
        plain: dict[str, Any] = {}
        for name in self.shown:
            try:
                plain[name] = to_jsonable_python(bound.arguments[name])
            except (PydanticSerializationError, ValueError) as problem:
                message = f"cannot be shown to people ({problem}); name it in omit if it is no part of the question"
                raise refused([FieldError(field=f"action.arguments.{name}", message=message)]) from None
        return plain

    def with_decided(
        self, bound: inspect.BoundArguments, asked: Mapping[str, Any], decided: Mapping[str, Any]
    ) -> inspect.BoundArguments:
        """The call with what people changed. What they left alone keeps its very value. Raises Unfit."""
        unknown = sorted(decided.keys() - self.shown.keys())
        if unknown:
            raise Unfit(f"{', '.join(unknown)}: the function has no such argument")
        new = inspect.BoundArguments(self.signature, bound.arguments.copy())
        for name, parameter in self.shown.items():
            if name not in decided:
                new.arguments[name] = _left_out(parameter)
            elif name not in asked or not _same(asked[name], decided[name]):
                new.arguments[name] = self._value(parameter, decided[name])
        return new

    def _value(self, parameter: inspect.Parameter, plain: object) -> object:
        try:
            value: Any = TypeAdapter[Any](self.hints[parameter.name]).validate_python(plain)
        except ValidationError as problem:
            found = "; ".join(f"{error.field} {error.message}".strip() for error in field_errors(problem))
            raise Unfit(f"{parameter.name}: {found}") from None
        return tuple(value) if parameter.kind is inspect.Parameter.VAR_POSITIONAL else value


def _hint_of(parameter: inspect.Parameter, told: Mapping[str, Any]) -> Any:
    hint = told.get(parameter.name, Any)
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return list[hint]
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return dict[str, hint]
    return hint


def _readable(hint: Any) -> Any:
    try:
        TypeAdapter[Any](hint)
    except (PydanticSchemaGenerationError, PydanticUserError):
        return Any
    return hint


def _default_of(parameter: inspect.Parameter) -> Any:
    if parameter.kind in _VARIADIC:
        return None
    return ... if parameter.default is inspect.Parameter.empty else parameter.default


def _left_out(parameter: inspect.Parameter) -> object:
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return ()
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return {}
    if parameter.default is inspect.Parameter.empty:
        raise Unfit(f"{parameter.name}: is required, and was taken out")
    return parameter.default


def _same(one: object, other: object) -> bool:
    # Not ==: to Python, True is 1.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
