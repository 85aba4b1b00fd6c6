//! Two processes at one ledger.

use super::scene::*;

/// A run to a book of its own.
fn run_of(account: &str) -> NewRun {
    NewRun {
        book: BookId::of("v", "https://a.example", account),
        ..new_run()
    }
}

/// Sends some rows, one by one; the totals at the end.
fn send_all(ledger: &mut dyn Store, about: &NewRun, rows: u64) -> Result<Totals, LedgerError> {
    let run = ledger.begin(about)?;
    let steps: Vec<Step> = (0..rows)
        .map(|n| step(n, &format!("k{n}"), Action::Create))
        .collect();
    ledger.add(&run, &steps)?;
    loop {
        let claimed = ledger.claim(&run, 1)?;
        let [step] = claimed.as_slice() else {
            return ledger.end(run, 0);
        };
        let made = outcome(step.number, Fate::Created, Some(step.key.as_str()));
        ledger.settle(&run, &[made])?;
    }
}

pub(super) fn runs_on_two_books_write_one_ledger_at_once(open: Open<'_>) {
    let ledgers = [(open(), "me"), (open(), "you")];
    let totals = std::thread::scope(|scope| {
        let threads = ledgers.map(|(mut ledger, account)| {
            scope.spawn(move || send_all(&mut *ledger, &run_of(account), 60))
        });
        threads.map(|thread| thread.join().expect("no panic"))
    });
    for sent in totals {
        assert_eq!(sent.expect("nobody is in the way").created, 60);
    }
}
