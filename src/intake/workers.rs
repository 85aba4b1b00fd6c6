//! The line on all cores. A reader takes chunks of rows from the sheet; each worker takes a chunk and does everything with
//! it that one chunk needs, so that what it has allocated is freed where it was; the calling thread gets what was made.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::across::RowsSoFar;
use super::turns::{OnPanic, Turns};
use super::{CheckedRow, Pipeline, check};
use crate::mapping::Mapping;
use crate::sheet::{Row, SheetError, Source};

/// Rows in one chunk: enough to keep the cores busy, few enough to keep memory flat.
const CHUNK: usize = 128;
/// Chunks that wait between two stages.
const DEPTH: usize = 2;

/// Passes every row below the header through the line. `make` makes something of the rows of a chunk, on any thread and
/// in any order, and `take` gets that in the order of the rows, on the calling thread. Neither may wait for work that
/// it gives to rayon: its threads are busy here until the sheet ends, and wait for `take`.
pub fn run<M: Send, E: From<SheetError> + From<io::Error>>(
    source: &mut Source,
    line: &Pipeline,
    make: impl Fn(Vec<CheckedRow>) -> M + Sync,
    take: impl FnMut(M) -> Result<(), E>,
) -> Result<(), E> {
    std::thread::scope(|scope| {
        let (rows_out, rows_in) = sync_channel(DEPTH);
        let (made_out, made_in) = sync_channel(DEPTH);
        let reader = scope.spawn(move || read(source, &line.mapping, &rows_out));
        let chunks = Chunks(Mutex::new((0, rows_in)));
        let across = Turns::of(RowsSoFar::none(line));
        let worker =
            |out: &SyncSender<(u64, io::Result<M>)>| work(line, &chunks, &across, &make, out);
        rayon::in_place_scope(|pool| {
            for _ in 0..rayon::current_num_threads() {
                let (worker, out) = (&worker, made_out.clone());
                pool.spawn(move |_| worker(&out));
            }
            drop(made_out);
            in_order(made_in, take)
        })?;
        // A reader that is still there hears that nobody listens.
        drop(chunks);
        match reader.join() {
            Ok(read) => Ok(read?),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The chunks as the reader brings them.
struct Chunks(Mutex<(u64, Receiver<Vec<Row>>)>);

impl Chunks {
    /// The next one and its number; `None` behind the last.
    fn next(&self) -> Option<(u64, Vec<Row>)> {
        let mut chunks = self.0.lock().ok()?;
        let (number, rows) = (chunks.0, chunks.1.recv().ok()?);
        chunks.0 += 1;
        Some((number, rows))
    }
}

/// Takes chunk after chunk, until there is none or nobody wants what is made of them.
fn work<M>(
    line: &Pipeline,
    chunks: &Chunks,
    across: &Turns<RowsSoFar>,
    make: &(impl Fn(Vec<CheckedRow>) -> M + Sync),
    out: &SyncSender<(u64, io::Result<M>)>,
) {
    let _guard = OnPanic(across);
    while let Some((number, rows)) = chunks.next() {
        let mut checked: Vec<_> = rows.into_iter().map(|row| check(line, row)).collect();
        let seen = across.take(number, |rows| rows.see(line, &mut checked));
        let Some(seen) = seen else { return };
        if out.send((number, seen.map(|()| make(checked)))).is_err() {
            return;
        }
    }
}

/// Hands on what was made in the order of its chunks.
fn in_order<M, E: From<io::Error>>(
    made: Receiver<(u64, io::Result<M>)>,
    mut take: impl FnMut(M) -> Result<(), E>,
) -> Result<(), E> {
    let (mut next, mut early) = (0, BTreeMap::new());
    for (number, some) in made {
        early.insert(number, some);
        while let Some(some) = early.remove(&next) {
            take(some?)?;
            next += 1;
        }
    }
    Ok(())
}

/// Reads chunks until the table ends or nobody listens.
fn read(
    source: &mut Source,
    mapping: &Mapping,
    out: &SyncSender<Vec<Row>>,
) -> Result<(), SheetError> {
    let mut chunk = Vec::with_capacity(CHUNK);
    source.rows(&mut |row| {
        if !mapping.holds(&row) {
            return ControlFlow::Continue(());
        }
        if let Some(before) = chunk.last_mut()
            && mapping.continues(before, &row)
        {
            before.attach(row);
            return ControlFlow::Continue(());
        }
        // A full chunk waits for the row after it, which may still belong to its last.
        if chunk.len() == CHUNK {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            if out.send(full).is_err() {
                return ControlFlow::Break(());
            }
        }
        chunk.push(row);
        ControlFlow::Continue(())
    })?;
    // Nobody listens any more where a later stage has failed; it says why.
    let _ = out.send(chunk);
    Ok(())
}
