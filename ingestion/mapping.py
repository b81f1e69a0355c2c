"""Which column of a file is what: guessed, shown to people, written down, overridden.

In: TOML or inference. Out: a Mapping. Nothing here reads a catalogue's rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ingestion.toml_files import read_toml
from ingestion.toml_lines import line_of
from ingestion.wording import label_of, name_of
from retriever.domain import Facet, FacetKind, FacetRole
from retriever.errors import LoadError

_RESERVED = frozenset({"text", "id", "title", "description", "picture"})


def _or_one(schema: dict[str, Any]) -> None:
    """Let a list of columns be one column, in the schema as in `Mapping`."""
    listed = {key: schema.pop(key) for key in ("type", "items")}
    schema["anyOf"] = [listed, {"type": "string"}]


class FacetColumn(BaseModel):
    """How one column, or a part of it, becomes a facet.

    `part` takes the first level of a list or path, or what follows it. `separator` splits a text into tags
    (">" stands for any path: "Home > Kitchen"). `values` renames values ("F" → "women"), keys case-folded.
    `synonyms` says what else people call a value ("sofa" → "couch"). `confidence` in 0..1 says how sure the
    guess is; 1 for what a person wrote.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = Field(description="The column, as the file names it.")
    kind: FacetKind = Field(
        description="number and year are compared by size; category is one word of a few, tags are several; "
        "boolean is yes or no."
    )
    name: str = Field(
        default="",
        description="The facet's name in scripts: a-z, 0-9 and _; made from the column if left out.",
        json_schema_extra={"pattern": "^[a-z0-9_]{0,60}$"},
    )
    label: str = Field(default="", description="What people read; made from the column if left out.")
    unit: str = Field(default="", description="A unit (g, min, cm), or of a price its ISO 4217 code.")
    role: FacetRole = Field(default=FacetRole.OTHER, description="What the facet is for.")
    part: Literal["all", "first", "rest"] = Field(
        default="all", description="Of a list or path: all of it, its first level, or what follows that."
    )
    separator: str = Field(
        default="", description='What parts a text into tags; ">" stands for any path (Home > Kitchen).'
    )
    values: dict[str, str] = Field(
        default_factory=dict, description='Values renamed, keys in lower case: { "f" = "women" }.'
    )
    synonyms: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description='What else people call a value: { "sofa" = ["couch", "settee"] }.'
    )
    confidence: float = Field(default=1.0, ge=0, le=1, strict=True, description="How sure the guess is.")
    examples: tuple[str, ...] = Field(default=(), description="Common values; for reading only.")

    @model_validator(mode="before")
    @classmethod
    def _name_it(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("column"), str):
            given = dict(given)
            given["name"] = given.get("name") or name_of(given["column"])
            given["label"] = given.get("label") or label_of(given["column"])
        return given

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not re.fullmatch(r"[a-z0-9_]{1,60}", name):
            raise ValueError(f"a facet's name has only a-z, 0-9 and _ ({name!r} has not)")
        return f"{name}_" if name in _RESERVED else name

    def facet(self) -> Facet:
        """The facet as the catalogue knows it."""
        return Facet(self.name, self.kind, self.label, self.unit, self.role)


