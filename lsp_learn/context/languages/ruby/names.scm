; Where Ruby names get their meaning. Captures: docs/how-to/add-a-language.md.

(method name: (identifier) @definition)
(singleton_method name: (identifier) @definition)
(class name: (constant) @definition)
(module name: (constant) @definition)

(assignment left: [(identifier) (constant)] @name right: (_) @value)
(operator_assignment left: [(identifier) (constant)] @name)
(left_assignment_list [(identifier) @name (rest_assignment (identifier) @name)
  (destructured_left_assignment (identifier) @name)])
(for pattern: (identifier) @name)
(exception_variable (identifier) @name)
(method_parameters [(identifier) @name (_ name: (identifier) @name)])
(lambda_parameters [(identifier) @name (_ name: (identifier) @name)])
(block_parameters [(identifier) @name (_ name: (identifier) @name) (destructured_parameter (identifier) @name)])
(as_pattern name: (identifier) @name)
(array_pattern [(identifier) @name (splat_parameter name: (identifier) @name)])
(keyword_pattern value: (identifier) @name)
