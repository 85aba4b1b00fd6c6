//! The README and CONTRIBUTING are true: each command in them is run or known, and each path is there.

use std::path::Path;

use crate::workdir::Workdir;

/// The words of a command line, as a shell would split them.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words
}

#[test]
fn every_command_of_the_readme_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("a README");
    let work = Workdir::new();
    std::fs::create_dir(work.path("samples")).expect("a folder");
    for sample in std::fs::read_dir(root.join("samples")).expect("samples") {
        let path = sample.expect("an entry").path();
        let name = path.file_name().expect("a name");
        std::fs::copy(&path, work.path("samples").join(name)).expect("copied");
    }
    let (mut ran, mut before) = (0, String::new());
    for line in readme.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let line = line.replace("cargo run --release --", "rolo");
        let Some(arguments) = line.strip_prefix("rolo ") else {
            assert_eq!(line, "cargo test");
            continue;
        };
        // RUN is the run that the command before has told of.
        let told = before.split("Run ").nth(1).unwrap_or_default();
        let run = told.split([',', ' ']).next().unwrap_or_default();
        let arguments = words(&arguments.replace("RUN", run));
        let said = work.rolo(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        // Rows that are wrong on purpose make 3, and a limit 8.
        let wrong = ["messy", "eight", "--for all", "migrate"]
            .iter()
            .any(|sample| line.contains(sample));
        let limited = line.contains("--limit") && said.code == 8;
        assert!(
            said.code == 0 || limited || wrong && said.code == 3,
            "{line}: {said:?}"
        );
        before = said.stdout;
        ran += 1;
    }
    assert!(ran >= 10, "{ran}");
}

#[test]
fn the_sample_target_file_is_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let work = Workdir::new();
    work.write(
        "rolo.toml",
        std::fs::read_to_string(root.join("templates/rolo.toml")).expect("it"),
    );
    work.write("people.csv", "Nom,E-mail\nDurand,a@example.fr\n");
    for target in ["hq", "phones", "crm", "billing", "books"] {
        let said = work.rolo(&["check", "people.csv", "--for", target]);
        assert_eq!(said.code, 0, "{target}: {said:?}");
    }
}

#[test]
fn what_contributing_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("CONTRIBUTING.md")).expect("it");
    let code = text.split('`').skip(1).step_by(2);
    let paths = code.filter(|word| word.contains(['/', '.']) && !word.contains([' ', ':']));
    let top = ["src", "tests", "benches", "fuzz", "samples", ".ci"];
    let paths: Vec<&str> = paths
        .chain(top)
        .filter(|word| *word != "tests.rs")
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    for path in paths {
        assert!(root.join(path).exists(), "{path} is not there");
    }
    for line in text.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let named = |kind| line.split_once(kind).map(|(_, name)| name);
        if let Some(name) = named("--lib ") {
            assert!(root.join("src").join(name).exists(), "{line}");
        } else if let Some(name) = named("--test it ") {
            assert!(
                root.join("tests/it")
                    .join(name)
                    .with_extension("rs")
                    .exists(),
                "{line}"
            );
        } else if let Some(arguments) = named("cargo run -- ") {
            let work = Workdir::new();
            let arguments =
                arguments.replace("samples", &root.join("samples").display().to_string());
            work.rolo(&arguments.split(' ').collect::<Vec<_>>())
                .expect(0);
        } else {
            assert!(["cargo test", ".ci/run"].contains(&line), "{line}");
        }
    }
}
