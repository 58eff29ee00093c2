"""What the assistant did with a case, as plain data: written to a run's folder and scored from there, also later."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answers import Language, Status
from assistant.errors import UsageError


class Spot(BaseModel):
    """[start, end) of a source's text."""

    model_config = ConfigDict(frozen=True)

    source: str
    start: int
    end: int


class Cited(Spot):
    """A citation of an answer."""

    n: int
    label: str
    quote: str


class Outcome(BaseModel):
    """The answer to a case's last turn, how the question was understood and what was found, best first."""

    model_config = ConfigDict(frozen=True)

    id: str
    status: Status
    language: Language
    answer: str
    citations: tuple[Cited, ...] = ()
    suggestions: tuple[str, ...] = ()
    reading: dict[str, object] = {}  # the fields of Question that say something
    found: tuple[Spot, ...] = ()
    elapsed_ms: float = 0.0


def write_outcomes(outcomes: Iterable[Outcome], file: Path) -> None:
    """One a line."""
    file.write_text("".join(f"{o.model_dump_json()}\n" for o in outcomes), encoding="utf-8")


def read_outcomes(file: Path) -> list[Outcome]:
    """What `write_outcomes` wrote. Raises UsageError when it cannot be read."""
    try:
        return [Outcome.model_validate_json(line) for line in file.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}; run `cchc eval --output {file.parent}` first") from None
    except (UnicodeDecodeError, ValidationError):
        raise UsageError(f"{file} is not a run's outcomes; run `cchc eval --output {file.parent}` again") from None
