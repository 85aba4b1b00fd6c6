//! No file of the product leads back to itself: what it names stands in files that do not name it, by any detour. A
//! `mod.rs` that only declares and re-exports is no detour: a name is followed to the file that defines it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module's path below the crate: `sheet`, `sheet::csv` …
type Module = Vec<String>;

/// What one file holds, as far as names go.
#[derive(Default)]
struct Source {
    /// Names that it re-exports, and where they come from.
    reexports: BTreeMap<String, Module>,
    /// What its own code names.
    uses: Vec<Module>,
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The code of each module, without comments and unit tests.
fn modules() -> BTreeMap<Module, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut modules = BTreeMap::new();
    for file in files {
        let below = file
            .strip_prefix(&src)
            .expect("below src")
            .with_extension("");
        let mut module: Module = below
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        let is_root = module == ["lib"] || module == ["main"];
        if !is_root && !module.contains(&"tests".to_owned()) {
            let text = std::fs::read_to_string(&file).expect("text");
            modules.insert(module, code_of(&text));
        }
    }
    modules
}

fn code_of(text: &str) -> String {
    let product = [
        "#[cfg(test)]\nmod tests",
        "#[cfg(all(test, unix))]\nmod tests",
    ]
    .iter()
    .fold(text, |text, tests| {
        text.split(tests).next().unwrap_or_default()
    });
    let lines = product.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with("//")).collect();
    // Who may see a name is no use of one.
    let text = lines.join("\n");
    let mut parts = text.split("pub(in ");
    let mut code = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        code.push_str("pub");
        code.push_str(part.split_once(')').map_or("", |(_, rest)| rest));
    }
    code
}

/// The paths of a `use`: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(tree: &str, before: &[String], into: &mut Vec<Module>) {
    let tree = tree.trim();
    if let Some((head, rest)) = tree.split_once('{') {
        let mut path = before.to_vec();
        let names = head.trim().trim_end_matches("::").split("::");
        path.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
        let inner = &rest[..rest.rfind('}').unwrap_or(rest.len())];
        let (mut depth, mut start) = (0, 0);
        for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    let part = inner[start..at].trim();
                    if !part.is_empty() {
                        expand(part, &path, into);
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
        return;
    }
    let name = tree.split(" as ").next().unwrap_or_default().trim();
    let mut path = before.to_vec();
    path.extend(name.split("::").map(|part| part.trim().to_owned()));
    into.push(path);
}

/// A path as it is meant in a module, from the crate's root on; `None` for what is another crate's.
fn resolve(module: &Module, path: &[String], known: &BTreeMap<Module, String>) -> Option<Module> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    if path.first().is_some_and(|part| part == "crate") {
        return Some(path[1..].to_vec());
    }
    if path.first().is_some_and(|part| part == "self") {
        return Some([module, &path[1..]].concat());
    }
    if supers > 0 {
        let up = module.len().saturating_sub(supers);
        return Some([&module[..up], &path[supers..]].concat());
    }
    let child = [module.as_slice(), &path[..1]].concat();
    known.contains_key(&child).then(|| [module, path].concat())
}

/// The paths with `::` in a piece of code.
fn paths(code: &str) -> Vec<Module> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    code.split(|c: char| !is_part(c))
        .filter(|word| word.contains("::"))
        .map(|word| {
            let parts = word.split("::").filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        })
        .filter(|path: &Module| !path.is_empty())
        .collect()
}

fn source(module: &Module, code: &str, known: &BTreeMap<Module, String>) -> Source {
    let mut source = Source::default();
    let mut rest = String::new();
    for statement in code.split_inclusive(';') {
        let at = statement.rfind("use ").filter(|at| {
            let before = statement[..*at].lines().next_back().unwrap_or_default();
            before.is_empty() || before.starts_with("pub")
        });
        let Some(at) = at else {
            rest.push_str(statement);
            continue;
        };
        let is_public = statement[..at]
            .lines()
            .next_back()
            .is_some_and(|line| line.starts_with("pub"));
        rest.push_str(&statement[..at]);
        let mut trees = Vec::new();
        expand(statement[at + 4..].trim_end_matches(';'), &[], &mut trees);
        for path in trees.iter().filter_map(|path| resolve(module, path, known)) {
            match path.last() {
                Some(name) if is_public => {
                    source.reexports.insert(name.clone(), path.clone());
                }
                _ => source.uses.push(path),
            }
        }
    }
    let inline = paths(&rest);
    source.uses.extend(
        inline
            .iter()
            .filter_map(|path| resolve(module, path, known)),
    );
    source
}

/// The module that defines what a path names.
fn home(path: &[String], sources: &BTreeMap<Module, Source>, hops: u32) -> Option<Module> {
    let found = (1..=path.len())
        .rev()
        .find(|n| sources.contains_key(&path[..*n]))?;
    let (module, rest) = path.split_at(found);
    let reexport = rest
        .first()
        .and_then(|name| sources[module].reexports.get(name));
    match reexport {
        Some(origin) if hops < 8 => {
            let further = [origin.as_slice(), &rest[1..]].concat();
            home(&further, sources, hops + 1)
        }
        _ => Some(module.to_vec()),
    }
}

/// Every module that can be reached from one, by the ways of `graph`.
fn reached<'a>(
    from: &Module,
    graph: &'a BTreeMap<Module, BTreeSet<Module>>,
) -> BTreeSet<&'a Module> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&Module> = graph[from].iter().collect();
    while let Some(module) = next.pop() {
        if seen.insert(module) {
            next.extend(&graph[module]);
        }
    }
    seen
}

#[test]
fn no_file_leads_back_to_itself() {
    let modules = modules();
    assert!(modules.len() > 200, "the tree was read");
    let sources: BTreeMap<Module, Source> = modules
        .iter()
        .map(|(module, code)| (module.clone(), source(module, code, &modules)))
        .collect();
    let graph: BTreeMap<Module, BTreeSet<Module>> = sources
        .iter()
        .map(|(module, source)| {
            let homes = source
                .uses
                .iter()
                .filter_map(|path| home(path, &sources, 0));
            (
                module.clone(),
                homes.filter(|home| home != module).collect(),
            )
        })
        .collect();
    let mut circles = Vec::new();
    for module in graph.keys() {
        if reached(module, &graph).contains(module) {
            let back = graph[module]
                .iter()
                .filter(|other| reached(other, &graph).contains(module));
            let back: Vec<String> = back.map(|other| other.join("::")).collect();
            circles.push(format!("{} <-> {}", module.join("::"), back.join(", ")));
        }
    }
    assert_eq!(circles, Vec::<String>::new());
}

#[test]
fn paths_are_followed_through_groups_and_parents() {
    let mut found = Vec::new();
    expand("crate::{a::{B, C as D}, super::e}", &[], &mut found);
    let found: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["crate::a::B", "crate::a::C", "crate::super::e"]);
    let module: Module = ["x", "y", "z"].map(str::to_owned).to_vec();
    let path: Module = ["super", "super", "W"].map(str::to_owned).to_vec();
    let resolved = resolve(&module, &path, &BTreeMap::new());
    assert_eq!(resolved, Some(vec!["x".to_owned(), "W".to_owned()]));
}
