//! The pacer against strict buckets: counts of what was let in and refused, on clocks that cost no time.

use std::collections::VecDeque;

use super::*;
use crate::transport::StopReason;

/// A bucket that fills evenly and holds `capacity`, as gateways count.
struct Bucket {
    each: Duration,
    capacity: u32,
    full: Option<Instant>,
    /// How much of the level its answers tell.
    tells: bool,
}

impl Bucket {
    fn of(rate: Rate, capacity: u32) -> Self {
        Self {
            each: rate.interval(),
            capacity,
            full: None,
            tells: false,
        }
    }

    fn answer(&mut self, now: Instant) -> Reply {
        let full = self.full.map_or(now, |full| full.max(now));
        let room = self.each * (self.capacity - 1);
        let fits = full - now <= room;
        if fits {
            self.full = Some(full + self.each);
        }
        let mut reply = Reply::json(if fits { 200 } else { 429 }, &serde_json::json!({}));
        if self.tells && fits {
            let left = room.saturating_sub(full - now).as_nanos() / self.each.as_nanos();
            let mut tell = |name: &str, value: String| reply.headers.add(name, &value);
            tell("x-ratelimit-limit", "200".into());
            tell("x-ratelimit-remaining", left.to_string());
        }
        reply
    }
}

/// What a run of requests met.
#[derive(Debug)]
struct Met {
    taken: u32,
    refused: u32,
    /// Requests taken, of those that the rate allows in the time that passed.
    used: f64,
}

impl Met {
    fn refused_share(&self) -> f64 {
        f64::from(self.refused) / f64::from(self.taken + self.refused)
    }
}

/// How late things are.
struct Noise {
    random: fastrand::Rng,
    latency: Duration,
    /// The mean delay of a timer.
    timer: Duration,
    /// The mean delay on the way, beside the latency.
    way: Duration,
    /// One request in so many meets thirty times that delay.
    odd: u32,
}

impl Noise {
    fn exponential(&mut self, mean: Duration) -> Duration {
        mean.mul_f64(-(1.0 - self.random.f64()).ln())
    }

    fn on_the_way(&mut self) -> Duration {
        let odd = self.random.u32(0..self.odd) == 0;
        let way = self.exponential(self.way);
        if odd { way * 30 } else { way }
    }
}

const LATENCY: Duration = Duration::from_millis(20);

/// How long a client holds a target that refused and named no time.
const HOLD: Duration = Duration::from_millis(400);

/// The least that a Retry-After can ask for.
const SECOND: Duration = Duration::from_secs(1);

/// Sends `requests` by a schedule alone, in simulated time: a lane is always ready. A refusal holds for `hold`.
fn simulate(
    ceiling: Rate,
    (bucket, hold): (&mut Bucket, Duration),
    noise: &mut Noise,
    requests: u32,
) -> Met {
    let mut schedule = Schedule::new(ceiling.interval());
    let began = Instant::now();
    let (mut now, mut last) = (began, began);
    let mut answers: VecDeque<(Instant, Permit, Reply)> = VecDeque::new();
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..requests {
        while let Some(wait) = schedule.due(now) {
            now = wait.until() + noise.exponential(noise.timer);
            if let (PermitWait::Answer(_), Some((heard, ..))) = (wait, answers.front()) {
                now = now.min(*heard);
            }
            while answers.front().is_some_and(|(at, ..)| *at <= now)
                && let Some((at, permit, reply)) = answers.pop_front()
            {
                schedule.observe(permit, &reply, at);
                if !reply.is_success() {
                    schedule.hold(hold, at);
                }
            }
        }
        let permit = schedule.give(now);
        // A connection keeps the order of what it carries.
        last = last.max(now + noise.latency / 2 + noise.on_the_way());
        let reply = bucket.answer(last);
        let count = if reply.is_success() {
            &mut taken
        } else {
            &mut refused
        };
        *count += 1;
        answers.push_back((last + noise.latency / 2, permit, reply));
    }
    let allowed = (now - began).as_secs_f64() / bucket.each.as_secs_f64() + 1.0;
    let used = f64::from(taken) / allowed;
    Met {
        taken,
        refused,
        used,
    }
}

/// A timer that is late by so many microseconds in the mean, and a way that differs by so many.
fn noise(seed: u64, timer: u64, way: u64) -> Noise {
    Noise {
        random: fastrand::Rng::with_seed(seed),
        latency: LATENCY,
        timer: Duration::from_micros(timer),
        way: Duration::from_micros(way),
        odd: 20_000,
    }
}

#[test]
fn a_strict_bucket_of_two_is_used_whole_and_never_refuses() {
    for rate in [200, 60, 10, 2].map(Rate::per_second) {
        for seed in 0..20 {
            let mut bucket = Bucket::of(rate, 2);
            bucket.tells = seed % 2 == 0;
            let met = simulate(rate, (&mut bucket, HOLD), &mut noise(seed, 600, 30), 5000);
            assert_eq!(met.refused, 0, "{rate} seed {seed}: {met:?}");
            assert!(met.used >= 0.99, "{rate} seed {seed}: {met:?}");
        }
    }
}

