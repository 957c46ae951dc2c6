; Where C++ names get their meaning. Only types that rules ask for are told apart; the rest
; binds names to nothing, so that a local `max` or `string` is not the library's.

(function_definition
  declarator: [
    (function_declarator declarator: (identifier) @alias)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @alias))
    (reference_declarator (function_declarator declarator: (identifier) @alias))
  ]) @import
(preproc_def name: (identifier) @alias) @import
(preproc_function_def name: (identifier) @alias) @import

(function_definition declarator: (function_declarator declarator: [(identifier) (field_identifier)] @definition))
(class_specifier name: (type_identifier) @definition body: (_))
(struct_specifier name: (type_identifier) @definition body: (_))
(enum_specifier name: (type_identifier) @definition body: (_))

(declaration
  type: [
    (primitive_type) @type
    (type_identifier) @type
    (template_type name: (type_identifier) @type)
    (qualified_identifier scope: (namespace_identifier) @_std name: (type_identifier) @type (#eq? @_std "std"))
    (qualified_identifier scope: (namespace_identifier) @_std name: (template_type name: (type_identifier) @type) (#eq? @_std "std"))
  ]
  declarator: [
    (identifier) @name
    (init_declarator declarator: [(identifier) @name (reference_declarator (identifier) @name)])
  ])
(field_declaration
  type: [
    (primitive_type) @type
    (type_identifier) @type
    (template_type name: (type_identifier) @type)
    (qualified_identifier scope: (namespace_identifier) @_std name: (type_identifier) @type (#eq? @_std "std"))
    (qualified_identifier scope: (namespace_identifier) @_std name: (template_type name: (type_identifier) @type) (#eq? @_std "std"))
  ]
  declarator: (field_identifier) @name)
(parameter_declaration
  type: [
    (primitive_type) @type
    (type_identifier) @type
    (template_type name: (type_identifier) @type)
    (qualified_identifier scope: (namespace_identifier) @_std name: (type_identifier) @type (#eq? @_std "std"))
    (qualified_identifier scope: (namespace_identifier) @_std name: (template_type name: (type_identifier) @type) (#eq? @_std "std"))
  ]
  declarator: [(identifier) @name (reference_declarator (identifier) @name)])
(declaration type: (placeholder_type_specifier)
  declarator: (init_declarator declarator: (identifier) @name
    value: (call_expression function: (qualified_identifier scope: (namespace_identifier) @_std
      name: (template_function name: (identifier) @type)))
    (#eq? @_std "std") (#any-of? @type "make_unique" "make_shared")))
(declaration type: (placeholder_type_specifier)
  declarator: (init_declarator declarator: (identifier) @name value: [(number_literal) (identifier) (call_expression)] @value))
(declaration type: (sized_type_specifier) declarator: [(identifier) @name (init_declarator declarator: (identifier) @name)])
(parameter_declaration type: (sized_type_specifier) declarator: (identifier) @name)
(parameter_declaration type: (placeholder_type_specifier) declarator: (_ (identifier) @name))
(for_range_loop declarator: [(identifier) @name (reference_declarator (identifier) @name)])
(structured_binding_declarator (identifier) @name)
(pointer_declarator declarator: [(identifier) (field_identifier)] @name)
(array_declarator declarator: [(identifier) (field_identifier)] @name)
(lambda_capture_initializer left: (identifier) @name)
(enumerator name: (identifier) @name)
