"""Starting and ending the web application."""

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from assistant.errors import UsageError
from assistant.web.server import listening

Start = Callable[..., "subprocess.Popen[str]"]


def test_it_is_healthy_once_it_serves(app_url: str) -> None:
    with urlopen(f"{app_url}/healthz") as response:
        assert json.load(response) == {"status": "ok"}


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_cleanly(library_dir: Path, start_app: Start, sign: signal.Signals) -> None:
    app = start_app(library_dir, "--port", "0")
    assert app.stdout
    url = app.stdout.readline()
    assert url.startswith("http://127.0.0.1:")
    app.send_signal(sign)
    assert (*app.communicate(timeout=30), app.returncode) == ("", "", 0)


def test_a_port_in_use_is_told_in_one_line(library_dir: Path, start_app: Start) -> None:
    with listening("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        app = start_app(library_dir, "--port", port)
        out, err = app.communicate(timeout=30)
    assert (app.returncode, out) == (2, "")
    assert err == f"cchc: cannot serve on 127.0.0.1, port {port}: address already in use; choose another --port or --host\n"


def test_a_missing_library_is_told_in_one_line(tmp_path: Path, start_app: Start) -> None:
    app = start_app(tmp_path, "--port", "0")
    out, err = app.communicate(timeout=30)
    assert (app.returncode, out, err.count("\n")) == (2, "", 1)
    assert "ingest" in err


def test_an_unknown_setting_is_told_in_one_line(tmp_path: Path, start_app: Start) -> None:
    app = start_app(tmp_path, CCHC_LIBRARI="x")
    out, err = app.communicate(timeout=30)
    assert (app.returncode, out) == (2, "")
    assert err == "cchc: unknown setting CCHC_LIBRARI; did you mean CCHC_LIBRARY?\n"


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("127.0.0.1", -1), ("203.0.113.1", 7860)])
def test_an_address_that_cannot_be_had_is_wrong_use(host: str, port: int) -> None:
    with pytest.raises(UsageError, match="choose another --port"):
        listening(host, port)
