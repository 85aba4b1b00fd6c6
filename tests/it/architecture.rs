//! The tree holds to its design: modules import only what stands before them, and each library has one home.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The line: each imports only what stands to its left.
const LINE: [&str; 19] = [
    "private_file",
    "model",
    "sheet",
    "mapping",
    "normalize",
    "validate",
    "wire",
    "backend",
    "intake",
    "plan",
    "ledger",
    "transport",
    "fetch",
    "upload",
    "engine",
    "report",
    "config",
    "batch",
    "cli",
];

/// Libraries, and the one module that names each.
const HOMES: [(&str, &str); 9] = [
    ("reqwest", "transport"),
    ("governor", "transport"),
    ("calamine", "sheet"),
    ("csv", "sheet"),
    ("quick_xml", "sheet"),
    ("zip", "sheet"),
    ("rust_xlsxwriter", "sheet"),
    ("clap", "cli"),
    ("indicatif", "cli"),
];

struct File {
    /// The module that it belongs to: the first part of its path below `src`.
    module: String,
    path: PathBuf,
    /// Its code, without comments, string by string.
    code: String,
}

fn files() -> Vec<File> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![src.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(&src).expect("below src").to_owned();
            let first = below
                .iter()
                .next()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(&path).expect("text");
            let module = first.trim_end_matches(".rs").to_owned();
            files.push(File {
                module,
                path: below,
                code: without_comments(&text),
            });
        }
    }
    assert!(files.len() > 50, "the tree was read");
    files
}

fn without_comments(text: &str) -> String {
    let plain = |line: &str| match line.trim_start() {
        comment if comment.starts_with("//") => String::new(),
        _ => line.split(" // ").next().unwrap_or_default().to_owned(),
    };
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// The words that follow `before` in a text.
fn words_after<'a>(code: &'a str, before: &str) -> BTreeSet<&'a str> {
    let word = |rest: &'a str| {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        &rest[..end]
    };
    code.match_indices(before)
        .map(|(at, _)| word(&code[at + before.len()..]))
        .collect()
}

fn rank(module: &str) -> Option<usize> {
    LINE.iter().position(|known| *known == module)
}

#[test]
fn every_module_stands_in_the_line() {
    let modules: BTreeSet<String> = files().into_iter().map(|file| file.module).collect();
    let apart = ["lib", "main", "sandbox"];
    let known: BTreeSet<String> = LINE
        .iter()
        .chain(&apart)
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(modules, known);
}

