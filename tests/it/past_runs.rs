//! What can be done after a run: resume, retry, undo, forget, prune; and what stops one before its end.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr};

use rolo::ledger::Runs as _;
use serde_json::{Value, json};

use rolo::sandbox::VENDORS;

use crate::scene::{hold_the_book, import, killed, make_twin, people, ready, run, total};
use crate::workdir::{Workdir, target, vendors};

#[test]
fn a_limited_run_is_resumed_to_its_end() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        work.write("people.csv", people(9));
        let said = import(&work, &["--limit", "4"]);
        said.expect(8).totals(&[("created", 4), ("unsent", 5)]);
        assert_eq!(running.records(vendor).len(), 4, "{vendor}");
        let said = run(&work, &["resume"]);
        said.expect(0).totals(&[("created", 9), ("unsent", 0)]);
        assert_eq!(running.records(vendor).len(), 9, "{vendor}");
        assert_eq!(work.rolo(&["resume"]).code, 9, "{vendor}: nothing is left");
    }
}

#[test]
fn a_deadline_that_has_passed_sends_nothing_and_is_resumed() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3));
    let said = import(&work, &["--deadline", "0s", "--compare", "ledger"]);
    said.expect(8).totals(&[("unsent", 3)]);
    assert_eq!(run(&work, &["resume"]).code, 0);
    assert_eq!(running.records("covage").len(), 3);
}

#[test]
fn a_deadline_ends_the_look_at_the_target_too() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3));
    let said = import(&work, &["--deadline", "0s"]);
    said.expect(8).totals(&[("unsent", 3)]);
    assert!(said.stderr.contains("import again"), "{said:?}");
    let said = import(&work, &["--deadline", "0s", "--dry-run"]);
    assert_eq!(said.code, 8, "{said:?}");
    assert!(said.stderr.contains("--deadline"), "{said:?}");
    assert_eq!(total(&import(&work, &[]), "created"), 3);
    assert_eq!(running.records("covage").len(), 3);
}

#[test]
fn an_older_run_does_not_send_what_a_later_one_has_sent() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(5));
    let first = import(&work, &["--limit", "2"]);
    let run_id = first.json()["run"].as_str().expect("an id").to_owned();
    assert_eq!(total(&import(&work, &[]), "created"), 3);
    let said = run(&work, &["resume", &run_id]);
    said.expect(0).totals(&[("created", 2), ("skipped", 3)]);
    assert_eq!(running.records("covage").len(), 5);
}

#[test]
fn retry_sends_only_what_was_refused_or_rejected() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3).replace("+33 1 99 00 00 01", "0199"));
    let first = import(&work, &["--region", "FR"]);
    assert_eq!((first.code, total(&first, "rejected")), (3, 1), "{first:?}");
    let id = first.json()["run"].as_str().expect("an id").to_owned();
    work.write("people.csv", people(3));
    let said = run(&work, &["retry", &id]);
    said.expect(0).totals(&[("read", 1), ("created", 1)]);
    assert_eq!(running.records("covage").len(), 3);
    let retried = said.json()["run"].as_str().expect("an id").to_owned();
    assert_eq!(run(&work, &["retry", &retried]).code, 9);
}

#[test]
fn undo_deletes_what_was_created_and_restores_what_was_updated() {
    for &vendor in VENDORS {
        let (work, running) = ready(vendor);
        work.write("people.csv", people(3));
        import(&work, &[]);
        let before = running.records(vendor);
        work.write("people.csv", people(5).replace("Durand1", "Martin"));
        let second = import(&work, &[]);
        assert_eq!(
            (total(&second, "created"), total(&second, "updated")),
            (2, 1),
            "{vendor}: {second:?}"
        );
        let id = second.json()["run"].as_str().expect("an id").to_owned();

        let dry = run(&work, &["undo", &id, "--dry-run"]);
        assert_eq!(
            (dry.code, running.records(vendor).len()),
            (0, 5),
            "{vendor}: {dry:?}"
        );
        let said = run(&work, &["undo", &id]);
        said.expect(0).totals(&[("deleted", 2), ("updated", 1)]);
        assert_eq!(
            stripped(running.records(vendor)),
            stripped(before),
            "{vendor}"
        );
        let third = import(&work, &[]);
        assert_eq!(
            (total(&third, "created"), total(&third, "updated")),
            (2, 1),
            "{vendor}: {third:?}"
        );
    }
}

/// Records without the time at which they were changed.
fn stripped(mut records: Vec<Value>) -> Vec<Value> {
    for record in &mut records {
        if let Some(members) = record.as_object_mut() {
            members.remove("updated_at");
        }
    }
    records
}

