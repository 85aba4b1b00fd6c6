//! The real process, killed at any moment under a hostile vendor and taken up again until it is done: the book is
//! then what an undisturbed run makes of the same sheet.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::process::{Child, Stdio};

use rolo::backend::{self, Effort, Settings};
use rolo::sandbox::Running;
use serde_json::Value;

use crate::bench::anne;
use crate::person;
use crate::workdir::{Said, Workdir, target, vendors};

/// How often each vendor's run is killed; more for a long night.
fn kills() -> usize {
    std::env::var("ROLO_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(3)
}

const ROWS: usize = 40;

/// A sheet of people, every fourth of whom says the same as the one before under another key.
fn people() -> String {
    let row = |n: usize| {
        let who = if n % 4 == 3 { n - 1 } else { n };
        format!("K{n},Anne,Durand{who},a{who}@example.fr,+33 1 99 00 00 {who:02},Lille\n")
    };
    let rows: String = (0..ROWS).map(row).collect();
    format!("Identifiant,Prénom,Nom,E-mail,Téléphone,Ville\n{rows}")
}

/// A book without what no two books share: ids and times.
fn plain(running: &Running, vendor: &str) -> Vec<String> {
    fn without_ids(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| {
                    !["id", "contact_uuid", "created_at", "updated_at"].contains(&name.as_str())
                });
                members.values_mut().for_each(without_ids);
            }
            Value::Array(items) => items.iter_mut().for_each(without_ids),
            _ => {}
        }
    }
    let mut records: Vec<String> = running
        .records(vendor)
        .into_iter()
        .map(|mut record| {
            without_ids(&mut record);
            record.to_string()
        })
        .collect();
    records.sort_unstable();
    records
}

fn start(work: &Workdir, arguments: &[&str]) -> Child {
    let quiet = Stdio::null;
    let mut command = work.command(arguments);
    command
        .stdout(quiet())
        .stderr(quiet())
        .spawn()
        .expect("the program starts")
}

/// Kills the process once the vendor has heard so many requests and holds a record, so that the run was planned by then;
/// `false` if it ended first.
fn kill_after(running: &Running, vendor: &str, requests: usize, child: &mut Child) -> bool {
    while running.requests(vendor).len() < requests || running.records(vendor).is_empty() {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        std::thread::yield_now();
    }
    let killed = child.kill().is_ok();
    child.wait().expect("it ended");
    killed
}

/// Whether a contact is made by more than one request: one that was killed between them, and is found there by
/// reading, lacks what the second should have added, until the next import adds it.
fn takes_two_requests(vendor: &str) -> bool {
    let entry = backend::find(vendor).expect("a vendor");
    let settings = Settings::resolve(entry.profile, &BTreeMap::new()).expect("its defaults");
    let vendor = (entry.build)(settings);
    let payload = vendor.encode(&anne()).payload;
    vendor.requests(Effort::Create, &payload) > 1
}

/// The names that a row of the sheet may have at a vendor.
fn names(row: u64) -> Vec<String> {
    let n = row - 2;
    let who = if n % 4 == 3 { n - 1 } else { n };
    vec![format!("Durand{who}"), format!("Anne Durand{who}")]
}

/// Takes the latest run up until nothing is left of it. A row that was the last to be sent, or was lost twice, stays in
/// doubt until a person looks at the vendor.
fn taken_up(work: &Workdir, running: &Running, vendor: &str) -> Said {
    let resume = [&["resume"], &FLAGS[..]].concat();
    for _ in 0..20 {
        let said = work.rolo(&resume);
        match said.code {
            0 | 9 => return said,
            10 => {
                let runs = work
                    .rolo(&["runs", "--most", "1", "--output", "json"])
                    .json();
                let run = runs["runs"][0]["run"].as_str().expect("an id").to_owned();
                person::decides((work, running, vendor), (&run, "report"), names);
            }
            _ => {}
        }
    }
    work.rolo(&resume)
}

const FLAGS: [&str; 5] = ["--settle-after", "0", "--report", "report", "--quiet"];