#[test]
fn a_module_imports_only_what_stands_before_it() {
    let mut wrong = Vec::new();
    for file in files() {
        let own = rank(&file.module);
        for imported in words_after(&file.code, "crate::") {
            let fine = match (own, rank(imported)) {
                _ if imported == file.module => true,
                (Some(own), Some(other)) => other < own,
                // The sandbox is apart: nothing of ours there, and only the command line starts it.
                (Some(_), None) => file.module == "cli" && imported == "sandbox",
                (None, _) => false,
            };
            if !fine {
                wrong.push(format!("{} imports {imported}", file.path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Where a database is named: the ledger that is kept in one, and the engine's own index.
const DATABASES: [&str; 2] = ["ledger/sqlite/", "engine/index/"];

#[test]
fn a_database_is_named_only_below_the_seam_of_the_ledger() {
    let mut wrong = Vec::new();
    for file in files() {
        let path = file.path.to_string_lossy().replace('\\', "/");
        let is_home = DATABASES.iter().any(|home| path.starts_with(home));
        if !is_home && file.code.contains("rusqlite") {
            wrong.push(path);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn each_library_has_one_home() {
    let mut wrong = Vec::new();
    for file in files() {
        for (library, home) in HOMES {
            let named = ["use ", "(", " ", "<", "&", "=", "::"]
                .iter()
                .any(|before| file.code.contains(&format!("{before}{library}::")));
            let own_module = file.code.contains(&format!("mod {library};"));
            if named && !own_module && file.module != home {
                wrong.push(format!("{} names {library}", file.path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn one_place_makes_a_private_file() {
    for file in files() {
        let code = file.code.split("#[cfg(test)]").next().unwrap_or_default();
        let makes = ["OpenOptionsExt", ".mode(0o"]
            .iter()
            .any(|how| code.contains(how));
        // The sandbox imports nothing of ours.
        let home = ["private_file", "sandbox"].contains(&file.module.as_str());
        assert!(home || !makes, "{} sets a mode", file.path.display());
    }
}

#[test]
fn only_the_command_line_prints() {
    for file in files()
        .iter()
        .filter(|file| !["cli", "main"].contains(&file.module.as_str()))
    {
        for print in ["println!", "eprintln!", "print!(", "stdout()", "stderr()"] {
            assert!(
                !file.code.contains(print),
                "{}: {print}",
                file.path.display()
            );
        }
    }
}

#[test]
fn a_vendors_id_stands_in_its_own_folder_only() {
    for file in files() {
        let path = file.path.to_string_lossy().replace('\\', "/");
        if file.module == "sandbox" || path == "backend/mod.rs" {
            continue;
        }
        let code = file.code.split("#[cfg(test)]").next().unwrap_or_default();
        for id in rolo::sandbox::VENDORS {
            let quoted = code.contains(&format!("\"{id}\"")) || code.contains(&format!("{id}::"));
            let own = path.starts_with(&format!("backend/{id}/")) || path.contains("tests.rs");
            assert!(own || !quoted, "{path} names {id}");
        }
    }
}

/// How many lines of code a file has, without comments and its own tests.
fn lines_of_code(file: &File) -> usize {
    let code = file.code.split("#[cfg(test)]\nmod tests").next();
    let lines = code.unwrap_or_default().lines();
    lines.filter(|line| !line.trim().is_empty()).count()
}

#[test]
fn the_command_line_is_words_in_and_words_out() {
    let mut all = 0;
    for file in files() {
        let path = file.path.to_string_lossy().replace('\\', "/");
        if file.module != "cli" || path.ends_with("tests.rs") {
            continue;
        }
        let lines = lines_of_code(&file);
        all += lines;
        let is_command = path.starts_with("cli/command/");
        assert!(!is_command || lines <= 115, "{path} has {lines} lines");
    }
    assert!(
        all < 4_500,
        "what is no word belongs to a module before cli: {all} lines"
    );
}

#[test]
fn the_engine_knows_no_command_line() {
    let words = [
        "clap",
        "indicatif",
        "stdout",
        "stderr",
        "ExitCode",
        "process::exit",
        "IsTerminal",
    ];
    for file in files().iter().filter(|file| file.module == "engine") {
        for word in words {
            let (path, code) = (file.path.display(), &file.code);
            assert!(!code.contains(word), "{path} names {word}");
        }
    }
}

/// The names of the types of a file that others may name.
fn types_of(code: &str) -> impl Iterator<Item = &str> {
    let product = code.split("#[cfg(test)]\nmod tests").next();
    let lines = product.unwrap_or_default().lines().map(str::trim_start);
    lines.filter_map(|line| {
        let rest = line.strip_prefix("pub")?;
        let rest = match rest.strip_prefix('(') {
            Some(inside) => inside.split_once(')')?.1,
            None => rest,
        };
        let (what, name) = rest.trim_start().split_once(' ')?;
        let is_type = ["struct", "enum", "trait", "type"].contains(&what);
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
        is_type.then(|| &name[..end.unwrap_or(name.len())])
    })
}

#[test]
fn the_name_of_a_type_stands_once() {
    // A file may hold one for each system.
    let mut homes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files() {
        let is_test = file
            .path
            .iter()
            .any(|part| part == "tests" || part == "tests.rs");
        for name in types_of(&file.code).filter(|_| !is_test) {
            let path = file.path.display().to_string();
            homes.entry(name.to_owned()).or_default().insert(path);
        }
    }
    assert!(homes.len() > 300, "the types were found");
    homes.retain(|_, files| files.len() > 1);
    assert_eq!(homes, BTreeMap::new());
}