#[test]
fn undo_leaves_alone_what_somebody_has_changed_since() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(2));
    let first = import(&work, &[]);
    let id = first.json()["run"].as_str().expect("an id").to_owned();
    work.write("people.csv", people(2).replace("Durand1", "Martin"));
    assert_eq!(total(&import(&work, &[]), "updated"), 1);
    // What is taken back in part is not done, in a dry run too, and when it is resumed or asked for once more.
    assert_eq!(run(&work, &["undo", &id, "--dry-run"]).code, 3);
    let said = run(&work, &["undo", &id]);
    said.expect(3).totals(&[("deleted", 1), ("skipped", 1)]);
    let left = running.records("covage");
    assert_eq!((left.len(), &left[0]["last_name"]), (1, &json!("Martin")));
    let said = run(&work, &["undo", &id]);
    said.expect(3).totals(&[("skipped", 1)]);
    let last = work.rolo(&["runs", "--output", "json"]).json()["runs"][0].clone();
    assert_eq!(
        last["exit_code"],
        json!(3),
        "the ledger knows it too: {last}"
    );
}

#[test]
fn a_person_who_wants_to_be_forgotten_is() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(3));
    import(&work, &[]);
    std::fs::remove_file(work.path("people.csv")).expect("it is there");
    for erase in [["--email", "A1@example.fr"], ["--phone", "01 99 00 00 02"]] {
        let said = work.rolo(&[&["forget"], &erase[..]].concat());
        assert!(
            said.stdout
                .starts_with("1 rows of 1 runs were erased, and 1 reports"),
            "{said:?}"
        );
    }
    for (path, content) in work.everything() {
        let text = String::from_utf8_lossy(&content);
        for gone in ["a1@example.fr", "Durand1", "0199000002", "Durand2"] {
            assert!(!text.contains(gone), "{gone} in {:?}", path.file_name());
        }
    }
    assert!(work.read("report/results.csv").contains("Durand0"));
    assert_eq!(work.rolo(&["forget", "--key", "K0"]).code, 0);
    assert_eq!(work.rolo(&["forget"]).code, 2);
}

#[test]
fn old_runs_are_pruned_and_their_links_stay() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3));
    import(&work, &[]);
    assert!(
        work.rolo(&["runs", "prune", "--older-than", "1d"])
            .stdout
            .starts_with("0 rows")
    );
    // A run that ended in this very second is not older than nothing; the next second's is.
    let erased = (0..).find_map(|_| {
        let said = work.rolo(&["runs", "prune", "--older-than", "0d"]);
        said.stdout.starts_with("3 rows").then_some(said)
    });
    assert_eq!(erased.expect("at last").code, 0);
    let ledger = std::fs::read(work.path("state/rolo/ledger.sqlite3")).expect("a ledger");
    assert!(!String::from_utf8_lossy(&ledger).contains("a1@example.fr"));
    let list = work.rolo(&["runs"]);
    assert!(list.stdout.contains("3 read, 3 created"), "{list:?}");
    assert_eq!(total(&import(&work, &[]), "unchanged"), 3);
    assert_eq!(running.records("covage").len(), 3);
    // Whom a key meant is still known.
    let moved = people(3).replace("00 00 01", "00 00 09");
    let stranger = moved.replace(
        "Anne,Durand2,a2@example.fr,+33 1 99 00 00 02",
        "Zoé,Zola,z@example.fr,",
    );
    work.write("people.csv", stranger);
    let said = import(&work, &["--compare", "ledger"]);
    assert_eq!(
        (
            total(&said, "rejected"),
            total(&said, "updated"),
            total(&said, "unchanged")
        ),
        (1, 1, 1),
        "{said:?}"
    );
}

#[test]
fn the_story_of_a_row_is_told() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(3));
    let id = import(&work, &[]).json()["run"]
        .as_str()
        .expect("an id")
        .to_owned();
    let said = work.rolo(&["runs", &id, "--row", "3"]);
    assert!(
        said.stdout.contains("Durand1") && said.stdout.contains("to create, created"),
        "{said:?}"
    );
    assert_eq!(work.rolo(&["runs", &id, "--row", "99"]).code, 2);
}

