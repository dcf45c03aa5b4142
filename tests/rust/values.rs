//! A plugin in Rust with a function for each type that a signature has, for the tests of the SDK and of the binding for Rust.
use std::ffi::c_void;
use std::sync::atomic::{AtomicI64, Ordering};

use rtffi::{Callable, Error, Status, Value};

static LIVE: AtomicI64 = AtomicI64::new(0);

struct Cell {
    value: AtomicI64,
}

impl Cell {
    fn new(value: i64) -> Cell {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Cell { value: AtomicI64::new(value) }
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

fn not(value: bool) -> bool {
    !value
}

fn half(value: i32) -> rtffi::Result<i32> {
    match value % 2 {
        0 => Ok(value / 2),
        _ => Err(Error::argument(format!("{value} is odd")).with_cause("odd")),
    }
}

fn busy() -> rtffi::Result<()> {
    Err(Error::new(Status::Busy, "it is in use"))
}

fn parse(text: &str) -> Result<f64, std::num::ParseFloatError> {
    text.parse()
}

fn at(numbers: &[i64], index: i64) -> i64 {
    numbers[index as usize]
}

fn joined(a: &str, b: &str) -> String {
    format!("{a}{b}")
}

fn with_nul() -> String {
    "a\0b".to_owned()
}

fn sum(whole: &[i64], real: &[f64], flags: &[bool], scale: f64) -> f64 {
    let counted = flags.iter().filter(|flag| **flag).count();
    (whole.iter().sum::<i64>() as f64 + real.iter().sum::<f64>() + counted as f64) * scale
}

fn reversed(data: &[u8]) -> Vec<u8> {
    data.iter().rev().copied().collect()
}

fn doubled(whole: &[i64]) -> Vec<i64> {
    whole.iter().map(|value| value * 2).collect()
}

fn halves(real: &[f64]) -> Vec<f64> {
    real.iter().map(|value| value / 2.0).collect()
}

fn inverted(flags: &[bool]) -> Vec<bool> {
    flags.iter().map(|flag| !flag).collect()
}

fn count_up(whole: &mut [i64], real: &mut [f64], data: &mut [u8], from: i64) {
    whole.iter_mut().zip(from..).for_each(|(place, value)| *place = value);
    real.iter_mut().zip(from..).for_each(|(place, value)| *place = value as f64);
    data.iter_mut().zip(from..).for_each(|(place, value)| *place = value as u8);
}

fn overwrite(data: &mut [u8], value: &Value) -> bool {
    let text = value.as_str().unwrap_or("");
    data.fill(0xff);
    std::str::from_utf8(text.as_bytes()).is_ok()
}

fn overwrite_texts(data: &mut [u8], texts: &[&str]) -> bool {
    data.fill(0xff);
    texts.iter().all(|text| std::str::from_utf8(text.as_bytes()).is_ok())
}

fn overwrite_all(data: &mut [u8], values: &[Value]) -> bool {
    let whole = values.iter().filter_map(Value::as_i64).sum::<i64>();
    data.fill(0xff);
    whole == values.iter().filter_map(Value::as_i64).sum::<i64>()
}

fn overwrite_both(data: Option<&mut [u8]>, value: Option<&Value>) {
    if let (Some(data), Some(_)) = (data, value) {
        data.fill(0xff);
    }
}

fn same(address: *mut c_void) -> *mut c_void {
    address
}

fn cell(value: i64) -> Cell {
    Cell::new(value)
}

fn cell_add(cell: &Cell, value: i64) -> i64 {
    cell.value.fetch_add(value, Ordering::SeqCst) + value
}

fn cell_or(cell: Option<&Cell>, value: i64) -> i64 {
    cell.map_or(value, |cell| cell.value.load(Ordering::SeqCst))
}

fn cell_some(value: i64) -> Option<Cell> {
    (value != 0).then(|| Cell::new(value))
}

fn cells(count: i64) -> Vec<Cell> {
    (0..count).map(Cell::new).collect()
}

fn cells_sum(cells: &[&Cell]) -> i64 {
    cells.iter().map(|cell| cell.value.load(Ordering::SeqCst)).sum()
}

fn live() -> i64 {
    LIVE.load(Ordering::SeqCst)
}

fn number_or(number: Option<f64>, other: f64) -> f64 {
    number.unwrap_or(other)
}

fn texts(texts: &[&str]) -> (Vec<String>, Vec<i64>) {
    let sizes = texts.iter().map(|text| text.len() as i64).collect();
    (texts.iter().map(|text| text.to_uppercase()).collect(), sizes)
}

fn kind(value: &Value) -> String {
    match (value.as_bool(), value.as_i64(), value.as_f64(), value.as_str()) {
        (Some(v), ..) => format!("bool {v}"),
        (_, Some(v), ..) => format!("integer {v}"),
        (_, _, Some(v), _) => format!("number {v}"),
        (.., Some(v)) => format!("text {v}"),
        _ if value.is_none() => "none".to_owned(),
        _ => "something else".to_owned(),
    }
}

fn kinds(values: &[Value]) -> Vec<String> {
    values.iter().map(kind).collect()
}

fn any(which: i64) -> Value {
    match which {
        0 => Value::NONE,
        1 => true.into(),
        2 => 7.into(),
        _ => 0.5.into(),
    }
}

fn apply(function: &Callable, value: f64) -> rtffi::Result<f64> {
    let given = function.call(&[value.into()])?;
    given.as_f64().ok_or_else(|| Error::new(Status::Type, "the callable gave no number"))
}

fn apply_twice(function: &Callable, value: f64) -> rtffi::Result<f64> {
    let kept = function.clone();
    apply(&kept, apply(function, value)?)
}

fn kept(value: &Value) -> Value {
    value.clone()
}

fn passed(function: &Callable, value: &Value) -> rtffi::Result<Value> {
    let given = function.call(&[value.clone(), 0.5.into()])?;
    Ok(given.clone())
}

fn called_in_vain(function: &Callable) -> rtffi::Result<()> {
    function.call(&[]).map(drop)
}

fn called_twice(function: &Callable) -> rtffi::Result<(Value, Value)> {
    Ok((function.call(&[])?, function.call(&[])?))
}

fn called_again(function: &Callable) -> rtffi::Result<(Value, Value)> {
    called_in_vain(function)?;
    let cells = function.call(&[])?;
    Ok((cells.clone(), cells))
}

fn gives_an_address(function: &Callable) -> rtffi::Result<bool> {
    function.call(&[]).map(|address| !address.is_none())
}

/// What a panic carries that panics itself.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        std::panic::panic_any(Bomb);
    }
}

