//! The numbering plans: for each calling code, which national numbers are valid, as one automaton for all of them.

use std::sync::LazyLock;

use crate::model::Region;

/// The file says of itself how it is to be read.
const DATA: &str = include_str!("data/plans.txt");

/// Every plan. Read when the first number is met.
pub(super) static PLANS: LazyLock<Plans> = LazyLock::new(|| Plans::read(DATA));

/// What is known of a calling code.
pub(super) struct NumberingPlan {
    /// Its digits.
    pub(super) code: &'static str,
    /// How its main region dials, where that is simple.
    pub(super) national: Option<National>,
    /// The state in which its national numbers begin.
    start: u16,
}

/// How people of a region dial.
pub(super) struct National {
    region: Region,
    /// What they dial before a national number; nothing in some regions.
    pub(super) prefix: &'static str,
    /// What they dial before the calling code of another country.
    pub(super) abroad: &'static str,
}

/// A state of the automaton: where each digit leads to. No number is valid from the first state on.
#[derive(Clone, Copy, Default)]
struct State {
    next: [u16; 10],
    /// Whether a number may end here.
    ends: bool,
}

/// Every plan.
pub(super) struct Plans {
    states: Vec<State>,
    /// By calling code.
    plans: Vec<Option<NumberingPlan>>,
}

impl Plans {
    /// Of the lines of the data file; what is no line of it is not there. A test reads it strictly.
    pub(super) fn read(text: &'static str) -> Self {
        let mut plans = Self {
            states: vec![State::default()],
            plans: (0..1000).map(|_| None).collect(),
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.strip_prefix('+') {
                Some(line) => drop(plans.add_plan(line)),
                None => plans.states.push(state(line)),
            }
        }
        plans
    }

    fn add_plan(&mut self, line: &'static str) -> Option<()> {
        let mut words = line.split(' ');
        let (code, start) = (words.next()?, words.next()?.parse().ok()?);
        let national = || {
            let region = words.next()?.parse().ok()?;
            let mut word = || words.next().map(|word| if word == "." { "" } else { word });
            Some(National {
                region,
                prefix: word()?,
                abroad: word()?,
            })
        };
        let mut national = national;
        let plan = NumberingPlan {
            code,
            national: national(),
            start,
        };
        *self.plans.get_mut(code.parse::<usize>().ok()?)? = Some(plan);
        Some(())
    }

    /// The plan of an international number, by its first digits: no calling code is the beginning of another.
    pub(super) fn of_number(&self, digits: &str) -> Option<&NumberingPlan> {
        let mut code = 0;
        for digit in digits.bytes().take(3) {
            code = code * 10 + usize::from(digit - b'0');
            if code == 0 {
                return None;
            }
            if let Some(plan) = self.plans.get(code)? {
                return Some(plan);
            }
        }
        None
    }

    /// The plan of a region whose people dial simply.
    pub(super) fn of_region(&self, region: Region) -> Option<(&NumberingPlan, &National)> {
        static BY_REGION: LazyLock<Vec<usize>> = LazyLock::new(|| {
            let mut codes = vec![0; 26 * 26];
            let all = PLANS.plans.iter().enumerate();
            for (code, plan) in all.filter_map(|(code, plan)| Some((code, plan.as_ref()?))) {
                if let Some(national) = &plan.national {
                    codes[place(national.region)] = code;
                }
            }
            codes
        });
        let plan = self.plans.get(BY_REGION[place(region)])?.as_ref()?;
        Some((plan, plan.national.as_ref()?))
    }

    /// Whether the digits of a national number are surely valid.
    pub(super) fn is_valid(&self, plan: &NumberingPlan, national: &str) -> bool {
        let mut state = usize::from(plan.start);
        for digit in national.bytes() {
            state = usize::from(self.states[state].next[usize::from(digit - b'0')]);
        }
        self.states[state].ends
    }

    /// Every calling code that has a plan.
    #[cfg(test)]
    pub(super) fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.plans.iter().flatten().map(|plan| plan.code)
    }
}

fn place(region: Region) -> usize {
    let [first, second] = region.letters().map(|letter| usize::from(letter - b'A'));
    first * 26 + second
}

/// A state of a line such as `.1-4>17 8>3`.
fn state(line: &str) -> State {
    let mut state = State {
        ends: line.starts_with('.'),
        ..State::default()
    };
    for part in line.trim_start_matches('.').split(' ') {
        let Some((digits, next)) = part.split_once('>') else {
            continue;
        };
        let (Some(from), Some(to)) = (digits.bytes().next(), digits.bytes().next_back()) else {
            continue;
        };
        let next = next.parse().unwrap_or_default();
        (from..=to).for_each(|digit| state.next[usize::from(digit - b'0')] = next);
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_read_and_leads_to_a_state() {
        let plan = regex::Regex::new(r"^\+\d{1,3} (\d+)( [A-Z]{2} (\.|\d+) \d+)?$");
        let part = regex::Regex::new(r"^\d(?:-\d)?>(\d+)$");
        let (plan, part) = (plan.expect("a pattern"), part.expect("a pattern"));
        let lines = || DATA.lines().filter(|line| !line.starts_with('#'));
        let states = lines().filter(|line| !line.starts_with('+')).count();
        let leads = |to: &str| (1..=states).contains(&to.parse().expect("a number"));
        for line in lines() {
            if line.starts_with('+') {
                let found = plan.captures(line).expect(line);
                assert!(leads(&found[1]), "{line}");
                continue;
            }
            let parts = line.trim_start_matches('.').split(' ');
            for text in parts.filter(|text| !text.is_empty()) {
                assert!(leads(&part.captures(text).expect(line)[1]), "{line}");
            }
        }
        assert_eq!(PLANS.states.len(), states + 1);
        let codes = PLANS.codes().count();
        assert_eq!(codes, lines().filter(|line| line.starts_with('+')).count());
        let dialling = |plan: &&NumberingPlan| plan.national.is_some();
        let told = PLANS.plans.iter().flatten().filter(dialling).count();
        let long = lines().filter(|line| line.starts_with('+') && line.split(' ').count() == 5);
        assert_eq!(told, long.count());
    }
}
