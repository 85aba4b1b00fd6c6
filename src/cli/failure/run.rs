//! What stopped a run, for a person: the exit code that it means, and what to do about it, with the flags that allow it.

use super::Failure;
use crate::cli::exit::ExitKind;
use crate::engine::{DecisionError, Error, GuardError, LastRun, MoveError, StateError};
use crate::mapping::MappingError;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (kind, hint) = (ExitKind::from(&error), hint_of_error(&error));
        match error {
            Error::Sheet(error) => error.into(),
            Error::Mapping(error) => error.into(),
            Error::ColumnChoice { choice, why } => column_choice(&choice, why),
            Error::Unrecognised(error) => Self::from(error).hinting(hint),
            Error::Ledger(error) => error.into(),
            Error::Interrupted(broken) => Self::from(broken.error).hinting(hint),
            Error::Spec(error) => error.into(),
            Error::Setting(error) => error.into(),
            Error::Address(error) => error.into(),
            Error::Fetch(error) => error.into(),
            Error::Halted(halt) => halt.into(),
            Error::NotRead(halt) => Self::from(halt).hinting(hint),
            Error::Io(error) => error.into(),
            Error::Totals(error) => error.into(),
            Error::Guard(found) => found.into(),
            Error::State(state) => state.into(),
            other => Self::new(kind, other, hint),
        }
    }
}

/// What a person does about an error that is the run's own.
fn hint_of_error(error: &Error) -> String {
    let hint = match error {
        Error::Unrecognised(_) => {
            "`rolo map` shows the columns; --column HEADER=FIELD says what one is, --header-row where the header stands"
        }
        Error::UnsureEncoding { .. } => {
            "say which it is, such as --encoding cp850; nothing was sent"
        }
        Error::Interrupted(broken) => {
            return format!(
                "no row's fate is lost: what was in flight is in doubt; mend the cause, then `rolo resume {}`",
                broken.run
            );
        }
        Error::NoVendor(_) => "`rolo vendors` lists them",
        Error::NotRead(_) => "--compare ledger plans by what was sent last, and reads nothing",
        Error::Unreadable(_) => {
            "--compare ledger plans by what was sent last, and reads nothing; nothing was sent"
        }
        Error::Changed { .. } => {
            "nothing was sent; `rolo plan` again, or --even-if-changed sends the plan all the same"
        }
        Error::Unseen(_) => {
            "nothing was sent; `rolo plan` with --compare ledger reads nothing, or --even-if-changed sends the plan \
             all the same"
        }
        _ => "",
    };
    hint.to_owned()
}

fn column_choice(choice: &str, why: String) -> Failure {
    let what = if why.is_empty() {
        format!("`--column {choice}` has no `=`")
    } else {
        why
    };
    Failure::usage(
        what,
        "write --column HEADER=FIELD, such as --column \"Tel 2=phone.home\" or --column F=ignored",
    )
}

impl From<GuardError> for Failure {
    fn from(found: GuardError) -> Self {
        let hint = match &found {
            GuardError::NoRows => {
                "look at where it comes from; --allow-empty lets it pass; nothing was sent"
                    .to_owned()
            }
            GuardError::Shrunken { rows, before, last } => {
                let lost = (before - rows) * 100;
                format!(
                    "that was {} of {}; if this one is right, --max-shrink {}% lets it pass; nothing was sent",
                    last.id,
                    last.began,
                    lost.div_ceil(*before)
                )
            }
            GuardError::Updates { updates, .. } => format!(
                "look at the sheet: have columns changed places? --dry-run --max-update {updates} shows what would \
                 change, --max-update {updates} allows it; nothing was sent"
            ),
            GuardError::EmptyMirror { .. } => {
                "look at the sheet; a mirror never empties a book. Nothing was sent".to_owned()
            }
            GuardError::Deletes { deletes, .. } => format!(
                "look at the sheet: are rows missing? --max-delete {deletes} allows it; nothing was sent"
            ),
            GuardError::Drifted { .. } => String::new(),
        };
        match found {
            GuardError::Drifted { error, last } => drifted(error, &last),
            found => Self::new(ExitKind::Guard, found, hint),
        }
    }
}

fn drifted(error: MappingError, last: &LastRun) -> Failure {
    let mut hints = Vec::new();
    if let MappingError::Drifted { proposal, .. } = &error
        && !proposal.is_empty()
    {
        hints.push(proposal.join("; "));
    }
    hints.push(format!(
        "the last import was {} of {}; --allow-drift takes the columns as they are now, --column and --mapping say \
         what they are; nothing was sent",
        last.id, last.began
    ));
    Failure {
        hints,
        ..Failure::from(error)
    }
}

impl From<StateError> for Failure {
    fn from(state: StateError) -> Self {
        let hint = match &state {
            StateError::NotPlanned(_) => "import the sheet again".to_owned(),
            StateError::NotApplied(id) => format!("`rolo apply {id}` sends it"),
            StateError::NoPlan(_) =>                 "`rolo plan` saves one; `rolo resume` goes on with a run that did not end".to_owned(),
            StateError::HalfApplied(id) => format!("`rolo resume {id}` goes on with it"),
            StateError::Applied(_) =>                 "nothing is left to do; `rolo plan` makes another".to_owned(),
            StateError::Erased(_) => "`rolo plan` makes another".to_owned(),
            StateError::Nothing => "`rolo runs` lists the runs".to_owned(),
            StateError::NothingToUndo(_) =>                 "it created and updated nothing, or that was undone, forgotten or pruned; `rolo runs RUN` tells more"
                    .to_owned(),
            StateError::NoSheet(_) =>                 "`rolo resume` goes on with any run; what migrate, undo or apply did can be asked for again".to_owned(),
            StateError::Piped(_) => "name the sheet with --from".to_owned(),
            StateError::Withheld { file, .. } =>                 format!("name it again: --mapping {}", file.display()),
        };
        Self::new(ExitKind::from(&state), state, hint)
    }
}

impl From<DecisionError> for Failure {
    fn from(error: DecisionError) -> Self {
        let hint = match &error {
            DecisionError::NoRow { .. } => {
                "the number is the one that the spreadsheet or an editor shows"
            }
            DecisionError::Known { .. } => "only a row in doubt can be decided",
            DecisionError::NotCreated(_) => "`rolo resume` sends the change again",
            DecisionError::Earlier { run, row } => {
                let hint = format!("`rolo runs {run} --row {row}` names it");
                return Self::new(ExitKind::Usage, error, hint);
            }
            DecisionError::Ledger(_) => "",
        };
        match error {
            DecisionError::Ledger(error) => error.into(),
            other => Self::new(ExitKind::Usage, other, hint),
        }
    }
}

impl From<MoveError> for Failure {
    fn from(error: MoveError) -> Self {
        let hint = match error {
            MoveError::Engine(error) => return error.into(),
            MoveError::Unmapped { .. } => {
                "name them in --parent-map FILE, a line `old,new` each, or put all under one with --parent ID; \
                 nothing was sent"
            }
            MoveError::Empty { .. } => {
                "look whether it is the account, and the parent, that was meant; nothing was sent"
            }
            MoveError::NotUnderstood { .. } => {
                "look whether its vendor and its switches are right; nothing was sent"
            }
        };
        Self::new(ExitKind::Input, error, hint)
    }
}
