"""The command line as users meet it: whole processes, their output, their exit status."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import build_parser
from assistant.library import Library
from assistant.settings import Settings


def cchc(*arguments: str, library: Path, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {k: v for k, v in os.environ.items() if not k.startswith(("CCHC_", "OPENAI_"))}
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "--library", str(library), *arguments],
        input=stdin, capture_output=True, text=True, timeout=120, env=settings | environment, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    return done


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_plans_lists_five_with_their_counts(library_dir: Path) -> None:
    shelf = objects(cchc("plans", "--json", library=library_dir))
    assert {p["plan_number"]: p["tasks"] for p in shelf} == {
        "166/KH-UBND": 43,
        "15122/KH-UBND": 51,
        "249/KH-UBND": 0,
        "7018/KH-UBND": 37,
        None: 10,
    }


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ([], 141),
        (["--plan", "166"], 43),
        (["--plan", "15122/KH-UBND"], 51),
        (["--plan", "Bến Tre"], 37),
        (["--plan", "ben tre"], 37),
        (["--plan", "2018"], 10),
        (["--plan", "ba-ria-vung-tau-2021-166", "--group", "vi"], 4),
        (["--plan", "166", "--stt", "27"], 1),
        (["--lead", "Sở TT&TT", "--plan", "7018"], 1),
        (["--lead", "so noi vu", "--plan", "166"], 16),
        (["--coordinating", "SNV", "--plan", "166"], 4),
        (["--plan", "166", "--due", "2021-07-01..2021-09-30"], 4),
        (["--due", "..2018-12-31"], 7),
        (["--text", "tờ rơi"], 1),
        (["--text", "to roi"], 1),
        (["--text", "chữ ký số"], 3),
    ],
)
def test_filters_of_tasks(library_dir: Path, filters: list[str], count: int) -> None:
    assert len(objects(cchc("tasks", "--json", *filters, library=library_dir))) == count


def test_tasks_as_csv_open_in_a_spreadsheet(library_dir: Path) -> None:
    done = cchc("tasks", "--csv", "--plan", "166", library=library_dir)
    assert done.stdout.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    assert len(rows) == 43
    assert rows[26]["lead"] == "Sở Thông tin và Truyền thông"


def test_ask_prints_the_fact_then_the_source(library_dir: Path) -> None:
    done = cchc("ask", "who leads task 27 and when is it due", library=library_dir)
    assert done.stdout.index("Sở Thông tin và Truyền thông") < done.stdout.index(
        "[1] Kế hoạch 166/KH-UBND, Phụ lục, mục VI, STT 27"
    )


def test_history_is_remembered(library_dir: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    history.write_text(
        json.dumps(
            [{"role": "user", "content": "Nhiệm vụ 27 kế hoạch 166 do ai chủ trì?"}, {"role": "assistant", "content": "…"}]
        ),
        encoding="utf-8",
    )
    (answer,) = objects(cchc("ask", "còn nhiệm vụ 30?", "--history", str(history), "--json", library=library_dir))
    assert "Sở Văn hóa và Thể thao" in answer["answer"]


def test_a_batch_answers_line_by_line_and_says_which_line_is_wrong(library_dir: Path) -> None:
    lines = '{"id": 1, "question": "nhiệm vụ 27"}\nnot json\n\n{"id": "b", "turns": ["Nhiệm vụ 33 kế hoạch 166 ai chủ trì?", "còn nhiệm vụ 30?"]}\n'
    done = cchc("ask", "--batch", "-", library=library_dir, stdin=lines)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "b"]
    assert "line 2" in done.stderr


def test_chat_remembers_until_an_empty_line(library_dir: Path) -> None:
    done = cchc("chat", library=library_dir, stdin="Nhiệm vụ 27 kế hoạch 166 do ai chủ trì?\nhạn khi nào?\n\n")
    assert done.returncode == 0
    assert "Ban hành Chương trình trong Quý I/2021" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ask"], "ask what?"),
        (["ask", "  "], "ask what?"),
        (["ingest"], "name the files or folders"),
        (["tasks", "--plan", "999"], "there are: "),
        (["tasks", "--due", "quý II"], "2021-04-01..2021-06-30"),
        (["tasks", "--due", "2021-06-30..2021-04-01"], "give two dates"),
        (["ask", "x", "--history", "/no/such/file.json"], "check the path"),
        (["ask", "--batch", "/no/such/file.jsonl"], "check the path"),
        (["no-such-command"], "invalid choice"),
    ],
)
def test_wrong_use_ends_with_2_and_one_line_that_helps(library_dir: Path, arguments: list[str], told: str) -> None:
    done = cchc(*arguments, library=library_dir)
    assert done.returncode == 2
    assert told in done.stderr
    assert not done.stdout


def test_without_a_library_the_way_to_make_one_is_told(tmp_path: Path) -> None:
    done = cchc("ask", "xin chào", library=tmp_path / "none")
    assert done.returncode == 2
    assert "ingest" in done.stderr
    assert not (tmp_path / "none").exists()


def test_an_unknown_setting_is_refused_with_the_nearest(library_dir: Path) -> None:
    done = cchc("plans", library=library_dir, CCHC_LIBARY="x")
    assert done.returncode == 2
    assert "did you mean CCHC_LIBRARY?" in done.stderr


def test_a_missing_path_fails_alone(tmp_path: Path) -> None:
    done = cchc("ingest", str(tmp_path / "no-such-file.txt"), "--json", library=tmp_path / "library")
    assert done.returncode == 1
    assert json.loads(done.stdout)["status"] == "failed"


def test_a_plan_is_removed_and_comes_back_with_its_file(small_plan, tmp_path: Path) -> None:
    library, files = tmp_path / "library", tmp_path / "files"
    files.mkdir()
    for number in (5, 6):
        (files / f"{number}.txt").write_text(small_plan(number), encoding="utf-8")
    objects(cchc("ingest", "--json", str(files), library=library))
    several = cchc("remove", "Kiên Giang", library=library)
    assert several.returncode == 2
    assert "means several plans" in several.stderr
    assert cchc("remove", "7", library=library).returncode == 2
    assert [p["plan_number"] for p in objects(cchc("plans", "--json", library=library))] == ["5/KH-UBND", "6/KH-UBND"]
    assert cchc("remove", "5/KH-UBND", library=library).stdout.startswith("removed    5.txt")
    assert [p["plan_number"] for p in objects(cchc("plans", "--json", library=library))] == ["6/KH-UBND"]
    for question in ("nhiệm vụ 2 kế hoạch 5 do ai chủ trì?", "rà soát quy trình"):
        (answer,) = objects(cchc("ask", "--json", question, library=library))
        assert {c["plan_number"] for c in answer["citations"]} <= {"6/KH-UBND"}
    statuses = {r["source"]: r["status"] for r in objects(cchc("ingest", "--json", str(files), library=library))}
    assert statuses == {"5.txt": "added", "6.txt": "unchanged"}


def test_the_last_plan_can_be_removed(small_plan, tmp_path: Path) -> None:
    library, file = tmp_path / "library", tmp_path / "5.txt"
    file.write_text(small_plan(5), encoding="utf-8")
    objects(cchc("ingest", "--json", str(file), library=library))
    (removed,) = objects(cchc("remove", "--json", "5", library=library))
    assert removed["plan_number"] == "5/KH-UBND"
    assert objects(cchc("plans", "--json", library=library)) == []
    assert objects(cchc("ingest", "--json", str(file), library=library))[0]["status"] == "added"


def test_check_lists_the_oddities_of_a_plan(plans_dir: Path, tmp_path: Path) -> None:
    done = cchc("check", str(plans_dir / "7018-KH-UBND_ben-tre_2021.txt"), "--json", library=tmp_path)
    kinds = {o["kind"] for o in objects(done)}
    assert {"misnumbered_group", "missing_stt", "duplicate_section"} <= kinds


def test_the_public_api_is_turned_off_and_on(tmp_path: Path) -> None:
    Library.create(Settings(library=tmp_path / "library")).close()

    def public(*arguments: str) -> str:
        done = cchc("public", *arguments, library=tmp_path / "library")
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert public() == "the public API is on\n"
    assert public("off", "--message", "Bảo trì đến 17 giờ.") == public() == "the public API is off: Bảo trì đến 17 giờ.\n"
    assert public("on") == public() == "the public API is on\n"
    assert cchc("public", library=tmp_path / "nothing").returncode == 2
    lost = cchc("public", "on", "--message", "Đã xong.", library=tmp_path / "library")
    assert (lost.returncode, lost.stdout) == (2, "")
    assert "cchc public off --message TEXT" in lost.stderr


def test_output_into_a_closed_pipe_is_no_error(library_dir: Path) -> None:
    command = f'"{sys.executable}" -m assistant.cli --library "{library_dir}" tasks --json | head -n 1'
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_progress_is_not_shown_in_a_pipe(plans_dir: Path, tmp_path: Path) -> None:
    done = cchc("ingest", str(plans_dir / "chi-so-cchc_ba-ria-vung-tau_2018.txt"), library=tmp_path / "library")
    assert done.returncode == 0
    assert "embedding" not in done.stderr
    assert "added" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_knows_every_command(shell: str, tmp_path: Path) -> None:
    script = cchc("completion", shell, library=tmp_path).stdout
    for command in ("ingest", "plans", "tasks", "ask", "chat", "serve", "check"):
        assert command in script


def test_help_teaches_with_examples() -> None:
    text = build_parser().format_help()
    assert 'cchc ask "' in text
    assert "examples:" in text
