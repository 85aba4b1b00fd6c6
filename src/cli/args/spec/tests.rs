use std::collections::BTreeSet;

use clap::CommandFactory as _;
use serde_json::Value;

use super::*;
use crate::cli::args::past;
use crate::cli::args::{Arguments, Command};

/// Every flag of `rolo import` that decides what is read, matched, sent or guarded, with a value, and where that stands
/// in the spec.
const DECIDES: [(&str, &[&str], &str); 33] = [
    ("sheet_file", &["other.csv"], "/source/sheet/file"),
    (
        "source_name",
        &["--source-name", "staff"],
        "/source/sheet/name",
    ),
    ("target", &["--to", "sandbox:aalam"], "/target"),
    ("sheet", &["--sheet", "2"], "/reading/sheet"),
    ("encoding", &["--encoding", "utf-8"], "/reading/encoding"),
    ("delimiter", &["--delimiter", ";"], "/reading/delimiter"),
    ("header_row", &["--header-row", "3"], "/reading/header_row"),
    ("columns", &["--column", "A=note"], "/reading/columns"),
    ("mapping", &["--mapping", "MAPPING"], "/reading/mapping"),
    ("unmapped", &["--unmapped", "drop"], "/reading/unmapped"),
    ("no_repair", &["--no-repair"], "/reading/no_repair"),
    ("region", &["--region", "FR"], "/reading/region"),
    ("mode", &["--mode", "mirror"], "/policy/mode"),
    (
        "on_existing",
        &["--on-existing", "skip"],
        "/policy/on_existing",
    ),
    (
        "duplicates",
        &["--duplicates", "reject"],
        "/policy/duplicates",
    ),
    ("compare", &["--compare", "ledger"], "/policy/compare"),
    ("clear_empty", &["--clear-empty"], "/policy/clear_empty"),
    ("mirror_all", &["--mirror-all"], "/policy/mirror_all"),
    ("max_delete", &["--max-delete", "5"], "/policy/max_delete"),
    ("reuse_keys", &["--reuse-keys"], "/policy/reuse_keys"),
    ("allow_empty", &["--allow-empty"], "/guards/allow_empty"),
    ("max_shrink", &["--max-shrink", "5%"], "/guards/max_shrink"),
    ("allow_drift", &["--allow-drift"], "/guards/allow_drift"),
    ("max_update", &["--max-update", "5"], "/guards/max_update"),
    ("set", &["--set", "page_size=50"], "/target"),
    ("parent", &["--parent", "7"], "/target"),
    (
        "fail_on_loss",
        &["--fail-on-loss", "all"],
        "/target/fail_on_loss",
    ),
    ("rate", &["--rate", "3/min"], "/delivery/rate"),
    (
        "concurrency",
        &["--concurrency", "3"],
        "/delivery/concurrency",
    ),
    ("stop_after", &["--stop-after", "3"], "/delivery/stop_after"),
    ("max_errors", &["--max-errors", "3"], "/delivery/max_errors"),
    (
        "settle_after",
        &["--settle-after", "3"],
        "/delivery/settle_after",
    ),
    // The file in which a target stands is kept with it.
    ("config", &[], ""),
];

/// The others: what is shown and told, where files are put, and what holds for one command only.
const DOES_NOT_DECIDE: [(&str, &[&str]); 16] = [
    ("dry_run", &["--dry-run"]), // a dry run is none that could be taken up
    ("done", &["--done", "x"]),
    ("failed", &["--failed", "x"]),
    ("no_move", &["--no-move"]),
    ("expect_files", &["--expect-files"]),
    ("on_failure", &["--on-failure", "canary"]),
    (
        "healthcheck",
        &["--healthcheck", "https://h.example/canary"],
    ),
    ("metrics", &["--metrics", "x.prom"]),
    ("limit", &["--limit", "3"]),
    ("canary", &["--canary", "3"]),
    ("deadline", &["--deadline", "2h"]),
    ("wait", &["--wait"]),
    ("report", &["--report", "x"]),
    ("output", &["--output", "json"]),
    ("quiet", &["--quiet"]),
    ("ledger", &["--ledger", "x"]),
];

fn import(words: &[&str]) -> ImportArgs {
    let mut line = vec!["rolo", "import"];
    let names_sheet = words.first().is_some_and(|word| !word.starts_with('-'));
    line.extend((!names_sheet).then_some("people.csv"));
    if !words.contains(&"--to") {
        line.extend(["--to", "sandbox:sonar"]);
    }
    line.extend(words);
    match past::parse(line).expect("a command line").command {
        Command::Import(import) => import,
        _ => panic!("an import"),
    }
}

fn spec(words: &[&str]) -> Value {
    let asked = Asked::of(&import(words), &Targets::default(), Many::No);
    asked.expect("a spec").spec.to_json().expect("JSON")
}

