// SPDX-License-Identifier: Apache-2.0
//! How each Rust result type is given back by a native call and by a dynamic one.
use std::ffi::c_void;
use std::mem;
use std::os::raw::c_char;
use std::ptr;

use crate::entry::Failure;
use crate::handles::{make_handle, Class};
use crate::host::*;
use crate::signature::Type;
use crate::value::*;

type Given<T> = std::result::Result<T, Failure>;

/// A type of a result. `Count` is the last parameter of a native call that gives an array, and `()` for all others.
pub trait Give: Sized {
    type Native;
    type Count: Copy;
    const TYPE: Type;
    const HAS_NATIVE: bool = true;
    /// Whether a native call can give none: as it fails, but without an error.
    const NATIVE_NONE: bool = false;
    fn failure() -> Self::Native;
    fn native(self, count: Self::Count) -> Given<Self::Native>;
    fn value(self) -> Given<Value>;
    /// Before the call.
    fn begin(_: Self::Count) {}
}

fn exhausted() -> Failure {
    Failure::Error(Error::new(Status::Memory, "memory is exhausted"))
}

// A copy in memory of the host's, with as many zeros behind it as an element has bytes.
unsafe fn copy<T>(allocate: unsafe extern "C" fn(usize) -> *mut c_void, data: &[T]) -> Given<*const c_void> {
    let size = mem::size_of_val(data);
    let memory = allocate(size + mem::size_of::<T>()).cast::<u8>();
    if memory.is_null() {
        return Err(exhausted());
    }
    ptr::copy_nonoverlapping(data.as_ptr().cast(), memory, size);
    ptr::write_bytes(memory.add(size), 0, mem::size_of::<T>());
    Ok(memory as *const c_void)
}

pub(crate) fn owned<T>(kind: u32, data: &[T]) -> Given<Value> {
    let pointer = unsafe { copy(host().allocate, data)? };
    Ok(Value { kind, flags: OWNED, size: data.len() as u64, payload: Payload { pointer } })
}

pub(crate) fn array(values: Vec<Value>) -> Given<Value> {
    let array = owned(VALUES, &values)?;
    values.into_iter().for_each(mem::forget); // they are the array's now
    Ok(array)
}

macro_rules! scalars {
    ($($type:ty, $name:literal, $failure:expr, $value:ident => $made:expr;)*) => {
        $(impl Give for $type {
            type Native = $type;
            type Count = ();
            const TYPE: Type = Type::Word($name);
            fn failure() -> $type {
                $failure
            }
            fn native(self, _: ()) -> Given<$type> {
                Ok(self)
            }
            fn value(self) -> Given<Value> {
                let $value = self;
                Ok($made)
            }
        })*
    };
}

scalars! {
    bool, "bool", false, v => Value::from(v);
    i32, "i32", 0, v => Value::from(i64::from(v));
    i64, "i64", 0, v => Value::from(v);
    f64, "f64", f64::NAN, v => Value::from(v);
    *mut c_void, "ptr", ptr::null_mut(), v =>
        Value { kind: POINTER, flags: 0, size: 0, payload: Payload { pointer: v } };
}

impl Give for () {
    type Native = ();
    type Count = ();
    const TYPE: Type = Type::None;
    fn failure() {}
    fn native(self, _: ()) -> Given<()> {
        Ok(())
    }
    fn value(self) -> Given<Value> {
        Ok(Value::NONE)
    }
}

impl Give for String {
    type Native = *const c_char;
    type Count = ();
    const TYPE: Type = Type::Word("text");
    const NATIVE_NONE: bool = true;
    fn failure() -> *const c_char {
        ptr::null()
    }
    fn native(self, _: ()) -> Given<*const c_char> {
        // A C caller would see the beginning of it only.
        if self.contains('\0') {
            return Err(Failure::Error(Error::new(
                Status::Callee,
                "the text that it gives holds a NUL: call it dynamically",
            )));
        }
        unsafe { copy(host().borrow, self.as_bytes()).map(|text| text.cast()) }
    }
    fn value(self) -> Given<Value> {
        owned(TEXT, self.as_bytes())
    }
}

macro_rules! arrays {
    ($($element:ty, $kind:ident, $type:expr;)*) => {
        $(impl Give for Vec<$element> {
            type Native = *const $element;
            type Count = *mut usize;
            const TYPE: Type = $type;
            fn failure() -> *const $element {
                ptr::null()
            }
            fn native(self, count: *mut usize) -> Given<*const $element> {
                let data = unsafe { copy(host().borrow, &self)? };
                set(count, self.len());
                Ok(data.cast())
            }
            fn value(self) -> Given<Value> {
                owned($kind, &self)
            }
            fn begin(count: *mut usize) {
                set(count, 0);
            }
        })*
    };
}

