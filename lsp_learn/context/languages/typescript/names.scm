; What TypeScript adds: typed parameters and variables, class fields. A written type is read as
; a value of that type, see [literals] in types.toml.

((required_parameter
  pattern: (identifier) @name
  type: (type_annotation [(predefined_type) (array_type) (generic_type) (type_identifier)] @value)))
((optional_parameter
  pattern: (identifier) @name
  type: (type_annotation [(predefined_type) (array_type) (generic_type) (type_identifier)] @value)))
(required_parameter pattern: (identifier) @name !type)
(required_parameter name: (identifier) @name)
(required_parameter
  pattern: (identifier) @name
  type: (type_annotation [(union_type) (function_type) (object_type) (literal_type) (tuple_type)]))
(optional_parameter
  pattern: (identifier) @name
  type: (type_annotation [(union_type) (function_type) (object_type) (literal_type) (tuple_type)]))
(optional_parameter pattern: (identifier) @name !type)
(rest_pattern (identifier) @name)
(index_signature name: (identifier) @name)

(public_field_definition name: (property_identifier) @field value: (_) @value)
(public_field_definition name: (property_identifier) @name)
(property_signature name: (property_identifier) @name)
(method_signature name: (property_identifier) @name)
(abstract_method_signature name: (property_identifier) @name)
(enum_declaration name: (identifier) @definition)
(enum_body name: (property_identifier) @name)
(enum_assignment name: (property_identifier) @name)
(function_signature name: (identifier) @definition)
(abstract_class_declaration name: (_) @definition)
(internal_module name: (identifier) @definition)
