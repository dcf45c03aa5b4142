"""What the binding for Python calls functions, classes and parameters whose names are taken: all plugins share a module."""

import first_binding
import names_binding as names
import rtffi

assert (names.first_area(3), names.second_area(3)) == (9, 6)
assert (names.first_make(3).size(), names.second_make(3).size()) == (3, 6)
assert (type(names.first_make(3)), type(names.second_make(3))) == (names.FirstShape, names.SecondShape)
assert names.make_object(3).next(self_=4).number() == 7
assert type(names.make_none(1)) is names.None_ and type(names.make_true(1)) is names.True_
assert names.make_none(1).number(self_=2, options=5, runtime=6) == 1256
assert (names.class_(1), names.first_class(1)) == (3, 2)
assert (names.with_dots__in(1), names.first_with_dots__in(1)) == (3, 2)
assert names.words(class__=1, class_=2) == names.words(1, 2) == 12
assert names.own(1, runtime=2, FUNCTION=4) == 124
assert names.Shape(1) == 2

# A plugin that is loaded has the names of its generated file.
assert dir(rtffi.load("first")) == [name for name in dir(first_binding) if name[0] != "_" and name != "annotations"]
