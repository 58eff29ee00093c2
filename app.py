"""The web application: settings → library → assistant → web app. The same as `cchc serve`."""

import argparse
import sys

from assistant.errors import CchcError
from assistant.settings import Settings


def main() -> int:
    parser = argparse.ArgumentParser(description="Serve the CCHC assistant in the browser.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (%(default)s)")
    arguments = parser.parse_args()
    try:
        settings = Settings.load()
        from assistant.web.server import serve  # loads the web framework, which --help and wrong settings need not wait for

        serve(settings, arguments.host, arguments.port)
    except CchcError as error:
        print(f"cchc: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
