"""What all models of the wire have in common: how they treat the unknown, and the types of their members."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StrictBool,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from sayso.protocol import limits
from sayso.protocol.jsontext import json_traps

MICROS_PER_USD = 10**limits.COST_DECIMALS


class _Shape(BaseModel):
    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core))
        for member in cast(dict[str, dict[str, Any]], schema.get("properties", {})).values():
            _plain(member)
        return schema


class Asked(_Shape):
    """A body that we receive. Unknown members are refused, so that a typo is named; null is as good as absent."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def null_is_not_said(cls, members: object) -> object:
        if not isinstance(members, dict):
            return members
        return {name: said for name, said in cast(dict[str, object], members).items() if said is not None}


class Answered(_Shape):
    """A body that we send. Unknown members are passed over, so that an older client reads a newer server."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _plain(member: dict[str, Any]) -> None:
    """Fold "X or null" into one schema, and drop titles that only repeat the member's name."""
    member.pop("title", None)
    if member.get("default", ...) is None:
        del member["default"]
    choices: list[dict[str, Any]] = member.get("anyOf", [])
    said = [choice for choice in choices if choice != {"type": "null"}]
    if len(said) != 1 or len(choices) != 2 or not isinstance(said[0].get("type"), str):
        return
    del member["anyOf"]
    member.update({**said[0], "type": [said[0]["type"], "null"]})
    if "const" in said[0]:
        member["enum"] = [member.pop("const"), None]


def _clean(text: str) -> str:
    found = next(json_traps(text), None)
    if found is not None:
        raise ValueError(found[1])
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _money(value: object) -> object:
    # bool is an int to Python, and text is not a number to JSON.
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("usd_type", "must be a number of dollars, such as 0.25")
    amount = Decimal(str(value))
    if not amount.is_finite() or amount < 0:
        raise ValueError("must be a finite number of dollars, 0 or more")
    if amount > limits.COST_USD:
        raise ValueError(f"may be at most {limits.COST_USD:,} dollars")
    micros = amount * MICROS_PER_USD
    # 0.1 + 0.2 arrives as 0.30000000000000004: the last digits of a sum of floats are nobody's money.
    noise = Decimal("0.001") if isinstance(value, float) else Decimal(0)
    if abs(micros - round(micros)) > noise:
        raise ValueError(f"may have at most {limits.COST_DECIMALS} decimals (whole micro-dollars)")
    return Decimal(round(micros)) / MICROS_PER_USD


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount % 1 == 0 else float(amount)


Text = Annotated[str, Field(max_length=limits.TEXT_CHARACTERS), AfterValidator(_clean)]
Title = Annotated[str, Field(max_length=limits.TITLE_CHARACTERS), AfterValidator(_clean)]
Label = Annotated[
    str, Field(min_length=1, max_length=limits.LABEL_CHARACTERS), AfterValidator(_clean), AfterValidator(_said)
]
Name = Annotated[
    str, Field(min_length=1, max_length=limits.NAME_CHARACTERS), AfterValidator(_clean), AfterValidator(_said)
]
Id = Annotated[str, Field(min_length=1, max_length=limits.ID_CHARACTERS), AfterValidator(_clean), AfterValidator(_said)]
Bool = StrictBool
Count = Annotated[int, Field(strict=True, ge=0, le=limits.SAFE_INTEGER)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Usd = Annotated[
    Decimal,
    BeforeValidator(_money),
    PlainSerializer(_number, return_type=int | float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": limits.COST_USD}),
]
"""Dollars, exact to the micro-dollar; a plain JSON number on the wire."""
UtcTime = Annotated[AwareDatetime, AfterValidator(_in_utc)]
