// SPDX-License-Identifier: Apache-2.0
//! Memory of others, as Rust may look at it.
use std::mem::{align_of, size_of};
use std::ops::Range;

/// Memory of somebody else's, or why it is none.
///
/// # Safety
/// Where it is none for another reason.
pub(crate) unsafe fn slice<'a, T>(data: *const T, count: usize) -> Result<&'a [T], &'static str> {
    if count == 0 {
        return Ok(&[]);
    }
    check(data, count)?;
    Ok(std::slice::from_raw_parts(data, count))
}

/// As slice.
///
/// # Safety
/// As slice; and nobody else may look at it.
pub(crate) unsafe fn slice_mut<'a, T>(data: *mut T, count: usize) -> Result<&'a mut [T], &'static str> {
    if count == 0 {
        return Ok(&mut []);
    }
    check(data, count)?;
    Ok(std::slice::from_raw_parts_mut(data, count))
}

fn check<T>(data: *const T, count: usize) -> Result<(), &'static str> {
    if data.is_null() {
        return Err("the pointer is null but the count is not 0");
    }
    if count > isize::MAX as usize / size_of::<T>() {
        return Err("the count is negative or larger than memory");
    }
    if data as usize % align_of::<T>() != 0 {
        return Err("the pointer is not aligned");
    }
    Ok(())
}

pub(crate) fn extent<T>(memory: &[T]) -> Range<usize> {
    let range = memory.as_ptr_range();
    range.start as usize..range.end as usize
}

pub(crate) fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start.max(b.start) < a.end.min(b.end)
}

/// What is asked of an argument's memory: where it is written to, or None; and whether some of it lies there.
pub(crate) type Memory<'a> = (Option<Range<usize>>, &'a dyn Fn(&Range<usize>) -> bool);

/// The index of one that is written to where another one has memory.
pub(crate) fn shared(arguments: &[Memory]) -> Option<usize> {
    arguments.iter().enumerate().position(|(at, (written, _))| {
        let others = arguments.iter().enumerate().filter(|(i, _)| *i != at);
        written.as_ref().map_or(false, |there| others.map(|(_, (_, has))| has).any(|has| has(there)))
    })
}
