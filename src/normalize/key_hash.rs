//! A fast hash for the keys of the table.

use std::hash::Hasher;

/// A hash for keys of the table, which nobody chooses to make them meet: eight bytes at a time.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct KeyHasher(u64);

impl KeyHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, tail) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let tail = tail.iter().fold(0, |tail, byte| (tail << 8) | u64::from(*byte));
        self.mix(tail);
    }

    fn write_u8(&mut self, _: u8) {
        // The end of a text; the length of the last word tells it already.
    }

    fn finish(&self) -> u64 {
        // The map takes the upper bits for its tags and the lower ones for its buckets.
        self.0 ^ (self.0 >> 32)
    }
}