#[test]
fn another_book_under_the_same_name_is_not_written_to() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3));
    import(&work, &["--limit", "1"]);
    let other = vendors("limit=off");
    work.write("rolo.toml", target(&other, "covage"));
    let said = run(&work, &["resume"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert_eq!(
        (
            running.records("covage").len(),
            other.records("covage").len()
        ),
        (1, 0)
    );
}

#[test]
fn too_many_refusals_stop_a_run() {
    let (work, running) = ready("aalam");
    work.write("people.csv", people(20));
    let wrong = ["--set", "first_name_key=fist_name", "--stop-after", "0"];
    let said = import(
        &work,
        &[&wrong[..], &["--max-errors", "3", "--concurrency", "1"]].concat(),
    );
    said.expect(7).totals(&[("refused", 3)]);
    assert_eq!(running.records("aalam").len(), 0);
}

#[test]
fn a_ledger_that_cannot_be_written_stops_before_anything_is_sent() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(3));
    work.write("blocked", "a file, not a folder");
    let said = import(&work, &["--ledger", "blocked/ledger.sqlite3"]);
    assert!(said.code == 1 && said.stderr.contains("hint:"), "{said:?}");
    work.write(
        "broken.sqlite3",
        "this is no database, and is longer than its header would be".repeat(40),
    );
    let said = import(&work, &["--ledger", "broken.sqlite3"]);
    assert!(said.code == 1 && said.stderr.contains("hint:"), "{said:?}");
    assert_eq!(running.records("covage").len(), 0);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_told_apart_is_left_to_a_person() {
    let (work, running) = killed();
    make_twin(&running);

    let said = run(&work, &["resume", "--settle-after", "0"]);
    said.expect(10).totals(&[("in_doubt", 1)]);
    assert!(
        work.read("report/results.csv")
            .contains("2 new records say what was sent"),
        "{said:?}"
    );
    let again = import(&work, &["--settle-after", "0"]);
    assert_eq!(
        (again.code, total(&again, "in_doubt")),
        (10, 1),
        "{again:?}"
    );
    assert_eq!(running.records("covage").len(), 2, "nothing was sent");

    let said = run(
        &work,
        &["resume", "--resend-in-doubt", "--settle-after", "0"],
    );
    said.expect(0).totals(&[("created", 1)]);
    assert_eq!(running.records("covage").len(), 3, "as the person decided");
}

#[cfg(unix)]
#[test]
fn a_person_says_which_record_a_row_is() {
    let (work, running) = killed();
    make_twin(&running);
    let said = run(&work, &["resume", "--settle-after", "0"]);
    assert_eq!(said.code, 10, "{said:?}");
    let id = said.json()["run"].as_str().expect("an id").to_owned();
    let decide = |more: &[&str]| work.rolo(&[&["runs", &id, "--row", "2"], more].concat());

    for (more, words) in [
        (&["--is", "a b"][..], "cannot be the id of a record"),
        (&["--is", "1", "--absent"][..], "cannot be used with"),
    ] {
        let said = decide(more);
        assert!(said.code == 2 && said.stderr.contains(words), "{said:?}");
    }
    let said = work.rolo(&["runs", &id, "--row", "9", "--absent"]);
    assert!(
        said.code == 2 && said.stderr.contains("has no row 9"),
        "{said:?}"
    );

    let said = decide(&["--is", "twin0001"]);
    assert!(
        said.code == 0 && said.stdout.contains("row 2 is record twin0001"),
        "{said:?}"
    );
    let said = decide(&["--absent"]);
    assert!(
        said.code == 2 && said.stderr.contains("is created, not in doubt"),
        "{said:?}"
    );
    // The sheet changes nothing any more, and a change goes to that record.
    let again = import(&work, &[]);
    assert_eq!(
        (again.code, total(&again, "unchanged")),
        (0, 1),
        "{again:?}"
    );
    work.write("people.csv", people(1).replace("Anne", "Anna"));
    let again = import(&work, &[]);
    assert_eq!((again.code, total(&again, "updated")), (0, 1), "{again:?}");
    let twin = |record: &serde_json::Value| record["contact_uuid"] == "twin0001";
    let records = running.records("covage");
    let twin = records.iter().find(|record| twin(record)).expect("it");
    assert_eq!((records.len(), &twin["first_name"]), (2, &"Anna".into()));
}

#[cfg(unix)]
#[test]
fn a_row_that_a_person_says_is_absent_is_sent_by_resume() {
    let (work, running) = killed();
    make_twin(&running);
    let said = run(&work, &["resume", "--settle-after", "0"]);
    let id = said.json()["run"].as_str().expect("an id").to_owned();
    let said = work.rolo(&["runs", &id, "--row", "2", "--absent", "--output", "json"]);
    let wanted =
        serde_json::json!({"version": 1, "run": id, "row": 2, "outcome": "unsent", "id": null});
    assert_eq!((said.code, said.json()), (0, wanted));
    let said = run(&work, &["resume", "--settle-after", "0"]);
    said.expect(0).totals(&[("created", 1)]);
    assert_eq!(running.records("covage").len(), 3, "as the person decided");
    let said = run(&work, &["resume"]);
    assert_eq!(said.code, 9, "{said:?}");
}

