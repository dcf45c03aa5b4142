// SPDX-License-Identifier: Apache-2.0
//! The host's table as a Rust plugin sees it, values, and errors.
use std::ffi::{c_void, CString};
use std::fmt;
use std::os::raw::c_char;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// One argument or result of a dynamic call: rt_value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value {
    pub(crate) kind: u32,
    pub(crate) flags: u32,
    pub(crate) size: u64,
    pub(crate) payload: Payload,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) union Payload {
    pub integer: i64,
    pub number: f64,
    pub pointer: *const c_void,
}

pub(crate) const NONE: u32 = 0;
pub(crate) const BOOL: u32 = 1;
pub(crate) const INTEGER: u32 = 2;
pub(crate) const DOUBLE: u32 = 3;
pub(crate) const HANDLE: u32 = 4;
pub(crate) const POINTER: u32 = 5;
pub(crate) const TEXT: u32 = 6;
pub(crate) const BYTES: u32 = 7;
pub(crate) const I64_ARRAY: u32 = 8;
pub(crate) const F64_ARRAY: u32 = 9;
pub(crate) const BOOL_ARRAY: u32 = 10;
pub(crate) const HANDLE_ARRAY: u32 = 11;
pub(crate) const VALUES: u32 = 12;
pub(crate) const OWNED: u32 = 1;
pub(crate) const MUTABLE: u32 = 2;

impl Value {
    pub const NONE: Value = Value::scalar(NONE, 0);

    pub(crate) const fn scalar(kind: u32, integer: i64) -> Value {
        Value { kind, flags: 0, size: 0, payload: Payload { integer } }
    }

    pub fn is_none(&self) -> bool {
        self.kind == NONE
    }

    pub fn as_bool(&self) -> Option<bool> {
        (self.kind == BOOL).then(|| unsafe { self.payload.integer != 0 })
    }

    pub fn as_i64(&self) -> Option<i64> {
        (self.kind == INTEGER).then(|| unsafe { self.payload.integer })
    }

    /// The number; of an integer, too.
    pub fn as_f64(&self) -> Option<f64> {
        match self.kind {
            DOUBLE => Some(unsafe { self.payload.number }),
            _ => self.as_i64().map(|integer| integer as f64),
        }
    }

    /// The text, where it is one in UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        let bytes = (self.kind == TEXT).then(|| unsafe { self.slice::<u8>() });
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    // The caller has looked at the tag and the pointer.
    pub(crate) unsafe fn slice<T>(&self) -> &[T] {
        match self.size {
            0 => &[],
            size => std::slice::from_raw_parts(self.payload.pointer.cast(), size as usize),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::scalar(BOOL, value.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::scalar(INTEGER, value)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value { payload: Payload { number }, ..Value::scalar(DOUBLE, 0) }
    }
}

pub(crate) type DynamicEntry = unsafe extern "C" fn(*const c_void, *const Value, usize, *mut Value) -> i32;

/// rt_error.
#[repr(C)]
pub(crate) struct RawError {
    pub struct_size: usize,
    pub code: i32,
    pub message: *const c_char,
    pub function: *const c_char,
    pub plugin: *const c_char,
    pub cause: *const c_char,
    pub storage: *mut c_void,
}

/// rt_host, as far as it is used here: the rest of the table's entries are addresses.
#[repr(C)]
pub struct Host {
    pub(crate) struct_size: usize,
    pub(crate) abi_version: i64,
    pub(crate) register_function: unsafe extern "C" fn(*mut c_void, *const c_void) -> i32,
    pub(crate) register_class: unsafe extern "C" fn(*mut c_void, *const c_void, *mut *mut c_void) -> i32,
    pub(crate) register_provider: *const c_void,
    pub(crate) fail: unsafe extern "C" fn(*const c_char, i32, *const c_char, *const c_char) -> i32,
    pub(crate) fail_argument: unsafe extern "C" fn(*const c_char, usize, i32, *const c_char) -> i32,
    pub(crate) fail_handle: unsafe extern "C" fn(*const c_char, usize, i64, *const c_void) -> i32,
    pub(crate) fail_value: unsafe extern "C" fn(*const c_char, usize, *const Value) -> i32,
    pub(crate) error_location: unsafe extern "C" fn() -> *mut i32,
    pub(crate) last_error: unsafe extern "C" fn(*mut RawError) -> i32,
    pub(crate) handle_create: unsafe extern "C" fn(*const c_void, *mut c_void) -> i64,
    pub(crate) handle_pin: unsafe extern "C" fn(i64, *const c_void) -> *mut *mut c_void,
    pub(crate) handle_unpin: unsafe extern "C" fn(*mut *mut c_void),
    pub(crate) handle_collect: *const c_void,
    pub(crate) handle_clone: unsafe extern "C" fn(i64) -> i64,
    pub(crate) handle_free: unsafe extern "C" fn(i64) -> i32,
    pub(crate) borrow: unsafe extern "C" fn(usize) -> *mut c_void,
    pub(crate) allocate: unsafe extern "C" fn(usize) -> *mut c_void,
    pub(crate) deallocate: unsafe extern "C" fn(*mut c_void),
    pub(crate) complete: DynamicEntry,
    pub(crate) callable_call: unsafe extern "C" fn(i64, *const Value, usize, *mut Value) -> i32,
    pub(crate) lookup: *const c_void,
    pub(crate) bind: *const c_void,
    pub(crate) open: *const c_void,
    pub(crate) close: *const c_void,
    pub(crate) value_clear: unsafe extern "C" fn(*mut Value),
    pub(crate) log: unsafe extern "C" fn(*mut c_void, i32, *const c_char),
    pub(crate) callable_class: *const c_void,
}

pub(crate) static HOST: AtomicPtr<Host> = AtomicPtr::new(ptr::null_mut());
pub(crate) static PLUGIN: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

// Set in init, before anything else runs; the table lives as long as the process.
pub(crate) fn host() -> &'static Host {
    unsafe { &*HOST.load(Ordering::Relaxed) }
}

/// What kind of failure an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Argument = 1,
    Type,
    Handle,
    NotFound,
    Signature,
    Unavailable,
    Load,
    Untrusted,
    Busy,
    Memory,
    Callee,
}

/// The failure of a function. `?` makes one of every error of Rust's.
#[derive(Clone, Debug)]
pub struct Error {
    pub status: i32,
    pub message: String,
    /// A short stable word for programs, or "".
    pub cause: String,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(status: Status, message: impl Into<String>) -> Error {
        Error { status: status as i32, message: message.into(), cause: String::new() }
    }

    /// A value is out of range.
    pub fn argument(message: impl Into<String>) -> Error {
        Error::new(Status::Argument, message)
    }

    pub fn with_cause(self, cause: impl Into<String>) -> Error {
        Error { cause: cause.into(), ..self }
    }

    // Makes it the thread's error.
    pub(crate) fn report(&self, signature: *const c_char) -> i32 {
        let cause = c_text(&self.cause);
        let message = c_text(&self.message);
        unsafe { (host().fail)(signature, self.status, cause.as_ptr(), message.as_ptr()) }
    }
}

// Error is no std::error::Error itself, so that there is one conversion for all those that are.
impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Error {
        Error::new(Status::Callee, error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

// A NUL inside ends the text.
pub(crate) fn c_text(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// How much a message to the host's log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Debug,
    Information,
    Warning,
    Error,
}

/// Hands a message to the host's log. Any thread.
pub fn log(level: Level, message: &str) {
    let plugin = PLUGIN.load(Ordering::Relaxed);
    unsafe { (host().log)(plugin, level as i32, c_text(message).as_ptr()) }
}
