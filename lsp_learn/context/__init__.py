"""Reads code: a document and a place in, facts out. See docs/explanation/context.md.

All knowledge of a language is data under `languages/<id>/`; the modules here know none.
"""

from lsp_learn.context.languages import Languages
from lsp_learn.context.reader import ContextReader

__all__ = ["ContextReader", "Languages"]
