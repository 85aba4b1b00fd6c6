//! A vendor's own words reach the report, and with them the number by which its support finds the call.

use serde_json::json;

use crate::workdir::{Workdir, target, vendors};

#[test]
fn the_vendors_own_words_reach_the_report() {
    let cases: [(&str, &[&str], &str, &[&str]); 5] = [
        (
            "covage",
            &["--set", "empty=omit"],
            "",
            &["cell_phone_number", "request KOSC_0", "HTTP 400"],
        ),
        (
            "sonar",
            &["--parent", "51", "--compare", "ledger"],
            "",
            &["That account ID does not exist.", "HTTP 404"],
        ),
        (
            "orzame",
            &["--parent", "201", "--compare", "ledger"],
            "",
            &["Contact not found.", "HTTP 404"],
        ),
        (
            "allocloud",
            &["--set", "company=letters"],
            "Société",
            &["details.company.name", "HTTP 400"],
        ),
        (
            "aalam",
            &["--set", "first_name_key=fist_name"],
            "",
            &["Input data not proper", "HTTP 400"],
        ),
    ];
    for (vendor, more, company, words) in cases {
        let running = vendors("limit=off");
        let work = Workdir::new();
        work.write("rolo.toml", target(&running, vendor));
        let row = format!("Prénom,Nom,Société,E-mail\nAnne,Durand,{company},a@example.fr\n");
        work.write("people.csv", row);
        let mut arguments = vec![
            "import",
            "people.csv",
            "--to",
            "there",
            "--report",
            "out",
            "--output",
            "json",
        ];
        arguments.extend(more);
        let said = work.rolo(&arguments);
        assert_eq!(
            (said.code, &said.json()["totals"]["refused"]),
            (3, &json!(1)),
            "{vendor}: {said:?}"
        );
        let problem = said.json()["problems"][0]["message"].to_string();
        let results = work.read("out/results.csv");
        for word in words {
            assert!(problem.contains(word), "{vendor}: {problem}");
            assert!(results.contains(word), "{vendor}: {results}");
        }
    }
}
