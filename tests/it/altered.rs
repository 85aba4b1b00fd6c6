//! A vendor that stores something else than it was sent: the same row would be updated every night, and nobody told.

use rolo::backend::VENDORS;
use serde_json::{Value, json};

use crate::workdir::{Workdir, target, vendors};

const SHEET: &str = "Identifiant,Prénom,Nom,E-mail,Téléphone\n\
                     1,Anne,Durand,anne@example.fr,+33 1 99 00 12 34\n\
                     2,Paul,Petit,paul@example.fr,+33 1 99 00 12 35\n";

/// What an import with the target compared came to: updated, unchanged, and what it says of values.
fn import(work: &Workdir) -> (Value, Value, usize) {
    let flags = ["--compare", "target", "--output", "json"];
    let said = work.rolo(&[&["import", "people.csv", "--to", "there"][..], &flags].concat());
    assert_eq!(said.code, 0, "{said:?}");
    let document = said.json();
    let problems = document["problems"].as_array().expect("problems");
    let altered = problems
        .iter()
        .filter(|problem| problem["code"] == "value.altered");
    let altered: u64 = altered
        .map(|problem| problem["rows"].as_u64().unwrap_or(1))
        .sum();
    let totals = &document["totals"];
    (
        totals["updated"].clone(),
        totals["unchanged"].clone(),
        usize::try_from(altered).expect("few"),
    )
}

#[test]
fn a_value_that_a_vendor_does_not_keep_is_sent_twice_and_then_said() {
    let running = vendors("limit=off,names=capitals");
    for entry in VENDORS {
        let work = Workdir::new();
        work.write("rolo.toml", target(&running, entry.profile.id));
        work.write("people.csv", SHEET);
        assert_eq!(
            import(&work),
            (json!(0), json!(0), 0),
            "{}",
            entry.profile.id
        );
        assert_eq!(
            import(&work),
            (json!(2), json!(0), 0),
            "{}",
            entry.profile.id
        );
        for _ in 0..2 {
            assert_eq!(
                import(&work),
                (json!(0), json!(2), 2),
                "{}",
                entry.profile.id
            );
        }
        // Another value is still sent, and the one that is not kept is said with it.
        let moved = SHEET.replace("12 34", "12 44").replace("12 35", "12 45");
        work.write("people.csv", &moved);
        assert_eq!(
            import(&work),
            (json!(2), json!(0), 2),
            "{}",
            entry.profile.id
        );
        assert_eq!(
            import(&work),
            (json!(0), json!(2), 2),
            "{}",
            entry.profile.id
        );
        // Nothing is left to be said where the sheet says what the record holds.
        let held = moved.replace("Anne,Durand", "ANNE,DURAND");
        work.write("people.csv", held.replace("Paul,Petit", "PAUL,PETIT"));
        import(&work);
        assert_eq!(
            import(&work),
            (json!(0), json!(2), 0),
            "{}",
            entry.profile.id
        );
    }
}

#[test]
fn what_a_person_changed_at_the_vendor_is_put_right_without_a_word() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    work.write("rolo.toml", target(&running, "covage"));
    work.write("people.csv", SHEET);
    assert_eq!(import(&work), (json!(0), json!(0), 0));
    for name in ["Durant", "Durand-Petit"] {
        let other = SHEET.replace("Durand", name);
        work.write("people.csv", other);
        assert_eq!(import(&work), (json!(1), json!(1), 0), "{name}");
    }
}
