use std::borrow::Borrow;
use std::ffi::{c_void, CStr, CString};
use std::fmt;
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

#[repr(C)]
struct Record {
    native: AtomicPtr<c_void>,
    dynamic: AtomicPtr<c_void>,
    context: *mut c_void,
    name: *const c_char,
    signature: *const c_char,
}

type Entry = unsafe extern "C" fn(*const Record, *const Value, usize, *mut Value) -> i32;

#[repr(C)]
struct RawError {
    struct_size: usize,
    code: i32,
    message: *const c_char,
    function: *const c_char,
    plugin: *const c_char,
    cause: *const c_char,
    storage: *mut c_void,
}

#[link(name = "rtffi")]
extern "C" {
    fn rt_dlopen(path_or_name: *const c_char, flags: i64) -> i64;
    fn rt_bind(name: *const c_char, signature: *const c_char, flags: i64, out: *mut *const Record) -> i32;
    fn rt_value_clear(value: *mut Value);
    fn rt_last_error(error: *mut RawError) -> i32;
    fn rt_callable(
        signature: *const c_char,
        dynamic: Entry,
        context: *mut c_void,
        release: unsafe extern "C" fn(*mut c_void),
        flags: u64,
    ) -> i64;
    fn rt_fail(status: i32, cause: *const c_char, message: *const c_char) -> i32;
    fn rt_handle_clone(handle: i64) -> i64;
    fn rt_handle_free(handle: i64) -> i32;
    fn rt_handle_class(handle: i64) -> *const c_char;
    fn malloc(size: usize) -> *mut c_void;
}

/// What kind of failure an [`Error`] is: rtffi's statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A value is out of range, or the number of arguments is wrong.
    Argument = 1,
    /// An argument has another type than the signature says.
    Type,
    /// An object is gone, or of another class.
    Handle,
    /// No plugin, function or symbol of that name.
    NotFound,
    /// The plugin's function has another signature than the one this file was made from.
    Signature,
    /// It exists but cannot be used here and now.
    Unavailable,
    /// A library could not be loaded.
    Load,
    /// A file breaks a trust rule.
    Untrusted,
    /// It is in use.
    Busy,
    /// Memory is exhausted.
    Memory,
    /// The function itself failed.
    Callee,
    /// A status that is newer than this file.
    Other,
}

impl ErrorKind {
    fn of_status(status: i32) -> ErrorKind {
        use ErrorKind::*;
        let kinds = [
            Argument, Type, Handle, NotFound, Signature, Unavailable, Load, Untrusted, Busy, Memory, Callee,
        ];
        kinds.into_iter().find(|kind| *kind as i32 == status).unwrap_or(Other)
    }
}

/// Why a call failed.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    function: String,
    plugin: String,
    cause: String,
}

/// What every function here returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of your own, for a closure to return.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        let none = String::new;
        Error { kind, message: message.into(), function: none(), plugin: none(), cause: none() }
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The function that failed, or "".
    pub fn function(&self) -> &str {
        &self.function
    }

    /// The plugin that has it, or "".
    pub fn plugin(&self) -> &str {
        &self.plugin
    }

    /// A short stable word, finer than the kind, or "".
    pub fn cause(&self) -> &str {
        &self.cause
    }

    // What the last call on this thread left.
    fn last() -> Error {
        let text = ptr::null();
        let mut raw = RawError {
            struct_size: std::mem::size_of::<RawError>(),
            code: 0,
            message: text,
            function: text,
            plugin: text,
            cause: text,
            storage: ptr::null_mut(),
        };
        unsafe { rt_last_error(&mut raw) };
        Error {
            kind: ErrorKind::of_status(raw.code),
            message: copied(raw.message),
            function: copied(raw.function),
            plugin: copied(raw.plugin),
            cause: copied(raw.cause),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

fn copied(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

// A NUL inside ends the text.
fn c_text(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// For [`open`]: take no stub in place of a plugin whose library is missing.
pub const REQUIRE_REAL: i64 = 1 << 17;

/// For [`open`]: try the plugin in a process of its own first.
pub const PROBE: i64 = 1 << 16;

/// Loads a plugin by its name or its path, for the life of the process. Every function loads its plugin at its first call, so this
/// is for those who want to know early.
pub fn open(name_or_path: &str, flags: i64) -> Result<()> {
    match unsafe { rt_dlopen(c_text(name_or_path).as_ptr(), flags) } {
        0 => Err(Error::last()),
        _ => Ok(()),
    }
}

/// A function of a plugin. It is found at its first call, where its signature is compared, too.
pub(super) struct Function {
    name: &'static str,
    signature: &'static str,
    record: AtomicPtr<Record>,
}

impl Function {
    // Both end with a NUL.
    pub(super) const fn new(name: &'static str, signature: &'static str) -> Function {
        Function { name, signature, record: AtomicPtr::new(ptr::null_mut()) }
    }

    // Records live for ever. Two threads that look at once find the same one.
    fn record(&self) -> Result<*const Record> {
        let known = self.record.load(Ordering::Acquire);
        if !known.is_null() {
            return Ok(known);
        }
        let mut found = ptr::null();
        if unsafe { rt_bind(self.name.as_ptr().cast(), self.signature.as_ptr().cast(), 0, &mut found) } != 0 {
            return Err(Error::last());
        }
        self.record.store(found as *mut Record, Ordering::Release);
        Ok(found)
    }

    pub(super) fn call<R: FromValue>(&self, arguments: &[Value]) -> Result<R> {
        let record = self.record()?;
        let mut result = Outcome(Value::NONE);
        let status = unsafe {
            let entry = (*record).dynamic.load(Ordering::Acquire);
            let entry = std::mem::transmute::<*mut c_void, Entry>(entry);
            entry(record, arguments.as_ptr(), arguments.len(), &mut result.0)
        };
        match status {
            0 => R::from_value(&result.0),
            _ => Err(Error::last()),
        }
    }
}
