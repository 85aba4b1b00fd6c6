use proptest::prelude::*;

use super::*;

/// What a model vendor says of its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    All,
    AllButTheSize,
    TheSize,
    Nothing,
}

impl Says {
    fn is_mute(self) -> bool {
        matches!(self, Self::TheSize | Self::Nothing)
    }

    fn tells_size(self) -> bool {
        matches!(self, Self::TheSize | Self::All)
    }
}

/// How a model vendor misleads.
#[derive(Clone, Debug)]
struct Lies {
    /// It does not heed the page that it is asked for.
    ignores: bool,
    /// Behind the last page it shows the last one again.
    repeats: bool,
    /// It says of the next page that it is there, whatever is true.
    links: bool,
    /// What it counts, in place of the truth.
    total: Option<u64>,
    pages: Option<u32>,
    says: Says,
    /// Before this page there is an empty one.
    empty: Option<u32>,
}

/// A list of so many rows, in pages of this size.
#[derive(Clone, Debug)]
struct Model {
    rows: u64,
    size: u64,
    lies: Lies,
}

impl Model {
    fn honest(&self) -> u32 {
        let pages = u32::try_from(self.rows.div_ceil(self.size).max(1)).expect("few");
        if self.lies.ignores {
            1
        } else {
            pages + u32::from(self.has_empty(pages))
        }
    }

    fn has_empty(&self, pages: u32) -> bool {
        self.lies.empty.is_some_and(|at| at <= pages)
    }

    fn rows_of(&self, page: u32) -> Vec<u64> {
        if self.lies.ignores {
            return (0..self.rows)
                .take(usize::try_from(self.size).expect("few"))
                .collect();
        }
        let pages = u32::try_from(self.rows.div_ceil(self.size).max(1)).expect("few");
        let mut page = page;
        if self.has_empty(pages)
            && let Some(empty) = self.lies.empty
        {
            match page.cmp(&empty) {
                std::cmp::Ordering::Equal => return Vec::new(),
                std::cmp::Ordering::Greater => page -= 1,
                std::cmp::Ordering::Less => {}
            }
        }
        if self.lies.repeats {
            page = page.min(pages);
        }
        let first = u64::from(page - 1) * self.size;
        (first..self.rows.min(first + self.size)).collect()
    }

    fn paging(&self, page: u32) -> Paging {
        let honest = self.honest();
        let next = Cursor {
            parent: None,
            page: page + 1,
        };
        let size = usize::try_from(self.size).expect("few");
        let plain = Paging {
            next,
            is_linked: false,
            pages: None,
            total: None,
            size: self.lies.says.tells_size().then_some(size),
        };
        if self.lies.says.is_mute() {
            return plain;
        }
        Paging {
            is_linked: self.lies.links || page < honest,
            pages: self.lies.pages.or(Some(honest)),
            total: self.lies.total.or(Some(self.rows)),
            ..plain
        }
    }

    /// Reads it: what was handed on, how many pages were asked for, and what came of it.
    fn read(&self) -> (Vec<u64>, u32, Extent) {
        let mut pages = Pages::default();
        let (mut handed, mut asked, mut page) = (Vec::new(), 0, 1);
        loop {
            asked += 1;
            assert!(asked < 1000, "it never ends: {self:?}");
            for row in self.rows_of(page) {
                if pages.see(row.to_string()) {
                    handed.push(row);
                }
            }
            page = match pages.turn(Some(self.paging(page))) {
                NextPage::Next(cursor) => cursor.page,
                NextPage::Again => 1,
                NextPage::End(listed) => return (handed, asked, listed),
            };
        }
    }
}

fn lies() -> impl Strategy<Value = Lies> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let says = proptest::sample::select(vec![
        Says::All,
        Says::AllButTheSize,
        Says::TheSize,
        Says::Nothing,
    ]);
    let total = prop_oneof![Just(None), (0..80_u64).prop_map(Some), Just(Some(u64::MAX))];
    let pages = prop_oneof![Just(None), (0..20_u32).prop_map(Some), Just(Some(u32::MAX))];
    (flags, says, total, pages, proptest::option::of(2..6_u32)).prop_map(
        |((ignores, repeats, links), says, total, pages, empty)| Lies {
            ignores,
            repeats,
            links,
            total,
            pages,
            says,
            empty,
        },
    )
}

fn honest() -> Lies {
    Lies {
        ignores: false,
        repeats: false,
        links: false,
        total: None,
        pages: None,
        says: Says::All,
        empty: None,
    }
}

