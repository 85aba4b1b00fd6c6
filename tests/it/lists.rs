//! Lists that mislead, at every vendor: pages that are ignored, a last page that comes for ever, counts that are wrong, an
//! empty page in between, records that move while they are read. Each list ends, and each record is handed on once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rolo::backend::{Parent, VENDORS, VendorEntry};
use rolo::fetch::{Extent, ListItem, fetch_of};
use rolo::model::ParentId;
use rolo::sandbox::Running;
use serde_json::{Value, json};

use crate::bench::{Bench, block};
use crate::known::{Known, List, has_parents};
use crate::middle::{Answered, Asked, Middle};
use crate::scene::people;
use crate::workdir::{Workdir, target, vendors};

/// What is wrong with a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    /// Nothing.
    None,
    /// All is on each page, whichever is asked for.
    Ignored,
    /// The same, and the vendor says nothing of pages, as in the documents.
    IgnoredAndMute,
    /// Behind the last page comes the last page.
    Repeated,
    /// It counts three records, on one page.
    TooFew,
    /// It counts a hundred records, on thirty pages.
    TooMany,
    /// The second page is empty.
    Empty,
    /// Once the first page was read, a record of the second one moves to the front.
    Moving,
    /// Once the first page was read, a record of it is removed.
    Removed,
}

const LIES: [Lie; 9] = [
    Lie::None,
    Lie::Ignored,
    Lie::IgnoredAndMute,
    Lie::Repeated,
    Lie::TooFew,
    Lie::TooMany,
    Lie::Empty,
    Lie::Moving,
    Lie::Removed,
];

/// How many records there are, and how many a page holds.
const ROWS: usize = 10;
const SIZE: usize = 3;
const PAGES: usize = 4;

/// The id of the first record, where records are numbered: those that the sandbox makes are others.
const FIRST: usize = 1001;

/// How a vendor writes a list.
struct Shape {
    is_paged: bool,
    list: List,
}

/// What is said of the pages; nothing, where the vendor is mute.
struct Said {
    page: usize,
    total: Option<usize>,
    pages: usize,
}

impl Shape {
    fn of(vendor: &str) -> Self {
        let list = Known::of(vendor).list;
        Self {
            is_paged: list.is_paged,
            list,
        }
    }

    fn record(&self, n: usize) -> Value {
        let id = (FIRST + n).to_string();
        let text = self.list.record.replace("{id}", &id);
        json_of(&text.replace("{n}", &n.to_string()))
    }

