// SPDX-License-Identifier: Apache-2.0
//! The native and the dynamic entry of a function, generated from its one body, and their registration.
use std::any::Any;
use std::ffi::{c_void, CStr};
use std::mem::size_of;
use std::ops::Range;
use std::os::raw::c_char;
use std::panic::{catch_unwind, set_hook, AssertUnwindSafe};
use std::ptr;
use std::sync::atomic::Ordering;

use crate::arguments::Argument;
use crate::handles::ClassSlot;
use crate::host::*;
use crate::place::{exclusive, Place};
use crate::results::Give;
use crate::signature::{compare, Type};
use crate::value::Value;

pub use crate::signature::OK;

/// Why a call failed: an error that the thread has already, or one to give it.
pub enum Failure {
    Reported(i32),
    Error(Error),
}

/// A signature with a NUL behind it, as a type, so that entries know theirs.
pub trait Text {
    const TEXT: &'static str;
}

fn signature<S: Text>() -> *const c_char {
    S::TEXT.as_ptr().cast()
}

/// A function of up to eight parameters. `Parameters` is the tuple of their types, which borrow for the call.
pub trait Body<'call, Parameters, S: Text>: Copy {
    const PARAMETERS: &'static [&'static Type];
    const RESULT: &'static Type;
    const NATIVE: *const c_void;
    const DYNAMIC: DynamicEntry;
}

/// OK, or what does not agree with the signature. Where it is asked for any `'call`, no parameter is taken for longer.
pub const fn check<'call, P, S: Text, F: Body<'call, P, S>>(_: F, signature: &'static str) -> u8 {
    compare(signature, F::PARAMETERS, F::RESULT)
}

pub const fn describe<'call, P, S: Text, F: Body<'call, P, S>>(
    _: F,
    doc: &'static str,
    group: &'static str,
    flags: u64,
) -> FunctionDesc {
    FunctionDesc {
        struct_size: size_of::<FunctionDesc>(),
        signature: S::TEXT.as_ptr() as *const c_char,
        doc: doc.as_ptr() as *const c_char,
        group: group.as_ptr() as *const c_char,
        native: F::NATIVE,
        dynamic: F::DYNAMIC,
        context: ptr::null_mut(),
        flags,
        native_types: ptr::null(),
        named: ptr::null(),
    }
}

// Runs a body; what fails becomes the thread's error. Nothing unwinds out of it.
fn guarded<T>(signature: *const c_char, body: impl FnOnce() -> Result<T, Failure>) -> Result<T, i32> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Failure::Reported(status))) => Err(status),
        Ok(Err(Failure::Error(error))) => Err(error.report(signature)),
        Err(panic) => {
            let error = panic_error(&*panic);
            drop_panic(panic);
            Err(error.report(signature))
        }
    }
}

// What a panic carries may panic when it is dropped; what that panic carries is not.
pub(crate) fn drop_panic(panic: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
}

type Result<T, E> = std::result::Result<T, E>;

fn panic_error(panic: &(dyn Any + Send)) -> Error {
    let literal = panic.downcast_ref::<&str>().copied();
    let text = literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let message = format!("it panicked: {}", text.unwrap_or("without a text"));
    Error::new(Status::Callee, message).with_cause("panic")
}

// A function is a value without bytes, so there is always one to be had.
fn conjure<F: Copy>() -> F {
    assert!(size_of::<F>() == 0, "function! takes functions, not what captures something");
    unsafe { ptr::NonNull::<F>::dangling().as_ptr().read() }
}