proptest! {
    #[test]
    fn a_list_ends_and_hands_on_each_row_of_its_pages_once(
        rows in 0..60_u64, size in 1..12_u64, lies in lies()
    ) {
        let model = Model { rows, size, lies };
        let (handed, asked, listed) = model.read();
        let honest = model.honest();
        prop_assert!(asked <= honest + honest + 2, "{asked} of {honest}");
        let once: HashSet<u64> = handed.iter().copied().collect();
        prop_assert_eq!(once.len(), handed.len());
        let all: Vec<u64> = (1..=honest).flat_map(|page| model.rows_of(page)).collect();
        // A vendor that says nothing of its pages tells by an empty or a short one that it was the last.
        let says = model.lies.says;
        let tells = !says.is_mute() || model.lies.empty.is_none() && says.tells_size();
        if tells {
            prop_assert_eq!(&handed, &all);
        }
        // What is called whole is no less than the vendor counts.
        if let (Extent::Whole, Some(total), false) = (&listed, model.lies.total, says.is_mute()) {
            prop_assert!(total <= handed.len() as u64);
        }
    }

    #[test]
    fn an_honest_list_is_whole_and_costs_one_request_more_at_the_most(
        rows in 0..60_u64, size in 1..12_u64
    ) {
        let model = Model { rows, size, lies: honest() };
        let (handed, asked, listed) = model.read();
        prop_assert_eq!(handed.len() as u64, rows);
        prop_assert!(asked <= model.honest() + 1);
        prop_assert_eq!(listed, Extent::Whole);
    }

    /// A record that is moved to the front while the list is read is found all the same.
    #[test]
    fn what_moves_between_the_pages_is_found_or_the_list_is_short(
        rows in 2..60_usize, size in 1..12_usize, from in any::<prop::sample::Index>(),
        when in 1..8_u32, is_removed in any::<bool>(), counts in any::<bool>()
    ) {
        let mut list: Vec<usize> = (0..rows).collect();
        let mut pages = Pages::default();
        let (mut handed, mut page, mut asked) = (HashSet::new(), 1, 0);
        let listed = loop {
            asked += 1;
            prop_assert!(asked < 1000);
            let at = (page as usize - 1) * size;
            for row in list.iter().skip(at).take(size) {
                if pages.see(row.to_string()) {
                    handed.insert(*row);
                }
            }
            let next = Cursor { parent: None, page: page + 1 };
            let paging = Paging {
                next,
                is_linked: false,
                pages: Some(u32::try_from(list.len().div_ceil(size)).expect("few")),
                total: counts.then_some(list.len() as u64),
                size: Some(size),
            };
            let then = pages.turn(Some(paging));
            if asked == when && list.len() > 1 {
                let row = list.remove(from.index(list.len()));
                if !is_removed {
                    list.insert(0, row);
                }
            }
            page = match then {
                NextPage::Next(cursor) => cursor.page,
                NextPage::Again => 1,
                NextPage::End(listed) => break listed,
            };
        };
        let is_whole = list.iter().all(|row| handed.contains(row));
        // Without a count, what is removed leaves no trace.
        let is_told = counts || !is_removed && size > 1;
        prop_assert!(is_whole || !is_told || listed != Extent::Whole, "{list:?} {handed:?}");
    }
}

#[test]
fn each_lie_ends_as_it_should() {
    let none = honest;
    let mute = Lies {
        ignores: true,
        says: Says::TheSize,
        ..none()
    };
    let counts = Lies {
        ignores: true,
        ..none()
    };
    let for_ever = Lies {
        repeats: true,
        links: true,
        ..none()
    };
    let too_few = Lies {
        total: Some(3),
        pages: Some(1),
        ..none()
    };
    let too_many = Lies {
        total: Some(99),
        pages: Some(33),
        ..none()
    };
    let empty = Lies {
        empty: Some(2),
        ..none()
    };
    // Rows, the size of a page, the lie; rows handed on, pages asked for, whether it is short.
    for (what, (rows, size, lies), wanted) in [
        ("honest", (10, 3, none()), (10, 4, false)),
        ("a full last page", (9, 3, none()), (9, 4, false)),
        ("ignored, all at once", (250, 250, mute), (250, 2, false)),
        ("ignored, with a count", (250, 100, counts), (100, 2, true)),
        ("the last page for ever", (9, 3, for_ever), (9, 4, false)),
        ("too few", (10, 3, too_few), (10, 4, false)),
        ("too many", (10, 3, too_many), (10, 10, true)),
        ("an empty page", (10, 3, empty), (10, 5, false)),
    ] {
        let (handed, asked, extent) = Model { rows, size, lies }.read();
        let is_short = extent != Extent::Whole;
        assert_eq!(
            (handed.len(), asked, is_short),
            wanted,
            "{what}: {extent:?}"
        );
    }
}
