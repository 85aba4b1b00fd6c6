//! Whole screens, as a person sees them: each command line with what it prints, in `tests/screens`. A text that changes
//! is seen in a diff. Where the change is meant, `SNAPSHOTS=overwrite cargo test --test it screens` accepts it.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use snapbox::{Assert, Data};

use crate::workdir::{Said, Workdir, said, sample};

/// What differs from one run of the tests to the next, and what is shown in its place.
static REDACTED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "[ULID]"),
        (r"\b\d{4}-\d\d-\d\dT[0-9:.]+Z", "[TIME]"),
        (r"done at (\d{4}-\d\d-\d\d )?\d\d:\d\d", "done at [TIME]"),
        (r"the vendors are [a-z, ]+;", "the vendors are [VENDORS];"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
    ]
    .map(|(pattern, shown)| (Regex::new(pattern).expect("a pattern"), shown))
    .into()
});

/// A terminal of 100 columns without colours, in a folder of its own.
struct Terminal {
    work: Workdir,
    shown: String,
    run: String,
}

impl Terminal {
    /// A folder with these samples.
    fn new(samples: &[&str]) -> Self {
        let work = Workdir::new();
        for name in samples {
            work.write(name, std::fs::read(sample(name)).expect("a sample"));
        }
        Self {
            work,
            shown: String::new(),
            run: String::new(),
        }
    }

    /// Runs the program. Arguments have no blanks; RUN is the run that was told of last.
    fn run(&mut self, line: &str) -> Said {
        let line = line.replace("RUN", &self.run);
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = self.work.command(&arguments);
        command.env("COLUMNS", "100").env("NO_COLOR", "1");
        let said = said(&command.output().expect("the program starts"));
        if let Some((_, told)) = said.stdout.split_once("\nRun ") {
            told[..26].clone_into(&mut self.run);
        }
        said
    }

    /// Runs the program, and puts on the screen what it said.
    fn show(&mut self, line: &str) -> &mut Self {
        let said = self.run(line);
        self.shown.extend(["$ rolo ", line, "\n", &said.stdout]);
        if !said.stderr.is_empty() {
            self.shown.extend(["[stderr]\n", &said.stderr]);
        }
        let _ = write!(self.shown, "[exit {}]\n\n", said.code);
        self
    }

