// SPDX-License-Identifier: Apache-2.0
//! How each Rust parameter type is read from a native call's arguments and from a value of a dynamic one.
use std::ffi::{c_void, CStr};
use std::ops::Range;
use std::os::raw::c_char;

use crate::handles::{class_of, Callable, Class, Pin};
use crate::host::*;
use crate::memory::{extent, overlap};
use crate::place::{Place, Read};
use crate::signature::Type;
use crate::value::*;

/// A type of a parameter, which borrows for `'call`. `Held` lives until the call is over: what is pinned or converted for it.
///
/// A parameter is one or two values of a native call; the second is `()`, which takes no place among a C function's arguments.
pub trait Argument<'call>: Sized {
    type First;
    type Second;
    type Held;
    const TYPE: Type;
    const HAS_NATIVE: bool = true;
    /// Whether a native call can pass none.
    const NATIVE_NONE: bool = false;
    /// Whether it may be written to.
    const WRITES: bool = false;
    /// # Safety
    /// The values are what a caller passed for this type.
    unsafe fn from_native(place: Place, first: Self::First, second: Self::Second) -> Read<Self::Held>;
    /// # Safety
    /// As from_native.
    unsafe fn from_value(place: Place, value: &Value) -> Read<Self::Held>;
    /// # Safety
    /// What this gives is used only as long as `held` lives.
    unsafe fn get(held: &mut Self::Held) -> Self;
    /// Where the caller's memory lies that it refers to, where that is one piece.
    fn extent(_: &Self::Held) -> Range<usize> {
        0..0
    }
    /// Whether some of the caller's memory that it refers to lies there.
    fn has(held: &Self::Held, there: &Range<usize>) -> bool {
        overlap(&Self::extent(held), there)
    }
    /// Whether the value is that for none.
    fn is_none(_: &Self::First) -> bool {
        false
    }
}

macro_rules! scalars {
    ($($type:ty, $name:literal, $place:ident $value:ident => $read:expr;)*) => {
        $(impl<'call> Argument<'call> for $type {
            type First = $type;
            type Second = ();
            type Held = $type;
            const TYPE: Type = Type::Word($name);
            unsafe fn from_native(_: Place, first: $type, _: ()) -> Read<$type> {
                Ok(first)
            }
            unsafe fn from_value($place: Place, $value: &Value) -> Read<$type> {
                $read
            }
            unsafe fn get(held: &mut $type) -> $type {
                *held
            }
        })*
    };
}

scalars! {
    bool, "bool", place value => match place.integer(value)? {
        0 => Ok(false),
        1 => Ok(true),
        _ => place.refuse("a bool is 0 or 1"),
    };
    i32, "i32", place value =>
        i32::try_from(place.integer(value)?).or_else(|_| place.refuse("the number does not fit into an i32"));
    i64, "i64", place value => place.integer(value);
    f64, "f64", place value =>
        if value.kind == DOUBLE { Ok(value.payload.number) } else { place.integer(value).map(|v| v as f64) };
    *mut c_void, "ptr", place value =>
        if value.kind == POINTER { Ok(value.payload.pointer as *mut c_void) } else { place.wrong_type(value) };
}

impl<'a> Argument<'a> for &'a str {
    type First = *const c_char;
    type Second = ();
    type Held = &'a str;
    const TYPE: Type = Type::Word("text");
    unsafe fn from_native(place: Place, first: *const c_char, _: ()) -> Read<&'a str> {
        if first.is_null() {
            return place.refuse("the text is null");
        }
        place.utf8(CStr::from_ptr(first).to_bytes())
    }
    unsafe fn from_value(place: Place, value: &Value) -> Read<&'a str> {
        if value.kind != TEXT {
            return place.wrong_type(value);
        }
        place.utf8(place.elements(value, TEXT)?)
    }
    unsafe fn get(held: &mut &'a str) -> &'a str {
        held
    }
    fn extent(held: &&'a str) -> Range<usize> {
        extent(held.as_bytes())
    }
}

// An array or bytes of the caller's.
macro_rules! slices {
    ($($element:ty, $kind:ident, $type:expr, $place:ident $read:ident => $check:expr;)*) => {
        $(impl<'a> Argument<'a> for &'a [$element] {
            type First = *const $element;
            type Second = usize;
            type Held = &'a [$element];
            const TYPE: Type = $type;
            unsafe fn from_native(place: Place, first: *const $element, second: usize) -> Read<&'a [$element]> {
                let $place = place;
                let $read = place.memory(first.cast(), second)?;
                $check
            }
            unsafe fn from_value(place: Place, value: &Value) -> Read<&'a [$element]> {
                let $place = place;
                let $read = place.elements(value, $kind)?;
                $check
            }
            unsafe fn get(held: &mut &'a [$element]) -> &'a [$element] {
                held
            }
            fn extent(held: &&'a [$element]) -> Range<usize> {
                extent(held)
            }
        })*
    };
}

