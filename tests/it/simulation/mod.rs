//! Delivery under every misfortune, by seed, on a paused clock: a vendor that loses requests and answers, is busy,
//! breaks before and after applying, expires tokens, lags in its list, lies in its pages and ids, and repeats what it was
//! sent; a process that dies at any point, also between the vendor's applying and its answering; and sheets that come
//! again the next night. However it goes, every contact ends up there exactly once, or its row is in doubt and said to be,
//! until a person who looks at the vendor says what became of it.
//!
//! The same with mistakes planted must fail, or the simulation proves nothing.

mod chance;
mod mortal;
mod names;
mod nights;
mod trial;
mod world;

use std::sync::Arc;

use nights::Nights;
use trial::Trial;

/// How many seeds are tried; more for a long night.
fn seeds() -> u64 {
    std::env::var("ROLO_SEEDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(300)
}

/// A mistake in the delivery, planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    None,
    /// A create without an answer is sent again.
    RetriesCreates,
    /// What is sent is not marked as sent.
    SkipsTheClaim,
    /// What is in doubt is sent again without a look.
    SkipsTheLookUp,
    /// One absence is taken for a proof.
    NeedsNoWitness,
    /// What is absent is sent again however often it was sent.
    SendsAThirdTime,
    /// A list is read for as long as there are pages.
    ReadsOnForEver,
    /// What a vendor answers is kept as it is.
    KeepsSecrets,
}

/// What is tried under one seed.
type Law = fn(&Arc<tokio::runtime::Runtime>, u64, Mistake) -> Result<(), String>;

/// Steps that are planned by hand, delivered.
fn delivery(
    runtime: &Arc<tokio::runtime::Runtime>,
    seed: u64,
    mistake: Mistake,
) -> Result<(), String> {
    runtime.block_on(async { Trial::new(seed, mistake).run().await })
}

/// Whole imports, read, planned and paired by the engine.
fn imports(
    runtime: &Arc<tokio::runtime::Runtime>,
    seed: u64,
    mistake: Mistake,
) -> Result<(), String> {
    // The clock of what is there from the beginning is the paused one too.
    let _inside = runtime.enter();
    Nights::new(seed, mistake, runtime).run()
}

/// The seeds, of so many, under which deliveries broke a law.
fn failures(mistake: Mistake, seeds: impl IntoIterator<Item = u64>) -> Vec<(u64, String)> {
    failures_of(delivery, mistake, seeds)
}

/// The seeds, of so many, under which a law was broken.
fn failures_of(
    law: Law,
    mistake: Mistake,
    seeds: impl IntoIterator<Item = u64>,
) -> Vec<(u64, String)> {
    let seeds: Vec<u64> = seeds.into_iter().collect();
    let share = seeds.len().div_ceil(THREADS).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = seeds
            .chunks(share)
            .map(|seeds| scope.spawn(move || failures_among(law, mistake, seeds)))
            .collect();
        let found = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        found.flat_map(|found| found.expect("no panic")).collect()
    })
}

/// How many seeds are tried at once.
const THREADS: usize = 4;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime")
}

fn failures_among(law: Law, mistake: Mistake, seeds: &[u64]) -> Vec<(u64, String)> {
    let runtime = Arc::new(runtime());
    let failed = |&seed: &u64| law(&runtime, seed, mistake).err().map(|why| (seed, why));
    seeds.iter().filter_map(failed).collect()
}

#[test]
fn whole_imports_bring_everybody_there_once_and_touch_no_stranger() {
    assert_eq!(failures_of(imports, Mistake::None, 0..seeds() / 3), []);
}

#[test]
fn mistakes_are_found_in_whole_imports_too() {
    for mistake in [Mistake::RetriesCreates, Mistake::SkipsTheLookUp] {
        let mut some = (0..60).map(|n| n * 20..(n + 1) * 20);
        let found = some.any(|seeds| !failures_of(imports, mistake, seeds).is_empty());
        assert!(found, "{mistake:?} goes unnoticed");
    }
}

#[test]
fn every_contact_ends_up_there_exactly_once_or_in_doubt_and_said() {
    assert_eq!(failures(Mistake::None, 0..seeds()), []);
}

#[test]
fn what_a_look_found_for_one_run_is_not_sent_by_another() {
    // Under this seed a sheet comes again after a lost answer, and the first run is resumed when it is found.
    assert_eq!(failures(Mistake::None, [1593]), []);
}

#[test]
fn a_row_that_did_not_arrive_is_sent_again_once_something_proves_it() {
    let after = |rows, lost| runtime().block_on(async { Trial::lost(rows, lost).await });
    // The last row waits for the others, and proves for all of them that the list is up to date.
    assert_eq!(after(5, 1), (5, 0, 6));
    assert_eq!(after(5, 4), (5, 0, 9));
    // Where nothing was answered, nothing is proven: a person has to look.
    assert_eq!(after(5, 5), (0, 5, 5));
    assert_eq!(after(1, 1), (0, 1, 1));
}

#[test]
fn planted_mistakes_are_found() {
    for mistake in [
        Mistake::RetriesCreates,
        Mistake::SkipsTheClaim,
        Mistake::SkipsTheLookUp,
        Mistake::NeedsNoWitness,
        Mistake::SendsAThirdTime,
        Mistake::ReadsOnForEver,
        Mistake::KeepsSecrets,
    ] {
        let mut some = (0..60).map(|n| n * 20..(n + 1) * 20);
        let found = some.any(|seeds| !failures(mistake, seeds).is_empty());
        assert!(found, "{mistake:?} goes unnoticed");
    }
}