    /// Compares the screen with the one that was accepted.
    #[track_caller]
    fn is(&self, name: &str) {
        let folder = self.work.path("").display().to_string();
        let mut shown = self.shown.replace(&folder, "");
        shown = shown.replace(env!("CARGO_BIN_EXE_rolo"), "rolo");
        for (pattern, instead) in REDACTED.iter() {
            shown = pattern.replace_all(&shown, *instead).into_owned();
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens");
        let accepted = Data::read_from(&path.join(name).with_extension("txt"), None).raw();
        Assert::new().action_env("SNAPSHOTS").eq(shown, accepted);
    }
}

#[test]
fn a_sheet_is_checked() {
    Terminal::new(&["eight.csv", "messy.csv"])
        .show("check eight.csv --for covage")
        .show("check messy.csv --for covage --region FR")
        // Not `all`: a further vendor changes no screen.
        .show("check messy.csv --for aalam --for allocloud --for covage --for orzame --for sonar --region FR")
        .is("check");
}

#[test]
fn the_columns_of_a_sheet_are_shown() {
    Terminal::new(&["eight.csv", "messy.csv"])
        .show("map eight.csv")
        .show("map messy.csv")
        .is("map");
}

#[test]
fn a_sheet_is_imported() {
    Terminal::new(&["contacts.csv", "eight.csv", "messy.csv"])
        .show("import contacts.csv --to sandbox:allocloud --region FR")
        .show("import messy.csv --to sandbox:aalam")
        .show("import eight.csv --to sandbox:covage --dry-run")
        .show("import eight.csv --to sandbox:covage")
        .show("import eight.csv --to sandbox:covage")
        .show("import eight.csv --to sandbox:covage --fail-on-loss company")
        .is("import");
}

/// People with keys, of whom some are known already and others are changed.
fn two_days() -> Terminal {
    let mut terminal = Terminal::new(&[]);
    let header = "Identifiant,Prénom,Nom,E-mail,Téléphone\n";
    let people = "K1,Anne,Durand,anne@example.fr,+33 1 99 00 00 01\n\
        K2,Jean,Petit,jean@example.fr,+33 1 99 00 00 02\n\
        K3,Zoé,Lefèvre,zoe@example.fr,+33 1 99 00 00 03\n";
    terminal
        .work
        .write("monday.csv", format!("{header}{people}"));
    let changed = people.replace("jean@", "j.petit@");
    let more = "K4,Inès,Moreau,ines@example.fr,+33 1 99 00 00 04\n";
    terminal
        .work
        .write("tuesday.csv", format!("{header}{changed}{more}"));
    terminal.run("import monday.csv --to sandbox:aalam");
    terminal
}

#[test]
fn a_plan_is_saved_and_applied() {
    two_days()
        .show("plan tuesday.csv --to sandbox:aalam")
        .show("apply RUN")
        .show("apply RUN")
        .show("plan tuesday.csv --to sandbox:aalam")
        .is("plan");
}

#[test]
fn past_runs_are_told() {
    let mut terminal = two_days();
    terminal.run("plan monday.csv --to sandbox:aalam");
    terminal.run("import tuesday.csv --to sandbox:aalam");
    terminal
        .show("runs")
        .show("runs --most 1")
        .show("runs RUN")
        .show("runs RUN --row 3")
        .show("runs --check")
        .show("resume RUN")
        .show("retry RUN")
        .is("runs");
}

#[test]
fn what_was_done_is_taken_back() {
    let mut terminal = two_days();
    terminal.run("import tuesday.csv --to sandbox:aalam");
    let run = terminal.run.clone();
    terminal.show("undo RUN --dry-run");
    // Nothing of a dry run is kept.
    terminal.run = run;
    terminal.show("undo RUN").show("forget --key K3").is("undo");
}

#[test]
fn contacts_are_written_and_moved() {
    two_days()
        .show("convert monday.csv --out people.vcf")
        .show("export --from sandbox:aalam --out people.csv")
        .show("migrate --from sandbox:aalam --to sandbox:covage --dry-run")
        .show("migrate --from sandbox:aalam --to sandbox:covage")
        .is("export");
}

#[test]
fn what_is_known_is_explained() {
    Terminal::new(&[])
        .show("vendors covage")
        .show("explain phone.too-short")
        .is("explain");
}

/// The commands that a help lists below a command.
fn commands_in(help: &str, below: &str) -> Vec<String> {
    let (_, list) = help.split_once("\nCommands:\n").unwrap_or_default();
    list.lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(|name| format!("{below} {name}").trim_start().to_owned())
        .collect()
}

#[test]
fn every_command_helps() {
    let mut terminal = Terminal::new(&[]);
    terminal.show("-h").show("--help");
    let help = terminal.run("--help").stdout;
    // The same four options stand in nearly every help: the screen shows them once.
    let common = &help[help.find("      --config").expect("it")..help.find("  -h,").expect("it")];
    let mut commands: VecDeque<String> = commands_in(&help, "").into();
    while let Some(command) = commands.pop_front() {
        let line = format!("{command} --help");
        let help = terminal.run(&line).stdout;
        commands.extend(commands_in(&help, &command));
        let shown = terminal.shown.len();
        terminal.show(&line);
        let own = terminal.shown.split_off(shown);
        terminal.shown += &own.replace(common, "      ...: the options of every command\n\n");
    }
    terminal.is("help");
}

#[test]
fn what_cannot_be_done_is_said() {
    let mut terminal = Terminal::new(&["eight.csv"]);
    for (name, content) in [
        ("empty.csv", ""),
        ("header.csv", "Nom,E-mail\n"),
        ("strange.csv", "Foo,Bar\nx,y\n"),
        ("broken.xlsx", "PK\u{3}\u{4} this is no workbook"),
        ("quote.csv", "Nom,E-mail\n\"Durand,a@example.fr\n"),
    ] {
        terminal.work.write(name, content);
    }
    let target = "[targets.there]\nvendor = \"covage\"\nbase_url = \"https://host.example\"\nrate = \"2/s\"\n\
        email = \"us@example.fr\"\npassword = { env = \"SANDBOX_PASSWORD\" }\n";
    terminal.work.write("rolo.toml", target);
    for (name, from, to) in [
        ("nosuch.toml", "covage", "nosuch"),
        ("clear.toml", "https", "http"),
        ("rate.toml", "2/s", "fast"),
        ("unset.toml", "SANDBOX_PASSWORD", "UNSET"),
        ("unknown.toml", "email", "e_mail"),
    ] {
        terminal.work.write(name, target.replace(from, to));
    }
    terminal
        .show("import missing.csv --to sandbox:covage")
        .show("import empty.csv --to sandbox:covage")
        .show("import header.csv --to sandbox:covage")
        .show("import strange.csv --to sandbox:covage")
        .show("import broken.xlsx --to sandbox:covage")
        .show("import quote.csv --to sandbox:covage")
        .show("import eight.csv --to nowhere")
        .show("import eight.csv --to covage")
        .show("import eight.csv --to there --config unset.toml")
        .show("import eight.csv --to there --config nosuch.toml")
        .show("import eight.csv --to there --config clear.toml")
        .show("import eight.csv --to there --config rate.toml")
        .show("import eight.csv --to there --config unknown.toml")
        .show("import eight.csv --to sandbox:covage --set colour=blue")
        .show("import eight.csv --to sandbox:covage --colour")
        .show("check eight.csv --for covage --column Nom=nose")
        .show("runs 01ABC")
        .show("explain no.such")
        .is("errors");
}
