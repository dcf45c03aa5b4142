//! The tests of @NAME@, as a program meets it: over the binding that `./dev test` has rtffi write.
#[path = "build/binding.rs"]
mod binding;

use binding::rtffi::ErrorKind;
use binding::*;

#[test]
fn it_greets() {
    assert_eq!(greeting(GreetingOptions { name: "Ada" }).unwrap(), "Hello, Ada!");
    assert_eq!(greeting(Default::default()).unwrap(), "Hello, world!");
}

#[test]
fn the_mean_of_nothing_is_an_error() {
    assert_eq!(mean(&[1.0, 2.0, 6.0]).unwrap(), 3.0);
    let error = mean(&[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert!(error.to_string().ends_with("the mean needs at least one number"), "{error}");
}

#[test]
fn a_tally_is_shared_by_its_clones() {
    let tally = tally(TallyOptions { start: 1.0 }).unwrap();
    tally.clone().add(2.0).unwrap();
    assert_eq!(tally.add(0.5).unwrap(), 3.5);
}
