"""Two small Whoosh indexes in the user's cache, built here from the packs' text.

`exact` finds snippets by key for the hover, `words` by words for the search. Each lives in
generations (`generations`), can be deleted at any time and is built again by itself.
"""
