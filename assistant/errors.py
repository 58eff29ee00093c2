"""Everything that can go wrong, as one family; every message says what to do next.

CchcError
├── UsageError            the caller asked wrongly: a missing path, an unknown setting, a port in use
├── DocumentError         one file cannot be taken as a plan: empty, binary, legacy encoding
├── LibraryError          the library cannot be used as it is: absent, damaged, newer, other embedder
│   └── LibraryBusy       another process is writing
└── ServiceUnavailable    a service that the settings name does not answer: embedder, vector store, model

Only `cli.py` and `web/` catch these; `Assistant.ask` turns `ServiceUnavailable` into an answer with that status.
"""


class CchcError(Exception):
    """Base of all errors with a message meant for a user, in English.

    `code` names the kind of failure for those who tell it in another language (the console does, of files that are not
    taken); `detail` is what their sentence needs besides: a name, a number, or the message of somebody else.
    """

    def __init__(self, message: str = "", *, code: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.detail = detail


class UsageError(CchcError):
    """The call cannot be carried out as asked."""


class DocumentError(CchcError):
    """A file that cannot be read as a plan; other files of the run are not affected."""


class LibraryError(CchcError):
    """The library is absent, damaged, written by a newer version, or made with another embedder."""


class LibraryBusy(LibraryError):
    """Another process holds the library's writer lock."""


class ServiceUnavailable(CchcError):
    """A configured service (embedder, vector store, language model) does not answer."""