#[test]
fn a_killed_run_is_taken_up_until_the_book_is_right() {
    for (n, vendor) in (1..).zip(rolo::sandbox::VENDORS) {
        let calm = vendors("limit=off");
        let work = Workdir::new();
        work.write("people.csv", people());
        work.write("rolo.toml", target(&calm, vendor));
        let import = [&["import", "people.csv", "--to", "there"], &FLAGS[..]].concat();
        let said = work.rolo(&import);
        assert_eq!(said.code, 0, "{vendor}: {said:?}");
        let wanted = plain(&calm, vendor);
        assert_eq!(wanted.len(), ROWS, "{vendor}");

        let wild = vendors(&format!(
            "limit=off,drop_after=6%,drop_before=4%,429=3%,retry_after=0,500_after=2%,delay=2ms,seed={n}"
        ));
        let work = Workdir::new();
        work.write("people.csv", people());
        work.write("rolo.toml", target(&wild, vendor));
        let resume = [&["resume"], &FLAGS[..]].concat();
        let mut killed = 0;
        // The first life begins the import; each further one takes it up where the one before was killed.
        for life in 0..kills() {
            let arguments = if life == 0 { &import } else { &resume };
            let heard = wild.requests(vendor).len();
            let mut child = start(&work, arguments);
            killed += usize::from(kill_after(
                &wild,
                vendor,
                heard + 3 + (7 * life + n) % 11,
                &mut child,
            ));
        }
        assert!(killed > 0, "{vendor}: nothing was killed");
        let said = taken_up(&work, &wild, vendor);
        assert!([0, 9].contains(&said.code), "{vendor}: {said:?}");
        if !takes_two_requests(vendor) {
            let book = plain(&wild, vendor);
            assert_eq!(book, wanted, "{vendor} after {killed} kills");
        }
        let said = work.rolo(&import);
        assert_eq!(said.code, 0, "{vendor}: {said:?}");
        let book = plain(&wild, vendor);
        assert_eq!(book, wanted, "{vendor} after {killed} kills");
        let said = work.rolo(&["runs", "--check"]);
        assert_eq!(said.code, 0, "{vendor}: {said:?}");
    }
}

#[test]
fn a_killed_apply_is_taken_up_until_the_book_is_right() {
    for (n, vendor) in (1..).zip(rolo::sandbox::VENDORS) {
        let calm = vendors("limit=off");
        let work = Workdir::new();
        work.write("people.csv", people());
        work.write("rolo.toml", target(&calm, vendor));
        let import = [&["import", "people.csv", "--to", "there"], &FLAGS[..]].concat();
        assert_eq!(work.rolo(&import).code, 0, "{vendor}");
        let wanted = plain(&calm, vendor);

        let wild = vendors(&format!("limit=off,drop_after=6%,delay=2ms,seed={n}"));
        let work = Workdir::new();
        work.write("people.csv", people());
        work.write("rolo.toml", target(&wild, vendor));
        let plan = ["plan", "people.csv", "--to", "there", "--output", "json"];
        let planned = work.rolo(&plan).json();
        let id = planned["run"].as_str().expect("an id");
        let apply = [&["apply", id], &FLAGS[..]].concat();
        for life in 0..kills() {
            let heard = wild.requests(vendor).len();
            let after = heard + 1 + (7 * life + n) % 11;
            kill_after(&wild, vendor, after, &mut start(&work, &apply));
        }
        // Killed before it was marked, it is applied; killed after that, it is resumed.
        let mut said = work.rolo(&apply);
        if said.code != 0 {
            said = taken_up(&work, &wild, vendor);
        }
        assert!([0, 9].contains(&said.code), "{vendor}: {said:?}");
        let again = work.rolo(&apply);
        assert!(
            again.code == 9 && again.stderr.contains("was applied already"),
            "{vendor}: {again:?}"
        );
        if !takes_two_requests(vendor) {
            assert_eq!(plain(&wild, vendor), wanted, "{vendor}");
        }
        let said = work.rolo(&import);
        assert_eq!(said.code, 0, "{vendor}: {said:?}");
        assert_eq!(plain(&wild, vendor), wanted, "{vendor}");
    }
}
