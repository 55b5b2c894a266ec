"""Model fields that carry their column spec: an entity's class body is its declaration, in the lake's order."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from pipelines.engine.spec import (
    AMOUNT_DIGITS,
    AMOUNT_SCALE,
    HEX_ID,
    MAX_TEXT,
    Column,
    Kind,
    Strength,
)

STRONG, MEDIUM, WEAK, NONE = Strength.STRONG, Strength.MEDIUM, Strength.WEAK, Strength.NONE
REFERENCE_LENGTH = 64
KEY_LENGTH = 100

if TYPE_CHECKING:
    _Char = models.CharField[Any, Any]
    _Text = models.TextField[str | None, str | None]
    _Decimal = models.DecimalField[Decimal | None, Decimal | None]
    _Field = models.Field[Any, Any]
    _Whole = models.BigIntegerField[int | None, int | None]
    _Flag = models.BooleanField[bool | None, bool | None]
    _Day = models.DateField[date | None, date | None]
    _Moment = models.DateTimeField[datetime | None, datetime | None]
else:
    _Char, _Text, _Decimal, _Field = models.CharField, models.TextField, models.DecimalField, models.Field
    _Whole, _Flag, _Day, _Moment = (
        models.BigIntegerField,
        models.BooleanField,
        models.DateField,
        models.DateTimeField,
    )


class ExactChar(_Char):
    """Text compared byte for byte: binary collation on MySQL, which SQLite has by nature."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        if connection.vendor == "mysql":
            return f"varchar({self.max_length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        return f"varchar({self.max_length})"


class KeyField(ExactChar):
    """The primary key of an imported row: `tenant:source_id`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": KEY_LENGTH, "primary_key": True, **kwargs})


class ChecksumField(_Field):
    """16 bytes."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "binary(16)" if connection.vendor == "mysql" else "blob"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else bytes(value)


class Declared(_Field):
    """The part every column field shares: it keeps its spec out of the migrations."""

    kind: Kind
    default_strength: Strength = WEAK

    def __init__(
        self,
        *,
        required: bool = False,
        strength: Strength | None = None,
        personal: bool = False,
        lake_name: str = "",
        pattern: str | None = None,
        values: tuple[str, ...] = (),
        minimum: int | None = None,
        maximum: int | None = None,
        references: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._spec: dict[str, Any] = {
            "required": required,
            "strength": strength or self.default_strength,
            "personal": personal,
            "lake_name": lake_name,
            "pattern": pattern,
            "values": values,
            "minimum": minimum,
            "maximum": maximum,
            "references": references,
        }
        # Nullable in the table even where an import requires it: a source may declare a column absent,
        # and erasure blanks personal values.
        super().__init__(**{"null": True, "blank": True, **kwargs})

    @property
    def spec(self) -> Column:
        return Column(name=self.attname, kind=self.kind, **self._spec)


class Ref(Declared, ExactChar):
    """The id of a row of another entity; orphans are normal, so it is a plain column."""

    kind, default_strength = Kind.REF, STRONG

    def __init__(self, references: str = "", **kwargs: Any) -> None:
        super().__init__(
            **{"references": references, "pattern": HEX_ID, "max_length": REFERENCE_LENGTH, **kwargs}
        )


class SourceId(Declared, ExactChar):
    """The row's id in its source: 32 lower-case hex digits unless declared otherwise."""

    kind, default_strength = Kind.ID, STRONG

    def __init__(self, pattern: str = HEX_ID, **kwargs: Any) -> None:
        super().__init__(
            **{
                "pattern": pattern,
                "required": True,
                "max_length": REFERENCE_LENGTH,
                "null": False,
                "lake_name": "id",
                **kwargs,
            }
        )

    @property
    def spec(self) -> Column:
        return Column(name="id", kind=self.kind, **self._spec)


class Text(Declared, ExactChar):
    """A short string; its pattern is evidence for the repair, never a reason to refuse a row."""

    kind = Kind.TEXT

    def __init__(self, pattern: str | None = None, **kwargs: Any) -> None:
        super().__init__(**{"pattern": pattern, "max_length": MAX_TEXT, **kwargs})


class Email(Text):
    """An address as typed by somebody."""

    kind, default_strength = Kind.EMAIL, MEDIUM

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"pattern": r"[^@\s]+@[^@\s]+\.[^@\s]+", **kwargs})


class FreeText(Declared, _Text):
    """Whatever somebody wrote, of any length."""

    kind, default_strength = Kind.FREETEXT, NONE


class Choice(Declared, ExactChar):
    """One of the values the platform documents."""

    kind, default_strength = Kind.ENUM, STRONG

    def __init__(self, *values: str, **kwargs: Any) -> None:
        super().__init__(**{"values": values, "max_length": REFERENCE_LENGTH, **kwargs})


class CurrencyCode(Declared, ExactChar):
    """Three capital letters (ISO 4217)."""

    kind, default_strength = Kind.CURRENCY, MEDIUM

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 3, "pattern": "[A-Z]{3}", **kwargs})


class Whole(Declared, _Whole):
    """A whole number."""

    kind = Kind.INT


class Flag(Declared, _Flag):
    """true or false in any case, and what else is declared as (true word, false word) pairs."""

    kind, default_strength = Kind.BOOL, MEDIUM


class Day(Declared, _Day):
    """A calendar date; a midnight time behind it is cut off."""

    kind, default_strength = Kind.DATE, MEDIUM


class Moment(Declared, _Moment):
    """An instant, stored in UTC to the microsecond."""

    kind, default_strength = Kind.TIMESTAMP, STRONG


class Amount(Declared, _Decimal):
    """18 digits, 9 of them decimals, exact on both databases: DECIMAL on MySQL, a scaled integer on SQLite."""

    kind, default_strength = Kind.DECIMAL, MEDIUM

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": AMOUNT_DIGITS, "decimal_places": AMOUNT_SCALE, **kwargs})

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bigint" if connection.vendor == "sqlite" else f"numeric({AMOUNT_DIGITS}, {AMOUNT_SCALE})"

    def get_db_converters(self, connection: BaseDatabaseWrapper) -> list[Any]:
        return [_unscale] if connection.vendor == "sqlite" else super().get_db_converters(connection)

    def get_internal_type(self) -> str:
        # Not "DecimalField": on SQLite that would add the back end's lossy float converter.
        return "Amount"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        number = self.to_python(value)
        if number is None or connection.vendor != "sqlite":
            return number
        return int(number.scaleb(AMOUNT_SCALE))


def _unscale(value: int | None, expression: Any, connection: Any) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-AMOUNT_SCALE)
