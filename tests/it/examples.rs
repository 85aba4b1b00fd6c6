//! The examples do what they say.

use std::process::Command;
use std::sync::Once;

/// Builds the examples, which a run of this test alone does not; a build that is there already takes no time.
fn build() {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--examples"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(
            built.is_ok_and(|status| status.success()),
            "the examples are built"
        );
    });
}

/// Runs an example of the package; what it prints.
fn run(name: &str, words: &[&str]) -> String {
    build();
    let own = std::env::current_exe().expect("this program");
    let folder = own.parent().and_then(|deps| deps.parent());
    let program = folder.expect("a folder").join("examples").join(name);
    let done = Command::new(program)
        .args(words)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("it runs");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{name}: {errors}");
    String::from_utf8(done.stdout).expect("text")
}

#[test]
fn check_prints_what_is_wrong_row_by_row() {
    let said = run("check", &["samples/messy.csv", "covage"]);
    assert!(said.contains("row 20: phone has no country code"), "{said}");
    assert_eq!(run("check", &["samples/contacts.csv", "covage"]), "");
}

#[test]
fn an_import_done_again_leaves_nothing_to_do() {
    let said = run("import_to_sandbox", &["samples/contacts.csv", "covage"]);
    let lines: Vec<&str> = said.lines().collect();
    let wanted = [
        "first: {\"create\": 12}",
        "second: {\"unchanged\": 12}",
        "12 records",
    ];
    assert_eq!(lines, wanted);
}

#[test]
fn a_plan_is_shown_and_sent() {
    let said = run("plan_and_apply", &["samples/contacts.csv"]);
    let requests = said.lines().filter(|line| line.starts_with('{'));
    assert_eq!(requests.count(), 12, "{said}");
    assert!(
        said.contains("Finished") && said.contains("created: 12"),
        "{said}"
    );
}
