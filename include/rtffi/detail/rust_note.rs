// SPDX-License-Identifier: Apache-2.0
//! Notes in the ELF file, which say what the plugin has: see RT_NOTE in plugin.h.

/// One note. Its bytes lie in the file as they stand here.
#[repr(C, align(4))]
pub struct Note<const N: usize> {
    owner_size: u32,
    payload_size: u32,
    kind: u32,
    owner: [u8; 8],
    payload: [u8; N],
}

/// The size to which a payload of that length is filled up.
pub const fn padded(length: usize) -> usize {
    (length + 3) / 4 * 4
}

impl<const N: usize> Note<N> {
    pub const fn new(kind: u32, text: &str) -> Note<N> {
        let bytes = text.as_bytes();
        let mut payload = [0; N];
        let mut at = 0;
        while at < bytes.len() {
            payload[at] = bytes[at];
            at += 1;
        }
        Note { owner_size: 6, payload_size: bytes.len() as u32, kind, owner: *b"rtffi\0\0\0", payload }
    }
}
