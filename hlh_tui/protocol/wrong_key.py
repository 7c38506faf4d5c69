"""What is wrong with a value of a TOML document, and what is allowed there, in one sentence."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import inspect

PLACE = re.compile(r" - at `(?:key` in `)?\$(.*)`$")
STEP = re.compile(r"\[(\d+|\.\.\.)\]|\.([A-Za-z0-9_]+)")
UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`")
MISSING = re.compile(r"Object missing required field `(.*?)`")
WORD = re.compile(r"Invalid enum value (.*)")
KIND = re.compile(r"Expected `(.*?)`, got `(.*?)`")
LEAST = re.compile(r"Expected `(.*?)` (of length )?(>=|<=|>|<) ([-+.\de]+)")
SHAPE = re.compile(r"Expected `str` matching regex '(.*)'")
KINDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "text between quotation marks",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}
FOUND = KINDS | {"float": "one with decimals", "str": "text"}
BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
SHAPES = {
    "^[a-z][a-z0-9_]*$": "small letters, digits and '_', a letter first",
    "^[A-Z][A-Z0-9_]*$": "capital letters, digits and '_', a letter first",
}


def explained(error: msgspec.ValidationError, document: Any, kind: type) -> str:
    """``items.fever.pick: 'first' is not allowed; use one of last, strongest, worst``.

    Members of a list are named by their id (or kind) where they have one.
    """
    text = str(error)
    found = PLACE.search(text)
    problem = PLACE.sub("", text)
    place, fits = _follow(found[1] if found else "", document, inspect.type_info(kind))
    at = f"{place}: " if place else ""
    if unknown := UNKNOWN.match(problem):
        return f"{at}there is no key {unknown[1]!r}; use one of {', '.join(_keys(_plain(fits)))}"
    if missing := MISSING.match(problem):
        return f"{at}key {missing[1]!r} is missing"
    if word := WORD.match(problem):
        return f"{at}{word[1]} is not allowed; use one of {', '.join(_words(fits))}"
    return f"{at}{_in_words(problem)}"


def _in_words(problem: str) -> str:
    """What to give instead, in the words of who writes the file."""
    if kind := KIND.match(problem):
        return f"give {_kinds(kind[1])}, not {FOUND.get(kind[2], kind[2])}"
    if least := LEAST.match(problem):
        number = f"{float(least[4]):.10g}"
        many, one = ("characters", "character") if least[1] == "str" else ("entries", "entry")
        noun = one if number == "1" else many
        return f"give {_kinds(least[1])} of {BOUNDS[least[3]]} {number}{f' {noun}' if least[2] else ''}"
    if shape := SHAPE.match(problem):
        return f"give {SHAPES.get(shape[1], f'text of the form {shape[1]}')}"
    return problem


def _kinds(names: str) -> str:
    return " or ".join(KINDS.get(name, name) for name in names.split(" | ") if name != "null")


def _follow(path: str, value: Any, fits: inspect.Type) -> tuple[str, inspect.Type]:
    """The path in words, and the type at its end."""
    names: list[str] = []
    for index, key in STEP.findall(path):
        fits = _plain(fits)
        if index:
            if isinstance(fits, inspect.DictType):
                name, value = _wrong_member(value, fits.value_type)
                fits = fits.value_type
            else:
                name, value = _listed(value, int(index))
                fits = getattr(fits, "item_type", inspect.AnyType())
            names.append(name)
            continue
        names.append(key)
        value = value.get(key) if isinstance(value, dict) else None
        fits = next((each.type for each in getattr(fits, "fields", ()) if each.name == key), inspect.AnyType())
    return ".".join(names), fits


def _listed(value: Any, index: int) -> tuple[str, Any]:
    """The member of a list: its id or kind, otherwise its number from 1 on, and itself."""
    member = value[index] if isinstance(value, list | tuple) else None
    name = member.get("id", member.get("kind")) if isinstance(member, dict) else None
    return (name if isinstance(name, str) else str(index + 1)), member


def _wrong_member(value: Any, fits: inspect.Type) -> tuple[str, Any]:
    """The first member of a table that does not fit, and its key."""
    members = value.items() if isinstance(value, dict) else ()
    for key, member in members:
        try:
            msgspec.convert(member, fits.cls if isinstance(fits, inspect.StructType) else Any)
        except msgspec.ValidationError:
            return key, member
    return "*", None


def _plain(fits: inspect.Type) -> inspect.Type:
    """The type without its metadata, and of a choice of types the record or the list among them."""
    if isinstance(fits, inspect.Metadata):
        return _plain(fits.type)
    if isinstance(fits, inspect.UnionType):
        records = [each for each in fits.types if isinstance(_plain(each), inspect.StructType | inspect.VarTupleType)]
        return _plain(records[0]) if records else fits
    return fits


def _keys(fits: inspect.Type) -> list[str]:
    return sorted(each.encode_name for each in getattr(fits, "fields", ()) if each.name != "hash")


def _words(fits: inspect.Type) -> list[str]:
    fits = fits.type if isinstance(fits, inspect.Metadata) else fits
    types = fits.types if isinstance(fits, inspect.UnionType) else (fits,)
    words = sorted(str(word) for each in types if isinstance(each, inspect.LiteralType) for word in each.values)
    return [*words, "a whole number"] if any(isinstance(_plain(each), inspect.IntType) for each in types) else words
