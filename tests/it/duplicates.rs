//! The same person under two keys of one sheet: sent twice with a warning, or not at all, as is asked.

use serde_json::{Value, json};

use rolo::sandbox::VENDORS;

use crate::scene::{import, ready, run, total};
use crate::workdir::{Said, Workdir};

/// Léa stands there twice, by name and number; Anne and her husband share an address; K1 stands there twice, word by word.
const PEOPLE: &str = "Identifiant,Prénom,Nom,E-mail,Téléphone
K1,Anne,Durand,durand@example.fr,+33 1 99 00 00 01
K2,Paul,Durand,durand@example.fr,
K3,Léa,Morel,,+33 1 99 00 00 03
K4,Morel,LÉA,lea@example.fr,+33 1 99 00 00 03
K1,Anne,Durand,durand@example.fr,+33 1 99 00 00 01
";

/// The rows with a code, and what is said of them.
fn told(said: &Said, code: &str) -> Vec<(u64, String)> {
    let problems = said.json()["problems"].clone();
    let problems: Vec<Value> = serde_json::from_value(problems).expect("problems");
    let rows = problems.iter().filter(|problem| problem["code"] == code);
    rows.map(|problem| {
        let message = problem["message"].as_str().expect("words");
        (problem["row"].as_u64().expect("a row"), message.to_owned())
    })
    .collect()
}

fn folder(vendor: &str) -> (Workdir, rolo::sandbox::Running) {
    let (work, running) = ready(vendor);
    work.write("people.csv", PEOPLE);
    (work, running)
}

#[test]
fn a_person_under_two_keys_is_sent_with_a_warning() {
    let same = "the row is the same person as row 4, under another key";
    for &vendor in VENDORS {
        let (work, _running) = folder(vendor);
        let said = import(&work, &[]);
        said.expect(0).totals(&[("created", 4)]);
        assert_eq!(
            told(&said, "person.repeated"),
            [(5, same.to_owned())],
            "{vendor}"
        );
        // The next night says it again, and sends nothing.
        let said = import(&work, &[]);
        said.expect(0).totals(&[("unchanged", 4)]);
        assert_eq!(told(&said, "person.repeated").len(), 1, "{vendor}");
    }
}

#[test]
fn a_person_under_two_keys_is_rejected_where_that_is_asked() {
    let (work, running) = folder("covage");
    let said = import(&work, &["--duplicates", "reject"]);
    said.expect(3).totals(&[("created", 3)]);
    assert_eq!((total(&said, "rejected"), total(&said, "skipped")), (1, 1));
    assert_eq!(told(&said, "person.duplicate").len(), 1);
    assert_eq!(running.records("covage").len(), 3);
    // Whoever takes the run up again asks the same of it.
    let first = said.json()["run"].as_str().expect("a run").to_owned();
    let again = run(&work, &["retry", &first]);
    assert_eq!((again.code, total(&again, "rejected")), (3, 1), "{again:?}");
    assert_eq!(told(&again, "person.duplicate").len(), 1, "{again:?}");
    assert_eq!(running.records("covage").len(), 3);
    let dry = import(&work, &["--dry-run"]);
    assert_eq!(total(&dry, "unsent"), 1, "{dry:?}");
    for code in ["person.repeated", "person.duplicate"] {
        let said = work.rolo(&["explain", code]);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.stdout.contains("--duplicates"), "{said:?}");
    }
}

#[test]
fn one_person_under_two_parents_is_no_duplicate() {
    let (work, _running) = ready("sonar");
    work.write(
        "people.csv",
        "Identifiant,Nom,E-mail,Compte\nK1,Durand,a@example.fr,7\nK2,Durand,a@example.fr,8\n",
    );
    let said = import(
        &work,
        &["--column", "Compte=parent", "--duplicates", "reject"],
    );
    said.expect(0).totals(&[("created", 2)]);
    assert_eq!(said.json()["problems"], json!([]));
}
