// SPDX-License-Identifier: Apache-2.0
//! Which argument is read, and what can be wrong with it.
use std::ffi::c_void;
use std::os::raw::c_char;

use crate::entry::Failure;
use crate::handles::Pin;
use crate::host::*;
use crate::memory::{shared, slice, slice_mut, Memory};
use crate::value::*;

/// Which argument of which function is being read.
#[derive(Clone, Copy)]
pub struct Place {
    pub(crate) signature: *const c_char,
    pub(crate) index: usize,
}

pub(crate) type Read<T> = std::result::Result<T, Failure>;

impl Place {
    pub fn refuse<T>(self, message: &str) -> Read<T> {
        let text = c_text(message);
        let status = Status::Argument as i32;
        Err(Failure::Reported(unsafe { (host().fail_argument)(self.signature, self.index, status, text.as_ptr()) }))
    }

    pub fn wrong_type<T>(self, value: &Value) -> Read<T> {
        Err(Failure::Reported(unsafe { (host().fail_value)(self.signature, self.index, value) }))
    }

    pub fn pin(self, handle: i64, class: *const c_void) -> Read<Pin> {
        Pin::new(handle, class).ok_or_else(|| {
            Failure::Reported(unsafe { (host().fail_handle)(self.signature, self.index, handle, class) })
        })
    }

    pub fn integer(self, value: &Value) -> Read<i64> {
        match value.kind {
            INTEGER | BOOL => Ok(unsafe { value.payload.integer }),
            _ => self.wrong_type(value),
        }
    }

    pub fn handle(self, value: &Value) -> Read<i64> {
        match value.kind {
            HANDLE | INTEGER => Ok(unsafe { value.payload.integer }),
            NONE => Ok(0),
            _ => self.wrong_type(value),
        }
    }

    // Memory of the caller's, as it may be looked at.
    pub unsafe fn memory<'a, T>(self, data: *const T, count: usize) -> Read<&'a [T]> {
        slice(data, count).or_else(|why| self.refuse(why))
    }

    pub unsafe fn memory_mut<'a, T>(self, data: *mut T, count: usize) -> Read<&'a mut [T]> {
        slice_mut(data, count).or_else(|why| self.refuse(why))
    }

    // The elements of an array; an empty array may come with any array's tag.
    pub unsafe fn elements<'a, T>(self, value: &Value, kind: u32) -> Read<&'a [T]> {
        self.memory(value.payload.pointer.cast(), self.count(value, kind)?)
    }

    pub unsafe fn writable<'a, T>(self, value: &Value, kind: u32) -> Read<&'a mut [T]> {
        if value.flags & MUTABLE == 0 && value.size != 0 {
            return self.refuse("the memory is to be written to, but the value is not marked RT_VALUE_MUTABLE");
        }
        self.memory_mut(value.payload.pointer as *mut T, self.count(value, kind)?)
    }

    // Values of any type, which Rust may clone.
    pub fn bounded(self, value: &Value) -> Read<&Value> {
        if value.is_bounded() {
            Ok(value)
        } else {
            self.refuse(TOO_DEEP)
        }
    }

    fn count(self, value: &Value, kind: u32) -> Read<usize> {
        let empty = value.size == 0 && (BYTES..=VALUES).contains(&value.kind);
        if value.kind != kind && !empty {
            return self.wrong_type(value);
        }
        Ok(usize::try_from(value.size).unwrap_or(usize::MAX))
    }

    pub fn utf8(self, bytes: &[u8]) -> Read<&str> {
        std::str::from_utf8(bytes).or_else(|_| self.refuse("the text is not UTF-8"))
    }
}

/// What is written to must be no other argument's.
pub(crate) fn exclusive(signature: *const c_char, arguments: &[Memory]) -> Read<()> {
    match shared(arguments) {
        Some(index) => {
            Place { signature, index }.refuse("the memory is to be written to, but another argument has it, too")
        }
        None => Ok(()),
    }
}
