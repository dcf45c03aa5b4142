//! The binding for Rust, as its user meets it: of the sample plugins in C++ and Rust, and of the SDK's test plugin.
mod bound;

use bound::rtffi::{self, Any, Class, Error, ErrorKind};
use bound::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

// Those that count objects run alone.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(|poison| poison.into_inner())
}

#[test]
fn slices_go_in_and_vectors_come_out() {
    assert_eq!(area(&[0.0, 0.0, 2.0, 0.0, 0.0, 2.0]).unwrap(), 2.0);
    assert_eq!(doubled(&[1, -2]).unwrap(), [2, -4]);
    assert_eq!(halves(&vec![1.0]).unwrap(), [0.5]);
    assert_eq!(inverted(&[true, false]).unwrap(), [false, true]);
    assert_eq!(reversed(&[0x0102_u16.to_be()]).unwrap(), [2, 1]);
    assert_eq!(doubled(&[]).unwrap(), []);
    let mut middle = [0.0; 2];
    midpoint(&[0.0, 2.0], &[4.0, 4.0], &mut middle).unwrap();
    assert_eq!(middle, [2.0, 3.0]);
}

#[test]
fn keyword_only_parameters_are_passed_in_order() {
    let (mut whole, mut real, mut data) = ([0; 2], [0.0; 1], [0_u8; 2]);
    count_up(&mut whole, &mut real, &mut data, 8).unwrap();
    assert_eq!((whole, real, data), ([8, 9], [8.0], [8, 9]));
}

#[test]
fn defaults_are_those_of_the_signature() {
    assert_eq!(geo_distance(3.0, 4.0, Default::default()).unwrap(), 5.0);
    assert_eq!(geo_distance(3.0, 4.0, GeoDistanceOptions { from_x: 3.0, ..Default::default() }).unwrap(), 4.0);
    assert_eq!(joined("a", Default::default()).unwrap(), "a!");
    assert_eq!(number_or(Default::default()).unwrap(), 0.001);
    assert_eq!(number_or(NumberOrOptions { number: Some(2.0), ..Default::default() }).unwrap(), 2.0);
}

#[test]
fn defaults_of_every_type() {
    let _alone = alone();
    let described = |options| described("it", options).unwrap();
    assert_eq!(described(Default::default()), r#"it [] [true, false] [1.0, 2.5] -inf Some("a\"b") None 0"#);
    let cells = cells(3).unwrap();
    let options = DescribedOptions {
        names: &["x", "y"],
        flags: &[],
        scale: &[0.5],
        limit: 1.0,
        value: Any::None,
        data: Some(&[7]),
        cells: &cells,
    };
    assert_eq!(described(options), r#"it ["x", "y"] [] [0.5] 1 None Some([7]) 3"#);
}

#[test]
fn texts_keep_every_character() {
    assert_eq!(joined("naïve ", JoinedOptions { b: "☃" }).unwrap(), "naïve ☃");
    assert_eq!(with_nul().unwrap(), "a\0b");
    let (upper, sizes) = texts(&["é", ""]).unwrap();
    assert_eq!((upper, sizes), (vec!["É".to_owned(), String::new()], vec![2, 0]));
    assert_eq!(closest("hosue", &["house".to_owned(), "mouse".to_owned()], Default::default()).unwrap(), ["house"]);
}

#[test]
fn objects_are_destroyed_with_their_last_owner() {
    let _alone = alone();
    let before = live().unwrap();
    let cell = cell(4).unwrap();
    let other = cell.clone();
    assert_eq!(other.add(3).unwrap(), 7);
    drop(cell);
    assert_eq!(live().unwrap(), before + 1);
    assert_eq!(other.add(0).unwrap(), 7);
    drop(other);
    assert_eq!(live().unwrap(), before);
    let cells = cells(5).unwrap();
    assert_eq!(cells_sum(&cells).unwrap(), 10);
    assert_eq!(cells_sum(&[&cells[4], &cells[4]]).unwrap(), 8);
    drop(cells);
    assert_eq!(live().unwrap(), before);
}

#[test]
fn objects_go_to_other_threads() {
    let _alone = alone();
    let cell = cell(0).unwrap();
    let threads = (0..4).map(|_| cell.clone()).map(|cell| std::thread::spawn(move || cell.add(1).unwrap()));
    for thread in threads.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
    assert_eq!(cell.add(0).unwrap(), 4);
}

#[test]
fn none_is_none() {
    let _alone = alone();
    assert!(cell_some(0).unwrap().is_none());
    let cell = cell_some(3).unwrap().unwrap();
    assert_eq!(cell_or(Some(&cell), Default::default()).unwrap(), 3);
    assert_eq!(cell_or(None, Default::default()).unwrap(), -1);
}

#[test]
fn anything_goes_where_the_signature_says_any() {
    let of = |value| kind(KindOptions { value }).unwrap();
    assert_eq!(of(Any::None), "none");
    assert_eq!(of(true.into()), "bool true");
    assert_eq!(of(2.into()), "integer 2");
    assert_eq!(of(0.5.into()), "number 0.5");
    assert_eq!(of("x".into()), "text x");
    assert_eq!(kinds(&["a".into(), 1_i64.into()]).unwrap(), ["text a", "integer 1"]);
    assert_eq!(any(0).unwrap(), Any::None);
    assert_eq!(any(3).unwrap(), Any::Number(0.5));
}

#[test]
fn errors_say_what_kind_they_are() {
    let error = half(3).unwrap_err();
    assert_eq!((error.kind(), error.cause(), error.function()), (ErrorKind::Argument, "odd", "rv_half"));
    assert_eq!((error.to_string().as_str(), error.plugin()), ("rv_half: 3 is odd", "rust_values"));
    assert_eq!(busy().unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(parse("x").unwrap_err().kind(), ErrorKind::Callee);
    assert_eq!(at(&[1], AtOptions { index: 9 }).unwrap_err().cause(), "panic");
    assert_eq!(rtffi::open("no-such-plugin", 0).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn an_object_of_another_class_is_refused() {
    let _alone = alone();
    let object = cell(1).unwrap().into_object();
    assert_eq!(Polygon::from_object(object.clone()).unwrap_err().to_string(), "the object is a RustCell, not a Polygon");
    assert!(RustCell::from_object(object).is_ok());
}

#[test]
fn closures_are_called_back() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let result = apply_twice(
        move |x| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(x + 0.5)
        },
        2.0,
    );
    assert_eq!(result.unwrap(), 3.0);
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert_eq!(Arc::strong_count(&calls), 1, "the closure is dropped when nobody owns it any more");
}

#[test]
fn what_fails_in_a_closure_is_the_calls_error() {
    let error = apply(|_| Err(Error::new(ErrorKind::Unavailable, "not now")), 1.0).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Unavailable, "rv_apply: not now"));
    let error = apply(|x| half(x as i32).map(f64::from), 3.0).unwrap_err();
    assert_eq!((error.kind(), error.cause()), (ErrorKind::Argument, "odd"));
    let error = apply(|x| panic!("{x} is too much"), 1.5).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Callee);
    assert_eq!(error.to_string(), "rv_apply: the closure panicked: 1.5 is too much");
}

