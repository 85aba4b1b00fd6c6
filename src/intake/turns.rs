//! Turns: workers that take chunks in any order come to something that must see the chunks in theirs.

use std::sync::{Condvar, Mutex, PoisonError};

/// A value that is handed from one turn to the next.
pub(super) struct Turns<T> {
    turn: Mutex<Turn<T>>,
    passed: Condvar,
}

struct Turn<T> {
    /// Whose turn it is.
    next: u64,
    /// Whether a turn will never be taken.
    is_broken: bool,
    value: T,
}

impl<T> Turns<T> {
    pub(super) fn of(value: T) -> Self {
        let turn = Turn {
            next: 0,
            is_broken: false,
            value,
        };
        Self {
            turn: Mutex::new(turn),
            passed: Condvar::new(),
        }
    }

    /// Waits for this turn and takes it. `None` where a turn before will never be taken.
    pub(super) fn take<R>(&self, number: u64, what: impl FnOnce(&mut T) -> R) -> Option<R> {
        let turn = self.turn.lock().ok()?;
        let is_waiting = |turn: &mut Turn<T>| turn.next != number && !turn.is_broken;
        let mut turn = self.passed.wait_while(turn, is_waiting).ok()?;
        if turn.is_broken {
            return None;
        }
        let result = what(&mut turn.value);
        turn.next += 1;
        drop(turn);
        self.passed.notify_all();
        Some(result)
    }

    fn give_up(&self) {
        let turn = self.turn.lock();
        turn.unwrap_or_else(PoisonError::into_inner).is_broken = true;
        self.passed.notify_all();
    }
}

/// Whoever holds it and panics lets nobody wait for a turn that is never taken.
pub(super) struct OnPanic<'a, T>(pub(super) &'a Turns<T>);

impl<T> Drop for OnPanic<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.give_up();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_taken_in_order_whoever_comes_first() {
        let turns = Turns::of(Vec::new());
        std::thread::scope(|scope| {
            for number in (0..50).rev() {
                let turns = &turns;
                scope.spawn(move || turns.take(number, |seen| seen.push(number)));
            }
        });
        let seen = turns.take(50, |seen| seen.clone());
        assert_eq!(seen, Some((0..50).collect()));
    }

    #[test]
    fn nobody_waits_for_whoever_panicked() {
        let turns = Turns::of(());
        let (first, later) = std::thread::scope(|scope| {
            let later = scope.spawn(|| turns.take(1, |()| ()));
            let first = scope.spawn(|| {
                let _guard = OnPanic(&turns);
                turns.take(0, |()| panic!("on purpose"))
            });
            (first.join().is_err(), later.join())
        });
        assert!(first && matches!(later, Ok(None)));
    }
}
