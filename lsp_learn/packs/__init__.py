"""Reads what authors write, and keeps what users install. Packs are data: nothing here runs them.

`find` finds packs, `read` reads their snippets, `lint` judges them; `install` brings packs into
the `store`. Import these, not this: a server that starts with a whole index needs `memory` alone.
"""
