; Where Rust names get their meaning. What a glob import brings stands in types.toml, [stars].

(use_declaration argument: [(scoped_identifier) (identifier)] @module) @import
(use_declaration
  argument: (use_as_clause path: (_) @module alias: (identifier) @alias)) @import
(use_list [(identifier) (scoped_identifier) (self)] @module) @import
(use_list (use_as_clause path: (_) @module alias: (identifier) @alias)) @import
(use_declaration argument: (use_wildcard (_) @module) @star) @import
(use_list (use_wildcard (_) @module) @star) @import
(extern_crate_declaration name: (identifier) @module) @import

[
  (function_item name: (identifier) @definition)
  (function_signature_item name: (identifier) @definition)
  (struct_item name: (type_identifier) @definition)
  (enum_item name: (type_identifier) @definition)
  (union_item name: (type_identifier) @definition)
  (trait_item name: (type_identifier) @definition)
  (type_item name: (type_identifier) @definition)
  (associated_type name: (type_identifier) @definition)
  (mod_item name: (identifier) @definition)
  (macro_definition name: (identifier) @definition)
]

(let_declaration pattern: (identifier) @name value: (_) @value)
(let_declaration pattern: (identifier) @name !value)
((let_declaration
  pattern: (identifier) @name
  type: [
    (type_identifier) @type
    (scoped_type_identifier) @type
    (primitive_type) @type
    (generic_type type: (type_identifier) @type)
    (reference_type
      type: [
        (type_identifier) @type
        (primitive_type) @type
        (generic_type type: (type_identifier) @type)
      ])
  ])
  (#not-match? @type "^(Box|Rc|Arc|Cow|Pin|Ref|RefMut|MutexGuard)$"))
(let_declaration pattern: (identifier) @name type: (_))

(parameter pattern: (identifier) @name)
((parameter
  pattern: (identifier) @name
  type: [
    (type_identifier) @type
    (scoped_type_identifier) @type
    (primitive_type) @type
    (generic_type type: (type_identifier) @type)
    (abstract_type trait: (generic_type type: (type_identifier) @type))
    (reference_type
      type: [
        (type_identifier) @type
        (primitive_type) @type
        (generic_type type: (type_identifier) @type)
      ])
  ])
  (#not-match? @type "^(Box|Rc|Arc|Cow|Pin|Ref|RefMut|MutexGuard)$"))
([
  (const_item name: (identifier) @name type: (_) @type)
  (static_item name: (identifier) @name type: (_) @type)
])

(for_expression pattern: (identifier) @name value: (_) @elements)
(closure_parameters (identifier) @name)
([
  (let_condition pattern: (identifier) @name)
  (match_pattern (identifier) @name)
  (tuple_struct_pattern "(" (identifier) @name)
  (tuple_pattern (identifier) @name)
  (slice_pattern (identifier) @name)
  (captured_pattern (identifier) @name)
  (ref_pattern (identifier) @name)
  (mut_pattern (identifier) @name)
  (reference_pattern (identifier) @name)
  (or_pattern (identifier) @name)
  (field_pattern pattern: (identifier) @name)
  (field_pattern name: (shorthand_field_identifier) @name)
]
  (#match? @name "^[a-z_]"))
[
  (field_declaration name: (field_identifier) @name)
  (type_parameter name: (type_identifier) @name)
  (const_parameter name: (identifier) @name)
  (enum_variant name: (identifier) @name)
]
; `FromStr<Err = E>` and `Field { str: x }` name something else than the prelude does.
((type_binding name: (type_identifier) @name) (#any-of? @name "Err" "String" "Option"))
((field_initializer field: (field_identifier) @name)
  (#any-of? @name "char" "str" "bool" "u8" "i32" "u32" "u64" "usize"))

; Fields of the file's own structs.
((struct_item
  name: (type_identifier) @owner
  body: (field_declaration_list
    (field_declaration
      name: (field_identifier) @field
      type: [(type_identifier) @type (scoped_type_identifier) @type (primitive_type) @type
             (generic_type type: [(type_identifier) (scoped_type_identifier)] @type)])))
  (#not-match? @type "^(Box|Rc|Arc|Cow|Pin|Ref|RefMut|Option|Result)$"))