#[test]
fn who_gives_an_address_says_that_it_is_safe() {
    let mut number = 0;
    let address: *mut i32 = &mut number;
    assert_eq!(unsafe { same(address.cast()) }.unwrap(), address.cast());
    assert!(unsafe { gives_an_address(|| Ok(std::ptr::null_mut())) }.unwrap());
}

#[test]
fn values_that_go_through_a_plugin_are_freed_once() {
    let _alone = alone();
    let before = live().unwrap();
    let object = || Any::Object(cell(1).unwrap().into_object());
    let inner = vec![Any::None, true.into(), 2_i64.into(), 0.5.into(), object()];
    let arrays = [Any::Bytes(vec![3]), vec![4_i64].into(), vec![0.25].into(), Any::Bools(vec![true, false])];
    let value = Any::List([vec!["é".into(), object(), inner.into()], arrays.to_vec()].concat());
    assert_eq!(kept(&value).unwrap(), value);
    drop(kept(object()).unwrap());
    let pair = |value, number: f64| Ok(Any::List(vec![value, number.into()]));
    assert_eq!(passed(pair, &value).unwrap(), Any::List(vec![value.clone(), 0.5.into()]));
    let given = value.clone();
    called_in_vain(move || Ok(given.clone())).unwrap();
    let (copy, cells) = called_again(|| cells(3)).unwrap();
    assert_eq!((&copy, live().unwrap()), (&cells, before + 5));
    drop((value, copy, cells));
    assert_eq!(live().unwrap(), before);
}

/// What a panic carries that panics itself.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        std::panic::panic_any(Bomb);
    }
}

struct Trap;

impl Drop for Trap {
    fn drop(&mut self) {
        std::panic::panic_any(Bomb);
    }
}

#[test]
fn a_panic_that_panics_when_it_is_dropped_is_an_error() {
    let error = bomb().unwrap_err();
    assert_eq!((error.kind(), error.cause()), (ErrorKind::Callee, "panic"));
    let error = apply(|_| std::panic::panic_any(Bomb), 1.0).unwrap_err();
    assert_eq!((error.kind(), error.cause()), (ErrorKind::Callee, "panic"));
    drop(trap().unwrap());
    let trap = Trap;
    let same = move |x| {
        let _owned = &trap;
        Ok(x)
    };
    assert_eq!(apply(same, 1.5).unwrap(), 1.5);
}
