"""The command line: `cchc COMMAND`. Results on standard output, progress and messages on standard error.

Exit status: 0 done; 1 part of the work failed, what succeeded is kept; 2 wrong use, with one line that says what to do.
Heavy libraries are imported by the commands that need them, so that `cchc tasks` answers at once.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import CchcError, UsageError
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.answers import Answer
    from assistant.plans import Task
    from assistant.register import Shelf
    from ingest.pipeline import FileResult

_DESCRIPTION: Final = (
    "Answers questions about Vietnamese administrative-reform plans, each with the section or appendix row it rests on."
)
_EXAMPLES: Final = """examples:
  cchc ingest data/plans                                  put plans into the library (./.cchc)
  cchc ask "who leads task 27 and when is it due"
  cchc ask "nhiem vu nao cua So Tai chinh den han quy II"
  cchc tasks --plan 166 --lead "Sở Nội vụ" --due 2021-07-01..2021-09-30
  cchc chat                                               questions with memory, in the terminal
  cchc serve                                              the chat in the browser, http://127.0.0.1:7860
  cchc check data/plans                                   what is odd in the plans' files
  cchc eval                                               how good the answers are, and whether any got worse

settings: CCHC_LIBRARY and others, in the environment or in ./cchc.toml (see README)."""

_WAIT: Final = 60.0  # seconds for another process to finish writing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the return value is the exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "run"):
        parser.print_help(sys.stderr)
        return 2
    try:
        settings = Settings.load()
        if options.library:
            settings = replace(settings, library=Path(options.library).expanduser())
        run: Callable[[argparse.Namespace, Settings], int] = options.run
        return run(options, settings)
    except CchcError as error:
        print(f"cchc: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has gone (`cchc tasks | head`): nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("cchc: stopped", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """All commands and options; also what the shell completion is made from."""
    parser = argparse.ArgumentParser(
        prog="cchc", description=_DESCRIPTION, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--library", metavar="DIR", help="the library's folder (default: $CCHC_LIBRARY, else ./.cchc)")
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    ingest = _command(commands, "ingest", _ingest, "add or update plans from files and folders",
                      "Adds the plans in text files (.txt, .md; UTF-8). An unchanged file costs nothing; a changed one replaces its old "
                      "version whole or, when anything fails, leaves it untouched.")  # fmt: skip
    ingest.add_argument("paths", nargs="*", metavar="PATH", type=Path, help="a file, or a folder of files")
    ingest.add_argument("--json", action="store_true", help="one JSON object a file")
    ingest.add_argument("--progress", action="store_true", help="progress as JSON lines on standard error, for programs")
    ingest.add_argument("--rebuild", action="store_true",
                        help="make the library anew, from PATH… or from the texts it holds; the old one stays until the new one is whole")  # fmt: skip

    remove = _command(commands, "remove", _remove, "take a plan out of the library",
                      "Takes a plan out of the library: nothing is answered from it any more. Its file stays where it is; ingesting the "
                      "file brings the plan back.")  # fmt: skip
    remove.add_argument("plan", help="its number or id; province or year when one plan has it")
    remove.add_argument("--json", action="store_true", help="the plan that was removed as one line of JSON")

    plans = _command(
        commands, "plans", _plans, "the plans in the library", "Lists the plans with number, date, issuer and counts."
    )
    plans.add_argument("--json", action="store_true", help="one JSON object a line")

    tasks = _command(commands, "tasks", _tasks, "the appendix rows, filtered",
                     "Lists tasks (appendix rows). Filters combine; agencies and text are found with or without diacritics.")  # fmt: skip
    tasks.add_argument("--plan", help="number, id, province or year")
    tasks.add_argument("--group", help="Roman numeral of the appendix group")
    tasks.add_argument("--stt", help="the row's number, such as 27 or 1.2")
    tasks.add_argument("--lead", metavar="AGENCY", help="lead agency; abbreviations work (“Sở TT&TT”)")
    tasks.add_argument("--coordinating", metavar="AGENCY", help="coordinating agency")
    tasks.add_argument(
        "--due", metavar="FROM..TO", help="a phase ends between two dates, YYYY-MM-DD..YYYY-MM-DD; either may be left out"
    )
    tasks.add_argument("--text", help="words that the row contains")
    shape = tasks.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON object a line")
    shape.add_argument("--csv", action="store_true", help="CSV with a header (UTF-8 with a byte-order mark, for Excel)")

    ask = _command(
        commands, "ask", _ask, "one answer with its sources", "Answers a question, in its language, with numbered sources."
    )
    ask.add_argument("question", nargs="?", help="the question, in Vietnamese (diacritics or not) or English")
    ask.add_argument("--json", action="store_true", help="the Answer object as one line of JSON")
    ask.add_argument("--history", metavar="FILE", type=Path, help='earlier turns: a JSON list of {"role", "content"}')
    ask.add_argument("--batch", metavar="FILE",
                     help='JSON Lines of {"id", "question"} or {"id", "turns": […]}; "-" for standard input; one Answer a line')  # fmt: skip

    _command(
        commands,
        "chat",
        _chat,
        "questions and answers in the terminal",
        "A conversation with memory; an empty line or Ctrl-D ends it.",
    )

    serve = _command(commands, "serve", _serve, "the web app", "Serves the chat in the browser until Ctrl-C.")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    serve.add_argument("--port", type=int, default=7860, help="port (default %(default)s)")

    public = _command(commands, "public", _public, "turn the public API off or on",
                      "Turns the public API and the widget off at once, with a message, in every server over the library; the console "
                      "stays. Without on or off: says how it stands.")  # fmt: skip
    public.add_argument("state", nargs="?", choices=["on", "off"], help="off refuses every public request; on answers again")
    public.add_argument("--message", help="what visitors are told while it is off")

    evaluation = _command(commands, "eval", _eval, "how good the answers are, and whether any got worse",
                          "Asks the gold questions, scores the answers and compares with the blessed run: exit status 1 when a case that "
                          "was right is now wrong. Leaves report.html, report.json, junit.xml and the outcomes in a folder.")  # fmt: skip
    evaluation.add_argument("--gold", metavar="FILE", type=Path, action="append", default=[],
                            help="your own cases instead (format: eval/gold/README.md); may be repeated; nothing is compared")  # fmt: skip
    evaluation.add_argument(
        "--output", metavar="DIR", type=Path, default=Path("eval-report"), help="the run's folder (default %(default)s)"
    )
    evaluation.add_argument("--bless", action="store_true", help="make this run the baseline, and say what changed")
    evaluation.add_argument("--rescore", action="store_true", help="score the outcomes in the run's folder anew, without asking")
    evaluation.add_argument("--peers", action="store_true", help="the same questions to two LlamaIndex systems, side by side")
    evaluation.add_argument("--jobs", metavar="N", type=_positive, help="processes (default: one a core)")
    evaluation.add_argument(
        "--show-holdout", action="store_true", help="show the cases of the holdout, too; then it is one no more"
    )
    evaluation.add_argument("--json", action="store_true", help="the report as JSON on standard output")

    check = _command(commands, "check", _check, "what is odd in a plan's file",
                     "Reads files without a library and lists duplicate and missing STT, blank cells, odd deadlines, misprinted agencies…")  # fmt: skip
    check.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="a file, or a folder of files")
    check.add_argument("--json", action="store_true", help="one JSON object an anomaly")

    completion = _command(commands, "completion", _completion, "a completion script for your shell",
                          "Prints a script: eval \"$(cchc completion bash)\"")  # fmt: skip
    completion.add_argument("shell", choices=["bash", "zsh", "tcsh"])
    return parser


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace, Settings], int], summary: str, description: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=description)
    command.set_defaults(run=run)
    return command


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _version() -> str:
    from importlib.metadata import version

    return f"cchc {version('cchc-assistant')}"


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)


def _shelf(settings: Settings) -> "Shelf":
    from assistant.library import Library

    with closing(Library.open(settings)) as library:
        return library.shelf()


# --- ingest and check -------------------------------------------------------------------------------------------------


def _ingest(options: argparse.Namespace, settings: Settings) -> int:
    from assistant.library import Library, rebuilt, stored_texts
    from ingest.pipeline import ingest, ingest_stored

    progress = _ProgressLines() if options.progress else _Bar()
    if options.rebuild:
        texts = [] if options.paths else stored_texts(settings)
        with rebuilt(settings) as library:
            results = (
                ingest(options.paths, library, progress=progress)
                if options.paths
                else ingest_stored(texts, library, progress=progress)
            )
            return _report(results, options.json, progress)
    if not options.paths:
        raise UsageError("name the files or folders to ingest, e.g. cchc ingest data/plans")
    with closing(Library.create(settings)) as library:
        waiting = _say_waiting(settings)
        return _report(ingest(options.paths, library, progress=progress, waiting=waiting), options.json, progress)


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    from assistant.library import Library
    from assistant.task_table import plans_named

    with closing(Library.open(settings)) as library, library.writing(wait=_WAIT, waiting=_say_waiting(settings)):
        found = plans_named(library.shelf(), options.plan)
        if len(found) > 1:
            raise UsageError(f"{options.plan!r} means several plans: {', '.join(c.plan_id for c in found)}; name one by its id")
        library.remove_plan(found[0].plan_id)
    if options.json:
        _print_json(asdict(found[0]))
    else:
        print(f"removed    {found[0].source}: {found[0].plan_id}")
    return 0


def _say_waiting(settings: Settings) -> Callable[[], None]:
    return lambda: print(f"cchc: another process is writing to {settings.library}; waiting for it to finish", file=sys.stderr)


class _Bar:
    """A progress bar on standard error, none when it is not a terminal."""

    def __init__(self, unit: str = "passages", doing: str = "embedding") -> None:
        self._bar: Any = None
        self._unit, self._doing = unit, doing

    def total(self, count: int) -> None:
        if count and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=count, unit=f" {self._unit}", desc=self._doing, file=sys.stderr, leave=False)

    def advance(self, count: int = 1) -> None:
        if self._bar is not None:
            self._bar.update(count)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class _ProgressLines(_Bar):
    """The same as lines of JSON: {"done": …, "total": …}."""

    def __init__(self) -> None:
        super().__init__()
        self._done = self._total = 0

    def total(self, count: int) -> None:
        self._total = count
        self.advance(0)

    def advance(self, count: int = 1) -> None:
        self._done += count
        print(json.dumps({"done": self._done, "total": self._total}), file=sys.stderr, flush=True)


def _report(results: "Iterator[FileResult]", as_json: bool, progress: _Bar) -> int:
    failed = seen = 0
    try:
        for result in results:
            seen += 1
            failed += result.status == "failed"
            if as_json:
                _print_json(asdict(result))
            else:
                print(_result_line(result), flush=True)
                for warning in result.warnings:
                    print(f"    ! {warning}", file=sys.stderr)
    finally:
        progress.close()
    if not seen:
        raise UsageError("no plan files there (.txt, .md); name a file, or a folder that has some")
    return 1 if failed else 0


def _result_line(result: "FileResult") -> str:
    if result.status == "failed":
        return f"failed     {result.error}"
    return f"{result.status:<10} {result.source}: {result.plan_id}, {result.sections} sections, {result.tasks} tasks"


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from assistant.errors import DocumentError
    from ingest.documents import read_document
    from ingest.parsing import parse_plan
    from ingest.pipeline import plan_files

    failed = False
    for path in plan_files(options.paths):
        try:
            plan = parse_plan(read_document(path))
        except DocumentError as error:
            failed = True
            if options.json:
                _print_json({"source": path.name, "error": str(error)})
            else:
                print(f"cchc: {error}", file=sys.stderr)
            continue
        if not options.json:
            print(f"{path.name}: {plan.plan_id}, {len(plan.tasks)} tasks, {len(plan.anomalies)} anomalies")
        for anomaly in plan.anomalies:
            if options.json:
                _print_json({"source": path.name, "plan_id": plan.plan_id, **asdict(anomaly)})
            else:
                print(f"  {anomaly.severity:<8} {anomaly.kind:<22} {anomaly.message}")
    return 1 if failed else 0


# --- plans and tasks --------------------------------------------------------------------------------------------------


def _plans(options: argparse.Namespace, settings: Settings) -> int:
    for card in _shelf(settings).cards:
        if options.json:
            _print_json(asdict(card))
        else:
            facts = ", ".join(filter(None, [card.province, card.year, card.issued_on]))
            print(
                f"{card.plan_number or '(no number)':<14} {card.title}\n{'':<14} {facts}; {card.sections} sections, {card.tasks} tasks; {card.source}"
            )
    return 0


def _tasks(options: argparse.Namespace, settings: Settings) -> int:
    from assistant.task_table import TaskFilter, csv_text, select_tasks, task_row

    shelf = _shelf(settings)
    wanted = TaskFilter(plan=options.plan, group=options.group, stt=options.stt, lead=options.lead,
                        coordinating=options.coordinating, due=options.due, text=options.text)  # fmt: skip
    found = select_tasks(shelf, wanted)
    if options.json:
        for task in found:
            _print_json(task_row(shelf, task))
    elif options.csv:
        sys.stdout.write(csv_text(task_row(shelf, task) for task in found))
    else:
        for task in found:
            print(_task_text(shelf, task))
        print(f"{len(found)} of {len(shelf.tasks)} tasks", file=sys.stderr)
    return 0


def _task_text(shelf: "Shelf", task: "Task") -> str:
    card = shelf.cards_by_id[task.plan_id]
    where = f"{card.plan_number or card.plan_id} {task.group + '.' if task.group else ''}{task.stt}"
    lines = [f"{where}: {task.task or ''}"]
    for name, value in (
        ("lead", task.lead),
        ("coordinating", task.coordinating),
        ("deadline", task.deadline),
        ("product", task.product),
        ("budget", task.budget),
    ):
        if value:
            lines.append(f"    {name}: {value}")
    return "\n".join(lines)


# --- questions --------------------------------------------------------------------------------------------------------


def _assistant(settings: Settings) -> "Assistant":
    from assistant.answering import Assistant
    from assistant.library import Library

    return Assistant(Library.open(settings))


def answer_object(answer: "Answer", question_id: str | None = None) -> dict[str, Any]:
    """The Answer object of the interface contract."""
    fields = asdict(answer)
    if question_id is not None:
        fields["id"] = question_id
    return fields


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    if options.batch:
        return _ask_batch(options, settings)
    if not options.question or not options.question.strip():
        raise UsageError('ask what? e.g. cchc ask "Nhiệm vụ 27 kế hoạch 166 do ai chủ trì?"')
    history = _read_history(options.history) if options.history else []
    answer = _assistant(settings).ask(options.question, history)
    if options.json:
        _print_json(answer_object(answer))
    else:
        print(_answer_text(answer))
    return 0


def _read_history(path: Path) -> list[dict[str, str]]:
    try:
        turns = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except ValueError as error:
        raise UsageError(f"{path}: not JSON ({error}); give a list of {{role, content}}") from error
    if not isinstance(turns, list) or not all(isinstance(t, dict) and isinstance(t.get("content"), str) for t in turns):
        raise UsageError(f'{path}: give a JSON list of {{"role": "user" or "assistant", "content": "…"}}')
    return turns


def _ask_batch(options: argparse.Namespace, settings: Settings) -> int:
    lines = _batch_lines(options.batch)
    assistant = _assistant(settings)
    failed = False
    for number, line in lines:
        try:
            asked = json.loads(line)
            turns = asked["turns"] if "turns" in asked else [asked["question"]]
            if not turns or not all(isinstance(t, str) for t in turns):
                raise TypeError
        except (ValueError, TypeError, KeyError):
            print(f'cchc: line {number}: give {{"id", "question"}} or {{"id", "turns": ["…"]}}', file=sys.stderr)
            failed = True
            continue
        history: list[dict[str, str]] = []
        for turn in turns[:-1]:
            history += [{"role": "user", "content": turn}, {"role": "assistant", "content": assistant.ask(turn, history).answer}]
        identity = asked.get("id")
        _print_json(answer_object(assistant.ask(turns[-1], history), None if identity is None else str(identity)))
    return 1 if failed else 0


def _batch_lines(name: str) -> list[tuple[int, str]]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{name}: cannot be read ({error.strerror}); check the path, or give - for standard input") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8 text; save it as UTF-8") from error
    return [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]


def _answer_text(answer: "Answer") -> str:
    lines = [answer.answer]
    if answer.citations:
        lines.append("")
    for citation in answer.citations:
        quote = " ".join(citation.quote.split())
        lines.append(
            f"[{citation.n}] {citation.label}\n    “{quote[:300]}{'…' if len(quote) > 300 else ''}”\n    {citation.source}, characters {citation.start}-{citation.end}"
        )
    if answer.suggestions:
        lines += ["", *(f"→ {s}" for s in answer.suggestions)]
    return "\n".join(lines)


def _chat(options: argparse.Namespace, settings: Settings) -> int:
    assistant = _assistant(settings)
    print("Hỏi về các kế hoạch CCHC / ask about the plans. Dòng trống để thoát / empty line to leave.", file=sys.stderr)
    history: list[dict[str, str]] = []
    while True:
        try:
            question = input("› " if sys.stdin.isatty() else "").strip()
        except EOFError:
            return 0
        if not question:
            return 0
        answer = assistant.ask(question, history)
        print(_answer_text(answer) + "\n", flush=True)
        history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer.answer}]


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from assistant.web.server import serve

    serve(settings, options.host, options.port)
    return 0


def _public(options: argparse.Namespace, settings: Settings) -> int:
    from assistant.public_switch import PublicSwitch

    _shelf(settings)  # a library that does not exist has no public API
    switch = PublicSwitch(settings.library)
    if options.message is not None and options.state != "off":
        raise UsageError("--message is what visitors are told while the API is off; say: cchc public off --message TEXT")
    if options.state == "off":
        switch.turn_off(options.message or "")
    elif options.state == "on":
        switch.turn_on()
    message = switch.message()
    print("the public API is on" if message is None else f"the public API is off: {message}".rstrip(": "))
    return 0


def _eval(options: argparse.Namespace, settings: Settings) -> int:
    from eval.evaluation import BASELINE, bless, evaluate, rescore, with_peers
    from eval.report import as_json, as_text, write_reports

    if options.bless and (options.gold or options.rescore):
        raise UsageError("--bless is for a whole run of the gold set; leave out --gold and --rescore")
    baseline = None if options.gold else BASELINE
    bar = _Bar("cases", "asking")

    def begun(total: int) -> Callable[[], None]:
        bar.total(total)
        return bar.advance

    try:
        if options.rescore:
            run = rescore(settings, options.output, gold=options.gold, baseline=baseline)
        else:
            run = evaluate(
                settings,
                options.output,
                gold=options.gold,
                jobs=options.jobs,
                baseline=baseline,
                replacing=options.bless,
                begun=begun,
            )
        if options.peers:
            run = with_peers(run, settings, begun=begun)
    finally:
        bar.close()
    files = write_reports(run, options.output, show_holdout=options.show_holdout)
    print(as_json(run, options.show_holdout) if options.json else as_text(run), flush=True)
    print(f"cchc: {', '.join(map(str, files))}", file=sys.stderr)
    if options.bless:
        bless(run)
        print(f"cchc: blessed: {BASELINE.name} is now this run; commit it with the change that it judges", file=sys.stderr)
        return 0
    return 1 if run.regressed else 0


def _completion(options: argparse.Namespace, settings: Settings) -> int:
    import shtab

    print(shtab.complete(build_parser(), shell=options.shell))
    return 0


if __name__ == "__main__":
    sys.exit(main())
