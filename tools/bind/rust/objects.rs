/// An object of a plugin. A clone is another owner of the same object; the last one that goes destroys it. Any thread may use it:
/// a plugin guards what its functions change.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Object(i64);

impl Object {
    // One more owner; none for 0.
    fn share(handle: i64) -> Option<Object> {
        match unsafe { rt_handle_clone(handle) } {
            0 => None,
            shared => Some(Object(shared)),
        }
    }

    /// The number by which rtffi knows it.
    pub fn handle(&self) -> i64 {
        self.0
    }

    /// The name of its class, as signatures have it.
    pub fn class(&self) -> String {
        copied(unsafe { rt_handle_class(self.0) })
    }

    // Gives the ownership away.
    fn release(self) -> i64 {
        let handle = self.0;
        std::mem::forget(self);
        handle
    }
}

impl Clone for Object {
    fn clone(&self) -> Object {
        // It is alive as long as `self` is, so this cannot fail.
        Object(unsafe { rt_handle_clone(self.0) })
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        unsafe { rt_handle_free(self.0) };
    }
}

/// A class of objects.
pub trait Class: Sized {
    /// Its name, as signatures have it.
    const NAME: &'static str;
    fn object(&self) -> &Object;
    fn from_object_unchecked(object: Object) -> Self;
    fn into_object(self) -> Object;
    /// The object as one of this class, if it is.
    fn from_object(object: Object) -> Result<Self> {
        match object.class() {
            class if class == Self::NAME => Ok(Self::from_object_unchecked(object)),
            class => Err(Error::new(ErrorKind::Type, format!("the object is a {class}, not a {}", Self::NAME))),
        }
    }
}

macro_rules! class {
    ($(#[$attribute:meta])* $name:ident, $full_name:literal) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(rtffi::Object);

        impl rtffi::Class for $name {
            const NAME: &'static str = $full_name;
            fn object(&self) -> &rtffi::Object {
                &self.0
            }
            fn from_object_unchecked(object: rtffi::Object) -> Self {
                $name(object)
            }
            fn into_object(self) -> rtffi::Object {
                self.0
            }
        }

        impl rtffi::Argument for &$name {
            type Held = rtffi::Value;
            fn hold(self) -> rtffi::Value {
                rtffi::Argument::hold(&self.0)
            }
        }

        impl rtffi::FromValue for $name {
            fn from_value(value: &rtffi::Value) -> rtffi::Result<Self> {
                rtffi::FromValue::from_value(value).map($name)
            }
        }

        impl rtffi::Give for $name {
            fn give(self) -> rtffi::Value {
                rtffi::Give::give(self.0)
            }
        }

        impl From<&$name> for rtffi::Any {
            fn from(object: &$name) -> rtffi::Any {
                rtffi::Any::Object(object.0.clone())
            }
        }
    };
}
pub(super) use class;
