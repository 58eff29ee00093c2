"""Somebody else's page, on an origin of its own, that embeds the widget and does what it can to break it, without meaning to.

Its styles hit every element with !important, its script listens for keys, its policy allows scripts and connections of the
widget's server only, and nothing inline.
"""

import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

_STYLES: Final = """
body * { all: unset !important; display: none !important; font-size: 40px !important; color: lime !important; direction: rtl !important }
html { font-size: 40px; --paper: lime; --ink: lime; --text: lime; letter-spacing: 1em; text-transform: uppercase; user-select: none }
body { line-height: 4; word-spacing: 2em; text-align: right }
div, button { position: static !important; opacity: 0 !important; visibility: hidden !important; transform: rotate(90deg) !important }
cchc-assistant { width: 100vw !important; height: 100vh !important; zoom: 3 !important; z-index: -1 !important; pointer-events: none !important }
"""
_SCRIPT: Final = """
window.keys = [];
window.before = new Set();
window.before = new Set(Object.getOwnPropertyNames(window));
document.addEventListener('keydown', (event) => { keys.push(event.key); if (event.key === '/') event.preventDefault(); });
"""


class HostilePage:
    """Serves the page until it is closed. Set `snippet`, the tag to embed, and `server`, the origin that its policy allows."""

    def __init__(self) -> None:
        self.snippet = self.server = ""
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, content = page.response(self.path)
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Security-Policy", page.policy)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, format: str, *arguments: object) -> None:
                """Says nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    @property
    def policy(self) -> str:
        """What the page may load: its own styles and script, the widget's server for scripts and connections."""
        return (
            f"default-src 'none'; style-src 'self'; script-src 'self' {self.server}; connect-src {self.server}; img-src 'self' data:; "
            "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )

    def response(self, path: str) -> tuple[str, str]:
        """Content type and content of a path."""
        if path == "/hostile.css":
            return "text/css", _STYLES
        if path == "/hostile.js":
            return "text/javascript", _SCRIPT
        head = '<link rel="icon" href="data:,"><link rel="stylesheet" href="/hostile.css"><script src="/hostile.js"></script>'
        title = escape(f"Cổng thông tin {self.origin}")
        return "text/html", (
            f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
            f"<body><main><h1>{title}</h1><p>Tin tức</p></main>{self.snippet}</body></html>"
        )

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
