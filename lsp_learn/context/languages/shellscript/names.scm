; Where shell names get their meaning: a function hides the command of the same name.
(function_definition name: (word) @definition)
