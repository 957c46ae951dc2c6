; Where C names get their meaning: everything a file declares hides a library name.
; A function's name stands inside the function's own node, but belongs to the file: as @import
; with @alias alone it is bound where the definition stands, to nothing.

(function_definition
  declarator: [
    (function_declarator declarator: (identifier) @alias)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @alias))
    (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @alias)))
  ]) @import
(preproc_def name: (identifier) @alias) @import
(preproc_function_def name: (identifier) @alias) @import

(function_definition
  declarator: [
    (function_declarator declarator: (identifier) @definition)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @definition))
  ])
(struct_specifier name: (type_identifier) @definition body: (_))
(union_specifier name: (type_identifier) @definition body: (_))
(enum_specifier name: (type_identifier) @definition body: (_))

(declaration type: (_) @type declarator: [(identifier) @name (init_declarator declarator: (identifier) @name)])
(parameter_declaration type: (_) @type declarator: (identifier) @name)
(pointer_declarator declarator: [(identifier) (type_identifier)] @name)
(array_declarator declarator: [(identifier) (type_identifier)] @name)
(parenthesized_declarator [(identifier) (type_identifier)] @name)
(attributed_declarator . [(identifier) (type_identifier)] @name)
(declaration
  declarator: [
    (function_declarator declarator: (identifier) @name)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  ])
(type_definition
  declarator: [
    (type_identifier) @name
    (function_declarator declarator: (type_identifier) @name)
  ])
(enumerator name: (identifier) @name)
(preproc_params (identifier) @name)
