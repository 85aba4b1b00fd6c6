//! Past runs, as documents that a program reads.

use serde_json::{Value, json};

use crate::ledger::{Run, Saved};

/// A list of runs.
pub fn document_of_runs(runs: &[Run]) -> Value {
    let list: Vec<Value> = runs.iter().map(document).collect();
    json!({"version": 1, "runs": list})
}

fn document(run: &Run) -> Value {
    json!({
        "run": run.id, "command": run.about.command, "target": run.about.target,
        "vendor": run.about.vendor, "source": run.about.source, "began": run.began,
        "ended": run.ended, "exit_code": run.exit_code, "totals": run.totals,
        "saved": run.saved.map(Saved::name),
    })
}

/// One run: what was asked of it, too, and the command line.
pub fn document_of_run(run: &Run) -> Value {
    let mut document = document(run);
    document["arguments"] = run.about.given.arguments.clone().into();
    document["spec"] = run.about.spec.clone().into();
    document
}
