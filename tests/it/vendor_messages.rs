//! A vendor's own words reach the report, and with them the number by which its support finds the call.

use rolo::sandbox::VENDORS;

use crate::known::Known;
use crate::workdir::{Workdir, target, vendors};

#[test]
fn the_vendors_own_words_reach_the_report() {
    for vendor in VENDORS {
        let refused = Known::of(vendor).refused;
        let company = &refused.company;
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
        arguments.extend(refused.arguments.iter().map(String::as_str));
        let said = work.rolo(&arguments);
        said.expect(3).totals(&[("refused", 1)]);
        let problem = said.json()["problems"][0]["message"].to_string();
        let results = work.read("out/results.csv");
        for word in &refused.words {
            assert!(problem.contains(word), "{vendor}: {problem}");
            assert!(results.contains(word), "{vendor}: {results}");
        }
    }
}
