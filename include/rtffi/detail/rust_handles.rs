// SPDX-License-Identifier: Apache-2.0
//! Objects behind handles, and callables of the host's.
use std::ffi::{c_void, CStr};
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::entry::{drop_panic, ClassDesc, Failure};
use crate::host::{host, Error, RawError, Result, Status};
use crate::value::{Value, TOO_DEEP};

/// Where the registered class of a Rust type lies, once init has run.
pub struct ClassSlot(AtomicPtr<c_void>);

impl ClassSlot {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> ClassSlot {
        ClassSlot(AtomicPtr::new(ptr::null_mut()))
    }

    pub(crate) fn as_ptr(&self) -> *mut *mut c_void {
        &self.0 as *const AtomicPtr<c_void> as *mut *mut c_void
    }
}

/// A type whose objects travel as handles: see `class!`. Several threads may use one object at once, so what changes in it lies in a
/// Mutex, an atomic or the like.
///
/// # Safety
/// `class!` alone implements it: each type has a slot of its own.
pub unsafe trait Class: Send + Sync + Sized + 'static {
    const NAME: &'static str;
    #[doc(hidden)]
    fn slot() -> &'static ClassSlot;
}

pub const fn class_desc<T: Class>(name: &'static str, doc: &'static str) -> ClassDesc {
    ClassDesc::new(name, doc, release::<T>)
}

unsafe extern "C" fn release<T: Class>(object: *mut c_void) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(Box::from_raw(object.cast::<T>())))) {
        drop_panic(panic);
    }
}

pub(crate) fn class_of<T: Class>() -> *const c_void {
    T::slot().0.load(Ordering::Relaxed)
}

// Hands an object over to a new handle.
pub(crate) fn make_handle<T: Class>(object: T) -> std::result::Result<i64, Failure> {
    let object = Box::into_raw(Box::new(object));
    match unsafe { (host().handle_create)(class_of::<T>(), object.cast()) } {
        0 => {
            drop(unsafe { Box::from_raw(object) });
            Err(Failure::Reported(Status::Memory as i32))
        }
        handle => Ok(handle),
    }
}

/// Keeps an object alive while it is used.
pub struct Pin {
    cell: *mut *mut c_void,
}

impl Pin {
    // None where the handle is not a live one of that class.
    pub(crate) fn new(handle: i64, class: *const c_void) -> Option<Pin> {
        let cell = unsafe { (host().handle_pin)(handle, class) };
        (!cell.is_null()).then(|| Pin { cell })
    }

    pub(crate) fn object<T>(&self) -> *const T {
        unsafe { (*self.cell).cast() }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        unsafe { (host().handle_unpin)(self.cell) }
    }
}

/// A function of the host's. A clone may be kept, and called later.
pub struct Callable {
    handle: i64,
}

impl Callable {
    pub(crate) fn share(handle: i64) -> Callable {
        Callable { handle: unsafe { (host().handle_clone)(handle) } }
    }

    /// Calls it. Its failure is the error that this gives.
    pub fn call(&self, arguments: &[Value]) -> Result<Value> {
        let mut result = Value::NONE;
        let status = unsafe { (host().callable_call)(self.handle, arguments.as_ptr(), arguments.len(), &mut result) };
        // What went wrong is returned, or the callable did without it.
        unsafe { *(host().error_location)() = 0 };
        match status {
            0 if !result.is_bounded() => {
                Err(Error::new(Status::Callee, format!("the result of the callable: {TOO_DEEP}")))
            }
            0 if result.is_whole() => Ok(result),
            0 => Ok(result.clone()), // what it borrows may be gone soon
            _ => Err(last_error(status)),
        }
    }
}

impl Clone for Callable {
    fn clone(&self) -> Callable {
        Callable::share(self.handle)
    }
}

impl Drop for Callable {
    fn drop(&mut self) {
        unsafe { (host().handle_free)(self.handle) };
    }
}

fn last_error(status: i32) -> Error {
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
    unsafe { (host().last_error)(&mut raw) };
    Error { status, message: copied(raw.message), cause: copied(raw.cause) }
}

fn copied(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
