"""The certificate of a finished training: who, how well, on which cases, under which criteria."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from hlh_tui import __version__
from hlh_tui.review.training.deal import TrainingRefused
from hlh_tui.review.training.score import Score, score
from hlh_tui.review.training.study import begun

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

KIND = "hlh-tui training certificate"

Words = Annotated[str, msgspec.Meta(max_length=500)]
Number = Annotated[int, msgspec.Meta(ge=0)]


class Reader(msgspec.Struct, frozen=True):
    """Who trained."""

    id: Words
    name: Words


class Document(msgspec.Struct, frozen=True):
    """A protocol or a criteria set; ``options`` are those of the criteria."""

    id: Words
    version: Words
    hash: Words
    options: dict[Words, Words] = {}


class Counted(msgspec.Struct, frozen=True):
    """Cases with one known answer, and how many of them were right."""

    cases: Number
    right: Number


class Certificate(msgspec.Struct, frozen=True):
    """What a certificate holds; one that comes with a pack is read by this, for it comes from outside."""

    kind: Literal["hlh-tui training certificate"]
    synthetic: Literal[True]
    reader: Reader
    cases: Number
    right: Number
    pass_mark: Annotated[float, msgspec.Meta(ge=0, le=1)]
    passed: bool
    by_category: dict[Words, Counted]
    seed: Number
    hand_sha256: Words
    protocol: Document
    criteria: Document
    trained_for: Words | None
    begun_at: Words
    finished_at: Words
    app_version: Words
    study_id: Words
    entries: Number
    head: Words


def is_certificate(of: object) -> bool:
    """Whether an object has everything a certificate has, and nothing that could not be printed."""
    try:
        msgspec.convert(of, Certificate)
    except (msgspec.ValidationError, RecursionError):
        return False
    return True


def certificate(study: Study) -> dict[str, Any]:
    """The certificate as a JSON object; ``TrainingRefused`` while cases are undecided, or for another study.

    ``study_id``, ``entries`` and ``head`` are those of the training study's log, so that a kept one can be verified
    against it; ``right`` is of the first decisions, ``by_category`` by the known answer. No case is named.
    """
    found, said = score(study), begun(study)
    if not found.complete:
        raise TrainingRefused(f"{study.path.name}: {found.sentence}; there is a certificate once every case is decided")
    entries, head = study.head
    return {
        "kind": KIND,
        "synthetic": True,
        "reader": said["reader"],
        "cases": found.cases,
        "right": found.right,
        "pass_mark": found.pass_mark,
        "passed": found.passed,
        "by_category": _by_category(study, found),
        "seed": said["seed"],
        "hand_sha256": said["hand_sha256"],
        "protocol": said["protocol"],
        "criteria": said["criteria"],
        "trained_for": said["trained_for"],
        "begun_at": said["begun_at"],
        "finished_at": found.answers[-1].recorded_at,
        "app_version": __version__,
        "study_id": study.facts["study_id"],
        "entries": entries,
        "head": head,
    }


def certificate_text(of: Mapping[str, Any]) -> str:
    """The certificate for people, one fact a line."""
    options = ", ".join(f"{key}={value}" for key, value in of["criteria"]["options"].items()) or "no options"
    lines = [
        "TRAINING CERTIFICATE, synthetic cases",
        "",
        f"reader        {of['reader']['name']} ({of['reader']['id']})",
        f"result        {of['right']} of {of['cases']} right, pass mark {of['pass_mark'] * 100:g} %:"
        f" {'passed' if of['passed'] else 'NOT passed'}",
        *(f"  {each:<12}{counts['right']} of {counts['cases']}" for each, counts in of["by_category"].items()),
        f"finished      {of['finished_at']} (UTC), begun {of['begun_at']}",
        f"protocol      {of['protocol']['id']} {of['protocol']['version']}, SHA-256 {of['protocol']['hash']}",
        f"criteria      {of['criteria']['id']} {of['criteria']['version']}, SHA-256 {of['criteria']['hash']}",
        f"read with     {options}",
        f"seed          {of['seed']}, cases SHA-256 {of['hand_sha256']}",
        f"hlh-tui       {of['app_version']}",
        f"training log  study {of['study_id']}, {of['entries']} entries, head {of['head']}",
        f"trained for   {'study ' + of['trained_for'] if of['trained_for'] else 'no study in particular'}",
        "",
        "The first decision on each case counts. The cases are made up; none of this is a result of any study.",
    ]
    return "\n".join(lines) + "\n"


def _by_category(study: Study, found: Score) -> dict[str, dict[str, int]]:
    return {
        category.id: {"cases": len(asked), "right": sum(each.right for each in asked)}
        for category in study.protocol.categories
        if (asked := [each for each in found.answers if each.answer == category.id])
    }
