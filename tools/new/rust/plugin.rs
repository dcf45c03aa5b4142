//! The plugin @NAME@. A function is written as usual and handed to rtffi with its signature, which the compiler checks.
use std::sync::Mutex;

use rtffi::{Error, Result};

fn greeting(name: &str) -> String {
    format!("Hello, {name}!")
}

/// What fails is an Error, or any other error of Rust's with `?`.
fn mean(numbers: &[f64]) -> Result<f64> {
    if numbers.is_empty() {
        return Err(Error::argument("the mean needs at least one number"));
    }
    Ok(numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// An object behind a handle. Several threads may use one at once, hence the Mutex.
struct Tally {
    total: Mutex<f64>,
}

fn tally(start: f64) -> Tally {
    Tally { total: Mutex::new(start) }
}

fn tally_add(tally: &Tally, number: f64) -> f64 {
    let mut total = tally.total.lock().unwrap();
    *total += number;
    *total
}

rtffi::plugin!("@NAME@", "0.1.0", "A plugin in Rust");

rtffi::function!(greeting, "@NAME@_greeting(name: text = \"world\") -> text", "Says hello.");
rtffi::function!(mean, "@NAME@_mean(numbers: [f64]) -> f64", "The mean of the numbers.");

rtffi::class!(Tally, "@CLASS@Tally", "A sum that grows.");

rtffi::function!(tally, "@NAME@_tally(start: f64 = 0) -> @CLASS@Tally", "Makes a tally.");
rtffi::function!(tally_add, "@NAME@_tally_add(tally: @CLASS@Tally, number: f64) -> f64", "Adds a number and gives the sum.");