macro_rules! bodies {
    ($($arity:ident $count:literal: $($type:ident $first:ident $second:ident $held:ident $index:literal)*;)*) => {
        $(mod $arity {
            use super::*;

            #[allow(improper_ctypes_definitions, clippy::too_many_arguments)]
            unsafe extern "C" fn native<'call, F, R: Give, S: Text, $($type: Argument<'call>),*>(
                $($first: $type::First, $second: $type::Second,)*
                count: R::Count,
            ) -> R::Native
            where
                F: Fn($($type),*) -> R + Copy,
            {
                R::begin(count);
                let called = guarded(signature::<S>(), || {
                    $(let place = Place { signature: signature::<S>(), index: $index };
                    let mut $held = $type::from_native(place, $first, $second)?;)*
                    if false $(|| $type::WRITES)* {
                        exclusive(signature::<S>(), &[$((
                            $type::WRITES.then(|| $type::extent(&$held)),
                            &|there: &Range<usize>| $type::has(&$held, there),
                        )),*])?;
                    }
                    conjure::<F>()($($type::get(&mut $held)),*).native(count)
                });
                called.unwrap_or_else(|_| R::failure())
            }

            unsafe extern "C" fn dynamic<'call, F, R: Give, S: Text, $($type: Argument<'call>),*>(
                function: *const c_void,
                arguments: *const Value,
                count: usize,
                result: *mut Value,
            ) -> i32
            where
                F: Fn($($type),*) -> R + Copy,
            {
                if count != $count {
                    result.write(Value::NONE);
                    return (host().complete)(function, arguments, count, result);
                }
                let called = guarded(signature::<S>(), || {
                    $(let place = Place { signature: signature::<S>(), index: $index };
                    let mut $held = $type::from_value(place, &*arguments.add($index))?;)*
                    if false $(|| $type::WRITES)* {
                        exclusive(signature::<S>(), &[$((
                            $type::WRITES.then(|| $type::extent(&$held)),
                            &|there: &Range<usize>| $type::has(&$held, there),
                        )),*])?;
                    }
                    conjure::<F>()($($type::get(&mut $held)),*).value()
                });
                match called {
                    Ok(value) => {
                        result.write(value);
                        0
                    }
                    Err(status) => {
                        result.write(Value::NONE);
                        status
                    }
                }
            }

            impl<'call, F, R: Give, S: Text, $($type: Argument<'call>),*> Body<'call, ($($type,)*), S> for F
            where
                F: Fn($($type),*) -> R + Copy,
            {
                const PARAMETERS: &'static [&'static Type] = &[$(&$type::TYPE),*];
                const RESULT: &'static Type = &R::TYPE;
                const NATIVE: *const c_void = if R::HAS_NATIVE $(&& $type::HAS_NATIVE)* {
                    native::<F, R, S, $($type),*> as *const c_void
                } else {
                    ptr::null()
                };
                const DYNAMIC: DynamicEntry = dynamic::<F, R, S, $($type),*>;
            }
        })*
    };
}

bodies! {
    parameters_0 0: ;
    parameters_1 1: A a1 a2 a 0;
    parameters_2 2: A a1 a2 a 0 B b1 b2 b 1;
    parameters_3 3: A a1 a2 a 0 B b1 b2 b 1 C c1 c2 c 2;
    parameters_4 4: A a1 a2 a 0 B b1 b2 b 1 C c1 c2 c 2 D d1 d2 d 3;
    parameters_5 5: A a1 a2 a 0 B b1 b2 b 1 C c1 c2 c 2 D d1 d2 d 3 E e1 e2 e 4;
    parameters_6 6: A a1 a2 a 0 B b1 b2 b 1 C c1 c2 c 2 D d1 d2 d 3 E e1 e2 e 4 G g1 g2 g 5;
    parameters_7 7: A a1 a2 a 0 B b1 b2 b 1 C c1 c2 c 2 D d1 d2 d 3 E e1 e2 e 4 G g1 g2 g 5 H h1 h2 h 6;
    parameters_8 8: A a1 a2 a 0 B b1 b2 b 1 C c1 c2 c 2 D d1 d2 d 3 E e1 e2 e 4 G g1 g2 g 5 H h1 h2 h 6 I i1 i2 i 7;
}

/// rt_function_desc.
#[repr(C)]
pub struct FunctionDesc {
    struct_size: usize,
    signature: *const c_char,
    doc: *const c_char,
    group: *const c_char,
    native: *const c_void,
    dynamic: DynamicEntry,
    context: *mut c_void,
    flags: u64,
    native_types: *const c_char,
    named: *const c_void,
}

/// rt_class_desc.
#[repr(C)]
pub struct ClassDesc {
    struct_size: usize,
    name: *const c_char,
    doc: *const c_char,
    release: unsafe extern "C" fn(*mut c_void),
}

impl ClassDesc {
    pub(crate) const fn new(
        name: &'static str,
        doc: &'static str,
        release: unsafe extern "C" fn(*mut c_void),
    ) -> ClassDesc {
        let name = name.as_ptr() as *const c_char;
        ClassDesc { struct_size: size_of::<ClassDesc>(), name, doc: doc.as_ptr() as *const c_char, release }
    }
}

