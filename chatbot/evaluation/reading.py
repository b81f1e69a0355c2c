"""Files of dialogue scripts → scripts, each knowing the line of everything in it.

In: paths to YAML files or folders of them. Out: `Written` scripts. A fault names file, line, and what was
expected there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chatbot.evaluation.faults import fault
from chatbot.evaluation.script import Script, Where
from retriever.errors import InputError

# Four braces stand for two.
_LITERAL = r"\{\{\{\{(.*?)\}\}\}\}"
_VARIABLE = re.compile(rf"{_LITERAL}|\{{\{{\s*([^{{}}]*?)\s*\}}\}}")
# What YAML stumbles over in a text that it would take in quotes.
_UNQUOTED = ("mapping values are not allowed", "cannot start any token", "could not find expected ':'")
_SUFFIXES = (".yaml", ".yml")
_MAX_BYTES = 1 << 20


class BrokenScript(InputError):
    """A script, or a file of labelled utterances, that cannot be used as it is written: exit code 2."""


@dataclass(frozen=True, slots=True)
class Written:
    """A script, where it stands, and the line (from 1) of each value in it."""

    script: Script
    path: Path
    lines: Mapping[Where, int]

    @property
    def name(self) -> str:
        """File and dialogue."""
        return f"{self.path.name}: {self.script.dialogue}"

    def line(self, where: Where) -> int:
        """The line of a value, or of the nearest one that encloses it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def broken(self, where: Where, message: str) -> BrokenScript:
        """The error for a value of this script."""
        return BrokenScript(f"{self.path}:{self.line(where)}: {message}")


def find_scripts(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The script files among paths, folders searched through; sorted, each once.

    Raises:
        BrokenScript: a path that is not there, or a folder without any script.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES and p.is_file())
            if not inside:
                raise BrokenScript(f"{path} holds no script; scripts end in .yaml")
            found.update(dict.fromkeys(inside))
        elif path.is_file():
            found[path] = None
        else:
            raise BrokenScript(f"there is no {path}; name a script or a folder of scripts")
    return tuple(found)


def read_scripts(path: Path) -> tuple[Written, ...]:
    """The dialogues of a file: one, or several between `---` lines.

    Raises:
        BrokenScript: it is no YAML, not what a script is made of, or has two dialogues of one name.
    """
    nodes = yaml_nodes(path, "a script begins with `dialogue:`")
    scripts = tuple(_read(path, node) for node in nodes)
    named: set[tuple[str, str]] = set()
    for written in scripts:
        names = {(written.script.dialogue, catalogue) for catalogue in written.script.catalogue}
        if named & names:
            raise written.broken(
                ("dialogue",), f"this file has two dialogues {written.script.dialogue!r}; rename one"
            )
        named |= names
    return scripts


def yaml_nodes(path: Path, begins: str) -> list[yaml.Node]:
    """The documents of a YAML file, at least one; `begins` says how a file of its kind does.

    Raises:
        BrokenScript: it cannot be read, is too large, empty, or no YAML.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BrokenScript(
                f"{path} is larger than {_MAX_BYTES:,} bytes; it is meant to be written by hand"
            )
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenScript(f"{path} is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise BrokenScript(f"{path} cannot be read ({error.strerror})") from error
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=yaml.SafeLoader) if node is not None]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "it cannot be read"
        hint = "; put the text in quotes" if any(each in problem for each in _UNQUOTED) else ""
        raise BrokenScript(f"{path}:{line}: this is no YAML: {problem}{hint}") from error
    if not nodes:
        raise BrokenScript(f"{path}:1: the file is empty; {begins}")
    return nodes


def _read(path: Path, node: yaml.Node) -> Written:
    lines: dict[Where, int] = {}
    words: dict[Where, str] = {}
    value = plain_value(path, node, (), lines, words)
    if not isinstance(value, dict):
        raise BrokenScript(
            f"{path}:{lines[()]}: a script is a mapping with `dialogue`, `catalogue` and `turns`"
        )
    variables = value.get("variables", {})
    if isinstance(variables, dict):
        value = {
            key: _filled(part, variables, path, lines, (key,)) if key != "variables" else part
            for key, part in value.items()
        }
    try:
        return Written(Script.model_validate(value), path, lines)
    except ValidationError as error:
        line, message = fault(error, lines, words)
        raise BrokenScript(f"{path}:{line}: {message}") from error


def plain_value(
    path: Path, node: yaml.Node, where: Where, lines: dict[Where, int], words: dict[Where, str]
) -> Any:
    """A node's plain value; fills `lines`, and `words` with what stands there.

    Repeated keys are refused: YAML would keep the last silently.
    """
    lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = yaml.SafeLoader("").construct_object(key_node)
            if not isinstance(key, str):
                raise BrokenScript(f"{path}:{key_node.start_mark.line + 1}: {key!r} is no key here")
            if key in mapping:
                raise BrokenScript(f"{path}:{key_node.start_mark.line + 1}: {key!r} is here twice")
            mapping[key] = plain_value(path, value_node, (*where, key), lines, words)
            lines[(*where, key)] = key_node.start_mark.line + 1
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [
            plain_value(path, each, (*where, place), lines, words) for place, each in enumerate(node.value)
        ]
    words[where] = str(node.value)
    return yaml.SafeLoader("").construct_object(node)


def _filled(value: Any, variables: dict[Any, Any], path: Path, lines: dict[Where, int], where: Where) -> Any:
    """The value with each {{name}} replaced; a text that is one variable takes the variable's own type."""
    if isinstance(value, dict):
        return {k: _filled(v, variables, path, lines, (*where, k)) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, variables, path, lines, (*where, n)) for n, v in enumerate(value)]
    if not isinstance(value, str):
        return value

    def of(name: str) -> Any:
        if name not in variables:
            known = ", ".join(map(str, variables)) or "none"
            raise BrokenScript(
                f"{path}:{lines[where]}: there is no variable {name!r}; there are: {known}; "
                f"for the braces themselves write {{{{{{{{{name}}}}}}}}}"
            )
        return variables[name]

    whole = _VARIABLE.fullmatch(value)
    if whole and whole[1] is None:
        return of(whole[2])
    return _VARIABLE.sub(
        lambda found: str(of(found[2])) if found[1] is None else f"{{{{{found[1]}}}}}", value
    )
