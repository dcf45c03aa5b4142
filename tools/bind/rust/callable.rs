/// What a closure may return to the plugin that calls it.
pub(super) trait Give {
    fn give(self) -> Value;
}

macro_rules! give_plain {
    ($($type:ty)*) => { $(impl Give for $type { fn give(self) -> Value { self.hold() } })* };
}
give_plain! { bool i32 i64 f64 *mut c_void }

impl Give for () {
    fn give(self) -> Value {
        Value::NONE
    }
}

impl Give for Object {
    fn give(self) -> Value {
        Value::scalar(HANDLE, self.release())
    }
}

impl<T: Give> Give for Option<T> {
    fn give(self) -> Value {
        self.map_or(Value::NONE, T::give)
    }
}

impl Give for String {
    fn give(self) -> Value {
        let text = self.as_str().hold();
        Value { size: self.len() as u64, ..give_copy(TEXT, &text.0) }
    }
}

macro_rules! give_arrays {
    ($($type:ty, $array:ident => $kind:expr, $elements:expr;)*) => {
        $(impl Give for Vec<$type> {
            fn give(self) -> Value {
                let $array = self;
                give_copy($kind, &$elements)
            }
        })*
    };
}

give_arrays! {
    u8, v => BYTES, v;
    i64, v => I64_ARRAY, v;
    f64, v => F64_ARRAY, v;
    bool, v => BOOL_ARRAY, v;
    String, v => VALUES, v.into_iter().map(Give::give).collect::<Vec<Value>>();
    Any, v => VALUES, v.into_iter().map(Give::give).collect::<Vec<Value>>();
}

impl Give for Any {
    fn give(self) -> Value {
        match self {
            Any::None => Value::NONE,
            Any::Bool(v) => v.give(),
            Any::Integer(v) => v.give(),
            Any::Number(v) => v.give(),
            Any::Text(v) => v.give(),
            Any::Bytes(v) => v.give(),
            Any::Integers(v) => v.give(),
            Any::Numbers(v) => v.give(),
            Any::Bools(v) => v.give(),
            Any::Object(v) => v.give(),
            Any::List(v) => v.give(),
        }
    }
}

impl<T: Class> Give for Vec<T> {
    fn give(self) -> Value {
        let handles: Vec<i64> = self.into_iter().map(|object| object.into_object().release()).collect();
        give_copy(HANDLE_ARRAY, &handles)
    }
}

impl<T: Class> Give for Vec<Option<T>> {
    fn give(self) -> Value {
        let handle = |object: Option<T>| object.map_or(0, |object| object.into_object().release());
        let handles: Vec<i64> = self.into_iter().map(handle).collect();
        give_copy(HANDLE_ARRAY, &handles)
    }
}

// Memory that rt_value_clear frees.
fn give_copy<T: Copy>(kind: u32, data: &[T]) -> Value {
    let bytes = std::mem::size_of_val(data);
    unsafe {
        let copy = malloc(bytes + 1);
        if copy.is_null() {
            std::alloc::handle_alloc_error(std::alloc::Layout::array::<u8>(bytes + 1).unwrap());
        }
        ptr::copy_nonoverlapping(data.as_ptr().cast::<u8>(), copy.cast(), bytes);
        Value::memory(kind, OWNED, copy, data.len())
    }
}

/// One argument of a closure.
pub(super) fn argument<T: FromValue>(arguments: &[Value], index: usize) -> Result<T> {
    match arguments.get(index) {
        Some(value) => T::from_value(value),
        None => Err(Error::new(ErrorKind::Argument, format!("argument {} is missing", index + 1))),
    }
}

type Body = Box<dyn Fn(&[Value]) -> Result<Value> + Send + Sync>;

/// Hands a closure to plugins. It may be called on any thread, until its last owner lets it go. `signature` ends with a NUL.
pub(super) fn callable(
    signature: &'static str,
    body: impl Fn(&[Value]) -> Result<Value> + Send + Sync + 'static,
) -> Result<Object> {
    const ANY_THREAD: u64 = 4;
    let body: Box<Body> = Box::new(Box::new(body));
    let context = Box::into_raw(body);
    match unsafe { rt_callable(signature.as_ptr().cast(), run, context.cast(), release, ANY_THREAD) } {
        0 => {
            drop(unsafe { Box::from_raw(context) });
            Err(Error::last())
        }
        handle => Ok(Object(handle)),
    }
}

unsafe extern "C" fn run(function: *const Record, arguments: *const Value, count: usize, result: *mut Value) -> i32 {
    result.write(Value::NONE);
    let called = catch_unwind(AssertUnwindSafe(|| {
        let body = &*(*function).context.cast::<Body>();
        let arguments = if count == 0 { &[][..] } else { std::slice::from_raw_parts(arguments, count) };
        body(arguments)
    }));
    let error = match called {
        Ok(Ok(value)) => {
            result.write(value);
            return 0;
        }
        Ok(Err(error)) => error,
        Err(panic) => {
            let error = panic_error(&*panic);
            drop_panic(panic);
            error
        }
    };
    let kind = if error.kind == ErrorKind::Other { ErrorKind::Callee } else { error.kind };
    rt_fail(kind as i32, c_text(&error.cause).as_ptr(), c_text(&error.message).as_ptr())
}

fn panic_error(panic: &(dyn std::any::Any + Send)) -> Error {
    let literal = panic.downcast_ref::<&str>().copied();
    let text = literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let message = format!("the closure panicked: {}", text.unwrap_or("without a text"));
    Error { cause: "panic".to_owned(), ..Error::new(ErrorKind::Callee, message) }
}

// What a panic carries may panic when it is dropped; what that panic carries is not.
fn drop_panic(panic: Box<dyn std::any::Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
}

// What a closure owns may panic when it is dropped; nothing may unwind into the plugin.
unsafe extern "C" fn release(context: *mut c_void) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(Box::from_raw(context.cast::<Body>())))) {
        drop_panic(panic);
    }
}