#[test]
fn the_pace_that_a_bucket_of_one_takes_is_found() {
    for rate in [
        Rate::per_second(60),
        Rate::per_second(10),
        Rate::per_minute(60),
    ] {
        for seed in 0..20 {
            let mut bucket = Bucket::of(rate, 1);
            let met = simulate(rate, (&mut bucket, HOLD), &mut noise(seed, 60, 60), 10_000);
            assert!(met.refused_share() <= 0.005, "{rate} seed {seed}: {met:?}");
            assert!(met.used >= 0.95, "{rate} seed {seed}: {met:?}");
        }
    }
}

#[test]
fn a_refusal_that_holds_for_a_second_is_rare_where_answers_come_in_time() {
    for (rate, latency) in [(60, 1), (60, 10), (10, 20)] {
        // Three minutes.
        let (rate, requests) = (Rate::per_second(rate), rate * 180);
        for seed in 0..20 {
            let mut noise = noise(seed, 20, 60);
            (noise.latency, noise.odd) = (Duration::from_millis(latency), 500);
            let mut bucket = Bucket::of(rate, 1);
            let met = simulate(rate, (&mut bucket, SECOND), &mut noise, requests);
            assert!(met.refused_share() <= 0.005, "{rate} seed {seed}: {met:?}");
            assert!(met.used >= 0.95, "{rate} seed {seed}: {met:?}");
        }
    }
}

#[test]
fn a_target_that_takes_less_than_the_ceiling_is_found_out_too() {
    for (ceiling, takes) in [(100, 80), (100, 50), (100, 10)] {
        for capacity in [1, 2, 20] {
            let mut bucket = Bucket::of(Rate::per_second(takes), capacity);
            let ceiling = Rate::per_second(ceiling);
            let met = simulate(ceiling, (&mut bucket, HOLD), &mut noise(7, 600, 30), 10_000);
            assert!(met.refused_share() <= 0.005, "{takes}:{capacity} {met:?}");
            assert!(met.used >= 0.85, "{takes}:{capacity} {met:?}");
        }
    }
}

/// Sends `requests` through a pacer with some lanes, on tokio's clock.
async fn send(rate: Rate, bucket: Bucket, lanes: usize, requests: u32) -> Met {
    let (pacer, stop, bucket) = (Pacer::new(rate), Stop::default(), Mutex::new(bucket));
    let counts = Mutex::new((0, 0, requests));
    let began = Instant::now();
    let lane = || async {
        loop {
            let permit = pacer.permit(&stop).await.expect("a permit");
            sleep_until(Instant::now() + LATENCY / 2).await;
            let reply = bucket.lock().expect("unpoisoned").answer(Instant::now());
            sleep_until(Instant::now() + LATENCY / 2).await;
            pacer.observe(permit, Some(&reply));
            if !reply.is_success() {
                pacer.hold(HOLD);
            }
            let mut counts = counts.lock().expect("unpoisoned");
            *(if reply.is_success() {
                &mut counts.0
            } else {
                &mut counts.1
            }) += 1;
            if counts.0 + counts.1 >= counts.2 {
                return;
            }
        }
    };
    futures_util::future::join_all((0..lanes).map(|_| lane())).await;
    let (taken, refused, _) = *counts.lock().expect("unpoisoned");
    let each = bucket.lock().expect("unpoisoned").each;
    let used = f64::from(taken) / (began.elapsed().as_secs_f64() / each.as_secs_f64());
    Met {
        taken,
        refused,
        used,
    }
}