#[test]
fn a_run_waits_for_another_where_that_is_wanted() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(1));
    let (mut held, other) = hold_the_book(&work, &running);
    let refused = import(&work, &[]);
    assert_eq!(refused.code, 11, "nobody said that it shall wait");
    let (mut child, mut stderr) = waiting(&work);
    held.end(other, 0).expect("ended");
    std::io::copy(&mut stderr, &mut std::io::sink()).expect("readable");
    assert_eq!(child.wait().expect("it ended").code(), Some(0));
    assert_eq!(running.records("covage").len(), 1);
}

/// An import that has said that it waits for another run.
fn waiting(work: &Workdir) -> (Child, BufReader<ChildStderr>) {
    let mut child = work
        .command(&["import", "people.csv", "--to", "there", "--wait"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    let mut words = String::new();
    while !words.contains("waiting for another run") {
        let read = stderr.read_line(&mut words).expect("readable");
        assert_ne!(read, 0, "it ended and did not wait: {words}");
    }
    (child, stderr)
}

#[cfg(unix)]
#[test]
fn who_waits_for_a_book_can_be_stopped() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let (work, running) = ready("covage");
        work.write("people.csv", people(1));
        let _held = hold_the_book(&work, &running);
        let (mut child, mut stderr) = waiting(&work);
        let id = child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args([signal, &id])
            .status();
        assert!(sent.expect("kill").success());
        let mut words = String::new();
        stderr.read_to_string(&mut words).expect("readable");
        assert_eq!(
            child.wait().expect("it ended").code(),
            Some(code),
            "{words}"
        );
        assert!(running.records("covage").is_empty());
    }
}

