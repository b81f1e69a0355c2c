"""A dialogue script as a file holds it: what a person says and does, and what has to be true after it.

In: plain values from YAML. Out: pydantic models, whose JSON Schema editors complete from. Whether facets,
values and items exist is not decided here: see `checks`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from chatbot.acts import Action

Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
# Strict: YAML reads "yes" as true, and true would pass for 1.
Place = Annotated[int, Field(strict=True, ge=1, le=1000)]
Count = Annotated[int, Field(strict=True, ge=0)]

Where = tuple[str | int, ...]
"""The way to a value in a script: ("turns", 0, "expect", "items")."""


def _listed(value: Any) -> Any:
    """One thing stands for a list of one, so that `action: recommend` needs no brackets."""
    return value if isinstance(value, list) or value is None else [value]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Lists(_Part):
    """Fields that hold lists also take a single entry."""

    @model_validator(mode="before")
    @classmethod
    def _wrap(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        lists = {n for n, f in cls.model_fields.items() if "list" in str(f.annotation)}
        return {key: _listed(value) if key in lists else value for key, value in data.items()}


class Constraints(_Lists):
    """The conditions of the dialogue after the turn, each as "price <= 200"; "soft " or "hard " may lead."""

    active: list[Text] = Field([], description="These are active; others may be too.")
    exactly: list[Text] | None = Field(None, description="These are active and no others.")
    inactive: list[Text] = Field([], description="None of these is active.")
    added: list[Text] = Field([], description="These became active in this turn.")
    removed: list[Text] = Field([], description="These were active before this turn and are not now.")


class Profile(_Lists):
    """The interest profile after the turn: "genres = horror", "title = Arrival", or "theme = rainy walks"."""

    likes: list[Text] = Field([], description="Liked, in short- or long-term interest.")
    dislikes: list[Text] = Field([], description="Disliked, in either.")
    absent: list[Text] = Field([], description="Neither liked nor disliked.")
    lasting: list[Text] = Field([], description="Liked in long-term interest.")
    empty: bool | None = Field(None, description="True: nothing is believed of the person.")


class Items(_Lists):
    """The items of the reply. An item is named by title, by id, or as "@2.1": turn 2, card 1.

    A condition here may be several joined by " and ", may compare with a shown card ("price < @1.1"), and may
    look at some items only ("colour = red where category = jackets").
    """

    min: Count | None = Field(None, description="At least so many.")
    max: Count | None = Field(None, description="At most so many.")
    every: list[Text] = Field([], description="Every item meets each of these conditions.")
    any: list[Text] = Field([], description="For each of these conditions, some item meets it.")
    none: list[Text] = Field([], description="No item meets any of these conditions.")
    includes: list[Text] = Field([], description="These items are among them.")
    excludes: list[Text] = Field([], description="These items are not.")
    excludes_shown: Place | Literal["all"] | None = Field(
        None, description="No item that turn N showed; all: none that any earlier turn showed."
    )
    same_as: Place | None = Field(None, description="The items of turn N, in any order.")
    first: Text | None = Field(None, description="The first item, by name or by a condition on it.")
    order: Text | None = Field(
        None, description='In order of a facet: "price ascending", "rating descending".'
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"at least {self.min} and at most {self.max} items cannot both be")
        if self.max == 0 and (self.any or self.includes or self.first):
            raise ValueError("no items, and yet some: `max: 0` leaves none to be named")
        return self


class Said(_Lists):
    """The reply's text. Words are compared without case; figures by value."""

    contains: list[Text] = Field([], description="Each of these stands in it.")
    contains_any: list[Text] = Field([], description="At least one of these stands in it.")
    lacks: list[Text] = Field([], description="None of these stands in it.")
    language: Literal["en", "zh"] | None = Field(None, description="What it is written in.")
    max_words: Count | None = Field(None, description="At most so many words (characters in Chinese).")
    grounded: bool | None = Field(
        None,
        description="True: no name and no figure that neither the catalogue nor the person has, on cards "
        "neither, whose facts are the item's own; and chips quote only what was said.",
    )
    counts: list[Text] = Field(
        [], description="States how many items meet the condition; conditions joined by ' and '."
    )
    names: list[Text] = Field([], description="Names these items.")
    questions: Count | None = Field(
        None, description="At most so many question marks outside of titles, descriptions and quotations."
    )
    names_extreme: list[Text] = Field(
        [], description='Names an item at the end: "highest price where category = tents".'
    )
    value_of: list[Text] = Field([], description='States a facet of an item: "@1.2 price".')


class Expect(_Lists):
    """What has to be true after a turn. What is not named is not looked at."""

    action: list[Action] = Field([], description="What Parley did: one of these.")
    acts: list[Text | dict[str, Any]] = Field(
        [], description="Acts that were heard: a name, or a name with payload ({intent: constrain, …})."
    )
    no_acts: list[Text] = Field([], description="Acts that were not heard.")
    constraints: Constraints | None = None
    profile: Profile | None = None
    items: Items | None = None
    asks: list[Text] = Field(
        [],
        description="What it asks about: `nothing`, `something` or a facet, one of these; and none of "
        "those with `not ` before.",
    )
    text: Said | None = None
    ungrounded: Count | None = Field(
        None, description="At most so many sentences of the chat model were taken out."
    )
    latency_ms: dict[Literal["understand", "retrieve", "write", "total"], Annotated[float, Field(gt=0)]] = (
        Field({}, description="Budgets. Reported; they fail a run only with --strict-latency.")
    )


