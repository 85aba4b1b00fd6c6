//! The run itself, apart from any command line: so far, what was asked of it. It names no flags, no terminal and no exit
//! code, so that whoever embeds rolo asks for the same things in the same words.

mod index;
mod path;
mod spec;

pub use index::{
    IndexError, MatchIndex, MatchProblem, MissingRecord, Standing, UndecidedRow, WantedRow, Whose,
};
pub use spec::{
    Delivery, Guards, ImportSpec, KeptMapping, Policy, Reading, Source, SpecError, TargetSpec,
};