#[test]
fn every_flag_of_an_import_is_in_the_spec_or_is_known_to_decide_nothing() {
    let command = Arguments::command();
    let import = command.find_subcommand("import").expect("a command");
    let arguments = import.get_arguments().chain(command.get_arguments());
    let flags: BTreeSet<&str> = arguments
        .map(|argument| argument.get_id().as_str())
        .collect();
    let known = DECIDES.iter().map(|(flag, ..)| *flag);
    let known = known.chain(DOES_NOT_DECIDE.iter().map(|(flag, _)| *flag));
    assert_eq!(flags, known.collect());
}

#[test]
fn what_a_flag_decides_stands_in_the_spec_and_nowhere_else_in_it() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "version = 1\n").expect("written");
    let mapping = file.path().display().to_string();
    let before = spec(&[]);
    for (flag, words, place) in DECIDES.iter().filter(|(_, words, _)| !words.is_empty()) {
        let words: Vec<&str> = words
            .iter()
            .map(|word| {
                if *word == "MAPPING" {
                    mapping.as_str()
                } else {
                    word
                }
            })
            .collect();
        let mut after = spec(&words);
        assert_ne!(after.pointer(place), before.pointer(place), "{flag}");
        let old = before.pointer(place).expect(flag).clone();
        *after.pointer_mut(place).expect(flag) = old;
        assert_eq!(after, before, "{flag}");
    }
    for (flag, words) in DOES_NOT_DECIDE {
        assert_eq!(spec(words), before, "{flag}");
    }
}

#[test]
fn a_target_of_a_file_is_kept_with_all_that_decides_and_without_its_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rolo.toml");
    let text = "[targets.hq]\nvendor = \"sonar\"\nbase_url = \"https://me:canary@sonar.example\"\n\
                username = \"canary\"\npassword = { command = [\"echo\", \"canary\"] }\nregion = \"BE\"\n\
                parent = 7\ncompare = \"ledger\"\nmax_update = \"30%\"\n\
                on_failure = \"curl canary\"\nhealthcheck = { env = \"CANARY\" }\n";
    std::fs::write(&file, text).expect("written");
    let targets = Targets::read(Some(&file)).expect("targets");
    let import = import(&["--to", "hq", "--on-failure", "canary"]);
    let asked = Asked::of(&import, &targets, Many::Yes).expect("a spec");
    let json = asked.spec.to_json().expect("JSON");
    assert!(
        !json.to_string().to_lowercase().contains("canary"),
        "{json:#}"
    );
    let target = &asked.spec.target;
    assert_eq!(
        target.region.map(|region| region.to_string()).as_deref(),
        Some("BE")
    );
    assert_eq!(
        target.parent.as_ref().map(crate::model::ParentId::as_str),
        Some("7")
    );
    assert_eq!(target.file.as_deref(), Some(file.as_path()));
    assert_eq!(
        asked.spec.policy.compare,
        Some(crate::plan::Compare::Ledger)
    );
    let most = "30%".parse::<crate::plan::DeleteLimit>().expect("a limit");
    assert_eq!(
        asked.spec.guards.max_update,
        Some(most.into()),
        "the target's own"
    );
}

#[test]
fn a_sheet_that_nobody_watches_has_a_limit_on_updates() {
    let limit = |words: &[&str], many| {
        let asked = Asked::of(&import(words), &Targets::default(), many);
        asked.expect("a spec").spec.guards.max_update
    };
    assert_eq!(limit(&[], Many::No), None);
    assert_eq!(limit(&[], Many::Yes), Some(UpdateLimit::UNWATCHED));
    let stated = limit(&["--max-update", "100%"], Many::Yes);
    assert_eq!(stated.map(|limit| limit.of(50)), Some(50));
}

/// The variables that decide; what each of them says holds for whoever takes up the run, and `tests/it/taken_up.rs` tries
/// it.
const VARIABLES: [&str; 13] = [
    "ROLO_COMPARE",
    "ROLO_CONFIG",
    "ROLO_DUPLICATES",
    "ROLO_FAIL_ON_LOSS",
    "ROLO_MAPPING",
    "ROLO_MAX_DELETE",
    "ROLO_MAX_SHRINK",
    "ROLO_MAX_UPDATE",
    "ROLO_MODE",
    "ROLO_ON_EXISTING",
    "ROLO_PARENT",
    "ROLO_REGION",
    "ROLO_TO",
];

#[test]
fn every_variable_that_decides_is_known() {
    let command = Arguments::command();
    let import = command.find_subcommand("import").expect("a command");
    let arguments = import.get_arguments().chain(command.get_arguments());
    let pace = ["rate", "concurrency"];
    let decides = arguments.filter(|argument| {
        let id = argument.get_id().as_str();
        DECIDES.iter().any(|(flag, ..)| *flag == id) && !pace.contains(&id)
    });
    let variables: BTreeSet<&str> = decides
        .filter_map(|argument| argument.get_env()?.to_str())
        .collect();
    assert_eq!(variables, VARIABLES.into());
}
