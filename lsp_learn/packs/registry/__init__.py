"""A registry: a folder of packs that any web server or stick can carry, signed so that neither
needs to be trusted. The rules are those of The Update Framework (docs/decisions/0008).

`catalogue` is what a registry offers. Users have `sources`, on top of `client` (one registry),
`known` (what was seen of it) and `fetch`. Publishers have `publisher`, with `begin` and
`rotation`, on top of `signed`, `files` and `keys`. Import these, not this.
"""
