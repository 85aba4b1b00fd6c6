//! What a person does about a ledger that cannot do what it is asked.

use super::LedgerError;

impl LedgerError {
    /// What a person does about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Open { .. } => "name another file with --ledger, or mend the permissions",
            Self::Held { .. } => "wait until it has ended, then try again; nothing was sent",
            Self::Lost { .. } => {
                "another run may be writing the book: look at `rolo runs`, then resume this one"
            }
            Self::Busy { .. } => {
                "wait until it has ended, or stop it, then forget again; nothing was erased"
            }
            Self::Newer { .. } => "use the newer rolo that wrote it, or another file with --ledger",
            Self::NoRun(_) | Self::AmbiguousRun(_) => "`rolo runs` lists the runs",
            Self::NoLedger { .. } => {
                "move the file away or pass another with --ledger; then import with --compare target so that existing records \
                 are matched"
            }
            Self::Unavailable(_) => "look at the disk's free space and the file's permissions",
            Self::Displaced { .. } => {
                "what was recorded since is not in the file that is there now: put the file back where it was moved away, \
                 then import again with --compare target, so that what was created is recognised and not created again"
            }
            Self::Taken { .. } => "name another record, or say --absent; nothing was changed",
            Self::Damaged { .. } | Self::Gone => "keep the file and try again with --ledger NEW",
        }
    }
}