#[tokio::test(start_paused = true)]
async fn every_lane_keeps_the_one_pace() {
    for lanes in [2, 8, 64] {
        let rate = Rate::per_second(60);
        let met = send(rate, Bucket::of(rate, 2), lanes, 3000).await;
        assert!(met.refused == 0 && met.used >= 0.99, "{lanes}: {met:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_every_lane_meets_is_one() {
    let rate = Rate::per_second(1000);
    let pacer = Pacer::new(rate);
    let stop = Stop::default();
    let mut permits = Vec::new();
    for _ in 0..50 {
        permits.push(pacer.permit(&stop).await.expect("a permit"));
    }
    let no = Reply::json(429, &serde_json::json!({}));
    for permit in permits {
        pacer.observe(permit, Some(&no));
    }
    let interval = |pacer: &Pacer| pacer.schedule().interval(Instant::now());
    let once = interval(&pacer);
    assert!(
        once > rate.interval() && once < rate.interval() * 11 / 10,
        "{once:?}"
    );
    let permit = pacer.permit(&stop).await.expect("a permit");
    pacer.observe(permit, Some(&no));
    assert!(interval(&pacer) > once);
}

#[tokio::test(start_paused = true)]
async fn a_strict_targets_answer_frees_who_waits_for_it() {
    let (pacer, stop) = (Pacer::new(Rate::per_second(10)), Stop::default());
    let no = Reply::json(429, &serde_json::json!({}));
    let yes = Reply::json(200, &serde_json::json!({}));
    let permit = pacer.permit(&stop).await.expect("a permit");
    pacer.observe(permit, Some(&no));
    let waited = async |millis| {
        let permit = pacer.permit(&stop).await.expect("a permit");
        let began = Instant::now();
        let answer = async {
            sleep_until(began + Duration::from_millis(millis)).await;
            pacer.observe(permit, Some(&yes));
        };
        let (next, ()) = tokio::join!(pacer.permit(&stop), answer);
        pacer.observe(next.expect("a permit"), Some(&yes));
        began.elapsed()
    };
    let in_time = waited(5).await;
    assert!(in_time < Duration::from_millis(110), "{in_time:?}");
    let late = waited(140).await;
    assert!(late > Duration::from_millis(180), "{late:?}");
    assert!(late < Duration::from_millis(210), "{late:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_can_ask_to_wait() {
    let (pacer, stop, began) = (
        Pacer::new(Rate::per_second(10)),
        Stop::default(),
        Instant::now(),
    );
    let permit = pacer.permit(&stop).await.expect("a permit");
    let mut reply = Reply::json(200, &serde_json::json!({}));
    reply.headers.add("retry-after", "9");
    pacer.observe(permit, Some(&reply));
    assert!(pacer.permit(&stop).await.is_some());
    assert!(began.elapsed() >= Duration::from_secs(9));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_when_nothing_is_left_of_a_window() {
    let (pacer, stop, began) = (
        Pacer::new(Rate::per_second(10)),
        Stop::default(),
        Instant::now(),
    );
    let permit = pacer.permit(&stop).await.expect("a permit");
    let mut reply = Reply::json(200, &serde_json::json!({}));
    for (name, value) in [("limit", "60"), ("remaining", "0"), ("reset", "40")] {
        reply.headers.add(&format!("x-ratelimit-{name}"), value);
    }
    pacer.observe(permit, Some(&reply));
    assert!(pacer.permit(&stop).await.is_some());
    assert!(began.elapsed() >= Duration::from_secs(40));
}

#[tokio::test(start_paused = true)]
async fn permits_come_at_the_rate() {
    let (pacer, stop, began) = (
        Pacer::new(Rate::per_second(10)),
        Stop::default(),
        Instant::now(),
    );
    for _ in 0..101 {
        assert!(pacer.permit(&stop).await.is_some());
    }
    let took = began.elapsed();
    assert!(
        took >= Duration::from_secs(10) && took < Duration::from_millis(10_050),
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_hold_stops_every_lane_for_as_long_as_the_longest() {
    let (pacer, stop, began) = (
        Pacer::new(Rate::per_second(100)),
        Stop::default(),
        Instant::now(),
    );
    pacer.hold(Duration::from_secs(7));
    pacer.hold(Duration::from_secs(3));
    let lanes = (0..4).map(|_| pacer.permit(&stop));
    futures_util::future::join_all(lanes).await;
    assert!(
        began.elapsed() >= Duration::from_secs(7),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_obeyed_while_waiting() {
    let (pacer, stop) = (Pacer::new(Rate::per_minute(1)), Stop::default());
    assert!(pacer.permit(&stop).await.is_some());
    let waiting = pacer.permit(&stop);
    stop.request(StopReason::Person);
    assert!(waiting.await.is_none());
    assert!(pacer.permit(&stop).await.is_none());
}

/// How many permits a pacer gives in ten seconds to somebody who always wants one.
async fn permits(pacer: &Pacer) -> u32 {
    let (stop, began) = (Stop::default(), Instant::now());
    let mut given = 0;
    while began.elapsed() < Duration::from_secs(10) {
        let permit = pacer.permit(&stop).await.expect("a permit");
        pacer.observe(permit, None);
        given += 1;
    }
    given
}

#[tokio::test(start_paused = true)]
async fn a_schedule_that_is_too_fast_does_not_pass_the_ceiling() {
    let rate = Rate::per_second(10);
    // Whatever makes a schedule wrong: here it takes the rate for ten times as much.
    let pacer = Pacer::of(rate, |interval| Schedule::new(interval / 10));
    let given = permits(&pacer).await;
    assert!((99..=103).contains(&given), "{given}");
    // A right one is let through as it is.
    let given = permits(&Pacer::new(rate)).await;
    assert!((99..=103).contains(&given), "{given}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_nobody_waits_for_is_no_longer_on_its_way() {
    let (pacer, stop) = (Pacer::new(Rate::per_second(10)), Stop::default());
    let permit = pacer.permit(&stop).await.expect("a permit");
    drop(OnItsWay::new(&pacer, permit));
    assert_eq!(pacer.schedule().ahead(), 0);
}
