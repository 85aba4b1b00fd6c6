//! What a dry run and a plan show is what the run sends, request by request and byte by byte, at every vendor: what is made,
//! what is changed, what is removed, and what is merged with what the record holds.

use rolo::sandbox::{Running, SeenRequest, VENDORS};
use serde_json::{Value, json};

use crate::scene::{import, ready, run, total};
use crate::workdir::{Said, Workdir, target, vendors};

/// Two people of whom nothing is said but what each vendor holds.
const PEOPLE: &str = "Identifiant,Prénom,Nom,E-mail,Téléphone,Mobile
K1,Anne,Durand,anne@example.fr,+33 1 99 00 00 01,
K2,Léa,Morel,lea@example.fr,+33 1 99 00 00 02,
K3,Zoé,Petit,zoe@example.fr,+33 1 99 00 00 03,
";
/// The same sheet on the next day: one is changed, one has left, one is new.
const NEXT: &str = "Identifiant,Prénom,Nom,E-mail,Téléphone,Mobile
K1,Anne,Durand,anne@example.fr,,+33 6 39 98 00 01
K2,Léa,Morel-Haute,lea@example.fr,+33 1 99 00 00 02,
K4,Max,Noël,max@example.fr,+33 1 99 00 00 04,
";

/// The lines of `requests.ndjson`, as they stand there.
fn shown(work: &Workdir) -> Vec<Value> {
    let lines = work.read("report/requests.ndjson");
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    lines.collect()
}

/// A text without its percent signs and pluses.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next(), rest.next()].map(|digit| digit.expect("two digits"));
                let digits = String::from_utf8_lossy(&digits).into_owned();
                u8::from_str_radix(&digits, 16).expect("a number")
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).expect("a text")
}

/// What a query or a form says.
fn pairs(text: &str) -> Value {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (plain(name), Value::from(plain(value))))
        .collect()
}

/// A request that changed the book, as a report shows it.
fn as_shown(seen: &SeenRequest) -> Value {
    let mut shown = json!({"method": seen.method, "path": seen.path});
    if !seen.query.is_empty() {
        shown["query"] = pairs(&seen.query);
    }
    match serde_json::from_slice::<Value>(&seen.body) {
        Ok(body) => {
            // The bytes, not only the value.
            assert_eq!(body.to_string().as_bytes(), seen.body);
            shown["body"] = body;
        }
        Err(_) if seen.body.is_empty() => {}
        Err(_) => shown["form"] = pairs(&String::from_utf8_lossy(&seen.body)),
    }
    shown
}

/// What changed the book from the `from`th request on.
fn sent(running: &Running, vendor: &str, from: usize) -> Vec<Value> {
    let seen = running.requests(vendor);
    let changing = seen[from..].iter().filter(|seen| seen.applied);
    changing.map(as_shown).collect()
}

/// A plan of whatever kind, then the run: what it shows is what is sent.
fn shows_what_is_sent(work: &Workdir, running: &Running, vendor: &str, more: &[&str]) -> Said {
    let one_by_one = [more, &["--concurrency", "1"][..]].concat();
    let from = running.requests(vendor).len();
    let dry = import(work, &[&one_by_one[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, 0, "{vendor}: {dry:?}");
    assert_eq!(sent(running, vendor, from), [json!(null); 0], "{vendor}");
    let shown = shown(work);
    for line in &shown {
        assert_ne!(line["method"], "GET", "{vendor}: {line}");
    }
    let from = running.requests(vendor).len();
    let done = import(work, &one_by_one);
    assert_eq!(done.code, 0, "{vendor}: {done:?}");
    assert_eq!(shown, sent(running, vendor, from), "{vendor}");
    assert!(!shown.is_empty(), "{vendor}");
    done
}

/// The line of a sheet's row in `results.csv`.
fn result(work: &Workdir, row: u64) -> String {
    let results = work.read("report/results.csv");
    let line = results
        .lines()
        .find(|line| line.starts_with(&format!("{row},")));
    line.unwrap_or_else(|| panic!("{results}")).to_owned()
}

#[test]
fn what_a_dry_run_shows_is_what_the_run_sends() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        work.write("people.csv", PEOPLE);
        let made = shows_what_is_sent(&work, &running, vendor, &[]);
        assert_eq!(total(&made, "created"), 3, "{vendor}");
        work.write("people.csv", NEXT);
        let mirror = ["--mode", "mirror", "--max-delete", "50%"];
        let done = shows_what_is_sent(&work, &running, vendor, &mirror);
        let fates = ["created", "updated", "deleted"].map(|fate| total(&done, fate));
        assert_eq!(fates, [1, 2, 1], "{vendor}");
    }
}

#[test]
fn a_second_request_of_a_create_is_shown_with_what_only_the_answer_tells() {
    let (work, running) = ready("aalam");
    work.write(
        "people.csv",
        "Identifiant,Nom,Adresse,Ville\nK1,Durand,1 rue Haute,Lille\n",
    );
    assert_eq!(import(&work, &["--dry-run"]).code, 0);
    let mut shown = shown(&work);
    assert_eq!(shown.len(), 2);
    assert!(
        shown[1]["note"]
            .as_str()
            .is_some_and(|note| note.contains("{id}"))
    );
    let made = import(&work, &[]);
    assert_eq!(made.code, 0, "{made:?}");
    let id = running.records("aalam")[0]["id"].to_string();
    let path = shown[1]["path"].as_str().expect("a path");
    shown[1]["path"] = path.replace("{id}", &id).into();
    shown[1].as_object_mut().expect("a line").remove("note");
    assert_eq!(shown, sent(&running, "aalam", 0));
}

