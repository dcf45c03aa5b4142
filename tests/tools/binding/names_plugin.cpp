// A plugin whose names are words of some language, or those of what a binding is made of. Compiled with SECOND it is another one,
// with a function and a class that are called like the first one's.
#include <cstdint>

#include <rtffi/plugin.hpp>

#ifdef SECOND

namespace {
struct Shape {
    std::int64_t size;
};
Shape shape(std::int64_t size) { return {size}; }
std::int64_t shape_size(const Shape &shape) { return shape.size * 2; }
std::int64_t area(std::int64_t side) { return side * 2; }
} // namespace

RT_DECLARE_CLASS(Shape, "SecondShape")
RT_CLASS(Shape, "SecondShape", "A shape of the second plugin.")
RT_PLUGIN("second", "1.0.0", "A plugin with names of the first one's")
RT_FUNCTION(shape, "second_make(size: i64) -> SecondShape", "A shape.")
RT_FUNCTION(shape_size, "second_shape_size(shape: SecondShape) -> i64", "Its size, twice.")
RT_FUNCTION(area, "second_area(side: i64) -> i64", "Twice the side.")

#else

namespace {
struct Shape {
    std::int64_t size;
};
struct Object {
    std::int64_t number;
};
struct None {
    std::int64_t number;
};
struct True {
    std::int64_t number;
};
struct Option {
    std::int64_t number;
};

Shape shape(std::int64_t size) { return {size}; }
std::int64_t shape_size(const Shape &shape) { return shape.size; }
std::int64_t area(std::int64_t side) { return side * side; }
Object object(std::int64_t number) { return {number}; }
Object object_next(const Object &self, std::int64_t more) { return {self.number + more}; }
std::int64_t object_number(const Object &self) { return self.number; }
None none(std::int64_t number) { return {number}; }
std::int64_t none_number(const None &self, std::int64_t by, std::int64_t options, std::int64_t runtime) {
    return self.number * 1000 + by * 100 + options * 10 + runtime;
}
True true_(std::int64_t number) { return {number}; }
std::int64_t true_number(const True &self) { return self.number; }
Option option(std::int64_t number) { return {number}; }
std::int64_t option_number(const Option &self) { return self.number; }
std::int64_t two(std::int64_t a, std::int64_t b) { return a * 10 + b; }
std::int64_t three(std::int64_t a, std::int64_t b, std::int64_t c) { return a * 100 + b * 10 + c; }
std::int64_t plus_one(std::int64_t a) { return a + 1; }
std::int64_t plus_two(std::int64_t a) { return a + 2; }
} // namespace

RT_DECLARE_CLASS(Shape, "FirstShape")
RT_DECLARE_CLASS(Object, "FirstObject")
RT_DECLARE_CLASS(None, "FirstNone")
RT_DECLARE_CLASS(True, "True")
RT_DECLARE_CLASS(Option, "FirstOption")
RT_CLASS(Shape, "FirstShape", "A shape of the first plugin.")
RT_CLASS(Object, "FirstObject", "An object.")
RT_CLASS(None, "FirstNone", "Nothing of Python's.")
RT_CLASS(True, "True", "Nothing of Python's.")
RT_CLASS(Option, "FirstOption", "Nothing of Rust's.")
RT_PLUGIN("first", "1.0.0", "A plugin with names that are taken")
RT_FUNCTION(shape, "first_make(size: i64) -> FirstShape", "A shape.")
RT_FUNCTION(shape_size, "first_shape_size(shape: FirstShape) -> i64", "Its size.")
RT_FUNCTION(area, "first_area(side: i64) -> i64", "The square of the side.")
RT_FUNCTION(object, "first_make_object(number: i64) -> FirstObject", "An object.")
RT_FUNCTION(object_next, "first_object_next(object: FirstObject, self: i64) -> FirstObject", "The one behind it.")
RT_FUNCTION(object_number, "first_object_number(object: FirstObject) -> i64", "Its number.")
RT_FUNCTION(none, "first_make_none(number: i64) -> FirstNone", "An object.")
RT_FUNCTION(none_number, "first_none_number(none: FirstNone, self: i64, options: i64 = 3, *, runtime: i64 = 4) -> i64",
            "Digits that tell which argument went where.")
RT_FUNCTION(true_, "first_make_true(number: i64) -> True", "An object.")
RT_FUNCTION(true_number, "first_true_number(true_: True) -> i64", "Its number.")
RT_FUNCTION(option, "first_make_option(number: i64) -> FirstOption", "An object.")
RT_FUNCTION(option_number, "first_option_number(option: FirstOption) -> i64", "Its number.")
RT_FUNCTION(two, "first_words(class: i64, class_: i64) -> i64", "Digits.")
RT_FUNCTION(three, "first_own(options: i64, runtime: i64, *, FUNCTION: i64 = 3) -> i64", "Digits.")
RT_FUNCTION(three, "first_types(size_t: i64, Shape: i64, bound: i64) -> i64", "Digits.")
RT_FUNCTION(plus_one, "first_with.dots::in(a: i64) -> i64", "a + 1.")
RT_FUNCTION(plus_two, "first_with_dots__in(a: i64) -> i64", "a + 2.")
RT_FUNCTION(plus_one, "first_class(a: i64) -> i64", "a + 1.")
RT_FUNCTION(plus_two, "first_class_(a: i64) -> i64", "a + 2.")
RT_FUNCTION(plus_one, "first_rtffi(a: i64) -> i64", "a + 1.")
RT_FUNCTION(plus_one, "first_Shape(a: i64) -> i64", "a + 1.")

#endif
