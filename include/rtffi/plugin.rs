// SPDX-License-Identifier: Apache-2.0
//! plugin.rs - the plugin author's Rust SDK.
//!
//!     fn hypotenuse(a: f64, b: f64) -> f64 {
//!         a.hypot(b)
//!     }
//!     rtffi::plugin!("geometry", "1.0.0", "Plane geometry");
//!     rtffi::function!(hypotenuse, "geo_hypotenuse(a: f64, b: f64) -> f64", "Length of the hypotenuse.");
//!
//! It is a crate of its own, which rustc alone builds:
//!
//!     rustc --edition 2021 -O --crate-type rlib --crate-name rtffi plugin.rs
//!     rustc --edition 2021 -O --crate-type cdylib --extern rtffi=librtffi.rlib geometry.rs -o librtffi_geometry.so
//!
//! The signature is checked against the Rust type when this compiles, and both entries (native and dynamic) are made from the
//! one function. What stands for what:
//!
//!     signature          Rust parameter                  Rust result
//!     bool i32 i64 f64   the same                        the same
//!     text               &str                            String
//!     bytes              &[u8]                           Vec<u8>
//!     [i64] [f64] [bool] &[i64] &[f64] &[bool]           Vec<i64> Vec<f64> Vec<bool>
//!     mut [i64] ...      &mut [i64] &mut [f64], &mut [u8] for mut bytes
//!     ptr                *mut c_void                     *mut c_void
//!     Class              &T                              T
//!     [Class]            &[&T]                           Vec<T>
//!     T?                 Option<T>                       Option<T>
//!     [text]             &[&str]                         Vec<String>           dynamic calls only
//!     any [any]          &Value &[Value]                 Value                 dynamic calls only
//!     (T, U)             -                               (T, U)                dynamic calls only
//!     fn(...)            &Callable                       -
//!
//! Optional numbers, texts of an optional and arrays of optionals are for dynamic calls only, optional objects for both. A
//! function may return a Result: [`Error`] has a status of its choice, every other error is RT_E_CALLEE with its text. A panic is
//! RT_E_CALLEE, too, with the cause "panic"; where it happened goes to the host's log. Build with unwinding panics, as is the
//! default.
//!
//! What a parameter refers to is there during the call only, so `&'static` does not compile: keep a copy, such as a clone of a
//! Value. What is `mut` is no other argument's; a call for which it is fails. One function may run on several threads at once, also
//! with the same object, which is why a class is Send and Sync.

#[path = "detail/rust_arguments.rs"]
mod arguments;
#[path = "detail/rust_entry.rs"]
mod entry;
#[path = "detail/rust_handles.rs"]
mod handles;
#[path = "detail/rust_host.rs"]
mod host;
#[path = "detail/rust_memory.rs"]
mod memory;
#[path = "detail/rust_note.rs"]
mod note;
#[path = "detail/rust_place.rs"]
mod place;
#[path = "detail/rust_results.rs"]
mod results;
#[path = "detail/rust_signature.rs"]
mod signature;
#[path = "detail/rust_value.rs"]
mod value;

pub use handles::{Callable, Class};
pub use host::{log, Error, Level, Result, Status};
pub use value::Value;

/// A function that may wait for a long time.
pub const BLOCKS: u64 = 1;
/// A function that calls a callable it was given before it returns.
pub const CALLS_BACK: u64 = 2;

/// What the macros write; nothing for your own code.
#[doc(hidden)]
pub mod detail {
    pub use crate::entry::{
        check, describe, initialise, shut_down, ClassDesc, Descriptor, FunctionDesc, Record, Registered, Text, OK,
    };
    pub use crate::handles::{class_desc, ClassSlot};
    pub use crate::host::Host;
    pub use crate::note::{padded, Note};
}

/// The plugin itself, once: name, version, a sentence. `on_load = path` may follow, a `fn() -> rtffi::Result<()>` inside init, after
/// whose error nothing is registered, and `on_unload = path`, a `fn()` for when the plugin is retired.
#[macro_export]
macro_rules! plugin {
    ($name:literal, $version:literal, $doc:literal $(, on_load = $load:path)? $(, on_unload = $unload:path)? $(,)?) => {
        $crate::note!(1, "name=", $name, "\0version=", $version, "\0doc=", $doc, "\0abi=1");
        #[no_mangle]
        #[allow(non_upper_case_globals)]
        pub static rt_plugin_entry: $crate::detail::Descriptor = {
            unsafe extern "C" fn init(
                host: *const $crate::detail::Host,
                plugin: *mut ::std::ffi::c_void,
            ) -> i32 {
                $crate::detail::initialise(host, plugin, || {
                    $($load()?;)?
                    ::std::result::Result::Ok(())
                })
            }
            unsafe extern "C" fn shutdown(_: *const $crate::detail::Host) {
                $crate::detail::shut_down(|| { $($unload();)? })
            }
            $crate::detail::Descriptor::new(init, shutdown)
        };
    };
}

