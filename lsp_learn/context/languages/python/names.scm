; Where Python names get their meaning.
; @import (the statement) with @module, @member, @alias, @first, @star; @definition; @name with
; @value, @type, @elements or @entered (alone: a name without a known value); @field: self.name.
; Few patterns with alternatives: each pattern costs half a millisecond to compile.

(import_statement name: (dotted_name) @module @first) @import
(import_statement
  name: (aliased_import name: (dotted_name) @module alias: (identifier) @alias)) @import
(import_from_statement
  module_name: (_) @module
  name: [
    (dotted_name) @member
    (aliased_import name: (dotted_name) @member alias: (identifier) @alias)
  ]) @import
(import_from_statement module_name: (_) @module (wildcard_import) @star) @import
(future_import_statement "__future__" @module name: (dotted_name) @member) @import

(function_definition name: (identifier) @definition)
(class_definition name: (identifier) @definition)

(assignment left: (identifier) @name right: (_) @value)
(assignment left: (identifier) @name type: (type) @type)
(assignment
  left: [
    (pattern_list [(identifier) @name (list_splat_pattern (identifier) @name)])
    (tuple_pattern (identifier) @name)
    (list_pattern (identifier) @name)
  ])
(assignment
  left: (attribute object: (identifier) attribute: (identifier) @field) right: (_) @value)
(assignment
  left: (attribute object: (identifier) attribute: (identifier) @field) type: (type) @type)
(named_expression name: (identifier) @name value: (_) @value)
(with_item value: (as_pattern (_) @entered alias: (as_pattern_target (identifier) @name)))
(except_clause
  (as_pattern
    [(identifier) (attribute) (tuple)] @type alias: (as_pattern_target (identifier) @name)))

(for_statement left: (identifier) @name right: (_) @elements)
(for_in_clause left: (identifier) @name right: (_) @elements)
(for_statement
  left: [
    (pattern_list [(identifier) @name (tuple_pattern (identifier) @name)])
    (tuple_pattern (identifier) @name)
  ])
(for_in_clause
  left: [
    (pattern_list [(identifier) @name (tuple_pattern (identifier) @name)])
    (tuple_pattern (identifier) @name)
  ])

(parameters
  [
    (identifier) @name
    (list_splat_pattern (identifier) @name)
    (dictionary_splat_pattern (identifier) @name)
  ])
(lambda_parameters
  [
    (identifier) @name
    (list_splat_pattern (identifier) @name)
    (dictionary_splat_pattern (identifier) @name)
  ])
(typed_parameter . (identifier) @name type: (type) @type)
(typed_parameter
  . [(list_splat_pattern (identifier) @name) (dictionary_splat_pattern (identifier) @name)])
(default_parameter name: (identifier) @name)
(typed_default_parameter name: (identifier) @name type: (type) @type)

(case_pattern [(dotted_name . (identifier) @name .) (as_pattern (identifier) @name)])
(splat_pattern (identifier) @name)
(keyword_pattern (dotted_name . (identifier) @name .))
(global_statement (identifier) @name)
