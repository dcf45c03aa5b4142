// SPDX-License-Identifier: Apache-2.0
//! Whether a signature agrees with a function's Rust types, while that compiles. The core reads the whole grammar when the plugin
//! loads, the defaults, too.

/// A type as signatures write it.
pub enum Type {
    Word(&'static str),
    Array(&'static Type),
    Mut(&'static Type),
    Optional(&'static Type),
    Tuple(&'static [&'static Type]),
    Callable,
    None,
}

pub const OK: u8 = 0;
const MALFORMED: u8 = 1;
const COUNT: u8 = 2;
const PARAMETER: u8 = 3;
const RESULT: u8 = 4;

/// OK, or what is wrong.
pub const fn compare(signature: &str, parameters: &[&Type], result: &Type) -> u8 {
    let text = signature.as_bytes();
    let mut at = identifier(text, 0);
    if at == 0 || !is(text, at, b'(') {
        return MALFORMED;
    }
    at = skip(text, at + 1);
    let mut index = 0;
    let mut disagrees = false;
    while !is(text, at, b')') {
        if is(text, at, b'*') {
            at = skip(text, at + 1);
        } else {
            let colon = skip(text, identifier(text, at));
            if colon == at || !is(text, colon, b':') {
                return MALFORMED;
            }
            let end = parameter_end(text, colon + 1);
            disagrees = disagrees || (index < parameters.len() && !holds(text, colon + 1, parameters[index]));
            index += 1;
            at = end;
        }
        if is(text, at, b',') {
            at = skip(text, at + 1);
        } else if !is(text, at, b')') {
            return MALFORMED;
        }
    }
    if index != parameters.len() {
        return COUNT;
    }
    if disagrees {
        return PARAMETER;
    }
    if !result_agrees(text, skip(text, at + 1), result) {
        return RESULT;
    }
    OK
}

const fn result_agrees(text: &[u8], at: usize, result: &Type) -> bool {
    if at >= text.len() {
        return matches!(result, Type::None);
    }
    if !is(text, at, b'-') || !is(text, at + 1, b'>') {
        return false;
    }
    let end = type_end(text, at + 2, result);
    end != NOWHERE && skip(text, end) == text.len()
}

const NOWHERE: usize = usize::MAX;

/// Whether the type stands there, and nothing behind it but a default or the next parameter.
const fn holds(text: &[u8], at: usize, expected: &Type) -> bool {
    let end = type_end(text, at, expected);
    if end == NOWHERE {
        return false;
    }
    let end = skip(text, end);
    is(text, end, b',') || is(text, end, b')') || is(text, end, b'=')
}

/// Where the type that stands there ends, or NOWHERE where another one does.
const fn type_end(text: &[u8], at: usize, expected: &Type) -> usize {
    let at = skip(text, at);
    match expected {
        Type::Word(word) => word_end(text, at, word.as_bytes()),
        Type::Mut(inner) => type_end(text, word_end(text, at, b"mut"), inner),
        Type::Optional(inner) => closed(text, type_end(text, at, inner), b'?'),
        Type::Array(inner) => {
            if !is(text, at, b'[') {
                return NOWHERE;
            }
            closed(text, type_end(text, at + 1, inner), b']')
        }
        Type::Tuple(parts) => tuple_end(text, at, parts),
        Type::Callable => {
            if word_end(text, at, b"fn") == NOWHERE {
                return NOWHERE;
            }
            parameter_end(text, at)
        }
        Type::None => NOWHERE,
    }
}

const fn tuple_end(text: &[u8], at: usize, parts: &[&Type]) -> usize {
    if !is(text, at, b'(') {
        return NOWHERE;
    }
    let mut end = at + 1;
    let mut index = 0;
    while index < parts.len() {
        end = type_end(text, end, parts[index]);
        index += 1;
        if end == NOWHERE {
            return NOWHERE;
        }
        end = closed(text, end, if index < parts.len() { b',' } else { b')' });
    }
    end
}

const fn closed(text: &[u8], at: usize, by: u8) -> usize {
    if at == NOWHERE {
        return NOWHERE;
    }
    let at = skip(text, at);
    if is(text, at, by) {
        at + 1
    } else {
        NOWHERE
    }
}

const fn word_end(text: &[u8], at: usize, word: &[u8]) -> usize {
    let mut i = 0;
    while i < word.len() {
        if !is(text, at + i, word[i]) {
            return NOWHERE;
        }
        i += 1;
    }
    if identifier(text, at) == at + word.len() {
        at + word.len()
    } else {
        NOWHERE
    }
}

/// The comma or bracket that ends the parameter there.
const fn parameter_end(text: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < text.len() {
        match text[at] {
            b'"' => at = quoted_end(text, at + 1),
            b'(' | b'[' => depth += 1,
            b')' | b',' if depth == 0 => return at,
            b')' | b']' => depth -= 1,
            _ => (),
        }
        at += 1;
    }
    at
}

const fn quoted_end(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at
}

const fn identifier(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && (text[at].is_ascii_alphanumeric() || text[at] == b'_') {
        at += 1;
    }
    at
}

const fn skip(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && text[at].is_ascii_whitespace() {
        at += 1;
    }
    at
}

const fn is(text: &[u8], at: usize, byte: u8) -> bool {
    at < text.len() && text[at] == byte
}
