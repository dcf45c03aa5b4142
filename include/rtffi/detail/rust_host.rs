// SPDX-License-Identifier: Apache-2.0
//! The host's table as a Rust plugin sees it, and errors.
use std::ffi::{c_void, CString};
use std::fmt;
use std::os::raw::c_char;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::value::Value;

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

// Set in init, before anything else of a plugin runs; the table lives as long as the process.
pub(crate) fn host() -> &'static Host {
    unsafe { HOST.load(Ordering::Relaxed).as_ref() }.expect("no host has loaded this")
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
