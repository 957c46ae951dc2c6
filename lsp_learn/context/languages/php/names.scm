; Where PHP names get their meaning. Captures: docs/how-to/add-a-language.md.

(namespace_use_declaration (namespace_use_clause !type . [(qualified_name) (name)] @module !alias)) @import
(namespace_use_declaration
  (namespace_use_clause !type . [(qualified_name) (name)] @module alias: (name) @alias)) @import
; A function's name may be a variable's as well, and the two look alike here.
(namespace_use_clause type: _ (qualified_name (name) @name))
; The prefix of a group ends in a backslash, the engine's separator is ::, so these are left unknown.
(namespace_use_group (namespace_use_clause [(name) (qualified_name (name))] @name))
; Foo\Exception is not the built-in one.
(qualified_name prefix: (namespace_name) (name) @name)

(function_definition name: (name) @definition)
(method_declaration name: (name) @definition)
(class_declaration name: (name) @definition)
(interface_declaration name: (name) @definition)
(trait_declaration name: (name) @definition)
(enum_declaration name: (name) @definition)

(assignment_expression left: (variable_name) @name right: (_) @value)
(assignment_expression left: (list_literal (variable_name) @name))
(simple_parameter type: [(named_type (name) @type) (optional_type (named_type (name) @type))]
  name: (variable_name) @name)
(simple_parameter !type name: (variable_name) @name)
(simple_parameter type: [(primitive_type) (union_type)] name: (variable_name) @name)
(variadic_parameter name: (variable_name) @name)
(property_promotion_parameter
  type: [(named_type (name) @type) (optional_type (named_type (name) @type))]
  name: (variable_name) @name)
(property_promotion_parameter
  type: [(named_type (name) @type) (optional_type (named_type (name) @type))]
  name: (variable_name (name) @field))
(property_declaration
  type: [(named_type (name) @type) (optional_type (named_type (name) @type))]
  (property_element name: (variable_name (name) @field)))
(assignment_expression
  left: (member_access_expression object: (variable_name) name: (name) @field) right: (_) @value)
(foreach_statement (_) . [(variable_name) @name (by_ref (variable_name) @name)
  (pair (variable_name) @name) (pair (by_ref (variable_name) @name))])
(catch_clause type: (type_list . (named_type (name) @type) .) name: (variable_name) @name)
(global_declaration (variable_name) @name)
