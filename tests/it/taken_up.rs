//! A run that is taken up again is the run that it was: whatever another shell's variables or newer files say, what is
//! read, matched, sent and guarded is what was asked when it began.

use rolo::sandbox::Running;
use serde_json::{Value, json};

use crate::workdir::{Said, Workdir, target, vendors};

/// A variable, what it says when a run begins, and what another shell says.
type Variable = (&'static str, &'static str, &'static str);

/// Variables that decide what is read, matched or sent, each so that it shows in what becomes of the sheet.
const SHOWN: [Variable; 6] = [
    ("ROLO_MODE", "create", "mirror"),
    ("ROLO_ON_EXISTING", "skip", "fail"),
    ("ROLO_REGION", "BE", "GB"),
    ("ROLO_PARENT", "8", "9"),
    ("ROLO_MAPPING", "mapping.toml", "other.toml"),
    ("ROLO_FAIL_ON_LOSS", "custom", "email"),
];

/// The others that decide; of pace, today's hold.
const OTHERS: [Variable; 7] = [
    ("ROLO_TO", "there", "sandbox:aalam"),
    ("ROLO_CONFIG", "elsewhere/rolo.toml", "rolo.toml"),
    ("ROLO_COMPARE", "ledger", "target"),
    ("ROLO_DUPLICATES", "reject", "warn"),
    ("ROLO_MAX_DELETE", "3", "0"),
    ("ROLO_MAX_SHRINK", "70%", "0%"),
    ("ROLO_MAX_UPDATE", "70%", "0%"),
];

/// What a shell's variables say.
type Shell = Vec<(&'static str, &'static str)>;

/// The columns of the sheet as they are guessed, but for the last one.
const COLUMNS: &str = "version = 1\nheader = true\n[[column]]\nname = \"ID\"\ntake = \"key\"\n\
    [[column]]\nname = \"Nom\"\ntake = \"name.last\"\n[[column]]\nname = \"E-mail\"\ntake = \"email.work\"\n\
    [[column]]\nname = \"Téléphone\"\ntake = \"phone.work\"\n[[column]]\nname = \"Badge\"\ntake = ";

/// A number as it is written in Belgium, and as it is written anywhere.
const NUMBERS: [&str; 2] = ["02 555 12 34", "+32 2 555 12 34"];

fn sheet(email: &str, number: &str) -> String {
    let head = "ID,Nom,E-mail,Téléphone,Badge";
    format!("{head}\n1,Durand,{email},{number},A-1\n2,Zola,zoe@example.fr,,\n")
}

/// A folder with a target and a record at it that a row is about to change.
fn begun(running: &Running) -> Workdir {
    let work = Workdir::new();
    let toml = target(running, "orzame").replace("region = \"FR\"\n", "");
    std::fs::create_dir(work.path("elsewhere")).expect("a folder");
    work.write(
        "elsewhere/rolo.toml",
        format!("{toml}compare = \"ledger\"\n"),
    );
    work.write("rolo.toml", toml);
    work.write("mapping.toml", format!("{COLUMNS}\"position\"\n"));
    work.write("other.toml", format!("{COLUMNS}\"ignored\"\n"));
    work.write("people.csv", "ID,Nom,E-mail\n1,Dupont,anne@example.fr\n");
    let said = work.rolo(&["import", "people.csv", "--to", "there"]);
    assert_eq!(said.code, 0, "{said:?}");
    work
}

fn with(work: &Workdir, shell: &[(&str, &str)], arguments: &[&str]) -> Said {
    let mut command = work.command(arguments);
    command
        .args(["--output", "json"])
        .envs(shell.iter().copied());
    crate::workdir::said(&command.output().expect("it starts"))
}

fn run_of(said: &Said) -> String {
    let run = said.json()["run"].as_str().map(str::to_owned);
    run.unwrap_or_else(|| panic!("no run: {said:?}"))
}

/// What was asked of a run.
fn spec_of(work: &Workdir, run: &str) -> Value {
    work.rolo(&["runs", run, "--output", "json"]).json()["spec"].clone()
}

/// What a target holds, without the times.
fn held(running: &Running, vendor: &str) -> Vec<Value> {
    let mut records = running.records(vendor);
    for record in &mut records {
        let members = record.as_object_mut().expect("an object");
        members.retain(|name, _| !name.ends_with("_at"));
    }
    records
}

/// A run with a row that is rejected, begun in one shell, and retried in another when the sheet is right.
fn retried(number: &str, begins: &[(&str, &str)], retries: &[(&str, &str)]) -> Value {
    let running = vendors("limit=off");
    let work = begun(&running);
    let says = |name| begins.iter().any(|(known, _)| *known == name);
    work.write("people.csv", sheet("no address", number));
    let to: &[&str] = if says("ROLO_TO") {
        &[]
    } else {
        &["--to", "there"]
    };
    let first = with(&work, begins, &[&["import", "people.csv"], to].concat());
    let rejected = &first.json()["totals"]["rejected"];
    assert_eq!(rejected, 1, "{begins:?}: {first:?}");
    let run = run_of(&first);
    work.write("people.csv", sheet("anne@example.fr", number));
    let said = with(&work, retries, &["retry", &run]);
    let ended = [0, 3].contains(&said.code);
    assert!(ended, "{begins:?}, {retries:?}: {said:?}");
    let specs = [&run, &run_of(&said)].map(|run| spec_of(&work, run));
    assert!(specs[0].is_object(), "{specs:?}");
    assert_eq!(specs[0], specs[1], "{begins:?}, {retries:?}");
    json!({"code": said.code, "totals": said.json()["totals"], "records": held(&running, "orzame")})
}

#[test]
fn a_retry_does_what_was_asked_of_the_run_whatever_the_shell_says() {
    let without = NUMBERS.map(|number| retried(number, &[], &[]));
    for (name, value, other) in SHOWN {
        let way = usize::from(name != "ROLO_REGION");
        let elsewhere = retried(NUMBERS[way], &[(name, value)], &[]);
        assert_ne!(elsewhere, without[way], "{name}");
        let otherwise = retried(NUMBERS[way], &[(name, value)], &[(name, other)]);
        assert_eq!(otherwise, elsewhere, "{name}");
    }
    let says = |which: fn(&Variable) -> &'static str| OTHERS.iter().map(move |v| (v.0, which(v)));
    let begins: Shell = says(|variable| variable.1).collect();
    let another: Shell = says(|variable| variable.2).collect();
    let elsewhere = retried(NUMBERS[1], &begins, &[]);
    assert_eq!(retried(NUMBERS[1], &begins, &another), elsewhere);
}

/// Runs the program in a folder where the last run is one of a rolo that kept its command line only, without or with
/// this word more.
fn forget_spec(work: &Workdir, more: Option<&str>) {
    let ledger = work.path("state/rolo/ledger.sqlite3");
    let database = rusqlite::Connection::open(ledger).expect("a ledger");
    let last = "WHERE n = (SELECT max(n) FROM run)";
    let change = format!("UPDATE run SET about = json_remove(about, '$.spec') {last}");
    assert_eq!(database.execute(&change, []).expect("changed"), 1);
    if let Some(word) = more {
        let append = "json_insert(about, '$.given.arguments[#]', ?1)";
        let change = format!("UPDATE run SET about = {append} {last}");
        assert_eq!(database.execute(&change, [word]).expect("changed"), 1);
    }
}

/// A folder with a run that has a row left to send and a rejected one, begun with these further words and variable.
fn broken_off(running: &Running, shell: &[(&str, &str)], words: &[&str]) -> (Workdir, String) {
    let work = begun(running);
    work.write(
        "people.csv",
        sheet("no address", NUMBERS[1]) + "3,Petit,p@example.fr,,\n",
    );
    let first = with(
        &work,
        shell,
        &[&["import", "people.csv", "--limit", "1"], words].concat(),
    );
    assert_eq!(first.code, 8, "{first:?}");
    let run = run_of(&first);
    work.write("people.csv", sheet("anne@example.fr", NUMBERS[1]));
    (work, run)
}

#[test]
fn a_run_that_kept_its_command_line_only_is_taken_up_by_that_and_by_no_variable() {
    let running = vendors("limit=off");
    let words = [
        "--to",
        "there",
        "--on-existing",
        "skip",
        "--set",
        "verify=yes",
    ];
    let (work, run) = broken_off(&running, &[], &words);
    forget_spec(&work, None);
    let said = with(&work, &[("ROLO_ON_EXISTING", "update")], &["retry", &run]);
    said.expect(0).totals(&[("skipped", 1)]);
    let spec = spec_of(&work, &run_of(&said));
    assert_eq!(spec["target"]["settings"]["verify"], "yes");
    let said = with(&work, &[("ROLO_TO", "nowhere")], &["resume", &run]);
    said.expect(3).totals(&[("created", 2)]);
}

#[test]
fn a_run_of_which_it_is_not_known_what_was_asked_is_refused() {
    let to = ["--to", "there"];
    let by_variable: Shell = vec![("ROLO_TO", "there")];
    for (shell, words, more) in [
        (by_variable, &to[..0], None),
        (vec![], &to[..], Some("--colour=blue")),
    ] {
        let running = vendors("limit=off");
        let (work, run) = broken_off(&running, &shell, words);
        forget_spec(&work, more);
        let before = held(&running, "orzame");
        for command in ["retry", "resume", "undo"] {
            let said = with(&work, &shell, &[command, &run]);
            assert_eq!(said.code, 2, "{command}: {said:?}");
            let wanted = format!("what was asked of run {run} is not known");
            assert!(said.stderr.contains(&wanted), "{command}: {said:?}");
        }
        assert_eq!(
            held(&running, "orzame"),
            before,
            "nothing was sent by defaults"
        );
    }
}

#[test]
fn a_run_of_a_newer_rolo_is_listed_and_not_taken_up() {
    let running = vendors("limit=off");
    let (work, run) = broken_off(&running, &[], &["--to", "there"]);
    let ledger = work.path("state/rolo/ledger.sqlite3");
    let database = rusqlite::Connection::open(ledger).expect("a ledger");
    let newer =
        "UPDATE run SET about = json_set(about, '$.spec.version', 99, '$.spec.tint', 'blue')";
    database.execute(newer, []).expect("changed");
    drop(database);
    assert_eq!(work.rolo(&["runs"]).code, 0);
    for command in ["retry", "resume", "undo"] {
        let said = work.rolo(&[command, &run]);
        assert!(
            said.code == 2 && said.stderr.contains("version 99"),
            "{command}: {said:?}"
        );
    }
}

#[test]
fn a_target_that_is_another_account_by_now_is_refused() {
    let running = vendors("limit=off");
    let (work, run) = broken_off(&running, &[], &["--to", "there"]);
    let toml = work.read("rolo.toml");
    let (other, account) = (target(&running, "covage"), "account = \"another\"\n");
    for (now, says) in [
        (other, "is at covage now"),
        (format!("{toml}{account}"), "another address book"),
        (
            "[targets.elsewhere]\nvendor = \"covage\"\n".to_owned(),
            "there is no vendor or target `there`",
        ),
    ] {
        work.write("rolo.toml", now);
        for command in ["retry", "resume", "undo"] {
            let said = work.rolo(&[command, &run]);
            assert!(
                said.code == 2 && said.stderr.contains(says),
                "{command}: {said:?}"
            );
        }
    }
    work.write("rolo.toml", toml);
    assert_eq!(work.rolo(&["resume", &run]).code, 3);
}

#[test]
fn settings_that_changed_since_are_told_and_do_not_count() {
    let running = vendors("limit=off");
    let (work, run) = broken_off(&running, &[], &["--to", "there", "--set", "verify=yes"]);
    let toml = work.read("rolo.toml");
    let changed = format!(
        "{toml}region = \"GB\"\n[targets.there.switches]\nphone_format = \"national\"\nverify = \"no\"\n"
    );
    work.write("rolo.toml", changed);
    let said = with(&work, &[], &["retry", &run]);
    assert_eq!(said.code, 0, "{said:?}");
    let note = "region is GB, was unset, phone_format is national, was e164";
    assert!(said.stderr.contains(note), "{said:?}");
    assert_eq!(spec_of(&work, &run_of(&said)), spec_of(&work, &run));
    let said = with(
        &work,
        &[],
        &["resume", &run, "--quiet", "--set", "verify=no"],
    );
    assert!(said.code == 3 && !said.stderr.contains("note:"), "{said:?}");
}

#[test]
fn a_retry_reads_by_the_mapping_that_the_run_had() {
    let running = vendors("limit=off");
    let words = ["--to", "there", "--mapping", "mapping.toml"];
    let (work, run) = broken_off(&running, &[], &words);
    let named = |company: &str| {
        let records = held(&running, "orzame");
        records
            .iter()
            .any(|record| record.to_string().contains(company))
    };
    std::fs::remove_file(work.path("mapping.toml")).expect("gone");
    let said = with(&work, &[], &["retry", &run]);
    assert!(said.code == 0 && named("A-1"), "{said:?}");
    // Another is taken where it is named.
    work.write("people.csv", sheet("no address", NUMBERS[1]));
    let words = [
        "import",
        "people.csv",
        "--to",
        "there",
        "--mapping",
        "other.toml",
    ];
    let second = run_of(&with(&work, &[], &words));
    work.write(
        "people.csv",
        sheet("anne@example.fr", NUMBERS[1]).replace("A-1", "B-2"),
    );
    work.write("new.toml", format!("{COLUMNS}\"position\"\n"));
    let said = with(&work, &[], &["retry", &second, "--mapping", "new.toml"]);
    assert!(said.code == 0 && named("B-2"), "{said:?}");
}

#[test]
fn a_mapping_that_gives_passwords_is_named_again() {
    let work = Workdir::new();
    let constants = "version = 1\nheader = true\n[constants]\n\"portal.password\" = \"canary-7\"\n";
    let columns = COLUMNS.replace("version = 1\nheader = true\n", constants);
    work.write("mapping.toml", format!("{columns}\"portal.username\"\n"));
    work.write("people.csv", sheet("no address", NUMBERS[1]));
    let words = [
        "import",
        "people.csv",
        "--to",
        "sandbox:orzame",
        "--parent",
        "7",
        "--mapping",
        "mapping.toml",
    ];
    let run = run_of(&with(&work, &[], &words));
    work.write("people.csv", sheet("anne@example.fr", NUMBERS[1]));
    assert!(!spec_of(&work, &run).to_string().contains("canary"));
    let said = work.rolo(&["retry", &run]);
    assert!(
        said.code == 2 && said.stderr.contains("portal.password"),
        "{said:?}"
    );
    let said = work.rolo(&["retry", &run, "--mapping", "mapping.toml"]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn a_migration_is_resumed_as_it_was_asked_for() {
    let running = vendors("limit=off");
    let work = Workdir::new();
    let from = target(&running, "covage").replace("targets.there", "targets.old");
    let to = target(&running, "orzame").replace("parent = \"7\"\n", "");
    work.write("rolo.toml", format!("{from}{to}"));
    work.write("people.csv", sheet("anne@example.fr", NUMBERS[1]));
    assert_eq!(work.rolo(&["import", "people.csv", "--to", "old"]).code, 0);
    let words = ["migrate", "--from", "old", "--to", "there", "--limit", "1"];
    let first = with(&work, &[("ROLO_PARENT", "7")], &words);
    assert_eq!(first.code, 8, "{first:?}");
    let run = run_of(&first);
    let spec = spec_of(&work, &run);
    let source = json!({"target": {"name": "old", "parents": [], "parent_map": {}}});
    assert_eq!(
        (&spec["source"], &spec["target"]["parent"]),
        (&source, &json!("7"))
    );
    let said = with(&work, &[("ROLO_PARENT", "8")], &["resume", &run]);
    said.expect(0).totals(&[("created", 2)]);
    let parents = held(&running, "orzame")
        .into_iter()
        .map(|record| record["contact_id"].clone());
    assert_eq!(parents.collect::<Vec<_>>(), [json!(7), json!(7)]);
    let said = work.rolo(&["retry", &run]);
    assert_eq!(said.code, 9, "nothing of it was rejected: {said:?}");
}