// Constants, but for their pointers to constant texts.
unsafe impl Sync for FunctionDesc {}
unsafe impl Sync for ClassDesc {}

/// What is to be registered.
pub enum Record {
    Function(&'static FunctionDesc),
    Class(&'static ClassDesc, fn() -> &'static ClassSlot),
    /// So that the table is there in a plugin without functions.
    Nothing,
}

impl Record {
    pub const fn function(desc: &'static FunctionDesc) -> Record {
        Record::Function(desc)
    }

    pub const fn class(desc: &'static ClassDesc, slot: fn() -> &'static ClassSlot) -> Record {
        Record::Class(desc, slot)
    }

    unsafe fn register(&self, host: &Host, plugin: *mut c_void, classes: bool) -> i32 {
        match self {
            Record::Class(desc, slot) if classes => {
                (host.register_class)(plugin, *desc as *const ClassDesc as *const c_void, slot().as_ptr())
            }
            Record::Function(desc) if !classes => {
                (host.register_function)(plugin, *desc as *const FunctionDesc as *const c_void)
            }
            _ => 0,
        }
    }

    unsafe fn class_name(&self) -> Option<&CStr> {
        match self {
            Record::Class(desc, _) => Some(CStr::from_ptr(desc.name)),
            _ => None,
        }
    }
}

/// An element of the table that the linker puts together from the section of that name.
#[repr(transparent)]
pub struct Registered(pub &'static Record);

#[used]
#[link_section = "rtffi_records"]
static NOTHING: Registered = Registered(&Record::Nothing);

#[allow(improper_ctypes)] // they are Rust's own on both sides
extern "C" {
    static __start_rtffi_records: Registered;
    static __stop_rtffi_records: Registered;
}

unsafe fn records() -> &'static [Registered] {
    let (begin, end): (*const Registered, *const Registered) = (&__start_rtffi_records, &__stop_rtffi_records);
    std::slice::from_raw_parts(begin, end.offset_from(begin) as usize)
}

unsafe fn register_all(host: &Host, plugin: *mut c_void) -> Result<(), Failure> {
    // Objects of two types with one name would be taken for each other.
    let names: Vec<&CStr> = records().iter().filter_map(|record| record.0.class_name()).collect();
    if let Some(again) = (1..names.len()).find(|again| names[..*again].contains(&names[*again])) {
        let message = format!("two types are registered as the class {}", names[again].to_string_lossy());
        return Err(Failure::Error(Error::new(Status::Busy, message).with_cause("class_clash")));
    }
    for classes in [true, false] {
        for record in records() {
            match record.0.register(host, plugin, classes) {
                0 => (),
                status => return Err(Failure::Reported(status)),
            }
        }
    }
    Ok(())
}

/// rt_plugin_descriptor.
#[repr(C)]
pub struct Descriptor {
    struct_size: usize,
    abi_version: i64,
    init: unsafe extern "C" fn(*const Host, *mut c_void) -> i32,
    shutdown: unsafe extern "C" fn(*const Host),
}

impl Descriptor {
    pub const fn new(
        init: unsafe extern "C" fn(*const Host, *mut c_void) -> i32,
        shutdown: unsafe extern "C" fn(*const Host),
    ) -> Descriptor {
        Descriptor { struct_size: size_of::<Descriptor>(), abi_version: 1, init, shutdown }
    }
}

/// # Safety
/// Called by the core, as init.
pub unsafe fn initialise(
    host: *const Host,
    plugin: *mut c_void,
    on_load: impl FnOnce() -> std::result::Result<(), Error>,
) -> i32 {
    HOST.store(host as *mut Host, Ordering::Release);
    PLUGIN.store(plugin, Ordering::Release);
    let loaded = guarded(ptr::null(), || {
        // This plugin's own copy of the standard library prints to nobody's terminal: the host decides what is shown.
        set_hook(Box::new(|panic| log(Level::Error, &panic.to_string())));
        register_all(&*host, plugin)?;
        on_load().map_err(Failure::Error)
    });
    loaded.err().unwrap_or(0)
}

/// Called as shutdown.
pub fn shut_down(on_unload: impl FnOnce()) {
    let _ = guarded(ptr::null(), || {
        on_unload();
        Ok(())
    });
}