fn bomb() -> i64 {
    std::panic::panic_any(Bomb)
}

struct Trap;

impl Drop for Trap {
    fn drop(&mut self) {
        bomb();
    }
}

fn trap() -> Trap {
    Trap
}

#[allow(clippy::too_many_arguments)]
fn described(
    kind: &str,
    names: &[&str],
    flags: &[bool],
    scale: &[f64],
    limit: f64,
    value: &Value,
    data: Option<&[u8]>,
    cells: &[&Cell],
) -> String {
    let value = value.as_str();
    format!("{kind} {names:?} {flags:?} {scale:?} {limit} {value:?} {data:?} {}", cells_sum(cells))
}

fn load() -> rtffi::Result<()> {
    match std::env::var("RTFFI_TEST_HARM").as_deref() {
        Ok("error in on_load") => Err(Error::new(Status::Unavailable, "not today")),
        Ok("panic in on_load") => panic!("not today"),
        _ => Ok(()),
    }
}

rtffi::plugin!("rust_values", "1.0.0", "A function for each type", on_load = load);
rtffi::class!(Cell, "RustCell", "A number that may be added to.");
rtffi::class!(Trap, "RustTrap", "What panics when it is destroyed.");

rtffi::function!(not, "rv_not(value: bool) -> bool", "The other one.", group = "Numbers");
rtffi::function!(half, "rv_half(value: i32) -> i32", "Half of an even number.", group = "Numbers");
rtffi::function!(busy, "rv_busy()", "Fails.", flags = rtffi::BLOCKS);
rtffi::function!(parse, "rv_parse(text: text) -> f64", "The number.");
rtffi::function!(at, "rv_at(numbers: [i64], index: i64 = 0) -> i64", "Panics beyond the end.");
rtffi::function!(joined, "rv_joined(a: text, b: text = \"!\") -> text", "Both.");
rtffi::function!(with_nul, "rv_with_nul() -> text", "A text with a NUL in it.");
rtffi::function!(
    sum,
    "rv_sum(whole: [i64], real: [f64], flags: [bool], scale: f64 = 1) -> f64",
    "All numbers, and the flags that are set."
);
rtffi::function!(reversed, "rv_reversed(data: bytes) -> bytes", "Backwards.");
rtffi::function!(doubled, "rv_doubled(whole: [i64]) -> [i64]", "Twice each.");
rtffi::function!(halves, "rv_halves(real: [f64]) -> [f64]", "Half of each.");
rtffi::function!(inverted, "rv_inverted(flags: [bool]) -> [bool]", "The other ones.");
rtffi::function!(
    count_up,
    "rv_count_up(whole: mut [i64], real: mut [f64], data: mut bytes, *, from: i64)",
    "Fills all with numbers that go up."
);
rtffi::function!(overwrite, "rv_overwrite(data: mut bytes, value: any) -> bool", "Whether the value stays as it was.");
rtffi::function!(overwrite_texts, "rv_overwrite_texts(data: mut bytes, texts: [text]) -> bool", "The same of texts.");
rtffi::function!(overwrite_all, "rv_overwrite_all(data: mut bytes, values: [any]) -> bool", "The same of values.");
rtffi::function!(overwrite_both, "rv_overwrite_both(data: mut bytes?, value: any?)", "Where both are there.");
rtffi::function!(same, "rv_same(address: ptr) -> ptr", "The address.");
rtffi::function!(cell, "rv_cell(value: i64) -> RustCell", "A cell.");
rtffi::function!(cell_add, "rv_rustcell_add(cell: RustCell, value: i64) -> i64", "Adds.");
rtffi::function!(cell_or, "rv_cell_or(cell: RustCell?, value: i64 = -1) -> i64", "Its number, or the other.");
rtffi::function!(cell_some, "rv_cell_some(value: i64) -> RustCell?", "None for 0.");
rtffi::function!(cells, "rv_cells(count: i64) -> [RustCell]", "Cells that count up from 0.");
rtffi::function!(cells_sum, "rv_cells_sum(cells: [RustCell]) -> i64", "The sum.");
rtffi::function!(live, "rv_live() -> i64", "How many cells there are.");
rtffi::function!(number_or, "rv_number_or(number: f64? = none, other: f64 = 1e-3) -> f64", "The first that is there.");
rtffi::function!(texts, "rv_texts(texts: [text]) -> ([text], [i64])", "In upper case, and their sizes.");
rtffi::function!(kind, "rv_kind(value: any = none) -> text", "What it is.");
rtffi::function!(kinds, "rv_kinds(values: [any]) -> [text]", "What they are.");
rtffi::function!(any, "rv_any(which: i64) -> any", "Something.");
rtffi::function!(apply, "rv_apply(function: fn(x: f64) -> f64, value: f64) -> f64", "Calls it.");
rtffi::function!(
    apply_twice,
    "rv_apply_twice(arguments: fn(x: f64) -> f64, value: f64) -> f64",
    "Calls it with its own result.",
    flags = rtffi::CALLS_BACK,
);
rtffi::function!(kept, "rv_kept(value: any) -> any", "The same.");
rtffi::function!(passed, "rv_passed(function: fn(value: any, number: f64) -> any, value: any) -> any", "Calls it.");
rtffi::function!(called_in_vain, "rv_called_in_vain(function: fn() -> any)", "Calls it.");
rtffi::function!(called_twice, "rv_called_twice(function: fn() -> any) -> (any, any)", "Both results.");
rtffi::function!(
    called_again,
    "rv_called_again(function: fn() -> [RustCell]) -> (any, any)",
    "Calls it twice, and gives a copy of the second result, and that."
);
rtffi::function!(gives_an_address, "rv_gives_an_address(function: fn() -> ptr) -> bool", "Whether it does.");
rtffi::function!(bomb, "rv_bomb() -> i64", "Panics, with what panics when it is dropped.");
rtffi::function!(trap, "rv_trap() -> RustTrap", "An object.");
rtffi::function!(
    described,
    "rv_described(type: text, names: [text] = [], flags: [bool] = [true, false], *, scale: [f64] = [1, 2.5], \
     limit: f64 = -inf, value: any = \"a\\\"b\", data: bytes? = none, cells: [RustCell] = []) -> text",
    "All of it."
);