class Mapping(BaseModel):
    """What each column is. Empty text: there is no such column, or (in a map by hand) guess it.

    `description` lists columns in order: the first that a row fills is its description. `price`, `year` and
    `categories` name the columns of the facets with these roles. `currency` is a column or an ISO code.
    `ignored` says of each column left out why. `decimal` is the file's decimal separator in texts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(default="", description="The column with ids; made from titles if left out.")
    title: str = Field(default="", description="The column with titles.")
    description: tuple[str, ...] = Field(
        default=(),
        description="Columns with descriptions; the first that a row fills is taken.",
        json_schema_extra=_or_one,
    )
    price: str = Field(default="", description="The column of the facet with the role price.")
    currency: str = Field(default="", description="The column with currencies, or one ISO 4217 code.")
    year: str = Field(default="", description="The column of the facet with the role year.")
    categories: str = Field(default="", description="The column of the facet with the role category.")
    picture: str = Field(default="", description="The column with files of pictures.")
    url: str = Field(default="", description="The column with the items' own pages.")
    decimal: Literal["", ".", ","] = Field(default="", description="What stands before decimals in texts.")
    facets: tuple[FacetColumn, ...] = Field(default=(), description="The facets, in order.")
    ignored: dict[str, str] = Field(
        default_factory=dict, description="Columns that are left out, each with the reason."
    )
    confidence: dict[str, Annotated[float, Field(strict=True)]] = Field(
        default_factory=dict, description="How sure the guesses above are, 0 to 1."
    )

    @field_validator("description", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) and given else given or ()

    @model_validator(mode="after")
    def _distinct(self) -> Mapping:
        names = [facet.name for facet in self.facets]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two facets are named {', '.join(sorted(twice))}; give each its own name")
        return self

    def columns(self) -> frozenset[str]:
        """Every column that is named."""
        single = {
            self.id,
            self.title,
            self.price,
            self.currency,
            self.year,
            self.categories,
            self.picture,
            self.url,
        }
        return frozenset(
            (single | set(self.description) | {f.column for f in self.facets} | set(self.ignored)) - {""}
        )


@dataclass(frozen=True, slots=True)
class MappingLine:
    """One line of a mapping as shown to people: what a column becomes, and how sure that is (0..1)."""

    column: str
    becomes: str
    kind: str
    unit: str
    role: str
    examples: str
    confidence: float


def mapping_lines(mapping: Mapping) -> tuple[MappingLine, ...]:
    """The mapping for a table on a screen: item fields first, then facets, then what is ignored and why."""

    def sure(field: str) -> float:
        return mapping.confidence.get(field, 1.0)

    lines = [
        MappingLine(
            mapping.id or "(none)", "id", "" if mapping.id else "made from the title", "", "", "", sure("id")
        )
    ]
    lines.append(MappingLine(mapping.title, "title", "", "", "", "", sure("title")))
    lines += [MappingLine(c, "description", "", "", "", "", sure("description")) for c in mapping.description]
    for field in ("picture", "url", "currency"):
        if column := getattr(mapping, field):
            lines.append(MappingLine(column, field, "", "", "", "", sure(field)))
    for facet in mapping.facets:
        part = "" if facet.part == "all" else f" ({facet.part})"
        role = "" if facet.role is FacetRole.OTHER else facet.role.value
        examples = ", ".join(facet.examples)
        becomes = f"facet {facet.label!r}"
        lines.append(
            MappingLine(
                facet.column + part, becomes, facet.kind.value, facet.unit, role, examples, facet.confidence
            )
        )
    lines += [
        MappingLine(column, "ignored", reason, "", "", "", 1.0) for column, reason in mapping.ignored.items()
    ]
    return tuple(lines)


def read_mapping(path: Path) -> Mapping:
    """A mapping from a TOML file; what it leaves out is guessed when it is used.

    Raises:
        LoadError: if the file is missing, no TOML, or names something that a mapping doesn't have.
    """
    table, text = read_toml(path)
    return mapping_from(table, path.name, text)


def mapping_from(table: Table[str, Any], source: str = "map", text: str = "") -> Mapping:
    """A mapping from a plain table, as TOML or the ledger holds it; `text` is that TOML.

    Raises:
        LoadError: naming the first entry that is wrong, and its line if the text has it.
    """
    try:
        return Mapping.model_validate(dict(table))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        if line := line_of(text, first["loc"]):
            where = f"{where}, line {line}"
        if first["type"] == "extra_forbidden":
            known = ", ".join(
                FacetColumn.model_fields if first["loc"][0] == "facets" else Mapping.model_fields
            )
            raise LoadError(
                f"the map {source} is wrong at {where}, which no map has; it may have {known}"
            ) from error
        raise LoadError(
            f"the map {source} is wrong at {where} ({first['msg']}); mend it, or leave the entry out to "
            "have it guessed"
        ) from error


def write_mapping(mapping: Mapping, path: Path) -> None:
    """Write a mapping as TOML that `read_mapping` reads back equal, for people to change.

    Raises:
        LoadError: if the file cannot be written.
    """
    try:
        path.write_text(mapping_toml(mapping), "utf-8")
    except OSError as error:
        raise LoadError(
            f"the map cannot be written to {path} ({error.strerror or error}); give --save-map a file in a "
            "folder that you can write to"
        ) from error


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema of a mapping file."""
    schema = Mapping.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Parley mapping of a file's columns"
    for part in (schema, *schema["$defs"].values()):
        # Docstrings are about Python.
        part.pop("description", None)
    return schema


def mapping_toml(mapping: Mapping) -> str:
    """The mapping as TOML text."""
    table = mapping.model_dump(mode="json", exclude_defaults=True)
    facets, ignored, confidence = (table.pop(key, None) for key in ("facets", "ignored", "confidence"))
    lines = [f"{key} = {_toml(value)}" for key, value in table.items()]
    for facet in facets or ():
        lines += ["", "[[facets]]", *(f"{key} = {_toml(value)}" for key, value in facet.items())]
    for heading, entries in (("ignored", ignored), ("confidence", confidence)):
        if entries:
            lines += [
                "",
                f"[{heading}]",
                *(f"{_toml(key)} = {_toml(value)}" for key, value in entries.items()),
            ]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value)
