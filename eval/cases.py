"""Gold cases: a conversation and what the answer to its last turn must hold. The format is told in eval/gold/README.md."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant.answers import Language, Status
from assistant.errors import UsageError
from assistant.vietnamese import fold, has_diacritics, nfc

Kind = Literal[
    "task", "list", "target", "duty", "fact", "section", "comparison", "follow_up", "silence", "premise", "ambiguous", "scope",
]  # fmt: skip
Typing = Literal["careful", "plain", "hurried", "hostile", "twin"]
HOLDOUT: Final = "holdout"  # the stem of the gold file that nobody reads case by case


class Place(BaseModel):
    """A place in a plan: words that stand there, as printed; line breaks and runs of spaces don't matter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1)
    text: str = Field(min_length=3)


class Case(BaseModel):
    """One gold case. Facts and citations are lists of groups: of each group one alternative must be there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[\w.~-]+$")
    kind: Kind
    language: Language
    typing: Typing = "careful"
    plans: tuple[str, ...] = ()  # sources that it is about
    turns: tuple[str, ...] = Field(min_length=1)
    status: tuple[Status, ...] = Field(min_length=1)
    facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    citations: tuple[tuple[Place, ...], ...] = ()
    exact: bool = False  # a list: nothing but the rows of `citations` may be cited
    note: str = ""  # why, for the reader
    file: str = ""  # the stem of the gold file, set when it is loaded

    @field_validator("status", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("turns")
    @classmethod
    def _something_said(cls, turns: tuple[str, ...]) -> tuple[str, ...]:
        if not all(t.strip() for t in turns):
            raise ValueError("a turn is empty")
        return turns

    @field_validator("facts", "citations")
    @classmethod
    def _no_empty_group(cls, groups: tuple[tuple[object, ...], ...]) -> tuple[tuple[object, ...], ...]:
        if not all(groups):
            raise ValueError("a group is empty: nothing could ever satisfy it")
        return groups

    @model_validator(mode="after")
    def _an_answer_rests_on_something(self) -> "Case":
        if self.status == ("answered",) and not (self.facts and self.citations):
            raise ValueError("an answered case needs facts and citations")
        if self.exact and not self.citations:
            raise ValueError("an exact list needs the rows that it cites")
        return self

    @property
    def question(self) -> str:
        """The turn that is answered."""
        return self.turns[-1]


def load_cases(files: Iterable[Path]) -> list[Case]:
    """The cases of JSON Lines files, in order. Raises UsageError that names the file, the line and what is wrong with it."""
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for file in files:
        for number, line in _lines(file):
            where = f"{file.name}, line {number}"
            try:
                case = Case.model_validate_json(line).model_copy(update={"file": file.stem})
            except ValidationError as error:
                first = error.errors()[0]
                at = ".".join(map(str, first["loc"]))
                raise UsageError(
                    f"{where}: {at + ': ' if at else ''}{first['msg']}; the format is in eval/gold/README.md"
                ) from None
            if case.id in seen:
                raise UsageError(f"{where}: the id {case.id} is taken, see {seen[case.id]}")
            seen[case.id] = where
            cases.append(case)
    if not cases:
        raise UsageError("there are no gold cases in the files given")
    return cases


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"cannot read {file}: {reason}") from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def with_twins(cases: Sequence[Case]) -> list[Case]:
    """Every case, and after each Vietnamese one typed with its marks its twin typed without."""
    out: list[Case] = []
    for case in cases:
        out.append(case)
        if case.language == "vi" and any(has_diacritics(t) for t in case.turns):
            turns = tuple(_folded(t) for t in case.turns)
            out.append(case.model_copy(update={"id": f"{case.id}~plain", "typing": "twin", "turns": turns}))
    return out


def _folded(text: str) -> str:
    """Without marks, in the case that it was typed."""
    text = nfc(text)
    return "".join(f.upper() if c.isupper() else f for c, f in zip(text, fold(text), strict=True))


def squeezed(text: str) -> str:
    """White space folded, NFC: what the words of a place are compared in."""
    return " ".join(nfc(text).split())


def check_places(cases: Sequence[Case], texts: dict[str, str]) -> list[str]:
    """What is wrong with the places of cases: sources that are not there, words that stand nowhere or in several places.

    `texts`: the ingested text of each source.
    """
    flat = {source: squeezed(text) for source, text in texts.items()}
    problems = []
    for case in cases:
        problems += [f"{case.id}: there is no source {source}" for source in case.plans if source not in flat]
        for place in [p for group in case.citations for p in group]:
            if place.source not in flat:
                problems.append(f"{case.id}: there is no source {place.source}")
                continue
            count = len(re.findall(re.escape(squeezed(place.text)), flat[place.source]))
            if count != 1:
                problems.append(f"{case.id}: “{place.text}” stands {count} times in {place.source}; it must stand there once")
    return problems


def dump_case(case: Case) -> str:
    """A case as a line of a gold file."""
    fields = case.model_dump(mode="json", exclude_defaults=True, exclude={"file"})
    if len(case.status) == 1:
        fields["status"] = case.status[0]
    return json.dumps(fields, ensure_ascii=False)
