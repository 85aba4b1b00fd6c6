//! What stops an import because the sheet is not what it was: empty, shrunken, or with other columns.

use rolo::sandbox::Running;

use crate::workdir::{Said, Workdir, target, vendors};

fn ready() -> (Workdir, Running) {
    let (work, running) = (Workdir::new(), vendors("limit=off"));
    work.write("rolo.toml", target(&running, "covage"));
    std::fs::create_dir(work.path("inbox")).expect("made");
    (work, running)
}

fn people(count: usize) -> String {
    let row = |n: usize| format!("K{n},Durand{n},a{n}@example.fr\n");
    let rows: String = (0..count).map(row).collect();
    format!("Identifiant,Nom,E-mail\n{rows}")
}

fn import(work: &Workdir, sheet: &str, more: &[&str]) -> Said {
    let mut arguments = vec![
        "import", sheet, "--to", "there", "--report", "report", "--quiet",
    ];
    arguments.extend(more);
    work.rolo(&arguments)
}

#[test]
fn a_sheet_without_rows_stops_the_import_unless_allowed() {
    let (work, running) = ready();
    work.write("people.csv", "Identifiant,Nom,E-mail\n");
    for more in [&[][..], &["--dry-run"]] {
        let said = import(&work, "people.csv", more);
        assert_eq!(said.code, 7, "{said:?}");
        assert!(said.stderr.contains("--allow-empty"), "{said:?}");
    }
    let said = import(&work, "people.csv", &["--allow-empty"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    assert_eq!(running.requests("covage"), []);
}

#[test]
fn a_sheet_that_shrank_stops_before_anything_is_sent() {
    let (work, running) = ready();
    work.write("people.csv", people(20));
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
    let before = running.requests("covage").len();
    let few = people(8).replace("Durand", "Martin");
    work.write("people.csv", &few);
    for more in [&[][..], &["--dry-run"], &["--max-shrink", "59%"]] {
        let said = import(&work, "people.csv", more);
        assert_eq!(said.code, 7, "{said:?}");
        let words = "8 rows, and 20 at the last import";
        assert!(said.stderr.contains(words), "{said:?}");
        assert!(said.stderr.contains("--max-shrink 60%"), "{said:?}");
    }
    assert_eq!(running.requests("covage").len(), before);
    // A run that was stopped is no last run; nor is a sheet of another name, nor another book, the same sheet.
    assert_eq!(import(&work, "people.csv", &[]).code, 7);
    work.write("some.csv", &few);
    assert_eq!(import(&work, "some.csv", &[]).code, 0);
    let other = target(&running, "sonar").replace("targets.there", "targets.other");
    work.write("rolo.toml", target(&running, "covage") + &other);
    let said = work.rolo(&["import", "people.csv", "--to", "other"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(
        import(&work, "people.csv", &["--max-shrink", "60%"]).code,
        0
    );
    // What was allowed once is what the next night is compared with.
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
}

#[test]
fn a_retry_of_a_few_rows_is_no_shrunken_sheet() {
    let (work, _running) = ready();
    let row = |n: usize| format!("K{n},Durand{n},0612\n");
    let rows: String = (0..12).map(row).collect();
    let sheet = format!("Identifiant,Nom,Téléphone\n{rows}");
    work.write(
        "people.csv",
        sheet.replacen("0612", "+33 1 99 00 12 34", 11),
    );
    let said = work.rolo(&["import", "people.csv", "--to", "there", "--output", "json"]);
    assert_eq!(said.code, 3, "{said:?}");
    let run = said.json()["run"].as_str().expect("a run").to_owned();
    work.write("people.csv", sheet.replace("0612", "+33 1 99 00 12 34"));
    let said = work.rolo(&["retry", &run, "--output", "json"]);
    said.expect(0).totals(&[("read", 1)]);
}

#[test]
fn what_was_taken_back_is_not_what_a_sheet_is_compared_with() {
    let (work, _running) = ready();
    work.write("people.csv", people(6));
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
    work.write("people.csv", people(20));
    let said = import(&work, "people.csv", &["--output", "json"]);
    let run = said.json()["run"].as_str().expect("a run").to_owned();
    // It takes 14 rows back, and is no import of 14 rows.
    assert_eq!(work.rolo(&["undo", &run, "--report", "undone"]).code, 0);
    work.write("people.csv", people(8));
    let said = import(&work, "people.csv", &[]);
    assert!(
        said.stderr.contains("20 at the last import"),
        "{}: {said:?}",
        said.code
    );
}

#[test]
fn sheets_with_a_date_in_their_names_are_one_feed_in_an_inbox() {
    let (work, running) = ready();
    work.write("inbox/people-2026-10-01.csv", people(20));
    work.write("inbox/lyon.csv", people(3));
    assert_eq!(import(&work, "inbox", &[]).code, 0);
    let writes = || {
        let seen = running.requests("covage");
        seen.iter()
            .filter(|seen| seen.applied && seen.method != "GET")
            .count()
    };
    let before = writes();
    work.write(
        "inbox/people-2026-10-02.csv",
        people(4).replace("Durand", "X"),
    );
    work.write("inbox/lyon.csv", people(4));
    let said = import(&work, "inbox/*.csv", &[]);
    assert_eq!(said.code, 7, "{said:?}");
    assert_eq!(writes(), before);
    assert!(work.path("inbox/failed/people-2026-10-02.csv").exists());
    assert_eq!(
        std::fs::read_dir(work.path("inbox/done"))
            .expect("it")
            .count(),
        3
    );
}

#[test]
fn columns_that_moved_stop_the_import_before_anything_is_sent() {
    let (work, running) = ready();
    work.write("people.csv", people(3));
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
    let before = running.requests("covage").len();
    let moved = people(3)
        .replace("E-mail", "Courriel")
        .replace("Durand", "Martin");
    work.write("people.csv", &moved);
    for more in [&[][..], &["--dry-run"]] {
        let said = import(&work, "people.csv", more);
        assert_eq!(said.code, 4, "{said:?}");
        for words in [
            "the sheet has changed: `E-mail (email.work)` is gone, `Courriel (email.work)` is new",
            "`E-mail` is now `Courriel`",
            "--allow-drift",
        ] {
            assert!(said.stderr.contains(words), "{words}: {said:?}");
        }
    }
    assert_eq!(running.requests("covage").len(), before);
    let said = import(&work, "people.csv", &["--column", "Courriel=email.work"]);
    assert_eq!(said.code, 0, "a person has looked at it: {said:?}");
    work.write("people.csv", people(3).replace("Identifiant", "Badge"));
    assert_eq!(import(&work, "people.csv", &[]).code, 4);
    assert_eq!(import(&work, "people.csv", &["--allow-drift"]).code, 0);
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
}

#[test]
fn a_key_that_is_new_would_make_everybody_twice() {
    let (work, running) = ready();
    let without = "Nom,E-mail\nDurand,a@example.fr\n";
    work.write("people.csv", without);
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
    work.write(
        "people.csv",
        "Identifiant,Nom,E-mail\n7,Durand,a@example.fr\n",
    );
    assert_eq!(import(&work, "people.csv", &[]).code, 4);
    assert_eq!(running.records("covage").len(), 1);
    // Another order, another spelling, a further field: the same sheet.
    work.write(
        "people.csv",
        "Ville,E-MAIL,nom\nLille,a@example.fr,Durand\n",
    );
    let said = import(&work, "people.csv", &["--output", "json"]);
    said.expect(0).totals(&[("created", 0)]);
}

#[test]
fn a_report_that_is_fed_back_is_compared_with_nothing() {
    let (work, _running) = ready();
    work.write("people.csv", people(20));
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
    assert_eq!(import(&work, "report/results.csv", &[]).code, 0);
    let results = work.read("report/results.csv");
    let few: Vec<&str> = results.lines().take(3).collect();
    work.write("report/results.csv", few.join("\n"));
    assert_eq!(import(&work, "report/results.csv", &[]).code, 0);
}

/// People whose rows have a first and a last name, in columns that may have changed places.
fn named(count: usize, headers: &str) -> String {
    let row = |n: usize| format!("K{n},Anne{n},Durand{n},a{n}@example.fr\n");
    let rows: String = (0..count).map(row).collect();
    format!("Identifiant,{headers},E-mail\n{rows}")
}

#[test]
fn columns_that_changed_places_do_not_rewrite_every_record_while_nobody_watches() {
    let (work, running) = ready();
    let (right, swapped) = ("Prénom,Nom", "Nom,Prénom");
    work.write("inbox/people.csv", named(30, right));
    let nightly = ["--no-move", "--allow-drift"];
    assert_eq!(import(&work, "inbox", &nightly).code, 0);
    let before = running.records("covage");
    work.write("inbox/people.csv", named(30, swapped));
    let said = import(&work, "inbox", &nightly);
    assert_eq!(said.code, 7, "{said:?}");
    let words = "30 of the 30 records that rows were matched with would change, and 10 are allowed";
    assert!(said.stderr.contains(words), "{said:?}");
    assert!(
        said.stderr.contains("--max-update 30 allows it"),
        "{said:?}"
    );
    assert_eq!(running.records("covage"), before, "nothing was sent");
    // Its place in the inbox is that of a sheet that somebody has to look at.
    assert_eq!(import(&work, "inbox", &["--allow-drift"]).code, 7);
    assert!(work.path("inbox/failed/people.csv").exists());
    // A person who names one sheet is asked nothing, unless they say so.
    let sheet = "inbox/failed/people.csv";
    for (more, code) in [
        (&["--max-update", "29"][..], 7),
        (&["--max-update", "90%", "--dry-run"], 7),
        (&["--dry-run"], 0),
        (&["--max-update", "30"], 0),
    ] {
        let said = import(&work, sheet, more);
        assert_eq!(said.code, code, "{more:?}: {said:?}");
    }
    assert_ne!(running.records("covage"), before);
}

#[test]
fn the_limit_on_updates_is_the_flag_s_else_the_variable_s_else_the_target_s() {
    let (work, running) = ready();
    work.write("people.csv", people(30));
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
    // 29 of 30 are changed, and a new one is no update.
    let changed = people(31)
        .replace("Durand", "Martin")
        .replace("Martin3,", "Durand3,");
    work.write("people.csv", changed);
    let toml = target(&running, "covage");
    let limited = |limit: &str| toml.clone() + &format!("max_update = {limit}\n");
    let with = |variable: Option<&str>, more: &[&str]| {
        let words = [
            &["import", "people.csv", "--to", "there", "--dry-run"],
            more,
        ]
        .concat();
        let mut command = work.command(&words);
        command.envs(variable.map(|value| ("ROLO_MAX_UPDATE", value)));
        crate::workdir::said(&command.output().expect("it starts")).code
    };
    for (settings, variable, more, code) in [
        (toml.clone(), None, &[][..], 0),
        (limited("28"), None, &[], 7),
        (limited("29"), None, &[], 0),
        (limited("\"93%\""), None, &[], 7),
        (limited("\"94%\""), None, &[], 0),
        (limited("\"94%,28\""), None, &[], 7),
        (limited("0"), Some("29"), &[], 0),
        (limited("0"), Some("29"), &["--max-update", "28"], 7),
        (limited("\"half\""), None, &[], 2),
        (toml.clone(), Some("101%"), &[], 2),
    ] {
        work.write("rolo.toml", &settings);
        assert_eq!(
            with(variable, more),
            code,
            "{variable:?} {more:?} {settings}"
        );
    }
}

#[test]
fn a_plan_and_a_migration_stop_where_too_much_would_change() {
    let (work, running) = ready();
    let other = target(&running, "orzame").replace("targets.there", "targets.other");
    work.write("rolo.toml", target(&running, "covage") + &other);
    work.write("people.csv", people(12));
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
    let migrate = ["migrate", "--from", "there", "--to", "other"];
    assert_eq!(work.rolo(&migrate).code, 0);
    work.write("people.csv", people(12).replace("Durand", "Martin"));
    let limit = ["--max-update", "50%"];
    let plan = ["plan", "people.csv", "--to", "there"];
    assert_eq!(work.rolo(&[&plan[..], &limit].concat()).code, 7);
    assert_eq!(
        work.rolo(&plan).code,
        0,
        "a person who plans sees what would change"
    );
    assert_eq!(import(&work, "people.csv", &[]).code, 0);
    let said = work.rolo(&[&migrate[..], &limit].concat());
    assert!(
        said.code == 7 && said.stderr.contains("12 of the 12"),
        "{said:?}"
    );
    assert_eq!(work.rolo(&migrate).code, 0);
}

/// Imports what comes by standard input.
fn piped(work: &Workdir, sheet: &str, more: &[&str]) -> Said {
    let words = [
        "import", "-", "--to", "there", "--report", "report", "--output", "json",
    ];
    let mut command = work.command(&[&words[..], more].concat());
    let sheet = work.write("piped", sheet);
    command.stdin(std::fs::File::open(sheet).expect("readable"));
    crate::workdir::said(&command.output().expect("it starts"))
}

#[test]
fn standard_input_that_has_a_name_is_compared_with_the_last_time() {
    let (work, running) = ready();
    let staff = ["--source-name", "staff"];
    let said = piped(&work, &people(20), &staff);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    assert_eq!(said.json()["source"]["file"], "staff");
    assert!(work.read("report/summary.json").contains("\"staff\""));
    let before = running.requests("covage").len();
    let moved = people(20).replacen("E-mail", "Note", 1);
    for (sheet, code, says) in [
        (people(8), 7, "8 rows, and 20 at the last import"),
        (moved, 4, "--allow-drift"),
    ] {
        let said = piped(&work, &sheet, &staff);
        assert!(said.code == code && said.stderr.contains(says), "{said:?}");
    }
    let plan = ["plan", "piped", "--to", "there", "--source-name", "staff"];
    work.write("piped", people(8));
    assert_eq!(
        work.rolo(&plan).code,
        7,
        "a plan, and a file, of the same name"
    );
    assert_eq!(running.requests("covage").len(), before);
    // Another name is another sheet, and what was allowed once is the last time.
    assert_eq!(
        piped(&work, &people(8), &["--source-name", "guests"]).code,
        0
    );
    let allowed = [&staff[..], &["--max-shrink", "60%"]].concat();
    assert_eq!(piped(&work, &people(8), &allowed).code, 0);
    assert_eq!(piped(&work, &people(8), &staff).code, 0);
}

#[test]
fn standard_input_without_a_name_has_no_last_time_and_that_is_said_once() {
    let (work, _running) = ready();
    for rows in [20, 4] {
        let said = piped(&work, &people(rows), &[]);
        assert_eq!(said.code, 0, "{said:?}");
        let notes = said.stderr.matches("--source-name NAME").count();
        assert_eq!(notes, 1, "{said:?}");
        assert_eq!(said.json()["source"]["file"], "-");
    }
    let said = piped(&work, &people(4), &["--quiet"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{said:?}");
    // A name is that of one sheet.
    work.write("inbox/people.csv", people(4));
    for (sheet, name) in [("inbox", "staff"), ("people.csv", "")] {
        let said = import(&work, sheet, &["--source-name", name]);
        assert_eq!(said.code, 2, "{said:?}");
    }
    assert!(work.path("inbox/people.csv").exists());
}

#[test]
fn a_retry_of_what_came_by_standard_input_is_told_the_sheet() {
    let (work, _running) = ready();
    let sheet = people(3).replace("a1@", "a1 at ");
    let said = piped(&work, &sheet, &["--source-name", "staff"]);
    assert_eq!(said.code, 3, "{said:?}");
    let run = said.json()["run"].as_str().expect("a run").to_owned();
    let said = work.rolo(&["retry", &run]);
    assert!(said.code == 2 && said.stderr.contains("--from"), "{said:?}");
    work.write("people.csv", people(3));
    let said = work.rolo(&["retry", &run, "--from", "people.csv", "--output", "json"]);
    said.expect(0).totals(&[("created", 1)]);
}
