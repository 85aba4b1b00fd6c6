//! Past runs, as documents that a program reads, and what became of one and of its rows in words.

use serde_json::{Value, json};

use crate::ledger::{Run, Saved, Settled};
use crate::wire::DamagedList;

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

/// How a run ended, in words.
pub fn end_of_run(run: &Run) -> String {
    match run.saved {
        Some(Saved::Waiting) if run.planned => return "planned, not applied".to_owned(),
        Some(Saved::Dropped) => return "planned, dropped".to_owned(),
        _ => {}
    }
    match (run.exit_code, &run.ended) {
        (Some(code), _) => format!("exit {code}"),
        (None, Some(_)) => "was killed".to_owned(),
        (None, None) => "not ended".to_owned(),
    }
}

/// What a run did with a step, line by line: what it was to do, what was sent, what came of it, and why.
pub fn story_of(settled: &Settled) -> Result<Vec<String>, DamagedList> {
    let Settled {
        step,
        fate,
        message,
        attempts,
    } = settled;
    let rows = step.cells.read()?;
    let rows: Vec<String> = rows.iter().map(|row| row.join(" | ")).collect();
    let mut lines = vec![format!("Row {}: {}", step.row, rows.join(" / "))];
    let requests = if *attempts == 1 {
        "request"
    } else {
        "requests"
    };
    let sent = format!("{attempts} {requests}");
    lines.push(format!(
        "  to {}, {} after {sent}",
        step.action.name(),
        fate.words()
    ));
    lines.extend(
        step.remote
            .as_ref()
            .map(|id| format!("  the vendor's id is {id}")),
    );
    lines.extend(message.as_ref().map(|words| format!("  {words}")));
    for remark in step.remarks.read()? {
        lines.push(format!(
            "  {}: {} ({})",
            remark.severity.name(),
            remark.message,
            remark.code
        ));
    }
    for lost in step.lost.read()? {
        lines.push(format!(
            "  lost: {}",
            lost.name.as_ref().unwrap_or(&lost.field)
        ));
    }
    Ok(lines)
}
