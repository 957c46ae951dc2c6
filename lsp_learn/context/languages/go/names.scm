; Where Go names get their meaning. Few patterns with alternatives: each costs compile time.

(import_spec !name path: (interpreted_string_literal) @module) @import
(import_spec name: (package_identifier) @alias path: (interpreted_string_literal) @module) @import
(import_spec name: (dot) @star path: (interpreted_string_literal) @module) @import

(function_declaration name: (identifier) @definition)
(type_spec name: (type_identifier) @definition)
(type_alias name: (type_identifier) @definition)

(short_var_declaration left: (expression_list . (identifier) @name) right: (expression_list . (_) @value))
(short_var_declaration left: (expression_list (_) . (identifier) @name))
(var_spec
  name: (identifier) @name
  type: [(qualified_type) @type (type_identifier) @type (pointer_type [(qualified_type) (type_identifier)] @type)])
(var_spec . name: (identifier) @name !type value: (expression_list . (_) @value))
(var_spec name: (identifier) @name type: (_))
(var_spec (identifier) . (identifier) @name)
(const_spec . name: (identifier) @name value: (expression_list . (_) @value))
(const_spec name: (identifier) @name !value)
(const_spec (identifier) . (identifier) @name)
(range_clause left: (expression_list . (identifier) @name))
(range_clause left: (expression_list (_) . (identifier) @name) right: (_) @elements)
(receive_statement left: (expression_list (identifier) @name))
(type_switch_statement alias: (expression_list (identifier) @name))
(parameter_declaration
  name: (identifier) @name
  type: [(qualified_type) @type (type_identifier) @type (pointer_type [(qualified_type) (type_identifier)] @type)])
(parameter_declaration name: (identifier) @name)
(variadic_parameter_declaration name: (identifier) @name)
(type_parameter_declaration name: (identifier) @name)
(literal_element . (identifier) @name .)

; Fields of the file's own structs.
(type_spec
  name: (type_identifier) @owner
  type: (struct_type
    (field_declaration_list
      (field_declaration
        name: (field_identifier) @field
        type: [(qualified_type) @type (type_identifier) @type (pointer_type [(qualified_type) (type_identifier)] @type)]))))
