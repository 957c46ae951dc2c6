"""Reads what authors write: packs and snippets. Packs are data: nothing here runs them.

`store` finds packs, `read` reads their snippets, `lint` judges them. Import these, not this:
a server that starts with a whole index needs the first alone.
"""
