; SQL binds no names that a reader could follow within one file; functions are found by rules.
