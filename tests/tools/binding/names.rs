//! What the binding for Rust calls functions, classes and parameters whose names are taken: all plugins share a module.
mod names_binding;
use names_binding as names;

fn main() {
    assert_eq!((names::first_area(3).unwrap(), names::second_area(3).unwrap()), (9, 6));
    let shapes: (names::FirstShape, names::SecondShape) = (names::first_make(3).unwrap(), names::second_make(3).unwrap());
    assert_eq!((shapes.0.size().unwrap(), shapes.1.size().unwrap()), (3, 6));
    let object: names::Object = names::make_object(3).unwrap().next(4).unwrap();
    assert_eq!(object.number().unwrap(), 7);
    let none: names::None_ = names::make_none(1).unwrap();
    assert_eq!(none.number(2, Default::default()).unwrap(), 1234);
    assert_eq!(none.number(2, names::None_NumberOptions { options: 5, runtime: 6 }).unwrap(), 1256);
    let option: names::FirstOption = names::make_option(2).unwrap();
    assert_eq!((option.number().unwrap(), names::make_true(1).unwrap().number().unwrap()), (2, 1));
    assert_eq!((names::class(1).unwrap(), names::class_(1).unwrap()), (2, 3));
    assert_eq!((names::with_dots__in(1).unwrap(), names::first_with_dots__in(1).unwrap()), (3, 2));
    assert_eq!((names::words(1, 2).unwrap(), names::types(1, 2, 3).unwrap()), (12, 123));
    assert_eq!(names::own(1, 2, names::OwnOptions { FUNCTION_: 4 }).unwrap(), 124);
    assert_eq!(names::Shape(1).unwrap(), 2);
}
