; What TypeScript adds: typed parameters and variables, fields of classes and interfaces.

(required_parameter pattern: (identifier) @name type: (type_annotation (_) @type))
(optional_parameter pattern: (identifier) @name type: (type_annotation (_) @type))
(required_parameter pattern: (identifier) @name !type)
(required_parameter name: (identifier) @name)
(optional_parameter pattern: (identifier) @name !type)
(required_parameter pattern: (rest_pattern (identifier) @name) type: (type_annotation (_) @type))
(rest_pattern (identifier) @name)
(variable_declarator name: (identifier) @name type: (type_annotation (_) @type))
(index_signature name: (identifier) @name)

(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @field
  type: (type_annotation (_) @type))
(public_field_definition
  name: [(property_identifier) (private_property_identifier)] @field !type value: (_) @value)
(required_parameter
  (accessibility_modifier) pattern: (identifier) @field type: (type_annotation (_) @type))
(interface_declaration
  name: (type_identifier) @owner
  body: (interface_body
    (property_signature name: (property_identifier) @field type: (type_annotation (_) @type))))
(type_alias_declaration
  name: (type_identifier) @owner
  value: (object_type
    (property_signature name: (property_identifier) @field type: (type_annotation (_) @type))))
(class_declaration
  name: (type_identifier) @owner
  body: (class_body
    (public_field_definition
      name: [(property_identifier) (private_property_identifier)] @field
      type: (type_annotation (_) @type))))

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
(interface_declaration name: (type_identifier) @definition)
(type_alias_declaration name: (type_identifier) @definition)
