"""`python -m lsp_learn` is the `lsp-learn` command."""

from lsp_learn.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
