; Where Java names get their meaning. Captures: docs/how-to/add-a-language.md.
; Imports of java.lang bind nothing here: it is there without one. What star imports bring stands
; in types.toml, [stars].

(import_declaration (scoped_identifier) @module . ";"
  (#not-match? @module "^java[.]lang[.][A-Z]")) @import

(import_declaration [(scoped_identifier) (identifier)] @module . (asterisk) @star) @import

(class_declaration name: (identifier) @definition)
(interface_declaration name: (identifier) @definition)
(record_declaration name: (identifier) @definition)
(enum_declaration name: (identifier) @definition)
(annotation_type_declaration name: (identifier) @definition)
(method_declaration name: (identifier) @definition)

(enum_constant name: (identifier) @name)
(constant_declaration declarator: (variable_declarator name: (identifier) @name))

(field_declaration
  type: [
    (type_identifier) @type
    (scoped_type_identifier) @type
    (integral_type) @type
    (floating_point_type) @type
    (generic_type . (_) @type)
  ]
  declarator: (variable_declarator name: (identifier) @name !dimensions))
(field_declaration
  type: [
    (type_identifier) @type
    (scoped_type_identifier) @type
    (integral_type) @type
    (floating_point_type) @type
    (generic_type . (_) @type)
  ]
  declarator: (variable_declarator name: (identifier) @field !dimensions))
(field_declaration
  type: [(array_type) (boolean_type)] declarator: (variable_declarator name: (identifier) @name))

(local_variable_declaration
  type: [
    (type_identifier) @type
    (scoped_type_identifier) @type
    (integral_type) @type
    (floating_point_type) @type
    (generic_type . (_) @type)
  ]
  declarator: (variable_declarator name: (identifier) @name !dimensions)
  (#not-eq? @type "var"))
(local_variable_declaration
  type: (type_identifier) @_var
  declarator: (variable_declarator name: (identifier) @name value: (_) @value)
  (#eq? @_var "var"))
(local_variable_declaration
  type: [(array_type) (boolean_type)] declarator: (variable_declarator name: (identifier) @name))

(formal_parameter
  type: [
    (type_identifier) @type
    (scoped_type_identifier) @type
    (integral_type) @type
    (floating_point_type) @type
    (generic_type . (_) @type)
  ]
  name: (identifier) @name !dimensions)
(formal_parameter type: [(array_type) (boolean_type)] name: (identifier) @name)
(spread_parameter (variable_declarator name: (identifier) @name))
(lambda_expression parameters: (identifier) @name)
(inferred_parameters (identifier) @name)

(enhanced_for_statement
  type: [
    (type_identifier) @type
    (scoped_type_identifier) @type
    (integral_type) @type
    (floating_point_type) @type
    (generic_type . (_) @type)
  ]
  name: (identifier) @name (#not-eq? @type "var"))
(enhanced_for_statement type: (type_identifier) @_var name: (identifier) @name (#eq? @_var "var"))
(enhanced_for_statement type: [(array_type) (boolean_type)] name: (identifier) @name)

(resource
  type: [(type_identifier) @type (scoped_type_identifier) @type (generic_type . (_) @type)]
  name: (identifier) @name (#not-eq? @type "var"))
(resource type: (type_identifier) @_var name: (identifier) @name value: (_) @value
  (#eq? @_var "var"))
(catch_formal_parameter (catch_type . (_) @type .) name: (identifier) @name)
(catch_formal_parameter (catch_type (_) (_)) name: (identifier) @name)

(instanceof_expression
  right: [(type_identifier) @type (scoped_type_identifier) @type (generic_type . (_) @type)]
  name: (identifier) @name)
(type_pattern
  [(type_identifier) @type (scoped_type_identifier) @type (generic_type . (_) @type)]
  . (identifier) @name)
(record_pattern_component (_) . (identifier) @name)