slices! {
    u8, BYTES, Type::Word("bytes"), _place read => Ok(read);
    i64, I64_ARRAY, Type::Array(&Type::Word("i64")), _place read => Ok(read);
    bool, BOOL_ARRAY, Type::Array(&Type::Word("bool")), place read => bools(place, read);
}

unsafe fn bools(place: Place, bytes: &[u8]) -> Read<&[bool]> {
    if bytes.iter().any(|byte| *byte > 1) {
        return place.refuse("a bool is 0 or 1");
    }
    Ok(std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()))
}

/// Numbers of the caller's, or made of integers.
pub enum Numbers<'a> {
    Given(&'a [f64]),
    Converted(Vec<f64>),
}

// A dynamic call may pass an array of i64, too.
impl<'a> Argument<'a> for &'a [f64] {
    type First = *const f64;
    type Second = usize;
    type Held = Numbers<'a>;
    const TYPE: Type = Type::Array(&Type::Word("f64"));
    unsafe fn from_native(place: Place, first: *const f64, second: usize) -> Read<Numbers<'a>> {
        place.memory(first, second).map(Numbers::Given)
    }
    unsafe fn from_value(place: Place, value: &Value) -> Read<Numbers<'a>> {
        if value.kind == I64_ARRAY {
            let whole = place.elements::<i64>(value, I64_ARRAY)?;
            return Ok(Numbers::Converted(whole.iter().map(|v| *v as f64).collect()));
        }
        place.elements(value, F64_ARRAY).map(Numbers::Given)
    }
    unsafe fn get(held: &mut Numbers<'a>) -> &'a [f64] {
        match held {
            Numbers::Given(read) => read,
            Numbers::Converted(numbers) => std::slice::from_raw_parts(numbers.as_ptr(), numbers.len()),
        }
    }
    fn extent(held: &Numbers<'a>) -> Range<usize> {
        match held {
            Numbers::Given(read) => extent(read),
            Numbers::Converted(_) => 0..0,
        }
    }
}

macro_rules! writable_slices {
    ($($element:ty, $kind:ident, $type:expr;)*) => {
        $(impl<'a> Argument<'a> for &'a mut [$element] {
            type First = *mut $element;
            type Second = usize;
            type Held = &'a mut [$element];
            const TYPE: Type = Type::Mut(&$type);
            const WRITES: bool = true;
            unsafe fn from_native(place: Place, first: *mut $element, second: usize) -> Read<Self::Held> {
                place.memory_mut(first, second)
            }
            unsafe fn from_value(place: Place, value: &Value) -> Read<Self::Held> {
                place.writable(value, $kind)
            }
            unsafe fn get(held: &mut Self::Held) -> &'a mut [$element] {
                std::slice::from_raw_parts_mut(held.as_mut_ptr(), held.len())
            }
            fn extent(held: &Self::Held) -> Range<usize> {
                extent(held)
            }
        })*
    };
}

writable_slices! {
    u8, BYTES, Type::Word("bytes");
    i64, I64_ARRAY, Type::Array(&Type::Word("i64"));
    f64, F64_ARRAY, Type::Array(&Type::Word("f64"));
}

impl<'a, T: Class> Argument<'a> for &'a T {
    type First = i64;
    type Second = ();
    type Held = Pin;
    const TYPE: Type = Type::Word(T::NAME);
    const NATIVE_NONE: bool = true;
    unsafe fn from_native(place: Place, first: i64, _: ()) -> Read<Pin> {
        place.pin(first, class_of::<T>())
    }
    unsafe fn from_value(place: Place, value: &Value) -> Read<Pin> {
        place.pin(place.handle(value)?, class_of::<T>())
    }
    unsafe fn get(held: &mut Pin) -> &'a T {
        &*held.object()
    }
    fn is_none(first: &i64) -> bool {
        *first == 0
    }
}

/// The objects behind an array of handles.
pub struct Pins<'a, T> {
    _pins: Vec<Pin>,
    objects: Vec<&'a T>,
}

