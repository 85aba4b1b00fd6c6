//! What may have been seen: a Bloom filter in lines of 64 bytes, the size of a processor's cache lines. All bits of a key
//! are in one line, so a key costs one access to memory. With a byte a key, one new key in fifty is taken for a known one.

/// A filter with room for some keys. It never denies a key that was added.
pub(super) struct Filter {
    /// In blocks, of which a larger filter takes those that a smaller one has left: memory need not hold both.
    blocks: Vec<Vec<Line>>,
    /// How many lines there are.
    lines: usize,
    keys: usize,
}

#[derive(Clone)]
#[repr(align(64))]
struct Line([u64; 8]);

/// How many keys a line has room for.
const KEYS: usize = 64;
/// How many lines a block has; the last may have fewer.
const BLOCK: usize = 1 << 10;
/// How many bits of its line a key has.
const BITS: u32 = 6;

impl Filter {
    /// An empty one.
    pub(super) fn with_room(keys: usize) -> Self {
        let lines = keys.div_ceil(KEYS);
        let block = |first| vec![Line([0; 8]); BLOCK.min(lines - first)];
        Self {
            blocks: (0..lines).step_by(BLOCK).map(block).collect(),
            lines,
            keys: 0,
        }
    }

    /// How many keys it has room for.
    pub(super) fn room(&self) -> usize {
        self.lines * KEYS
    }

    /// Whether there is room for some keys more.
    pub(super) fn has_room(&self, more: usize) -> bool {
        self.keys + more <= self.room()
    }

    /// Adds a key, for which there is room.
    pub(super) fn add(&mut self, key: u64) {
        let line = line_of(key, self.lines);
        let block = self.blocks.get_mut(line / BLOCK);
        if let Some(Line(words)) = block.and_then(|block| block.get_mut(line % BLOCK)) {
            for (word, bit) in bits(key) {
                words[word] |= bit;
            }
        }
        self.keys += 1;
    }

    /// Whether a key may have been added.
    pub(super) fn may_hold(&self, key: u64) -> bool {
        let line = line_of(key, self.lines);
        let block = self.blocks.get(line / BLOCK);
        let missing = |Line(words): &Line| {
            bits(key).fold(0, |missing, (word, bit)| missing | (bit & !words[word]))
        };
        let line = block.and_then(|block| block.get(line % BLOCK));
        line.is_some_and(|line| missing(line) == 0)
    }
}

/// The line of a key. Keys in their order have lines in theirs, so that a sorted run is added from front to back.
fn line_of(key: u64, lines: usize) -> usize {
    (((key >> 32) * lines as u64) >> 32) as usize
}

/// The bits of a key within its line: the word, and the bit of that. They do not depend on what the line depends on.
fn bits(key: u64) -> impl Iterator<Item = (usize, u64)> {
    let mixed = (key ^ (key >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..BITS).map(move |nth| {
        let nine = mixed >> (64 - 9 * (nth + 1)) & 511;
        ((nine >> 6) as usize, 1 << (nine & 63))
    })
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher as _;

    use foldhash::fast::FixedState;

    use super::*;

    #[test]
    fn a_full_filter_takes_few_new_keys_for_known_ones() {
        let digest = |n: u64| FixedState::default().hash_one(n);
        let mut filter = Filter::with_room(100_000);
        assert!(!filter.may_hold(digest(0)));
        let mut known = 0;
        while filter.has_room(1) {
            filter.add(digest(known));
            known += 1;
        }
        assert!((0..known).all(|n| filter.may_hold(digest(n))));
        let taken = (known..2 * known).filter(|n| filter.may_hold(digest(*n)));
        let in_a_thousand = taken.count() as u64 * 1000 / known;
        assert!((10..30).contains(&in_a_thousand), "{in_a_thousand} ‰");
    }

    #[test]
    fn a_filter_without_room_knows_nothing() {
        let filter = Filter::with_room(0);
        assert!(!filter.may_hold(7));
        assert!(!filter.has_room(1));
    }
}
