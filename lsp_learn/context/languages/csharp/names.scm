; Where C# names get their meaning. A using directive names a namespace and binds nothing.

(using_directive name: (identifier) @alias (qualified_name) @module) @import

(class_declaration name: (identifier) @definition)
(struct_declaration name: (identifier) @definition)
(record_declaration name: (identifier) @definition)
(interface_declaration name: (identifier) @definition)
(enum_declaration name: (identifier) @definition)
(method_declaration name: (identifier) @definition)
(local_function_statement name: (identifier) @definition)
(delegate_declaration name: (identifier) @definition)

(variable_declaration
  type: [(identifier) @type (predefined_type) @type (generic_name . (identifier) @type)]
  (variable_declarator name: (identifier) @name))
(variable_declaration type: (implicit_type) (variable_declarator name: (identifier) @name "=" (_) @value))
(variable_declaration type: [(array_type) (nullable_type) (tuple_type) (qualified_name) (pointer_type) (ref_type)]
  (variable_declarator name: (identifier) @name))
(variable_declarator (tuple_pattern name: (identifier) @name))
(property_declaration
  type: [(identifier) @type (predefined_type) @type (generic_name . (identifier) @type)]
  name: (identifier) @name)
(property_declaration type: [(array_type) (nullable_type) (tuple_type) (qualified_name)] name: (identifier) @name)
(parameter
  type: [(identifier) @type (predefined_type) @type (generic_name . (identifier) @type)]
  name: (identifier) @name)
(parameter type: [(array_type) (nullable_type) (tuple_type) (qualified_name)] name: (identifier) @name)
(parameter !type name: (identifier) @name)
(parameter_list name: (identifier) @name)
(implicit_parameter) @name
(foreach_statement type: [(predefined_type) @type (identifier) @type] left: (identifier) @name)
(foreach_statement type: (implicit_type) left: (identifier) @name)
(catch_declaration name: (identifier) @name)
(declaration_pattern type: [(predefined_type) @type (identifier) @type] name: (identifier) @name)
(declaration_expression type: [(predefined_type) @type (identifier) @type] name: (identifier) @name)
(declaration_expression type: (implicit_type) name: (identifier) @name)
(recursive_pattern name: (identifier) @name)
(from_clause name: (identifier) @name)
(enum_member_declaration name: (identifier) @name)
(type_parameter name: (identifier) @name)