impl<'a, T: Class> Argument<'a> for &'a [&'a T] {
    type First = *const i64;
    type Second = usize;
    type Held = Pins<'a, T>;
    const TYPE: Type = Type::Array(&Type::Word(T::NAME));
    unsafe fn from_native(place: Place, first: *const i64, second: usize) -> Read<Pins<'a, T>> {
        let handles = place.memory(first, second)?.iter();
        let pins = handles.map(|handle| place.pin(*handle, class_of::<T>())).collect::<Read<Vec<Pin>>>()?;
        let objects = pins.iter().map(|pin| &*pin.object()).collect();
        Ok(Pins { _pins: pins, objects })
    }
    unsafe fn from_value(place: Place, value: &Value) -> Read<Pins<'a, T>> {
        let kind = if value.kind == I64_ARRAY { I64_ARRAY } else { HANDLE_ARRAY };
        let handles = place.elements::<i64>(value, kind)?;
        Self::from_native(place, handles.as_ptr(), handles.len())
    }
    unsafe fn get(held: &mut Pins<'a, T>) -> &'a [&'a T] {
        std::slice::from_raw_parts(held.objects.as_ptr(), held.objects.len())
    }
}

impl<'a> Argument<'a> for &'a Callable {
    type First = i64;
    type Second = ();
    type Held = Callable;
    const TYPE: Type = Type::Callable;
    unsafe fn from_native(place: Place, first: i64, _: ()) -> Read<Callable> {
        let _pin = place.pin(first, host().callable_class)?;
        Ok(Callable::share(first))
    }
    unsafe fn from_value(place: Place, value: &Value) -> Read<Callable> {
        Self::from_native(place, place.handle(value)?, ())
    }
    unsafe fn get(held: &mut Callable) -> &'a Callable {
        &*(held as *const Callable)
    }
}

impl<'call, A: Argument<'call>> Argument<'call> for Option<A> {
    type First = A::First;
    type Second = A::Second;
    type Held = Option<A::Held>;
    const TYPE: Type = Type::Optional(&A::TYPE);
    const HAS_NATIVE: bool = A::NATIVE_NONE;
    const WRITES: bool = A::WRITES;
    unsafe fn from_native(place: Place, first: A::First, second: A::Second) -> Read<Self::Held> {
        if A::is_none(&first) {
            return Ok(None);
        }
        A::from_native(place, first, second).map(Some)
    }
    unsafe fn from_value(place: Place, value: &Value) -> Read<Self::Held> {
        let zero = value.kind == HANDLE && value.payload.integer == 0;
        if value.kind == NONE || zero {
            return Ok(None);
        }
        A::from_value(place, value).map(Some)
    }
    unsafe fn get(held: &mut Self::Held) -> Option<A> {
        held.as_mut().map(|held| A::get(held))
    }
    fn extent(held: &Self::Held) -> Range<usize> {
        held.as_ref().map_or(0..0, A::extent)
    }
    fn has(held: &Self::Held, there: &Range<usize>) -> bool {
        held.as_ref().map_or(false, |held| A::has(held, there))
    }
}

// What only dynamic calls can pass.
macro_rules! dynamic_arguments {
    ($($type:ty, $held:ty, $name:expr, $place:ident $value:ident => $read:expr, $kept:ident => $get:expr,
        $there:ident => $has:expr;)*) => {
        $(impl<'a> Argument<'a> for $type {
            type First = ();
            type Second = ();
            type Held = $held;
            const TYPE: Type = $name;
            const HAS_NATIVE: bool = false;
            unsafe fn from_native(place: Place, _: (), _: ()) -> Read<$held> {
                place.refuse("it can be passed in dynamic calls only")
            }
            unsafe fn from_value($place: Place, $value: &Value) -> Read<$held> {
                $read
            }
            unsafe fn get($kept: &mut $held) -> $type {
                $get
            }
            fn has($kept: &$held, $there: &Range<usize>) -> bool {
                $has
            }
        })*
    };
}

dynamic_arguments! {
    &'a Value, *const Value, Type::Word("any"),
        place value => place.bounded(value).map(|value| value as *const Value), kept => &**kept,
        there => unsafe { (**kept).has(there) };
    &'a [Value], &'a [Value], Type::Array(&Type::Word("any")),
        place value => place.elements(place.bounded(value)?, VALUES), kept => kept,
        there => kept.iter().any(|value| value.has(there));
    &'a [&'a str], Vec<&'a str>, Type::Array(&Type::Word("text")),
        place value => place.elements::<Value>(value, VALUES)?
            .iter()
            .map(|text| <&str as Argument>::from_value(place, text))
            .collect(),
        kept => std::slice::from_raw_parts(kept.as_ptr(), kept.len()),
        there => kept.iter().any(|text| overlap(&extent(text.as_bytes()), there));
}
