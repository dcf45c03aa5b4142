/// One argument or result, as rtffi passes it: `rt_value` of its C API. It borrows without a lifetime, so what handles it is for the
/// functions of this file alone.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Value {
    kind: u32,
    flags: u32,
    size: u64,
    payload: Payload,
}

#[repr(C)]
#[derive(Clone, Copy)]
union Payload {
    integer: i64,
    number: f64,
    pointer: *const c_void,
}

const NONE: u32 = 0;
const BOOL: u32 = 1;
const INTEGER: u32 = 2;
const DOUBLE: u32 = 3;
const HANDLE: u32 = 4;
const POINTER: u32 = 5;
const TEXT: u32 = 6;
const BYTES: u32 = 7;
const I64_ARRAY: u32 = 8;
const F64_ARRAY: u32 = 9;
const BOOL_ARRAY: u32 = 10;
const HANDLE_ARRAY: u32 = 11;
const VALUES: u32 = 12;

const OWNED: u32 = 1;
const MUTABLE: u32 = 2;

impl Value {
    const NONE: Value = Value { kind: NONE, flags: 0, size: 0, payload: Payload { integer: 0 } };

    fn scalar(kind: u32, integer: i64) -> Value {
        Value { kind, payload: Payload { integer }, ..Value::NONE }
    }

    fn memory<T>(kind: u32, flags: u32, data: *const T, count: usize) -> Value {
        Value { kind, flags, size: count as u64, payload: Payload { pointer: data.cast() } }
    }
}

/// What a parameter takes: `hold` makes of it what lives until the call is over.
pub(super) trait Argument {
    type Held: Held;
    fn hold(self) -> Self::Held;
}

pub(super) trait Held {
    /// Borrows from `self`, and from what that was made of.
    fn value(&self) -> Value;
}

pub(super) fn hold<A: Argument>(argument: A) -> A::Held {
    argument.hold()
}

impl Held for Value {
    fn value(&self) -> Value {
        *self
    }
}

macro_rules! plain_arguments {
    ($($type:ty, $this:ident => $value:expr;)*) => {
        $(impl Argument for $type {
            type Held = Value;
            fn hold(self) -> Value {
                let $this = self;
                $value
            }
        })*
    };
}

plain_arguments! {
    bool, v => Value::scalar(BOOL, v.into());
    i32, v => Value::scalar(INTEGER, v.into());
    i64, v => Value::scalar(INTEGER, v);
    f64, v => Value { kind: DOUBLE, payload: Payload { number: v }, ..Value::NONE };
    *mut c_void, v => Value { kind: POINTER, payload: Payload { pointer: v }, ..Value::NONE };
    &[u8], v => Value::memory(BYTES, 0, v.as_ptr(), v.len());
    &[i64], v => Value::memory(I64_ARRAY, 0, v.as_ptr(), v.len());
    &[f64], v => Value::memory(F64_ARRAY, 0, v.as_ptr(), v.len());
    &[bool], v => Value::memory(BOOL_ARRAY, 0, v.as_ptr(), v.len());
    &mut [u8], v => Value::memory(BYTES, MUTABLE, v.as_mut_ptr(), v.len());
    &mut [i64], v => Value::memory(I64_ARRAY, MUTABLE, v.as_mut_ptr(), v.len());
    &mut [f64], v => Value::memory(F64_ARRAY, MUTABLE, v.as_mut_ptr(), v.len());
    &mut [bool], v => Value::memory(BOOL_ARRAY, MUTABLE, v.as_mut_ptr(), v.len());
    &Object, v => Value::scalar(HANDLE, v.0);
}

/// A number whose bytes may be anything: what `bytes` parameters take slices of.
///
/// # Safety
///
/// Every pattern of bytes must be a value of the type, which has no padding.
pub unsafe trait Plain: Copy {}

macro_rules! plain { ($($type:ty)*) => { $(unsafe impl Plain for $type {})* }; }
plain! { u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 }

pub(super) fn bytes<T: Plain>(data: &[T]) -> Value {
    Value::memory(BYTES, 0, data.as_ptr(), std::mem::size_of_val(data))
}

pub(super) fn bytes_mut<T: Plain>(data: &mut [T]) -> Value {
    Value::memory(BYTES, MUTABLE, data.as_mut_ptr(), std::mem::size_of_val(data))
}

/// A text with the NUL that must follow it.
pub(super) struct Text(Vec<u8>);

impl Held for Text {
    fn value(&self) -> Value {
        Value::memory(TEXT, 0, self.0.as_ptr(), self.0.len() - 1)
    }
}

impl Argument for &str {
    type Held = Text;
    fn hold(self) -> Text {
        let mut text = Vec::with_capacity(self.len() + 1);
        text.extend_from_slice(self.as_bytes());
        text.push(0);
        Text(text)
    }
}

impl<A: Argument> Argument for Option<A> {
    type Held = Option<A::Held>;
    fn hold(self) -> Self::Held {
        self.map(A::hold)
    }
}

impl<H: Held> Held for Option<H> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::NONE, H::value)
    }
}

/// Handles of objects that the caller keeps alive.
pub(super) struct Handles(Vec<i64>);

impl Held for Handles {
    fn value(&self) -> Value {
        Value::memory(HANDLE_ARRAY, 0, self.0.as_ptr(), self.0.len())
    }
}

pub(super) fn objects<T: Class>(objects: &[impl Borrow<T>]) -> Handles {
    Handles(objects.iter().map(|object| object.borrow().object().0).collect())
}

/// An array of values and what they were made of.
pub(super) struct Values<H> {
    values: Vec<Value>,
    _held: Vec<H>,
}

impl<H: Held> Values<H> {
    fn new(held: Vec<H>) -> Values<H> {
        Values { values: held.iter().map(H::value).collect(), _held: held }
    }
}

impl<H> Held for Values<H> {
    fn value(&self) -> Value {
        Value::memory(VALUES, 0, self.values.as_ptr(), self.values.len())
    }
}

impl<A: Argument + Copy> Argument for &[Option<A>] {
    type Held = Values<Option<A::Held>>;
    fn hold(self) -> Self::Held {
        Values::new(self.iter().map(|element| element.hold()).collect())
    }
}

pub(super) fn texts(texts: &[impl AsRef<str>]) -> Values<Text> {
    Values::new(texts.iter().map(|text| text.as_ref().hold()).collect())
}
