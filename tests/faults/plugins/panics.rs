//! A plugin in Rust that panics: in a function, which makes an error of it, and in init, where RTFFI_TEST_HARM says so.
use std::ffi::{c_void, CString};
use std::os::raw::c_char;
use std::panic;

#[repr(C)]
pub struct Value {
    kind: u32,
    flags: u32,
    size: usize,
    integer: i64,
}

type Dynamic = extern "C" fn(*const c_void, *const Value, usize, *mut Value) -> i32;

#[repr(C)]
pub struct FunctionDesc {
    struct_size: usize,
    signature: *const c_char,
    doc: *const c_char,
    group: *const c_char,
    native: *const c_void,
    dynamic: Dynamic,
    context: *mut c_void,
    flags: u64,
    native_types: *const c_char,
}

/// The beginning of rt_host.
#[repr(C)]
pub struct Host {
    struct_size: usize,
    abi_version: i64,
    register_function: extern "C" fn(*mut c_void, *const FunctionDesc) -> i32,
    register_class: *const c_void,
    register_provider: *const c_void,
    fail: extern "C" fn(*const c_char, i32, *const c_char, *const c_char) -> i32,
}

#[repr(C)]
pub struct Descriptor {
    struct_size: usize,
    abi_version: i64,
    init: extern "C" fn(*const Host, *mut c_void) -> i32,
    shutdown: *const c_void,
}
unsafe impl Sync for Descriptor {}

static mut HOST: *const Host = std::ptr::null();

const OK: i32 = 0;
const CALLEE: i32 = 11;
const NONE: u32 = 0;
const INTEGER: u32 = 2;

fn half(number: i64) -> i64 {
    assert!(number % 2 == 0, "{} is odd", number);
    number / 2
}

extern "C" fn half_dynamic(_: *const c_void, args: *const Value, _: usize, result: *mut Value) -> i32 {
    unsafe { result.write(Value { kind: NONE, flags: 0, size: 0, integer: 0 }) };
    let argument = unsafe { (*args).integer };
    match panic::catch_unwind(|| half(argument)) {
        Ok(integer) => {
            unsafe { result.write(Value { kind: INTEGER, flags: 0, size: 0, integer }) };
            OK
        }
        Err(why) => {
            let text = why.downcast_ref::<String>().cloned().unwrap_or_default();
            let message = CString::new(text).unwrap_or_default();
            unsafe { ((*HOST).fail)(SIGNATURE.as_ptr().cast(), CALLEE, b"panic\0".as_ptr().cast(), message.as_ptr()) }
        }
    }
}

static SIGNATURE: &[u8] = b"rust_half(number: i64) -> i64\0";

extern "C" fn init(host: *const Host, plugin: *mut c_void) -> i32 {
    if std::env::var("RTFFI_TEST_HARM").map_or(false, |harm| harm == "panic in init") {
        panic!("not here");
    }
    let desc = FunctionDesc {
        struct_size: std::mem::size_of::<FunctionDesc>(),
        signature: SIGNATURE.as_ptr().cast(),
        doc: std::ptr::null(),
        group: std::ptr::null(),
        native: std::ptr::null(),
        dynamic: half_dynamic,
        context: std::ptr::null_mut(),
        flags: 0,
        native_types: std::ptr::null(),
    };
    unsafe {
        HOST = host;
        ((*host).register_function)(plugin, &desc)
    }
}

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static rt_plugin_entry: Descriptor = Descriptor {
    struct_size: std::mem::size_of::<Descriptor>(),
    abi_version: 1,
    init,
    shutdown: std::ptr::null(),
};

#[repr(C, align(4))]
pub struct Note<const N: usize> {
    owner_size: u32,
    size: u32,
    kind: u32,
    owner: [u8; 8],
    content: [u8; N],
}

#[used]
#[link_section = ".note.rtffi"]
static PLUGIN_NOTE: Note<56> = Note {
    owner_size: 6,
    size: 56,
    kind: 1,
    owner: *b"rtffi\0\0\0",
    content: *b"name=panics\0version=1.0.0\0doc=A plugin in Rust\0abi=1\0\0\0\0",
};

#[used]
#[link_section = ".note.rtffi"]
static FUNCTION_NOTE: Note<36> = Note {
    owner_size: 6,
    size: 34,
    kind: 2,
    owner: *b"rtffi\0\0\0",
    content: *b"sig=rust_half(number: i64) -> i64\0\0\0",
};
