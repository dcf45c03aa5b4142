// SPDX-License-Identifier: Apache-2.0
//! Values of any type, and who owns what is in them.
use std::ffi::c_void;
use std::ops::Range;
use std::slice::from_ref;

use crate::host::host;
use crate::memory::{extent, overlap, slice};
use crate::results::{array, owned, NewHandles};

/// A value of any type. Who has one owns what is in it, as with a String: its memory, and a share of its objects. An argument is the
/// caller's, a `&Value`; a clone of it is one's own.
///
/// Lists in it are nested 1,000 levels deep at most, so that a clone ends: a call with a deeper argument fails, and so does
/// `Callable::call` where a deeper value is the result. A value that a plugin makes otherwise, which takes unsafe code, is not looked at.
#[repr(C)]
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

// How deep lists are nested at most.
const LEVELS: usize = 1000;
pub(crate) const TOO_DEEP: &str = "lists are nested more than 1,000 levels deep";

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
        let bytes = (self.kind == TEXT).then(|| unsafe { self.elements::<u8>() });
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    // The caller has looked at the tag. What cannot be memory has no elements.
    unsafe fn elements<T>(&self) -> &[T] {
        let count = usize::try_from(self.size).unwrap_or(usize::MAX);
        slice(self.payload.pointer.cast(), count).unwrap_or(&[])
    }

    // Whether what recurses into its lists comes to an end.
    pub(crate) fn is_bounded(&self) -> bool {
        fn within(value: &Value, levels: usize) -> bool {
            match value.kind {
                VALUES if levels > 0 => unsafe { value.elements() }.iter().all(|inner| within(inner, levels - 1)),
                kind => kind != VALUES,
            }
        }
        within(self, LEVELS)
    }

    // Whether nobody else's memory is in it.
    pub(crate) fn is_whole(&self) -> bool {
        match self.kind {
            TEXT..=HANDLE_ARRAY => self.flags & OWNED != 0,
            VALUES => self.flags & OWNED != 0 && unsafe { self.elements::<Value>() }.iter().all(Value::is_whole),
            _ => true,
        }
    }

    // Whether it, or some of the memory that it or a value inside it refers to, lies there.
    pub(crate) fn has(&self, there: &Range<usize>) -> bool {
        unsafe fn inside<T>(value: &Value, there: &Range<usize>) -> bool {
            overlap(&extent(value.elements::<T>()), there)
        }
        overlap(&extent(from_ref(self)), there)
            || unsafe {
                match self.kind {
                    TEXT | BYTES | BOOL_ARRAY => inside::<u8>(self, there),
                    I64_ARRAY | F64_ARRAY | HANDLE_ARRAY => inside::<i64>(self, there),
                    VALUES => self.elements::<Value>().iter().any(|value| value.has(there)),
                    _ => false,
                }
            }
    }

    // Takes the elements out of a list. Memory in one that is not the value's own is not theirs.
    fn take_elements(&mut self) -> Vec<Value> {
        if self.kind != VALUES {
            return Vec::new();
        }
        let owned = self.flags & OWNED;
        let elements = unsafe { self.elements::<Value>() }.iter();
        let taken = elements.map(|element| Value { flags: element.flags & owned, ..*element }).collect();
        self.size = 0;
        taken
    }

    // Of what is no list.
    fn free_handles(&self) {
        let free = |handle: &i64| {
            unsafe { (host().handle_free)(*handle) };
        };
        unsafe {
            match self.kind {
                HANDLE => free(&self.payload.integer),
                HANDLE_ARRAY => self.elements().iter().for_each(free),
                _ => (),
            }
        }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        if self.kind >= HANDLE {
            // The result of a callable may be nested too deeply to recurse into it.
            let mut inside = self.take_elements();
            while let Some(mut value) = inside.pop() {
                inside.append(&mut value.take_elements());
            }
            self.free_handles();
            unsafe { (host().value_clear)(self) };
        }
    }
}

impl Clone for Value {
    fn clone(&self) -> Value {
        let share = |handle: &i64| unsafe { (host().handle_clone)(*handle) };
        let copy = unsafe {
            match self.kind {
                NONE..=DOUBLE | POINTER => Ok(Value { flags: 0, size: 0, ..*self }),
                HANDLE => Ok(Value::scalar(HANDLE, share(&self.payload.integer))),
                TEXT | BYTES | BOOL_ARRAY => owned::<u8>(self.kind, self.elements()),
                I64_ARRAY => owned::<i64>(I64_ARRAY, self.elements()),
                F64_ARRAY => owned::<f64>(F64_ARRAY, self.elements()),
                HANDLE_ARRAY => NewHandles(self.elements().iter().map(share).collect()).hand_out(),
                VALUES => array(self.elements::<Value>().to_vec()),
                _ => panic!("a value has a type that is newer than this plugin"),
            }
        };
        copy.unwrap_or_else(|_| panic!("memory is exhausted"))
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
        Value { kind: DOUBLE, flags: 0, size: 0, payload: Payload { number } }
    }
}
