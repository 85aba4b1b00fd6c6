//! Which share of the ceiling a target takes: less after each refusal, slowly more while there is none. Pure,
//! so that a search of hours is a test of milliseconds.
//!
//! A refusal is dear (the whole target is held), so the search remembers where it was refused: it comes back
//! quickly to just below that, stays there, and tries for more only after a patience that each failure doubles.

use std::time::Duration;

use tokio::time::Instant;

/// The pace of one target.
#[derive(Clone, Debug)]
pub(super) struct AdaptivePace {
    /// The share of the ceiling that is taken.
    share: f64,
    /// What is known of where the target says no, until a try shows that it no longer does.
    edge: Option<Edge>,
    /// By which part of itself the share shrank last.
    step: f64,
    /// How long there must be no refusal before more is tried.
    patience: Duration,
    /// When the last refusal was.
    refused: Option<Instant>,
    /// Answers without a refusal since.
    calm: u32,
}

/// Where the target says no.
#[derive(Clone, Copy, Debug)]
struct Edge {
    refused: f64,
    /// By which part of that less is safe; without it, by what requests differ in how late they come.
    below: Option<f64>,
}

impl Edge {
    fn safe(&self, differ: Option<f64>) -> f64 {
        self.refused * (1.0 - self.below.unwrap_or_else(|| margin(differ)))
    }
}

fn margin(differ: Option<f64>) -> f64 {
    differ.map_or(MARGIN, |differ| differ.clamp(LEAST_MARGIN, MARGIN))
}

/// How far below a refused share is safe, where nothing is known of how late requests come, and the least.
const MARGIN: f64 = 0.03;
const LEAST_MARGIN: f64 = 0.01;
/// The largest step down.
const DEEPEST: f64 = 0.5;
/// The least share: a target that takes less is held by its own Retry-After.
const LEAST: f64 = 0.001;
/// What each answer adds while more is tried.
const CREEP: f64 = 0.0002;
/// Refusals with fewer answers between them than this are one trouble, and each step is twice the last.
const NEAR: u32 = 100;
/// Refusals with more answers between them than this are an odd delay on the way, which no pace prevents.
const RARE: u32 = 1500;
/// How long the first patience is, and the longest.
const PATIENCE: [Duration; 2] = [Duration::from_secs(300), Duration::from_secs(3600)];

impl Default for AdaptivePace {
    fn default() -> Self {
        Self {
            share: 1.0,
            edge: None,
            step: MARGIN,
            patience: PATIENCE[0],
            refused: None,
            calm: NEAR,
        }
    }
}

impl AdaptivePace {
    /// The time between two requests, where the ceiling allows one in each `ceiling`.
    pub(super) fn interval(&self, ceiling: Duration) -> Duration {
        ceiling.div_f64(self.share)
    }

    /// Whether the target was found to refuse near this share: nothing is to be caught up with then.
    pub(super) fn is_strict(&self) -> bool {
        self.edge.is_some()
    }

    /// A request was taken. By which part of the ceiling requests differ in how late they come is told where it is
    /// known.
    pub(super) fn accepted(&mut self, differ: Option<f64>, now: Instant) {
        self.calm = self.calm.saturating_add(1);
        let Some(edge) = self.edge else {
            self.share += (1.0 - self.share) / 32.0;
            return;
        };
        let safe = edge.safe(differ);
        if self.share < safe {
            self.share = (self.share + (safe - self.share) / 16.0 + CREEP).min(safe);
        } else if self.was_patient(now) {
            self.share = (self.share + CREEP).min(1.0);
            if self.share >= (edge.refused * (1.0 + MARGIN)).min(1.0) {
                self.edge = None;
            }
        } else {
            self.share = safe;
        }
    }

    fn was_patient(&self, now: Instant) -> bool {
        self.refused
            .is_none_or(|at| now.saturating_duration_since(at) >= self.patience)
    }

    /// A request was refused for coming too soon.
    pub(super) fn refused(&mut self, differ: Option<f64>, now: Instant) {
        self.step = match (self.calm, self.edge) {
            (..NEAR, _) => (self.step.max(margin(differ)) * 2.0).min(DEEPEST),
            (_, None) => margin(differ),
            (NEAR..RARE, _) => MARGIN / 5.0,
            (RARE.., _) => MARGIN / 12.0,
        };
        if let Some(before) = self.refused
            && self.calm >= NEAR
        {
            let quiet = now.saturating_duration_since(before) > self.patience * 4;
            let doubled = (self.patience * 2).min(PATIENCE[1]);
            self.patience = if quiet { PATIENCE[0] } else { doubled };
        }
        let (refused, first) = (self.share, self.edge.is_none());
        self.share = (refused * (1.0 - self.step)).max(LEAST);
        let below = (!first).then(|| self.step.min(margin(differ)));
        self.edge = Some(Edge { refused, below });
        (self.refused, self.calm) = (Some(now), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn share(pace: &AdaptivePace) -> f64 {
        1.0 / pace.interval(SECOND).as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_in_a_row_step_down_ever_deeper() {
        let (mut pace, now) = (AdaptivePace::default(), Instant::now());
        let mut shares = vec![share(&pace)];
        (0..NEAR).for_each(|_| pace.accepted(None, now));
        for _ in 0..6 {
            pace.refused(None, now);
            shares.push(share(&pace));
        }
        let steps: Vec<_> = shares.windows(2).map(|two| 1.0 - two[1] / two[0]).collect();
        assert!((steps[0] - MARGIN).abs() < 1e-6, "{steps:?}");
        assert!(steps.is_sorted(), "{steps:?}");
        assert!((steps[5] - DEEPEST).abs() < 1e-6, "{steps:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_refused_is_tried_again_only_after_patience() {
        let (mut pace, began) = (AdaptivePace::default(), Instant::now());
        pace.refused(None, began);
        for _ in 0..10_000 {
            pace.accepted(None, began + PATIENCE[0] - SECOND);
        }
        assert!(pace.is_strict() && share(&pace) < 1.0 - MARGIN + 1e-6);
        for _ in 0..10_000 {
            pace.accepted(None, began + PATIENCE[0]);
        }
        assert!(!pace.is_strict() && share(&pace) > 0.999);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_doubles_when_a_try_fails() {
        let (mut pace, began) = (AdaptivePace::default(), Instant::now());
        pace.refused(None, began);
        let later = began + PATIENCE[0];
        (0..NEAR).for_each(|_| pace.accepted(None, later));
        pace.refused(None, later);
        assert_eq!(pace.patience, PATIENCE[0] * 2);
    }
}
