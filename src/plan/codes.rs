//! What a plan has to say of a row's record: how it was found, why it could not be, why it is left alone.

use crate::model::{Code, Severity};

/// More than one record may be the row's.
pub static MATCH_AMBIGUOUS: Code = Code {
    id: "match.ambiguous",
    severity: Severity::Error,
    means: "No link leads from the row to a record, and more than one record at the vendor has its e-mail address, its \
            name with one of its numbers, or just what it says. Which of them is meant is not guessed; the message names them.",
    help: "merge the records at the vendor, or name the right one in the sheet: `rolo export` writes a key for each \
           record, and a row with that key is that record",
};

/// A row whose parent does not exist.
pub static PARENT_UNKNOWN: Code = Code {
    id: "parent.unknown",
    severity: Severity::Error,
    means: "The vendor has no account, or no contact, of the id under which the row is to hang: it was asked for what \
            stands there, and answered that nothing of that id exists. Sending the row would be refused.",
    help: "correct the parent's id in the sheet, in --parent or in rolo.toml, or create the parent at the vendor first; \
           --compare ledger plans without asking",
};

/// The same person under two keys of one sheet.
pub static PERSON_REPEATED: Code = Code {
    id: "person.repeated",
    severity: Severity::Warning,
    means: "An earlier row of the sheet is the same person under another key: they share the name and an e-mail address, or \
            the name and a number, or all that they say. Where nothing else stops them, both are sent, and the vendor \
            holds the person twice. The message names the earlier row.",
    help: "merge the rows, or give both the same key; --duplicates reject leaves the later one out",
};

/// The same person under two keys of one sheet, where that is not wanted.
pub static PERSON_DUPLICATE: Code = Code {
    id: "person.duplicate",
    severity: Severity::Error,
    means: "An earlier row of the sheet is the same person under another key (they share the name and an e-mail address, \
            or the name and a number, or all that they say), and --duplicates reject does not send a person twice. The \
            message names the earlier row.",
    help: "merge the rows; --duplicates warn sends both",
};

/// More than one row wants a record.
pub static MATCH_TAKEN: Code = Code {
    id: "match.taken",
    severity: Severity::Error,
    means: "Two rows of the sheet lead to one record at the vendor: each would overwrite what the other says. The \
            message names the record and the other row.",
    help: "merge the rows, or give each the key of its own record",
};

/// A row was paired with a record that no link led to.
pub static MATCH_FOUND: Code = Code {
    id: "match.found",
    severity: Severity::Note,
    means: "The vendor held the contact already: its e-mail address, or its name with one of its numbers, led to the \
            record. From now on the row is linked to it.",
    help: "no action needed; preview such matches with --dry-run; --on-existing skip leaves their records alone",
};

/// A value that the vendor stores in another form than it was sent.
pub static VALUE_ALTERED: Code = Code {
    id: "value.altered",
    severity: Severity::Warning,
    means: "The last update of this record sent the same value over the same other one, and the record holds the other \
            one again: the vendor rewrites what it is sent (capitals, the format of a number), or somebody puts it back. \
            Sending it every night would change nothing, so a row that differs in such values alone counts as unchanged.",
    help: "write the value in the sheet as the record holds it, or correct the record at the vendor",
};

/// A linked record is not there any more.
pub static MATCH_GONE: Code = Code {
    id: "match.gone",
    severity: Severity::Warning,
    means: "The row was linked to a record which the vendor does not have any more: somebody has deleted it there.",
    help: "remove the row from the sheet, if the contact is not wanted; --mode update leaves such rows out",
};

/// A row whose contact has a record under another parent.
pub static MATCH_MOVED: Code = Code {
    id: "match.moved",
    severity: Severity::Warning,
    means: "The row names another parent than the one under which its contact has a record. A vendor moves no record \
            from one parent to another, so the contact is created under the parent that the row names, and the other \
            record stays where it is; the message names both.",
    help: "delete the other record at the vendor if it is not wanted; --mode mirror deletes it at the next import, where \
           the sheet still has rows under its parent",
};

/// A row whose record is left as it is.
pub static RECORD_KEPT: Code = Code {
    id: "record.kept",
    severity: Severity::Note,
    means: "The contact has a record, and records are left as they are: --mode create or --on-existing skip was said.",
    help: "nothing; import without them to change the record",
};

/// A row that must not have a record, and has one.
pub static RECORD_EXISTS: Code = Code {
    id: "record.exists",
    severity: Severity::Error,
    means: "The contact has a record that says something else, and --on-existing fail was said.",
    help: "look at the record; --on-existing update changes it, --on-existing skip leaves it",
};