#[test]
fn nobody_is_forgotten_under_a_run() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(2));
    import(&work, &[]);
    let (mut held, other) = hold_the_book(&work, &running);
    let said = work.rolo(&["forget", "--key", "K0"]);
    assert!(
        said.code == 11 && said.stderr.contains("nothing was erased"),
        "{said:?}"
    );
    held.end(other, 0).expect("ended");
    assert_eq!(work.rolo(&["forget", "--key", "K0"]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_the_run_at_once() {
    use std::io::{BufRead as _, BufReader, Read as _};
    // A vendor that hears and never answers.
    let vendor = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = vendor.local_addr().expect("an address");
    let work = Workdir::new();
    let target = format!(
        "[targets.there]\nvendor = \"aalam\"\nbase_url = \"http://{address}\"\ntoken = \"t\"\n"
    );
    work.write("rolo.toml", target);
    work.write("people.csv", people(3));
    let mut child = work
        .command(&["import", "people.csv", "--to", "there", "--quiet"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let (mut request, _) = vendor.accept().expect("a connection");
    request.read_exact(&mut [0; 3]).expect("a request");
    let id = child.id().to_string();
    let interrupt = || {
        let sent = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status();
        assert!(sent.expect("kill").success());
    };
    let mut words = String::new();
    interrupt();
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    while !words.contains("stopping") {
        assert_ne!(
            stderr.read_line(&mut words).expect("readable"),
            0,
            "{words}"
        );
    }
    interrupt();
    assert_eq!(child.wait().expect("it ended").code(), Some(130));
}

#[test]
fn nobody_in_particular_is_not_everybody() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(3));
    import(&work, &[]);
    for nobody in [
        ["--email", ""],
        ["--email", " "],
        ["--phone", ""],
        ["--phone", "12"],
        ["--key", " "],
    ] {
        let said = work.rolo(&[&["forget"], &nobody[..]].concat());
        assert_eq!(said.code, 2, "{nobody:?}: {said:?}");
    }
    assert_eq!(total(&import(&work, &[]), "unchanged"), 3);
}

#[test]
fn an_undo_leaves_out_whoever_was_forgotten_and_is_not_done_twice() {
    let (work, running) = ready("aalam");
    work.write("people.csv", people(3));
    let id = import(&work, &[]).json()["run"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(work.rolo(&["forget", "--key", "K1"]).code, 0);
    let said = run(&work, &["undo", &id]);
    said.expect(0).totals(&[("read", 2), ("deleted", 2)]);
    assert_eq!(
        running.records("aalam").len(),
        1,
        "the forgotten person's record stays"
    );
    assert_eq!(run(&work, &["undo", &id]).code, 9);
}

#[test]
fn a_key_that_meant_somebody_else_overwrites_nobody() {
    let (work, running) = ready("sonar");
    work.write(
        "people.csv",
        "ID,Nom,E-mail\n1,Anne Durand,anne@example.fr\n2,Paul Martin,paul@example.fr\n",
    );
    assert_eq!(total(&import(&work, &[]), "created"), 2);
    // Both are sent at once, so either may be first.
    let one = |name: &str| {
        running
            .records("sonar")
            .into_iter()
            .find(|record| record["name"] == name)
    };
    let before = one("Anne Durand");
    assert!(before.is_some());
    work.write(
        "people.csv",
        "ID,Nom,E-mail\n1,Zoé Zola,zoe@example.fr\n2,Paul Martin,paul.m@example.fr\n",
    );
    let said = import(&work, &[]);
    said.expect(3).totals(&[("rejected", 1), ("updated", 1)]);
    assert_eq!(one("Anne Durand"), before, "she is still there");
    let said = import(&work, &["--reuse-keys"]);
    said.expect(0).totals(&[("updated", 1)]);
    assert!(one("Zoé Zola").is_some());
}

#[test]
fn a_retry_without_keys_finds_the_corrected_row_and_no_stranger() {
    let (work, running) = ready("covage");
    let sheet = |second: &str| {
        format!("Nom,E-mail,Téléphone\nDurand,d@example.fr,+33 1 99 00 00 01\n{second}\n")
    };
    work.write("people.csv", sheet("Martin,m.example.fr,+33 1 99 00 00 02"));
    let id = import(&work, &[]).json()["run"]
        .as_str()
        .expect("an id")
        .to_owned();
    work.write("people.csv", sheet("Zola,z@example.fr,+33 1 99 00 00 09"));
    assert_eq!(
        total(&run(&work, &["retry", &id]), "read"),
        0,
        "a stranger stands there now"
    );
    work.write("people.csv", sheet("Martin,m@example.fr,+33 1 99 00 00 02"));
    let said = run(&work, &["retry", &id]);
    said.expect(0).totals(&[("created", 1)]);
    assert_eq!(running.records("covage").len(), 2);
}

#[test]
fn a_report_that_cannot_be_written_is_known_before_anything_is_sent() {
    let (work, running) = ready("covage");
    work.write("people.csv", people(2));
    work.write("blocked", "a file");
    for place in ["blocked/report", "blocked"] {
        let said = work.rolo(&["import", "people.csv", "--to", "there", "--report", place]);
        assert!(
            said.code == 2 && said.stderr.contains("blocked"),
            "{said:?}"
        );
    }
    assert_eq!(running.records("covage").len(), 0);
}

#[test]
fn a_run_remembers_what_was_said_of_its_target() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    let without = target(&running, "orzame").replace("parent = \"7\"\n", "");
    work.write("rolo.toml", without);
    work.write("people.csv", people(3));
    assert_eq!(import(&work, &["--parent", "7", "--limit", "1"]).code, 8);
    let said = run(&work, &["resume"]);
    said.expect(0).totals(&[("created", 3)]);
    let id = said.json()["run"].as_str().expect("an id").to_owned();
    assert_eq!(total(&run(&work, &["undo", &id]), "deleted"), 3);
}

#[test]
fn every_answer_is_json_where_that_is_wanted() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(2));
    import(&work, &[]);
    for arguments in [
        &["runs", "--check"][..],
        &["runs", "prune", "--older-than", "90d"],
        &["forget", "--key", "K0"],
        &["runs"],
        &["explain"],
        &["vendors"],
        &["map", "people.csv"],
    ] {
        assert_eq!(run_json(&work, arguments)["version"], 1, "{arguments:?}");
    }
}

fn run_json(work: &Workdir, arguments: &[&str]) -> Value {
    work.rolo(&[arguments, &["--output", "json"]].concat())
        .json()
}

#[test]
fn a_reader_that_leaves_does_not_change_the_exit_code() {
    let (work, _running) = ready("covage");
    work.write("people.csv", people(1).replace("+33 1 99 00 00 00", "0199"));
    for _ in 0..3 {
        let mut child = work
            .command(&["check", "people.csv", "--for", "covage", "--region", "FR"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        assert_eq!(child.wait().expect("it ended").code(), Some(3));
    }
}