STEPS = ("user", "like", "dislike", "unjudge", "click", "remove", "quick")


class Step(_Part):
    """One turn: exactly one thing that the person says or does, and what is expected then."""

    user: Text | None = Field(None, description="What the person says.")
    like: Place | Text | None = Field(None, description="Likes a shown card, by number or name.")
    dislike: Place | Text | None = Field(None, description="Not for me.")
    unjudge: Place | Text | None = Field(None, description="Takes a judgement back.")
    click: Place | Text | None = Field(
        None, description="Opens a shown card's own page, by number or name: nothing is answered."
    )
    remove: Text | None = Field(None, description="Removes a chip: its condition, or its label.")
    quick: Place | None = Field(None, description="Taps a quick reply of the last turn, by number.")
    expect: Expect | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        done = [name for name in STEPS if getattr(self, name) is not None]
        if len(done) != 1:
            raise ValueError(
                f"a turn is exactly one of {', '.join(STEPS[:-1])} and {STEPS[-1]}"
                + (f", not {' and '.join(done)}" if done else "")
            )
        return self

    @property
    def done(self) -> str:
        """What the person says, or does in brackets."""
        name = next(name for name in STEPS if getattr(self, name) is not None)
        value = getattr(self, name)
        return str(value) if name == "user" else f"({name}: {value})"


class Known(_Part):
    """One thing that is known of the person from long ago: exactly one of likes and dislikes."""

    likes: Text | None = Field(None, description='"genres = horror", "title = Arrival" or "theme = rain".')
    dislikes: Text | None = Field(None, description="The same, disliked.")
    weight: Annotated[float, Field(gt=0, le=1)] = Field(
        0.6, description="How strong it was when it was last confirmed, above 0 to 1."
    )
    days_ago: Annotated[float, Field(ge=0)] = Field(1.0, description="When it was last confirmed.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.likes is None) == (self.dislikes is None):
            raise ValueError("what is known is exactly one of likes and dislikes")
        return self


class Earlier(_Part):
    """An earlier conversation of the same person, gone through before the dialogue begins."""

    days_ago: Annotated[float, Field(ge=0)] = 1.0
    turns: Annotated[list[Step], Field(min_length=1)]


class Other(_Part):
    """Another person, who talks at the same time: nothing of theirs may reach this one."""

    before_turn: Annotated[int, Field(strict=True, ge=0, le=1000)] = Field(
        1, description="When; 0: before this person's conversation begins."
    )
    turns: Annotated[list[Step], Field(min_length=1)]


def _no_repeat(names: list[str]) -> list[str]:
    if len(set(names)) != len(names):
        raise ValueError("a catalogue is named twice")
    return names


class Script(_Lists):
    """A dialogue that passes or fails."""

    dialogue: Name = Field(description="What it shows, in a few words; its name in reports.")
    catalogue: Annotated[list[Name], Field(min_length=1), AfterValidator(_no_repeat)] = Field(
        description="The catalogue; of several, it is run in each."
    )
    catalogue_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")] | None = Field(
        None, description="The beginning of the catalogue's content hash that it was written for."
    )
    seed: Annotated[int, Field(ge=0)] = Field(0, description="Draws the wording.")
    tags: list[Name] = Field([], description="For choosing: `parley eval --tag negation`.")
    variables: dict[str, str | int | float] = Field(
        {}, description="Used as {{name}} in texts; {{{{name}}}} stands for {{name}} itself."
    )
    expected_to_fail: Text | Annotated[dict[Name, Text], Field(min_length=1)] | None = Field(
        None,
        description="Why it does not pass yet; or catalogue: reason, where it fails in some only. "
        "Strict: once it passes, this line has to go.",
    )
    history: list[Known] = Field([], description="What is known of this person's lasting interest before.")
    earlier: list[Earlier] = Field([], description="What this person said in earlier conversations.")
    others: list[Other] = Field([], description="Other people who talk in between.")
    turns: Annotated[list[Step], Field(min_length=1)]

    @model_validator(mode="after")
    def _fails_where_it_runs(self) -> Self:
        if isinstance(self.expected_to_fail, dict):
            for name in self.expected_to_fail:
                if name not in self.catalogue:
                    raise ValueError(
                        f"it is expected to fail in {name!r}, and runs in {', '.join(self.catalogue)}"
                    )
        return self

    def failing_because(self, catalogue: str) -> str:
        """Why it is expected to fail in a catalogue; empty where it is not."""
        if isinstance(self.expected_to_fail, dict):
            return self.expected_to_fail.get(catalogue, "")
        return self.expected_to_fail or ""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a script."""
    schema = Script.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Parley dialogue script"
    return _with_single_entries(schema)


def _with_single_entries(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow one entry where a list is asked for, as the models do."""
    for part in [schema, *schema.get("$defs", {}).values()]:
        if part.get("title") in ("Step", "Known", "Earlier", "Other"):
            continue
        for name, field in part.get("properties", {}).items():
            if field.get("type") == "array" and name != "turns":
                kept = {key: field.pop(key) for key in ("default", "description", "title") if key in field}
                part["properties"][name] = kept | {"anyOf": [field, field["items"]]}
    return schema