/// A row that must have a record, and has none.
pub static RECORD_MISSING: Code = Code {
    id: "record.missing",
    severity: Severity::Note,
    means: "The contact has no record, and --mode update makes none.",
    help: "nothing; import without it to make the record",
};

/// A record that the sheet has no row for.
pub static MIRROR_GONE: Code = Code {
    id: "mirror.gone",
    severity: Severity::Note,
    means: "The sheet has no row for the record any more, and --mode mirror deletes what the sheet does not have.",
    help: "where that is not meant, put the row back: the next import makes the record again",
};

/// A value that cannot be cleared.
pub static CLEAR_IMPOSSIBLE: Code = Code {
    id: "clear.impossible",
    severity: Severity::Warning,
    means: "The cell is empty and --clear-empty was said, and the vendor has no way to take the value away: what \
            stands there stays.",
    help: "clear it at the vendor by hand",
};

/// A record that is not what the run made of it.
pub static UNDO_CHANGED: Code = Code {
    id: "undo.changed",
    severity: Severity::Warning,
    means: "The record does not say what the run sent: somebody, or a later run, has changed it since. Taking \
            the run back would take that away too, so the record is left as it is.",
    help: "look at the record at the vendor, and change or remove it there",
};

/// A record of which the ledger does not know what it said before.
pub static UNDO_UNKNOWN: Code = Code {
    id: "undo.unknown",
    severity: Severity::Warning,
    means: "The run changed the record, and the ledger does not hold what an earlier run had sent for it, so \
            there is nothing to restore.",
    help: "look at the record at the vendor, and change it there",
};

/// A record that a run is to be taken back from, and that is gone.
pub static UNDO_GONE: Code = Code {
    id: "undo.gone",
    severity: Severity::Note,
    means: "The vendor does not have the record any more: somebody has deleted it there since the run wrote it. What \
            the run created is taken back by that; what it updated cannot be restored.",
    help: "nothing is to be done",
};

/// A record that the run deleted.
pub static UNDO_DELETED: Code = Code {
    id: "undo.deleted",
    severity: Severity::Warning,
    means: "The run deleted the record, and taking it back does not make it again: the vendor would give it another id, \
            and what others had attached to it would not come back.",
    help: "put the row back into the sheet and import it, if the record is wanted again",
};

/// A record that the vendor does not show.
pub static UNDO_UNSEEN: Code = Code {
    id: "undo.unseen",
    severity: Severity::Warning,
    means: "The vendor's list does not show the record, and asked for by itself it was not shown either: whether it \
            still says what the run sent is not known, so it is left as it is.",
    help: "look at the record at the vendor, and change or remove it there",
};

/// A row that an earlier run sent without getting an answer.
pub static IN_DOUBT: Code = Code {
    id: "row.in-doubt",
    severity: Severity::Error,
    means: "The contact was sent, and no answer came: whether the vendor has it is not known. It is not sent \
            again, since that could make it twice.",
    help: "`rolo resume` looks it up and settles it; where it cannot, look at the vendor and say what is there: \
           `rolo runs RUN --row N --is ID`, or --absent",
};

/// A row that the vendor said no to.
pub static REFUSED: Code = Code {
    id: "row.refused",
    severity: Severity::Error,
    means: "The row passed every rule that is known here, and the vendor said no; the words are the vendor's.",
    help: "correct the row as the vendor asks, and import again",
};

/// A key that meant somebody else.
pub static KEY_REUSED: Code = Code {
    id: "key.reused",
    severity: Severity::Error,
    means: "An earlier import made a record under this key, and nothing that tells a person is the same: not the \
            name, not an e-mail address, not a number. Two sheets that both number their rows from 1 look like \
            this, and the one would overwrite the other's people. Where a ledger of an earlier version does not say whom \
            the record is about and the target is not read, a changed row is rejected as well.",
    help: "give the rows of this sheet keys of their own; if the key's person has really changed, say --reuse-keys",
};

/// Every code that a plan or an upload adds to a row.
pub const CODES: &[&Code] = &[
    &CLEAR_IMPOSSIBLE,
    &IN_DOUBT,
    &KEY_REUSED,
    &MATCH_AMBIGUOUS,
    &MATCH_FOUND,
    &MATCH_GONE,
    &MATCH_MOVED,
    &MATCH_TAKEN,
    &MIRROR_GONE,
    &PARENT_UNKNOWN,
    &PERSON_DUPLICATE,
    &PERSON_REPEATED,
    &RECORD_EXISTS,
    &RECORD_KEPT,
    &RECORD_MISSING,
    &REFUSED,
    &UNDO_CHANGED,
    &UNDO_DELETED,
    &UNDO_GONE,
    &UNDO_UNKNOWN,
    &UNDO_UNSEEN,
    &VALUE_ALTERED,
];
