"""Values that have one plain way of writing in a file, and a class that reads it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class Written(ABC):
    """A value that the schema reads with its `parse` and writes with its `written`."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def parse(cls, raw: object) -> Self:
        """Read the value from its written form."""

    @abstractmethod
    def written(self) -> Any:
        """Return the value as a scenario file writes it."""

    @classmethod
    @abstractmethod
    def forms(cls) -> JsonSchemaValue:
        """Return the written forms as JSON Schema."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.plain_serializer_function_ser_schema(cls.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return cls.forms()


NUMBER: JsonSchemaValue = {"type": "number", "minimum": 0}
