// The result of a call: its memory, and the handles in it.
struct Outcome(Value);

impl Drop for Outcome {
    fn drop(&mut self) {
        if self.0.kind >= HANDLE {
            free_handles(&self.0);
            unsafe { rt_value_clear(&mut self.0) };
        }
    }
}

fn free_handles(value: &Value) {
    let free = |handle: i64| {
        unsafe { rt_handle_free(handle) };
    };
    unsafe {
        match value.kind {
            HANDLE => free(value.payload.integer),
            HANDLE_ARRAY => slice(value).into_iter().flatten().copied().for_each(free),
            VALUES => slice(value).into_iter().flatten().for_each(free_handles),
            _ => (),
        }
    }
}

// The caller has looked at the tag.
unsafe fn slice<T>(value: &Value) -> Result<&[T]> {
    let data = value.payload.pointer.cast::<T>();
    let fits = value.size <= (isize::MAX as usize / std::mem::size_of::<T>()) as u64;
    match value.size as usize {
        0 => Ok(&[]),
        size if fits && !data.is_null() && data as usize % std::mem::align_of::<T>() == 0 => {
            Ok(std::slice::from_raw_parts(data, size))
        }
        _ => Err(Error::new(ErrorKind::Argument, "the value's pointer or size is not that of memory")),
    }
}

/// What a result, or an argument of a closure, is made into. Nothing in it belongs to the value afterwards.
pub(super) trait FromValue: Sized {
    fn from_value(value: &Value) -> Result<Self>;
}

fn mismatch<T>(value: &Value, wanted: &str) -> Result<T> {
    let names = [
        "none", "a bool", "an integer", "a number", "an object", "a pointer", "a text", "bytes", "an array of i64",
        "an array of f64", "an array of bool", "an array of objects", "an array of values",
    ];
    let name = names.get(value.kind as usize).unwrap_or(&"a value of an unknown type");
    Err(Error::new(ErrorKind::Type, format!("the value is {name}, not {wanted}")))
}

macro_rules! from_values {
    ($($type:ty, $wanted:literal, $value:ident, $($kind:pat_param)|+ => $result:expr;)*) => {
        $(impl FromValue for $type {
            fn from_value($value: &Value) -> Result<Self> {
                match $value.kind {
                    $($kind)|+ => Ok(unsafe { $result }),
                    _ => mismatch($value, $wanted),
                }
            }
        })*
    };
}

from_values! {
    bool, "a bool", v, BOOL => v.payload.integer != 0;
    i32, "an integer", v, INTEGER => v.payload.integer as i32;
    i64, "an integer", v, INTEGER | BOOL => v.payload.integer;
    f64, "a number", v, DOUBLE | INTEGER => if v.kind == DOUBLE { v.payload.number } else { v.payload.integer as f64 };
    *mut c_void, "a pointer", v, POINTER => v.payload.pointer as *mut c_void;
    String, "a text", v, TEXT => String::from_utf8_lossy(slice(v)?).into_owned();
    Vec<u8>, "bytes", v, BYTES => slice(v)?.to_vec();
    Vec<i64>, "an array of i64", v, I64_ARRAY => slice(v)?.to_vec();
    Vec<f64>, "an array of f64", v, F64_ARRAY => slice(v)?.to_vec();
    Vec<bool>, "an array of bool", v, BOOL_ARRAY => slice::<u8>(v)?.iter().map(|byte| *byte != 0).collect();
}

impl FromValue for () {
    fn from_value(_: &Value) -> Result<()> {
        Ok(())
    }
}

impl FromValue for Object {
    fn from_value(value: &Value) -> Result<Object> {
        if value.kind != HANDLE {
            return mismatch(value, "an object");
        }
        Object::share(unsafe { value.payload.integer })
            .ok_or_else(|| Error::new(ErrorKind::Handle, "there is no object where one was expected"))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self> {
        let none = value.kind == NONE || (value.kind == HANDLE && unsafe { value.payload.integer } == 0);
        if none { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

// An array's elements as values, which borrow from it.
fn elements(value: &Value) -> Result<Vec<Value>> {
    let scalars = |kind, integers: &[i64]| integers.iter().map(|v| Value::scalar(kind, *v)).collect();
    unsafe {
        match value.kind {
            VALUES => Ok(slice::<Value>(value)?.to_vec()),
            HANDLE_ARRAY => Ok(scalars(HANDLE, slice(value)?)),
            I64_ARRAY => Ok(scalars(INTEGER, slice(value)?)),
            F64_ARRAY => Ok(slice::<f64>(value)?.iter().map(|v| hold(*v)).collect()),
            BOOL_ARRAY => Ok(slice::<u8>(value)?.iter().map(|v| hold(*v != 0)).collect()),
            _ => mismatch(value, "an array"),
        }
    }
}

macro_rules! from_arrays {
    ($([$($generic:tt)*] $element:ty;)*) => {
        $(impl<$($generic)*> FromValue for Vec<$element> {
            fn from_value(value: &Value) -> Result<Self> {
                elements(value)?.iter().map(FromValue::from_value).collect()
            }
        })*
    };
}

from_arrays! {
    [] String;
    [] Any;
    [T: Class + FromValue] T;
    [T: FromValue] Option<T>;
}

macro_rules! from_tuples {
    ($($count:literal: $($type:ident $index:literal)*;)*) => {
        $(impl<$($type: FromValue),*> FromValue for ($($type,)*) {
            fn from_value(value: &Value) -> Result<Self> {
                match elements(value)? {
                    parts if parts.len() == $count => Ok(($($type::from_value(&parts[$index])?,)*)),
                    parts => Err(Error::new(
                        ErrorKind::Type,
                        format!("the result has {} parts, not {}", parts.len(), $count),
                    )),
                }
            }
        })*
    };
}

from_tuples! {
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5;
    7: A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}
