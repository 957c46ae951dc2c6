"""What other tools say, read into facts: diagnostics, tracebacks, the output of a build."""

from lsp_learn.messages.reader import MessageReader
from lsp_learn.messages.tools import Tools

__all__ = ["MessageReader", "Tools"]