#[test]
fn what_was_not_read_is_named_as_such() {
    let (work, running) = ready("covage");
    work.write("people.csv", PEOPLE);
    assert_eq!(import(&work, &[]).code, 0);
    work.write("people.csv", NEXT);
    let before = running.requests("covage").len();
    let dry = import(&work, &["--dry-run", "--compare", "ledger"]);
    assert_eq!(total(&dry, "unsent"), 3, "{dry:?}");
    let asked = running.requests("covage").split_off(before);
    assert!(
        asked.iter().all(|seen| seen.path.contains("token")),
        "{asked:?}"
    );
    let shown = shown(&work);
    let merged = |line: &&Value| line["method"] == "GET";
    assert_eq!(shown.iter().filter(merged).count(), 2);
    for line in shown.iter().filter(merged) {
        assert!(
            line["note"]
                .as_str()
                .is_some_and(|note| note.contains("merged")),
            "{line}"
        );
    }
}

/// A folder whose people are at the vendor.
fn imported() -> (Workdir, Running) {
    let (work, running) = ready("allocloud");
    work.write("people.csv", PEOPLE);
    // The first record is the first row's where nothing overtakes.
    assert_eq!(import(&work, &["--concurrency", "1"]).code, 0);
    (work, running)
}

/// Saves a plan that changes a name; the record holds a number of which the sheet says nothing.
fn plan(work: &Workdir, name: &str) -> String {
    work.write(
        "people.csv",
        format!("Identifiant,Prénom,Nom,E-mail\nK1,{name},Durand,anne@example.fr\n"),
    );
    let said = run(
        work,
        &["plan", "people.csv", "--to", "there", "--allow-drift"],
    );
    assert_eq!(said.code, 0, "{said:?}");
    said.json()["run"].as_str().expect("a run").to_owned()
}

/// Somebody writes the number of the first record in another way: it says the same, and is another text.
fn rewrite_number(running: &Running, number: &str) {
    let mut record = running.records("allocloud").remove(0);
    record["details"]["phone_numbers"]["land_lines"] = json!([number]);
    running.seed("allocloud", &[record]).expect("seeded");
}

#[test]
fn a_saved_plan_does_not_send_what_it_did_not_show() {
    let (work, running) = imported();
    let run_id = plan(&work, "Annette");
    rewrite_number(&running, "+33 1 99 00 00 01");
    let from = running.requests("allocloud").len();
    let said = run(&work, &["apply", &run_id]);
    said.expect(3).totals(&[("refused", 1)]);
    assert_eq!(sent(&running, "allocloud", from), [json!(null); 0]);
    let line = result(&work, 2);
    assert!(
        line.contains("the record changed since the plan was made"),
        "{line}"
    );
}

#[test]
fn what_is_merged_with_a_record_that_changed_says_so() {
    let (work, running) = imported();
    let run_id = plan(&work, "Annette");
    rewrite_number(&running, "01 99 00 00 01");
    let said = run(&work, &["apply", &run_id, "--even-if-changed"]);
    said.expect(0).totals(&[("updated", 1)]);
    let line = result(&work, 2);
    assert!(line.contains("merged with what it holds now"), "{line}");
    let held = running.records("allocloud").remove(0).to_string();
    assert!(
        held.contains("Annette") && held.contains("01 99 00 00 01"),
        "{held}"
    );
}

#[test]
fn a_parent_that_does_not_exist_is_said_before_anything_is_sent() {
    let field = "Compte";
    for vendor in crate::known::with_parents() {
        let running = vendors("limit=off");
        let work = Workdir::new();
        work.write("rolo.toml", target(&running, vendor));
        work.write(
            "people.csv",
            format!(
                "Identifiant,Nom,E-mail,{field}\nK1,Durand,a@example.fr,7\nK2,Morel,m@example.fr,987654\n"
            ),
        );
        let column = format!("{field}=parent");
        for dry in [&["--dry-run"][..], &[]] {
            let said = import(&work, &[&["--column", &column][..], dry].concat());
            said.expect(3).totals(&[("rejected", 1)]);
            let problem = &said.json()["problems"][0];
            assert_eq!(
                (&problem["code"], &problem["row"]),
                (&json!("parent.unknown"), &json!(3))
            );
            assert!(
                problem["message"]
                    .as_str()
                    .is_some_and(|text| text.contains("987654"))
            );
            let sent = sent(&running, vendor, 0);
            assert_eq!(
                sent.len(),
                usize::from(dry.is_empty()),
                "{vendor}: {sent:?}"
            );
        }
        let plan = run(
            &work,
            &[
                "plan",
                "people.csv",
                "--to",
                "there",
                "--parent",
                "987654",
                "--column",
                "Compte=ignored",
            ],
        );
        assert_eq!(
            (plan.code, total(&plan, "rejected")),
            (3, 2),
            "{vendor}: {plan:?}"
        );
    }
}