arrays! {
    u8, BYTES, Type::Word("bytes");
    i64, I64_ARRAY, Type::Array(&Type::Word("i64"));
    f64, F64_ARRAY, Type::Array(&Type::Word("f64"));
    bool, BOOL_ARRAY, Type::Array(&Type::Word("bool"));
}

fn set(count: *mut usize, value: usize) {
    if !count.is_null() {
        unsafe { *count = value };
    }
}

impl<T: Class> Give for T {
    type Native = i64;
    type Count = ();
    const TYPE: Type = Type::Word(T::NAME);
    const NATIVE_NONE: bool = true;
    fn failure() -> i64 {
        0
    }
    fn native(self, _: ()) -> Given<i64> {
        make_handle(self)
    }
    fn value(self) -> Given<Value> {
        make_handle(self).map(|handle| Value::scalar(HANDLE, handle))
    }
}

// New handles, freed again unless handed out.
pub(crate) struct NewHandles(pub Vec<i64>);

impl NewHandles {
    pub fn hand_out(mut self) -> Given<Value> {
        let value = owned(HANDLE_ARRAY, &self.0)?;
        self.0.clear();
        Ok(value)
    }

    fn of<T: Class>(objects: Vec<T>) -> Given<NewHandles> {
        let mut handles = NewHandles(Vec::with_capacity(objects.len()));
        for object in objects {
            handles.0.push(make_handle(object)?);
        }
        Ok(handles)
    }
}

impl Drop for NewHandles {
    fn drop(&mut self) {
        for handle in &self.0 {
            unsafe { (host().handle_free)(*handle) };
        }
    }
}

impl<T: Class> Give for Vec<T> {
    type Native = *const i64;
    type Count = *mut usize;
    const TYPE: Type = Type::Array(&Type::Word(T::NAME));
    fn failure() -> *const i64 {
        ptr::null()
    }
    fn native(self, count: *mut usize) -> Given<*const i64> {
        let mut handles = NewHandles::of(self)?;
        let data = unsafe { copy(host().borrow, &handles.0)? };
        set(count, handles.0.len());
        handles.0.clear();
        Ok(data.cast())
    }
    fn value(self) -> Given<Value> {
        NewHandles::of(self)?.hand_out()
    }
    fn begin(count: *mut usize) {
        set(count, 0);
    }
}

impl<T: Give> Give for Option<T> {
    type Native = T::Native;
    type Count = T::Count;
    const TYPE: Type = Type::Optional(&T::TYPE);
    const HAS_NATIVE: bool = T::NATIVE_NONE;
    fn failure() -> T::Native {
        T::failure()
    }
    fn native(self, count: T::Count) -> Given<T::Native> {
        self.map_or_else(|| Ok(T::failure()), |value| value.native(count))
    }
    fn value(self) -> Given<Value> {
        self.map_or(Ok(Value::NONE), T::value)
    }
}

impl<T: Give, E: Into<Error>> Give for std::result::Result<T, E> {
    type Native = T::Native;
    type Count = T::Count;
    const TYPE: Type = T::TYPE;
    const HAS_NATIVE: bool = T::HAS_NATIVE;
    const NATIVE_NONE: bool = T::NATIVE_NONE;
    fn failure() -> T::Native {
        T::failure()
    }
    fn native(self, count: T::Count) -> Given<T::Native> {
        self.map_err(|error| Failure::Error(error.into()))?.native(count)
    }
    fn value(self) -> Given<Value> {
        self.map_err(|error| Failure::Error(error.into()))?.value()
    }
    fn begin(count: T::Count) {
        T::begin(count);
    }
}

// What only dynamic calls can give.
macro_rules! dynamic_results {
    ($([$($generic:tt)*] $type:ty, $name:expr, $result:ident => $value:expr;)*) => {
        $(impl<$($generic)*> Give for $type {
            type Native = ();
            type Count = ();
            const TYPE: Type = $name;
            const HAS_NATIVE: bool = false;
            fn failure() {}
            fn native(self, _: ()) -> Given<()> {
                Ok(())
            }
            fn value(self) -> Given<Value> {
                let $result = self;
                $value
            }
        })*
    };
}

dynamic_results! {
    [] Value, Type::Word("any"), value => Ok(value);
    [] Vec<String>, Type::Array(&Type::Word("text")), texts =>
        array(texts.into_iter().map(String::value).collect::<Given<Vec<Value>>>()?);
    [A: Give, B: Give] (A, B), Type::Tuple(&[&A::TYPE, &B::TYPE]), parts =>
        array(vec![parts.0.value()?, parts.1.value()?]);
    [A: Give, B: Give, C: Give] (A, B, C), Type::Tuple(&[&A::TYPE, &B::TYPE, &C::TYPE]), parts =>
        array(vec![parts.0.value()?, parts.1.value()?, parts.2.value()?]);
}