/// One function: its path, its signature, a sentence. `group = "Heading"` and `flags = rtffi::BLOCKS` may follow.
#[macro_export]
macro_rules! function {
    ($function:path, $signature:literal, $doc:literal $(, group = $group:literal)? $(, flags = $flags:expr)? $(,)?) => {
        const _: () = {
            struct Signature;
            impl $crate::detail::Text for Signature {
                const TEXT: &'static str = ::std::concat!($signature, "\0");
            }
            const fn checked<'call>() -> u8 {
                $crate::detail::check::<'call, _, Signature, _>($function, $signature)
            }
            const _: () = match checked() {
                $crate::detail::OK => (),
                why => $crate::mistake!(why, $function, $signature),
            };
            static DESC: $crate::detail::FunctionDesc = $crate::detail::describe::<_, Signature, _>(
                $function,
                ::std::concat!($doc, "\0"),
                ::std::concat!($($group,)? "\0"),
                0 $(| $flags)?,
            );
            $crate::record!(function, &DESC);
            $crate::note!(2, "sig=", $signature, "\0doc=", $doc, "\0group=" $(, $group)?);
        };
    };
}

/// A class of objects: its Rust type, its name in signatures, a sentence.
#[macro_export]
macro_rules! class {
    ($type:ty, $name:literal, $doc:literal $(,)?) => {
        unsafe impl $crate::Class for $type {
            const NAME: &'static str = $name;
            fn slot() -> &'static $crate::detail::ClassSlot {
                static SLOT: $crate::detail::ClassSlot = $crate::detail::ClassSlot::new();
                &SLOT
            }
        }
        const _: () = {
            static DESC: $crate::detail::ClassDesc = $crate::detail::class_desc::<$type>(
                ::std::concat!($name, "\0"),
                ::std::concat!($doc, "\0"),
            );
            fn slot() -> &'static $crate::detail::ClassSlot {
                <$type as $crate::Class>::slot()
            }
            $crate::record!(class, &DESC, slot);
            $crate::note!(3, "name=", $name, "\0doc=", $doc);
        };
    };
}

/// One more key of the plugin's own record, such as `plugin_key!("needs", "torch >= 0.1")`.
#[macro_export]
macro_rules! plugin_key {
    ($key:literal, $value:literal) => {
        $crate::note!(1, $key, "=", $value);
    };
}

/// A note in the ELF file.
#[doc(hidden)]
#[macro_export]
macro_rules! note {
    ($kind:literal, $($text:literal),+) => {
        const _: () = {
            const TEXT: &str = ::std::concat!($($text,)+ "\0");
            #[used]
            #[link_section = ".note.rtffi"]
            static NOTE: $crate::detail::Note<{ $crate::detail::padded(TEXT.len()) }> =
                $crate::detail::Note::new($kind, TEXT);
        };
    };
}

/// An entry of the table that the linker puts together.
#[doc(hidden)]
#[macro_export]
macro_rules! record {
    ($kind:ident, $($part:expr),+) => {
        static RECORD: $crate::detail::Record = $crate::detail::Record::$kind($($part),+);
        #[used]
        #[link_section = "rtffi_records"]
        static REGISTERED: $crate::detail::Registered = $crate::detail::Registered(&RECORD);
    };
}

/// A mistake in a signature, as an error of the compiler's.
#[doc(hidden)]
#[macro_export]
macro_rules! mistake {
    ($why:ident, $function:path, $signature:literal) => {
        ::std::panic!("{}", $crate::mistake!(@choose $why, $function, $signature,
            1 "the signature does not parse: ",
            2 "the Rust function has another number of parameters than: ",
            3 "a Rust parameter's type does not agree with: ",
            4 "the Rust result's type does not agree with: "))
    };
    (@choose $why:ident, $function:path, $signature:literal, $($number:literal $text:literal),+) => {
        match $why {
            $($number => ::std::concat!("function!(", ::std::stringify!($function), "): ", $text, $signature),)+
            _ => "",
        }
    };
}
