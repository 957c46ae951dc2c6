; Where JavaScript names get their meaning.
; A default import stands for the module: @alias alone with @module.

(import_statement
  (import_clause
    [
      (identifier) @alias
      (namespace_import (identifier) @alias)
      (named_imports (import_specifier name: (_) @member alias: (identifier) @alias))
      (named_imports (import_specifier name: (identifier) @member !alias))
    ])
  source: (string) @module) @import

((variable_declarator
  name: (identifier) @alias
  value: (call_expression
    function: (identifier) @_require arguments: (arguments . (string) @module))) @import
  (#eq? @_require "require"))
((variable_declarator
  name: (identifier) @alias
  value: (member_expression
    object: (call_expression
      function: (identifier) @_require arguments: (arguments . (string) @module))
    property: (property_identifier) @member)) @import
  (#eq? @_require "require"))
((variable_declarator
  name: (object_pattern
    [
      (shorthand_property_identifier_pattern) @member
      (pair_pattern key: (property_identifier) @member value: (identifier) @alias)
    ])
  value: (call_expression
    function: (identifier) @_require arguments: (arguments . (string) @module))) @import
  (#eq? @_require "require"))
((variable_declarator
  name: (identifier) @alias
  value: (await_expression
    (call_expression function: (import) arguments: (arguments . (string) @module)))) @import)
((variable_declarator
  name: (object_pattern
    [
      (shorthand_property_identifier_pattern) @member
      (pair_pattern key: (property_identifier) @member value: (identifier) @alias)
    ])
  value: (await_expression
    (call_expression function: (import) arguments: (arguments . (string) @module)))) @import)

(function_declaration name: (identifier) @definition)
(generator_function_declaration name: (identifier) @definition)
(class_declaration name: (_) @definition)
(method_definition name: (property_identifier) @definition)
(function_expression name: (identifier) @name)
(class name: (identifier) @name)

((variable_declarator name: (identifier) @name value: (_) @value)
  (#not-match? @value "^(await|require)[^a-zA-Z0-9_]"))
(variable_declarator name: (identifier) @name value: (await_expression (_) @elements))
(variable_declarator name: (identifier) @name !value)
((assignment_expression left: (identifier) @name right: (_) @value)
  (#not-match? @value "^await[^a-zA-Z0-9_]"))
(assignment_expression left: (identifier) @name right: (await_expression (_) @elements))
(for_in_statement left: (identifier) @name operator: "of" right: (_) @elements)
(for_in_statement left: (identifier) @name operator: "in")
(catch_clause parameter: (identifier) @name)

(object_pattern
  [
    (shorthand_property_identifier_pattern) @name
    (pair_pattern key: (property_identifier) @name)
    (pair_pattern value: [(identifier) @name (assignment_pattern left: (identifier) @name)])
    (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
  ])
(array_pattern [(identifier) @name (assignment_pattern left: (identifier) @name)])
(rest_pattern (identifier) @name)
(formal_parameters [(identifier) @name (assignment_pattern left: (identifier) @name)])
(arrow_function parameter: (identifier) @name)

(assignment_expression
  left: (member_expression object: (this) property: (property_identifier) @field) right: (_) @value)
(field_definition property: (property_identifier) @field value: (_) @value)
(field_definition property: (property_identifier) @name)
(pair key: (property_identifier) @name)
(jsx_attribute . (property_identifier) @name)
(export_statement (export_clause (export_specifier name: (identifier) @name)) source: (_))
(export_specifier alias: (identifier) @name)
