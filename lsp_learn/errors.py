"""Every error that the product raises on purpose.

    LspLearnError           a sentence for the user, and a hint that says what to do next
    +-- PackError           a pack cannot be read, installed or changed
    |   +-- RefusedError    an archive breaks a rule; it is in packs/files.py
    +-- IndexDamagedError   the index on disk cannot be used; it is rebuilt, not reported
    +-- SourceError         a file or position named by the user cannot be read
    +-- StoppedError        the request was cancelled or overtaken; nobody waits for the answer

What people wrote (snippets, manifests, settings) is not judged by exceptions: the functions
that read it return `(value, problems)`.
"""


class LspLearnError(Exception):
    """Something the user can act on: `str(error)` is one sentence, `hint` the next step."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class PackError(LspLearnError):
    """A pack cannot be read, installed or changed; what was there is as it was."""


class IndexDamagedError(LspLearnError):
    """The index on disk cannot be used. The caller drops it and builds it again."""


class SourceError(LspLearnError):
    """A source file or a position in it, named by the user, cannot be read."""


class StoppedError(LspLearnError):
    """The request was cancelled or overtaken; nobody waits for the answer."""
