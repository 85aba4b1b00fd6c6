//! Makes the data file anew of the library's metadata, where a newer version of it judges otherwise:
//!
//! `ROLO_METADATA=…/metadata.bin cargo test --lib numbering::make -- --ignored`
//!
//! The file lies in the library's sources. The plan of a calling code is that of its main region. Where other regions
//! share the code, they can only make more of its numbers valid; where the main one is told by its leading digits, it is
//! not the first to be asked, and has no plan.

use std::collections::HashMap;
use std::fmt::Write as _;

use prost::Message as _;
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::util::{primitives::StateID, syntax};
use regex_automata::{Anchored, Input, MatchKind};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneMetadata, PhoneMetadataCollection, PhoneNumberDesc};

/// The longest number of a plan.
const LONGEST: usize = 17;

const HEAD: &str = "\
# Which national numbers of each calling code are surely valid: facts about the numbering plans, after the metadata of
# libphonenumber (Apache-2.0). Made by `make.rs` beside `plans.rs`; not to be edited.
#
# Every other line is a state of one automaton over the digits of a national number, counted from 1. `.` says that a number
# may end there; `1-4>17` that the digits 1 to 4 lead to state 17. A digit that is not named leads to no valid number.
# `+33 42 FR 0 00` is a calling code with its first state, and, where that is simple, its main region, what is dialled
# there before a national number (`.`: nothing), and what before another calling code.
";

/// A state while it is made: where each digit leads to, and whether a number may end there.
type Made = ([u16; 10], bool);

#[derive(Default)]
struct Automaton {
    lines: Vec<Made>,
    known: HashMap<Made, u16>,
}

impl Automaton {
    fn number(&mut self, made: Made) -> u16 {
        if made == Made::default() {
            return 0;
        }
        *self.known.entry(made).or_insert_with(|| {
            self.lines.push(made);
            u16::try_from(self.lines.len()).expect("not so many states")
        })
    }
}

/// The patterns of a region.
struct Patterns {
    dfa: dense::DFA<Vec<u32>>,
    /// The lengths that go with each, the general one first; behind them is what a national prefix may be.
    lengths: Vec<Vec<i32>>,
}

impl Patterns {
    fn is_valid(&self, state: StateID, length: usize) -> bool {
        let end = self.dfa.next_eoi_state(state);
        let matches = if self.dfa.is_match_state(end) {
            self.dfa.match_len(end)
        } else {
            0
        };
        let fits: Vec<usize> = (0..matches)
            .map(|n| self.dfa.match_pattern(end, n).as_usize())
            .collect();
        let length = i32::try_from(length).expect("a length");
        let fit = |n: &usize| {
            let lengths = &self.lengths[*n];
            fits.contains(n) && (lengths.is_empty() || lengths.contains(&length))
        };
        let is_prefixed = fits.contains(&self.lengths.len());
        !is_prefixed && fit(&0) && (1..self.lengths.len()).any(|n| fit(&n))
    }

    fn state(
        &self,
        (state, length): (StateID, usize),
        made: &mut HashMap<(StateID, usize), u16>,
        all: &mut Automaton,
    ) -> u16 {
        if length > LONGEST {
            return 0;
        }
        if let Some(known) = made.get(&(state, length)) {
            return *known;
        }
        let mut next = [0; 10];
        for (digit, next) in (b'0'..=b'9').zip(&mut next) {
            let then = self.dfa.next_state(state, digit);
            *next = self.state((then, length + 1), made, all);
        }
        let number = all.number((next, self.is_valid(state, length)));
        made.insert((state, length), number);
        number
    }
}

/// A pattern as the metadata holds it: `^(?:…)$`.
#[expect(deprecated, reason = "the library takes it out of what it hands on")]
fn pattern(desc: Option<&PhoneNumberDesc>) -> Option<&str> {
    let pattern = desc?.national_number_pattern.as_deref()?;
    bare(pattern)
}

fn bare(pattern: &str) -> Option<&str> {
    let bare = pattern
        .strip_prefix("^(?:")
        .and_then(|rest| rest.strip_suffix(")$"));
    bare.or(Some(pattern)).filter(|bare| !bare.is_empty())
}