    fn page(&self, rows: Vec<Value>, said: &Said) -> Value {
        let rows = Value::from(rows).to_string();
        let (Some(total), Some(page)) = (said.total, &self.list.page) else {
            return json_of(&self.list.mute.replace("{rows}", &rows));
        };
        let next = (said.page < said.pages).then_some("https://host.example/?page=next");
        let mut text = page.replace("{next}", &json!(next).to_string());
        for (place, number) in [
            ("{page}", said.page),
            ("{pages}", said.pages),
            ("{size}", SIZE),
            ("{total}", total),
        ] {
            text = text.replace(place, &number.to_string());
        }
        // The rows last: what stands in them is no place.
        json_of(&text.replace("{rows}", &rows))
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Answers lists with this lie; hands on what else is asked.
fn lying(vendor: &'static str, lie: Lie) -> impl Fn(&Asked, &dyn Fn() -> Answered) -> Answered {
    let read = AtomicUsize::new(0);
    let shape = Shape::of(vendor);
    let each = shape.list.each.as_ref();
    let each = each.map(|each| format!("/{vendor}{each}"));
    move |asked, answer| {
        let one = |each: &String| asked.target.strip_prefix(each);
        if let Some(one) = each.as_ref().and_then(one) {
            let id: usize = one.parse().expect("an id");
            return Answered::json(&shape.record(id - FIRST));
        }
        if !asked.is_list() {
            return answer();
        }
        let before = read.fetch_add(1, Ordering::Relaxed);
        let rows = rows(lie, &shape, before);
        let all = rows.len();
        let (mut total, mut pages) = (all, all.div_ceil(SIZE));
        let mut page = asked.page();
        let mut shown: Vec<Value> = match lie {
            _ if !shape.is_paged => rows,
            Lie::Ignored | Lie::IgnoredAndMute => rows,
            _ => {
                if lie == Lie::Empty {
                    pages += 1;
                }
                let place = match (lie, page) {
                    (Lie::Repeated, page) => page.min(pages),
                    (Lie::Empty, 3..) => page - 1,
                    _ => page,
                };
                rows.into_iter()
                    .skip((place - 1) * SIZE)
                    .take(SIZE)
                    .collect()
            }
        };
        match lie {
            Lie::TooFew => (total, pages) = (SIZE, 1),
            Lie::TooMany => (total, pages) = (100, 30),
            Lie::Repeated => pages = usize::MAX >> 1,
            Lie::Empty if page == 2 && shape.is_paged => shown.clear(),
            // Covage says so by a link.
            Lie::Ignored => page = page.min(2),
            _ => {}
        }
        let total = (lie != Lie::IgnoredAndMute).then_some(total);
        Answered::json(&shape.page(shown, &Said { page, total, pages }))
    }
}

/// What there is when so many pages were read already.
fn rows(lie: Lie, shape: &Shape, read: usize) -> Vec<Value> {
    // A list that says nothing of pages goes on only where it is as long as the vendor's largest page.
    let count = if lie == Lie::IgnoredAndMute {
        120
    } else {
        ROWS
    };
    let mut rows: Vec<usize> = (0..count).collect();
    if read > 0 && shape.is_paged {
        match lie {
            Lie::Moving => {
                let moved = rows.remove(SIZE);
                rows.insert(0, moved);
            }
            Lie::Removed => drop(rows.remove(0)),
            _ => {}
        }
    }
    rows.into_iter().map(|n| shape.record(n)).collect()
}

/// Whether a vendor's counts tell that its list is not to be trusted.
fn is_short(lie: Lie, shape: &Shape) -> bool {
    shape.is_paged && lie == Lie::TooMany
}

#[test]
fn a_list_that_misleads_ends_and_shows_each_record_once() {
    for entry in VENDORS {
        let id = entry.profile.id;
        let pages = [("page_size", "3")];
        let has = entry
            .profile
            .switches
            .iter()
            .any(|one| one.name == "page_size");
        let switches = if has { &pages[..] } else { &[] };
        for lie in LIES {
            let (bench, middle) = Bench::behind(entry, Some("5"), switches, lying(id, lie));
            let (found, extent) = block(read(&bench, entry));
            let count = if lie == Lie::IgnoredAndMute {
                120
            } else {
                ROWS
            };
            assert_eq!(found.len(), count, "{id} {lie:?}");
            assert!(
                found.values().all(|times| *times == 1),
                "{id} {lie:?}: {found:?}"
            );
            let shape = Shape::of(id);
            let is_whole = extent == Extent::Whole;
            assert_eq!(is_whole, !is_short(lie, &shape), "{id} {lie:?}: {extent:?}");
            let asked = middle
                .heard()
                .iter()
                .filter(|asked| asked.is_list())
                .count();
            let most = if shape.is_paged {
                2 * (PAGES + 1) + 2
            } else {
                1
            };
            assert!(asked <= most, "{id} {lie:?}: {asked}");
        }
    }
}

/// How often each record was handed on.
async fn read(bench: &Bench, entry: &VendorEntry) -> (BTreeMap<String, u64>, Extent) {
    let parent = (entry.profile.parent != Parent::None).then(|| ParentId::new("5"));
    let mut found = BTreeMap::new();
    let vendor = bench.client.vendor();
    let each = |one| {
        let ListItem::Record(record) = one else {
            return;
        };
        let id = vendor.id_of(&record).expect("an id");
        assert_eq!(
            Some(&id),
            vendor.decode(&record).ok().map(|remote| remote.id).as_ref()
        );
        *found.entry(id.into_string()).or_default() += 1;
    };
    let extent = fetch_of(&bench.client, parent.as_ref(), |_| true, each).await;
    (found, extent.expect("a list"))
}

fn ready(vendor: &'static str, lie: Lie) -> (Workdir, Running, Middle) {
    let (work, running) = (Workdir::new(), vendors("limit=off"));
    let middle = Middle::before(&running, lying(vendor, lie));
    work.write(
        "rolo.toml",
        middle.instead(&running, &target(&running, vendor)),
    );
    work.write("people.csv", people(3));
    (work, running, middle)
}

#[test]
fn an_import_ends_where_the_vendor_ignores_the_page() {
    for vendor in ["orzame", "covage"] {
        let (work, running, middle) = ready(vendor, Lie::IgnoredAndMute);
        let said = work.rolo(&["import", "people.csv", "--to", "there"]);
        assert_eq!(
            (said.code, running.records(vendor).len()),
            (0, 3),
            "{vendor}: {said:?}"
        );
        let asked = middle
            .heard()
            .iter()
            .filter(|asked| asked.is_list())
            .count();
        assert!(asked <= 2, "{vendor}: {asked}");
    }
}

#[test]
fn a_list_that_shows_less_than_is_counted_is_told() {
    let ids = VENDORS.iter().map(|entry| entry.profile.id);
    for vendor in ids.filter(|id| Shape::of(id).is_paged) {
        let (work, running, _middle) = ready(vendor, Lie::TooMany);
        let said = work.rolo(&["import", "people.csv", "--to", "there"]);
        assert_eq!(
            (said.code, running.records(vendor).len()),
            (0, 3),
            "{vendor}: {said:?}"
        );
        let words = "its list shows 10, and by the vendor's count there are 100";
        assert!(said.stderr.contains(words), "{vendor}: {said:?}");
        let parent: &[&str] = if has_parents(vendor) {
            &["--parent", "7"]
        } else {
            &[]
        };
        let export = ["export", "--from", "there", "-o", "out.csv"];
        let said = work.rolo(&[&export, parent].concat());
        assert_eq!(said.code, 3, "{vendor}: {said:?}");
        assert!(said.stdout.contains(words), "{vendor}: {said:?}");
    }
}
