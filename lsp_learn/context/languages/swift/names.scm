; What the file binds: a function or variable of its own is not the library's.

(function_declaration name: (simple_identifier) @definition)
(class_declaration name: (type_identifier) @definition)
(protocol_declaration name: (type_identifier) @definition)
(pattern bound_identifier: (simple_identifier) @name)
(parameter name: (simple_identifier) @name)
(lambda_parameter name: (simple_identifier) @name)