#[expect(deprecated, reason = "the library takes them out of what it hands on")]
fn patterns(meta: &PhoneMetadata, prefix: Option<&str>) -> Option<Patterns> {
    let types = [
        &meta.general_desc,
        &meta.fixed_line,
        &meta.mobile,
        &meta.toll_free,
        &meta.premium_rate,
        &meta.shared_cost,
        &meta.personal_number,
        &meta.voip,
        &meta.pager,
        &meta.uan,
        &meta.voicemail,
    ];
    pattern(types[0].as_ref())?;
    let (mut texts, mut lengths) = (Vec::new(), Vec::new());
    for desc in types {
        if let Some(text) = pattern(desc.as_ref()) {
            texts.push(text.to_owned());
            lengths.push(
                desc.as_ref()
                    .map_or(Vec::new(), |desc| desc.possible_length.clone()),
            );
        }
    }
    texts.extend(prefix.map(|prefix| format!("(?:{prefix})[0-9]*")));
    let config = dense::Config::new()
        .match_kind(MatchKind::All)
        .start_kind(StartKind::Anchored);
    let digits = syntax::Config::new().unicode(false).utf8(false);
    let mut builder = dense::Builder::new();
    let dfa = builder.configure(config).syntax(digits).build_many(&texts);
    let dfa = dfa.expect("patterns");
    Some(Patterns { dfa, lengths })
}

/// The line of a calling code: its first state, and how its main region dials.
#[expect(deprecated, reason = "the library takes them out of what it hands on")]
fn line(meta: &PhoneMetadata, all: &mut Automaton) -> Option<String> {
    if meta.leading_digits.is_some() {
        return None;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let prefix = meta.national_prefix_for_parsing.as_deref().and_then(bare);
    let transforms = meta.national_prefix_transform_rule.is_some();
    let abroad = meta.international_prefix.as_deref().and_then(bare);
    let abroad = abroad.filter(|abroad| digits(abroad));
    let simple = abroad.filter(|_| prefix.is_none_or(digits) && !transforms);
    // Where a prefix cannot be told, no number is sure that may begin with one.
    let patterns = patterns(meta, prefix.filter(|_| simple.is_none()))?;
    let start = Input::new("").anchored(Anchored::Yes);
    let start = patterns.dfa.start_state_forward(&start).expect("a start");
    let start = patterns.state((start, 0), &mut HashMap::new(), all);
    let mut line = format!("+{} {start}", meta.country_code());
    if let Some(abroad) = simple {
        let prefix = prefix.unwrap_or(".");
        write!(line, " {} {prefix} {abroad}", meta.id).expect("a text");
    }
    (start > 0).then_some(line)
}

fn state_line((next, ends): &Made) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut from = 0;
    while from < 10 {
        let to = (from..10)
            .take_while(|digit| next[*digit] == next[from])
            .last();
        let to = to.unwrap_or(from);
        match (next[from], from == to) {
            (0, _) => {}
            (state, true) => parts.push(format!("{from}>{state}")),
            (state, false) => parts.push(format!("{from}-{to}>{state}")),
        }
        from = to + 1;
    }
    format!("{}{}", if *ends { "." } else { "" }, parts.join(" "))
}

#[test]
#[ignore = "it makes the data file anew"]
fn make() {
    let file = std::env::var("ROLO_METADATA").expect("the library's metadata.bin");
    let bytes = std::fs::read(file).expect("a file");
    let metadata = PhoneMetadataCollection::decode(&bytes[..]).expect("metadata");
    let mut all = Automaton::default();
    let mut lines = Vec::new();
    for meta in &metadata.metadata {
        let main = PHONE_NUMBER_UTIL.get_region_for_country_code(meta.country_code());
        if main.is_some_and(|main| format!("{main:?}") == meta.id) {
            lines.extend(line(meta, &mut all));
        }
    }
    lines.sort();
    let states = all.lines.iter().map(state_line);
    let text: Vec<String> = states.chain(lines).collect();
    let text = format!("{HEAD}{}\n", text.join("\n"));
    let place = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/normalize/numbering/data/plans.txt"
    );
    std::fs::write(place, text).expect("written");
}
