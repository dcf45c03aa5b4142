//! The native entries that the Rust SDK makes, called as a compiler that read only the signatures would; and the dynamic ones, as no
//! binding calls them.
use std::ffi::{c_void, CStr, CString};
use std::os::raw::c_char;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering};

#[repr(C)]
struct Value {
    kind: u32,
    flags: u32,
    size: u64,
    payload: *const c_void,
}

type Entry = unsafe extern "C" fn(*const c_void, *const Value, usize, *mut Value) -> i32;

#[link(name = "rtffi")]
extern "C" {
    fn rt_dlsym(library: i64, symbol: *const c_char) -> *const c_void;
    fn rt_dlerror() -> *const c_char;
    fn rt_error_location() -> *mut i32;
    fn rt_handle_free(handle: i64) -> i32;
    fn rt_bind(name: *const c_char, signature: *const c_char, flags: i64, out: *mut *const [Entry; 2]) -> i32;
    fn rt_callable(
        signature: *const c_char,
        dynamic: Entry,
        context: *mut c_void,
        release: *mut c_void,
        flags: u64,
    ) -> i64;
    fn rt_value_clear(value: *mut Value);
}

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
}

fn address(name: &str) -> *const c_void {
    let name = CString::new(name).unwrap();
    unsafe { rt_dlsym(0, name.as_ptr()) }
}

