/// A value of any type, for parameters and results that are declared so.
#[derive(Clone, Debug, PartialEq)]
pub enum Any {
    None,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Bytes(Vec<u8>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Bools(Vec<bool>),
    Object(Object),
    List(Vec<Any>),
}

macro_rules! into_any {
    ($($type:ty, $value:ident => $any:expr;)*) => {
        $(impl From<$type> for Any {
            fn from($value: $type) -> Any {
                $any
            }
        })*
    };
}

into_any! {
    bool, v => Any::Bool(v);
    i32, v => Any::Integer(v.into());
    i64, v => Any::Integer(v);
    f64, v => Any::Number(v);
    &str, v => Any::Text(v.to_owned());
    String, v => Any::Text(v);
    &[i64], v => Any::Integers(v.to_vec());
    Vec<i64>, v => Any::Integers(v);
    &[f64], v => Any::Numbers(v.to_vec());
    Vec<f64>, v => Any::Numbers(v);
    Vec<Any>, v => Any::List(v);
    &Any, v => v.clone();
}

impl FromValue for Any {
    fn from_value(value: &Value) -> Result<Any> {
        Ok(match value.kind {
            NONE => Any::None,
            BOOL => Any::Bool(FromValue::from_value(value)?),
            INTEGER => Any::Integer(FromValue::from_value(value)?),
            DOUBLE => Any::Number(FromValue::from_value(value)?),
            HANDLE => Option::<Object>::from_value(value)?.map_or(Any::None, Any::Object),
            TEXT => Any::Text(FromValue::from_value(value)?),
            BYTES => Any::Bytes(FromValue::from_value(value)?),
            I64_ARRAY => Any::Integers(FromValue::from_value(value)?),
            F64_ARRAY => Any::Numbers(FromValue::from_value(value)?),
            BOOL_ARRAY => Any::Bools(FromValue::from_value(value)?),
            HANDLE_ARRAY | VALUES => Any::List(FromValue::from_value(value)?),
            _ => return mismatch(value, "one that this file knows"),
        })
    }
}

/// An [`Any`] on its way into a call.
pub(super) enum HeldAny<'a> {
    Plain(Value, std::marker::PhantomData<&'a Any>),
    Text(Text),
    List(Values<HeldAny<'a>>),
}

impl Held for HeldAny<'_> {
    fn value(&self) -> Value {
        match self {
            HeldAny::Plain(value, _) => *value,
            HeldAny::Text(text) => text.value(),
            HeldAny::List(values) => values.value(),
        }
    }
}

impl<'a> Argument for &'a Any {
    type Held = HeldAny<'a>;
    fn hold(self) -> HeldAny<'a> {
        let plain = |value| HeldAny::Plain(value, std::marker::PhantomData);
        match self {
            Any::None => plain(Value::NONE),
            Any::Bool(v) => plain(hold(*v)),
            Any::Integer(v) => plain(hold(*v)),
            Any::Number(v) => plain(hold(*v)),
            Any::Text(v) => HeldAny::Text(hold(v.as_str())),
            Any::Bytes(v) => plain(hold(v.as_slice())),
            Any::Integers(v) => plain(hold(v.as_slice())),
            Any::Numbers(v) => plain(hold(v.as_slice())),
            Any::Bools(v) => plain(hold(v.as_slice())),
            Any::Object(v) => plain(hold(v)),
            Any::List(v) => HeldAny::List(hold(v.as_slice())),
        }
    }
}

impl<'a> Argument for &'a [Any] {
    type Held = Values<HeldAny<'a>>;
    fn hold(self) -> Self::Held {
        Values::new(self.iter().map(Argument::hold).collect())
    }
}
