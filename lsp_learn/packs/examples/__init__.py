"""Executes the examples of a pack that is being written, and compares what they print.

The one place in the product that runs what stands in a pack: the author's own folder, when the
author runs `lsp-learn pack test`. Nobody else may import it (tests/test_architecture.py).
"""