fn message() -> String {
    let text = unsafe { rt_dlerror() };
    assert!(!text.is_null(), "there was no error");
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

fn status() -> i32 {
    unsafe { std::mem::replace(&mut *rt_error_location(), 0) }
}

fn value(kind: u32, size: u64, payload: *const c_void) -> Value {
    Value { kind, flags: 0, size, payload }
}

unsafe fn dynamic(name: &str, arguments: &[Value], result: &mut Value) -> i32 {
    let name = CString::new(name).unwrap();
    let mut record = ptr::null();
    assert_eq!(rt_bind(name.as_ptr(), ptr::null(), 0, &mut record), 0);
    (*record)[1](record.cast(), arguments.as_ptr(), arguments.len(), result)
}

macro_rules! native {
    ($name:literal: $($type:tt)*) => {
        unsafe { std::mem::transmute::<*const c_void, unsafe extern "C" fn $($type)*>(address($name)) }
    };
}

#[test]
fn scalars_go_in_and_out() {
    let not = native!("rv_not": (bool) -> bool);
    let half = native!("rv_half": (i32) -> i32);
    let same = native!("rv_same": (*mut c_void) -> *mut c_void);
    unsafe {
        assert!(!not(true));
        assert_eq!(half(-8), -4);
        assert_eq!(same(&half as *const _ as *mut c_void), &half as *const _ as *mut c_void);
    }
    assert_eq!(status(), 0);
}

#[test]
fn arrays_are_a_pointer_and_a_count_each() {
    let sum = native!("rv_sum": (*const i64, usize, *const f64, usize, *const bool, usize, f64) -> f64);
    let total = unsafe { sum([1, 2].as_ptr(), 2, [0.25].as_ptr(), 1, [true, false, true].as_ptr(), 3, 10.0) };
    assert_eq!(total, 52.5);
}

#[test]
fn memory_of_the_caller_is_filled() {
    let count_up = native!("rv_count_up": (*mut i64, usize, *mut f64, usize, *mut c_void, usize, i64));
    let (mut whole, mut real, mut data) = ([0; 3], [0.0; 2], [0_u8; 4]);
    unsafe { count_up(whole.as_mut_ptr(), 3, real.as_mut_ptr(), 2, data.as_mut_ptr().cast(), 4, 5) };
    assert_eq!((whole, real, data), ([5, 6, 7], [5.0, 6.0], [5, 6, 7, 8]));
}

#[test]
fn memory_that_is_filled_is_no_other_arguments() {
    let count_up = native!("rv_count_up": (*mut i64, usize, *mut f64, usize, *mut c_void, usize, i64));
    let mut memory = [0_i64; 4];
    let begin = memory.as_mut_ptr();
    let middle = memory[2..].as_mut_ptr();
    let message_of = |argument| {
        format!("rv_count_up: argument {argument}: the memory is to be written to, but another argument has it, too")
    };
    unsafe {
        count_up(begin, 3, middle.cast(), 2, ptr::null_mut(), 0, 1);
        assert_eq!((status(), message()), (1, message_of("1 (whole)")));
        let writable = |kind, size, memory| Value { flags: 2, ..value(kind, size, memory) };
        let same = writable(9, 2, middle.cast());
        let arguments = [writable(8, 0, ptr::null()), same, writable(7, 1, middle.cast()), value(2, 0, ptr::null())];
        assert_eq!(dynamic("rv_count_up", &arguments, &mut value(0, 0, ptr::null())), 1);
        assert_eq!((status(), message(), memory), (1, message_of("2 (real)"), [0; 4]));
        count_up(begin, 2, middle.cast(), 2, ptr::null_mut(), 0, 1);
    }
    assert_eq!((status(), memory[..2].to_vec()), (0, vec![1, 2]));
}

/// The answer of a function that is to overwrite memory beside the value, or why it does not.
unsafe fn overwritten(name: &str, memory: *mut c_void, size: u64, beside: Value) -> Result<bool, String> {
    let mut result = value(0, 0, ptr::null());
    let data = Value { flags: 2, ..value(7, size, memory) };
    match dynamic(name, &[data, beside], &mut result) {
        0 => Ok(!result.payload.is_null()),
        _ => {
            status();
            Err(message())
        }
    }
}

#[test]
fn nor_does_it_lie_in_a_value() {
    let refused = |name: &str, memory, size, beside| {
        let expected =
            format!("{name}: argument 1 (data): the memory is to be written to, but another argument has it, too");
        assert_eq!(unsafe { overwritten(name, memory, size, beside) }, Err(expected));
    };
    let mut memory = [0x61_i64; 4];
    let (begin, last) = (memory.as_mut_ptr().cast::<c_void>(), memory[3..].as_mut_ptr().cast::<c_void>());
    let text = || value(6, 1, last);
    let list = |elements: &[Value]| value(12, elements.len() as u64, elements.as_ptr().cast());
    for kind in [6, 7, 8, 9, 10] {
        refused("rv_overwrite", begin, 32, value(kind, 1, last));
    }
    refused("rv_overwrite", begin, 32, list(&[value(0, 0, ptr::null()), list(&[text()])]));
    refused("rv_overwrite_both", begin, 32, text());
    refused("rv_overwrite_texts", begin, 32, list(&[value(6, 1, b"a".as_ptr().cast()), text()]));
    refused("rv_overwrite_all", begin, 32, list(&[list(&[text()])]));
    let mut inner = [value(2, 0, ptr::null()), value(2, 0, ptr::null())];
    let inside = inner[1..].as_mut_ptr().cast();
    refused("rv_overwrite_all", inside, 24, list(&inner));
    refused("rv_overwrite", inside, 24, list(&[list(&inner)]));
    assert_eq!((memory, inner[1].kind), ([0x61; 4], 2));
    unsafe {
        assert_eq!(overwritten("rv_overwrite", begin, 24, text()), Ok(true));
        assert_eq!(overwritten("rv_overwrite_texts", begin, 24, list(&[text(), text()])), Ok(true));
        assert_eq!(overwritten("rv_overwrite_all", inside, 24, list(&inner[..1])), Ok(true));
        assert_eq!(overwritten("rv_overwrite_all", begin, 24, list(&[list(&[text()])])), Ok(true));
    }
    assert_eq!(memory, [-1, -1, -1, 0x61]);
}

#[test]
fn arrays_come_back_with_their_count() {
    let doubled = native!("rv_doubled": (*const i64, usize, *mut usize) -> *const i64);
    let reversed = native!("rv_reversed": (*const c_void, usize, *mut usize) -> *const u8);
    let mut count = 0;
    unsafe {
        let result = doubled([3, 4].as_ptr(), 2, &mut count);
        assert_eq!(std::slice::from_raw_parts(result, count), [6, 8]);
        let result = reversed(b"abc".as_ptr().cast(), 3, &mut count);
        assert_eq!(std::slice::from_raw_parts(result, count), b"cba");
        doubled(std::ptr::null(), 2, &mut count);
        assert_eq!((count, status()), (0, 1));
        assert_eq!(message(), "rv_doubled: argument 1 (whole): the pointer is null but the count is not 0");
    }
}

#[test]
fn a_text_result_may_be_the_next_argument() {
    let joined = native!("rv_joined": (*const c_char, *const c_char) -> *const c_char);
    let (letter, digit) = (CString::new("é").unwrap(), CString::new("1").unwrap());
    unsafe {
        let once = joined(letter.as_ptr(), digit.as_ptr());
        let twice = joined(once, once);
        assert_eq!(CStr::from_ptr(twice).to_str(), Ok("é1é1"));
        assert!(joined(std::ptr::null(), once).is_null());
        assert_eq!(message(), "rv_joined: argument 1 (a): the text is null");
        assert!(joined(b"\xff\0".as_ptr().cast(), once).is_null());
        assert_eq!(message(), "rv_joined: argument 1 (a): the text is not UTF-8");
    }
    status();
}

#[test]
fn objects_are_handles() {
    let cell = native!("rv_cell": (i64) -> i64);
    let add = native!("rv_rustcell_add": (i64, i64) -> i64);
    let cell_or = native!("rv_cell_or": (i64, i64) -> i64);
    let some = native!("rv_cell_some": (i64) -> i64);
    let sum = native!("rv_cells_sum": (*const i64, usize) -> i64);
    unsafe {
        let handle = cell(4);
        assert_eq!((add(handle, 3), cell_or(handle, 1), cell_or(0, 1)), (7, 7, 1));
        assert_eq!((some(0), status()), (0, 0));
        assert_eq!(sum([handle, handle].as_ptr(), 2), 14);
        assert_eq!(rt_handle_free(handle), 0);
        assert_eq!((add(handle, 1), status()), (0, 3));
        assert!(message().starts_with("rv_rustcell_add: argument 1 (cell): handle"));
    }
}

#[test]
fn failures_and_panics_set_the_status() {
    let half = native!("rv_half": (i32) -> i32);
    let parse = native!("rv_parse": (*const c_char) -> f64);
    let at = native!("rv_at": (*const i64, usize, i64) -> i64);
    let bomb = native!("rv_bomb": () -> i64);
    unsafe {
        assert_eq!((half(3), status()), (0, 1));
        assert_eq!(message(), "rv_half: 3 is odd");
        assert!(parse(b"x\0".as_ptr().cast()).is_nan());
        assert_eq!(status(), 11);
        assert_eq!((at([1].as_ptr(), 1, 5), status()), (0, 11));
        assert_eq!(message(), "rv_at: it panicked: index out of bounds: the len is 1 but the index is 5");
        assert_eq!((bomb(), status()), (0, 11));
        assert_eq!(message(), "rv_bomb: it panicked: without a text");
    }
}

#[test]
fn what_has_no_native_form_has_no_address() {
    assert!(address("rv_kind").is_null());
    let expected = "rv_kind: it can be called dynamically only (rt_call): `rv_kind(value: any = none) -> text`";
    assert_eq!(message(), expected);
}

/// Lends a text that the next call changes.
unsafe extern "C" fn lend(_: *const c_void, _: *const Value, _: usize, result: *mut Value) -> i32 {
    static TEXT: [AtomicU8; 2] = [AtomicU8::new(b'0'), AtomicU8::new(0)];
    TEXT[0].fetch_add(1, Ordering::SeqCst);
    result.write(value(6, 1, TEXT.as_ptr().cast()));
    0
}

#[test]
fn what_a_callable_lends_is_copied() {
    unsafe {
        let callable = rt_callable(b"fn() -> any\0".as_ptr().cast(), lend, ptr::null_mut(), ptr::null_mut(), 0);
        let mut result = value(0, 0, ptr::null());
        assert_eq!(dynamic("rv_called_twice", &[value(4, 0, callable as *const c_void)], &mut result), 0);
        let texts = std::slice::from_raw_parts(result.payload.cast::<Value>(), result.size as usize);
        let letters: Vec<u8> = texts.iter().map(|text| *text.payload.cast()).collect();
        assert_eq!(letters, b"12");
        rt_value_clear(&mut result);
        rt_handle_free(callable);
    }
}

/// A list in a list in a list, and so on, in memory that each list owns.
unsafe fn nested(levels: usize) -> Value {
    let mut list = value(2, 0, ptr::null());
    for _ in 0..levels {
        let memory = malloc(std::mem::size_of::<Value>()).cast::<Value>();
        memory.write(list);
        list = Value { flags: 1, ..value(12, 1, memory.cast()) };
    }
    list
}

#[test]
fn lists_are_nested_1000_levels_deep_at_most() {
    let mut result = value(0, 0, ptr::null());
    unsafe {
        let mut deepest = nested(1000);
        assert_eq!(dynamic("rv_kept", std::slice::from_ref(&deepest), &mut result), 0);
        rt_value_clear(&mut result);
        assert_eq!(dynamic("rv_kinds", std::slice::from_ref(&deepest), &mut result), 0);
        rt_value_clear(&mut result);
        rt_value_clear(&mut deepest);
        for levels in [1001, 200_000] {
            let list = nested(levels);
            for name in ["rv_kept", "rv_kinds"] {
                assert_eq!(dynamic(name, std::slice::from_ref(&list), &mut result), 1);
                let which = if name == "rv_kept" { "value" } else { "values" };
                let expected = format!("{name}: argument 1 ({which}): lists are nested more than 1,000 levels deep");
                assert_eq!((status(), message()), (1, expected));
            }
        }
    }
}

/// Gives what is nested as deeply as the context says.
unsafe extern "C" fn give_nested(function: *const c_void, _: *const Value, _: usize, result: *mut Value) -> i32 {
    let levels = *function.cast::<*const usize>().add(2);
    result.write(nested(*levels));
    0
}

#[test]
fn so_are_those_that_a_callable_gives() {
    let mut result = value(0, 0, ptr::null());
    for (levels, expected) in [(1000, 0), (1001, 11), (200_000, 11)] {
        let context: *const usize = &levels;
        unsafe {
            let signature = b"fn() -> any\0".as_ptr().cast();
            let callable = rt_callable(signature, give_nested, context as *mut c_void, ptr::null_mut(), 0);
            let arguments = [value(4, 0, callable as *const c_void)];
            assert_eq!(dynamic("rv_called_in_vain", &arguments, &mut result), expected);
            if expected != 0 {
                let why = "rv_called_in_vain: the result of the callable: lists are nested more than 1,000 levels deep";
                assert_eq!(message(), why);
            }
            status();
            rt_handle_free(callable);
        }
    }
}
