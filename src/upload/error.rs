//! Why what an upload asks or notes could not be done.

use crate::ledger::LedgerError;
use crate::transport::Halt;

/// Why what is on the network could not go on.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The ledger could not be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Nothing more can be asked of the vendor.
    #[error("nothing more can be asked of the vendor")]
    Halted(Halt),
}
