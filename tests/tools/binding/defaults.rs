//! The same for Rust.
mod defaults_binding;
use defaults_binding::{given, named, GivenOptions};

fn main() {
    println!("{}\n{}", given(Default::default()).unwrap(), named(Default::default()).unwrap());
    println!("{}", given(GivenOptions { last: 1, ..Default::default() }).unwrap());
}
