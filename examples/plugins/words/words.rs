//! words.rs - a sample plugin in Rust: words of any script, how far they are apart, and a dictionary that suggests.
//!
//! Letters are compared by character, so that é is one letter and not two bytes.
use std::collections::{BTreeSet, HashMap};
use std::sync::RwLock;

use rtffi::{Error, Result};

/// Runs of letters and digits. An apostrophe between letters belongs to the word.
fn split(text: &str) -> Vec<String> {
    let inside = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
    text.split(|c| !inside(c))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

fn upper(text: &str) -> String {
    text.to_uppercase()
}

/// The most frequent first, and those that are as frequent by the alphabet.
fn frequencies(text: &str) -> (Vec<String>, Vec<i64>) {
    let mut counts = HashMap::<String, i64>::new();
    for word in split(&lower(text)) {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.into_iter().unzip()
}

/// Wagner and Fischer's algorithm, one row of the table at a time.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn distance(a: &str, b: &str) -> i64 {
    edits(a, b) as i64
}

fn similarity(a: &str, b: &str) -> f64 {
    match a.chars().count().max(b.chars().count()) {
        0 => 1.0,
        longest => 1.0 - edits(a, b) as f64 / longest as f64,
    }
}

fn whole(name: &str, number: i64) -> Result<usize> {
    usize::try_from(number).map_err(|_| Error::argument(format!("{name} must be 0 or more, got {number}")))
}

/// The nearest words within `max_distance`, of equal ones the first by the alphabet.
fn nearest<'a>(
    word: &str,
    words: impl Iterator<Item = &'a str>,
    limit: i64,
    max_distance: i64,
) -> Result<Vec<String>> {
    let (limit, max_distance) = (whole("limit", limit)?, whole("max_distance", max_distance)?);
    let mut near: Vec<(usize, &str)> = words
        .map(|other| (edits(word, other), other))
        .filter(|(distance, _)| *distance <= max_distance)
        .collect();
    near.sort_unstable();
    Ok(near.into_iter().take(limit).map(|(_, other)| other.to_owned()).collect())
}

fn closest(word: &str, words: &[&str], limit: i64, max_distance: i64) -> Result<Vec<String>> {
    nearest(word, words.iter().copied(), limit, max_distance)
}

/// Several threads may ask it while one adds.
struct Dictionary {
    words: RwLock<BTreeSet<String>>,
}

fn dictionary(words: &[&str]) -> Dictionary {
    Dictionary { words: RwLock::new(words.iter().map(|word| word.to_string()).collect()) }
}

fn add(dictionary: &Dictionary, word: &str) -> bool {
    dictionary.words.write().unwrap().insert(word.to_owned())
}

fn contains(dictionary: &Dictionary, word: &str) -> bool {
    dictionary.words.read().unwrap().contains(word)
}

fn size(dictionary: &Dictionary) -> i64 {
    dictionary.words.read().unwrap().len() as i64
}

fn suggest(dictionary: &Dictionary, word: &str, limit: i64, max_distance: i64) -> Result<Vec<String>> {
    let words = dictionary.words.read().unwrap();
    nearest(word, words.iter().map(String::as_str), limit, max_distance)
}

rtffi::plugin!("words", "1.0.0", "Words of any script: a sample plugin in Rust");

rtffi::function!(split, "words_split(text: text) -> [text]", "The words of a text, in order.");
rtffi::function!(lower, "words_lower(text: text) -> text", "The text in lower case.");
rtffi::function!(upper, "words_upper(text: text) -> text", "The text in upper case.");
rtffi::function!(
    frequencies,
    "words_frequencies(text: text) -> ([text], [i64])",
    "The words of a text in lower case, and how often each is there; the most frequent first."
);
rtffi::function!(
    distance,
    "words_distance(a: text, b: text) -> i64",
    "How many letters must be added, left out or replaced to make one of the other (Levenshtein)."
);
rtffi::function!(
    similarity,
    "words_similarity(a: text, b: text) -> f64",
    "From 0, nothing in common, to 1, the same: 1 less the distance by the length of the longer one."
);
rtffi::function!(
    closest,
    "words_closest(word: text, words: [text], limit: i64 = 5, max_distance: i64 = 2) -> [text]",
    "Which of the words are meant by one with a mistake in it, the nearest first."
);

rtffi::class!(Dictionary, "WordsDictionary", "A set of words that suggests the right one.");

rtffi::function!(dictionary, "words_dictionary(words: [text]) -> WordsDictionary", "Makes a dictionary.");
rtffi::function!(
    add,
    "words_dictionary_add(dictionary: WordsDictionary, word: text) -> bool",
    "Adds a word; false where it was there."
);
rtffi::function!(
    contains,
    "words_dictionary_contains(dictionary: WordsDictionary, word: text) -> bool",
    "Whether the word is there."
);
rtffi::function!(size, "words_dictionary_size(dictionary: WordsDictionary) -> i64", "How many words there are.");
rtffi::function!(
    suggest,
    "words_dictionary_suggest(dictionary: WordsDictionary, word: text, limit: i64 = 5, max_distance: i64 = 2) -> [text]",
    "Which words are meant by one with a mistake in it, the nearest first."
);
