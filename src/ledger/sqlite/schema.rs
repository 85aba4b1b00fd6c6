//! The database's shape, by version. Each change is one more entry; none is ever edited.

use rusqlite::Connection;

use super::accounts;

/// The changes that lead from an empty file to the present shape; the version is how many were made.
pub(super) const CHANGES: [&str; 6] = [
    "
CREATE TABLE run (
    n         INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    book      TEXT NOT NULL,
    about     TEXT NOT NULL,          -- JSON: target, vendor, command, source, headers
    began     TEXT NOT NULL,          -- RFC 3339, UTC
    planned   TEXT,                   -- when every row had its step
    ended     TEXT,
    exit_code INTEGER,
    totals    TEXT,                   -- JSON: how it ended; counts for a run whose steps were pruned
    report    TEXT,                   -- the folder of its report
    saved     TEXT,                   -- a plan that was put aside: waiting, applied, dropped
    requests  TEXT,                   -- digest of the requests that it shows
    claimed   INTEGER NOT NULL DEFAULT -1, -- steps that wait, up to this number, are sent
    unlinked  INTEGER NOT NULL DEFAULT 0,  -- 1: fates were written whose links were not yet
    over      INTEGER NOT NULL DEFAULT 0   -- 1: nothing waits, and nothing is in doubt
);
CREATE INDEX run_open ON run (book) WHERE ended IS NULL;
CREATE INDEX run_unlinked ON run (book) WHERE unlinked = 1;

-- What a step is, written once; and what becomes of it, in a narrow table of its own, since a step is settled
-- while the vendor waits. For the same reason a claim moves the run's mark and touches no step, a fate is in no
-- index (but for doubt, which is rare), and links follow the fates later, many at a time and in their own order.
CREATE TABLE content (
    run      INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    row      INTEGER NOT NULL,
    payload  TEXT,                    -- JSON, exactly what is sent
    print    TEXT,                    -- fingerprint of the payload
    held     TEXT,                    -- JSON: what the record held when the plan looked at it, as a payload
    cells    TEXT NOT NULL,           -- JSON: the row as it was read
    remarks  TEXT NOT NULL,           -- JSON
    lost     TEXT NOT NULL,           -- JSON
    changes  TEXT NOT NULL DEFAULT '[]', -- JSON: what an update changes, value by value
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE TABLE fate (
    run      INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    key      TEXT NOT NULL,
    action   TEXT NOT NULL,
    prior_run    INTEGER,             -- the step whose words an update replaces
    prior_number INTEGER,
    state    TEXT NOT NULL,           -- waiting (for the first time), again (waiting), sent (again), or a fate
    remote   TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    message  TEXT,
    accepted INTEGER NOT NULL DEFAULT 0, -- 1: in doubt, though the vendor said yes
    holds    TEXT,                    -- fingerprint of what the record holds, where that is not the payload
    linked   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX fate_again ON fate (run, number) WHERE state = 'again';
CREATE INDEX fate_doubt ON fate (key) WHERE state = 'in_doubt';
-- The fates with their states as a person means them: waiting, sent, or a fate.
CREATE VIEW fated AS
    SELECT fate.run, fate.number, key, action,
           CASE WHEN state = 'waiting' AND number <= run.claimed THEN 'sent'
                WHEN state = 'again' THEN 'waiting' ELSE state END AS state,
           remote, attempts, message
    FROM fate JOIN run ON run.n = fate.run;
CREATE VIEW step AS
    SELECT fated.run, fated.number, row, key, action, state, remote, payload, attempts, message, cells,
           remarks, lost, changes
    FROM fated JOIN content ON content.run = fated.run AND content.number = fated.number;

-- What a book held before a run made anything there: ids only, for each parent that the run makes things under.
CREATE TABLE before (
    run    INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    parent TEXT NOT NULL,
    remote TEXT NOT NULL,
    PRIMARY KEY (run, parent, remote)
) WITHOUT ROWID;
CREATE TABLE surveyed (
    run    INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    parent TEXT NOT NULL,
    PRIMARY KEY (run, parent)
) WITHOUT ROWID;

-- What a saved plan stands on, step by step: what its contact was linked to when it was planned, and what the target
-- held of its record then, and what it holds now. Empty for nothing, null where nobody looked.
CREATE TABLE basis (
    run    INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    linked TEXT NOT NULL,
    held   TEXT,
    found  TEXT,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE TABLE link (
    book   TEXT NOT NULL,
    key    TEXT NOT NULL,
    remote TEXT NOT NULL,
    print  TEXT NOT NULL,
    run    INTEGER REFERENCES run (n), -- none for what was read from the vendor
    number INTEGER,                    -- the step that wrote it last
    made   INTEGER NOT NULL,           -- 1: a run of ours made the record
    at     TEXT NOT NULL,
    PRIMARY KEY (book, key)
) WITHOUT ROWID;
CREATE INDEX link_remote ON link (book, remote);
",
    accounts::CHANGE,
    "
-- Whom a step is about, and what its record held: JSON, none for what an earlier version planned. A link keeps digests of
-- it where no step tells it.
ALTER TABLE content ADD COLUMN identity TEXT;
ALTER TABLE content ADD COLUMN held_identity TEXT;
ALTER TABLE link ADD COLUMN identity TEXT;
DROP VIEW step;
CREATE VIEW step AS
    SELECT fated.run, fated.number, row, key, parent, action, state, remote, payload, attempts, message, cells,
           remarks, lost, changes, identity
    FROM fated JOIN content ON content.run = fated.run AND content.number = fated.number;
",
    "
-- The record that an update is merged with, as the plan read it: JSON, none where it was not read, or nothing is merged.
ALTER TABLE content ADD COLUMN record TEXT;
DROP VIEW step;
CREATE VIEW step AS
    SELECT fated.run, fated.number, row, key, parent, action, state, remote, payload, attempts, message, cells,
           remarks, lost, changes, identity, record
    FROM fated JOIN content ON content.run = fated.run AND content.number = fated.number;
",
    "
-- The folders into which a run wrote reports, until they are deleted: they hold people for longer than its steps do.
CREATE TABLE report (
    run    INTEGER NOT NULL REFERENCES run (n) ON DELETE CASCADE,
    folder TEXT NOT NULL,
    PRIMARY KEY (run, folder)
) WITHOUT ROWID;
INSERT INTO report (run, folder) SELECT n, report FROM run WHERE report IS NOT NULL;
",
    "
-- The order of what happened on a book, over all its runs: when the request of a record that was made left, and when a
-- lost answer was given up. Only what left after that proves a list fresh. A run has the last of its moments.
ALTER TABLE run ADD COLUMN moment INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fate ADD COLUMN moment INTEGER;
-- 1: it was sent, was found not to be there, and waited again: nobody but a person has it sent a third time.
ALTER TABLE fate ADD COLUMN resent INTEGER NOT NULL DEFAULT 0;
CREATE INDEX fate_resent ON fate (key) WHERE resent = 1;
",
];

/// The version that this rolo writes.
pub(super) const VERSION: i64 = 6;

/// Brings a database up to date; returns the version found where it is newer than this rolo.
pub(super) fn migrate(database: &mut Connection) -> rusqlite::Result<Result<(), i64>> {
    let change = database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: i64 = change.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let Ok(done) = usize::try_from(found) else {
        return Ok(Err(found));
    };
    if done > CHANGES.len() {
        return Ok(Err(found));
    }
    accounts::register(&change)?;
    for statements in &CHANGES[done..] {
        change.execute_batch(statements)?;
    }
    change.pragma_update(None, "user_version", VERSION)?;
    change.commit().map(Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_how_many_changes_there_are() {
        assert_eq!(usize::try_from(VERSION), Ok(CHANGES.len()));
    }

    #[test]
    fn an_empty_file_is_brought_up_to_date_once() {
        let mut database = Connection::open_in_memory().expect("memory");
        assert_eq!(migrate(&mut database), Ok(Ok(())));
        assert_eq!(migrate(&mut database), Ok(Ok(())));
    }

    #[test]
    fn a_file_of_the_first_version_keeps_its_steps_and_says_of_nobody_who_it_is() {
        let mut database = Connection::open_in_memory().expect("memory");
        database.execute_batch(CHANGES[0]).expect("the first shape");
        database
            .execute_batch(
                "PRAGMA user_version = 1;
                 INSERT INTO run (id, book, about, began) VALUES ('R', 'b', '{}', 'then');
                 INSERT INTO content (run, number, row, payload, cells, remarks, lost)
                 VALUES (1, 0, 2, '{\"body\":{}}', '[]', '[]', '[]');
                 INSERT INTO fate (run, number, key, action, state) VALUES (1, 0, 'k', 'create', 'created');
                 INSERT INTO link (book, key, remote, print, run, number, made, at)
                 VALUES ('b', 'k', '7', 'p', 1, 0, 1, 'then');",
            )
            .expect("a row of each");
        assert_eq!(migrate(&mut database), Ok(Ok(())));
        let kept = database
            .query_row(
                "SELECT step.key, step.payload, step.identity, link.identity
                 FROM step JOIN link ON link.key = step.key",
                [],
                |row| {
                    let own: (String, String) = (row.get(0)?, row.get(1)?);
                    let new: (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
                    Ok((own, new))
                },
            )
            .expect("one row");
        let own = ("k".to_owned(), "{\"body\":{}}".to_owned());
        assert_eq!(kept, (own, (None, None)));
    }

    #[test]
    fn a_newer_file_is_left_alone() {
        let mut database = Connection::open_in_memory().expect("memory");
        database
            .pragma_update(None, "user_version", VERSION + 1)
            .expect("writable");
        assert_eq!(migrate(&mut database), Ok(Err(VERSION + 1)));
    }
}
