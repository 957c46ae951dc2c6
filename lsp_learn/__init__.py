"""lsp-learn: short, true explanations of the code at the cursor, in any LSP editor, offline."""

__version__ = "0.1.0"
