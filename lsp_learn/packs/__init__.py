"""Reads what authors write: packs and snippets. Packs are data: nothing here runs them."""

from lsp_learn.packs.lint import lint_pack
from lsp_learn.packs.store import PackSet, find_packs, fingerprint, read_snippets

__all__ = ["PackSet", "find_packs", "fingerprint", "lint_pack", "read_snippets"]
