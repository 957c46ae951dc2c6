; Where Elixir names get their meaning. Captures: docs/how-to/add-a-language.md.

((call target: (identifier) @_alias (arguments . (alias) @module .)) @import (#eq? @_alias "alias"))
((call target: (identifier) @_alias
    (arguments . (alias) @module (keywords (pair value: (alias) @alias)))) @import
  (#eq? @_alias "alias"))
((call target: (identifier) @_alias
    (arguments . (dot left: (alias) @module right: (tuple (alias) @member)))) @import
  (#eq? @_alias "alias"))
((call target: (identifier) @_module (arguments . (alias) @definition)) (#eq? @_module "defmodule"))
