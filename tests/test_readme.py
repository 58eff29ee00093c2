"""What the README shows is what happens."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import build_parser

_ROOT = Path(__file__).parent.parent
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_SHOWN = re.findall(r"```\n\$ cchc (.+)\n((?:.*\n)*?)```", _README)


@pytest.mark.parametrize(("command", "output"), _SHOWN, ids=[c for c, _ in _SHOWN])
def test_a_shown_command_prints_what_is_shown(command: str, output: str, library_dir: Path) -> None:
    arguments = shlex.split(command)
    if arguments[0] == "ingest":  # the shown run is the first; the session's library has the plans already
        output = output.replace("added     ", "unchanged ")
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "--library", str(library_dir), *arguments],
        capture_output=True, text=True, timeout=120, cwd=_ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    position = 0
    for line in output.splitlines():
        if line != "…":
            position = done.stdout.index(line, position) + len(line)


def test_every_command_is_in_the_readme() -> None:
    commands = re.findall(r"^    ([a-z]+)  ", build_parser().format_help(), re.MULTILINE)
    assert len(commands) > 6
    for command in commands:
        assert f"`{command}" in _README or f"`cchc {command}" in _README, command


def test_every_path_that_the_readme_names_exists() -> None:
    for name in re.findall(r"`((?:assistant|ingest|prompts|eval|data|tests)/[\w./-]*)`", _README):
        assert (_ROOT / name).exists(), name
