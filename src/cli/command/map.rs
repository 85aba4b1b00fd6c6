//! `rolo map`: what each column of a sheet is taken for, how surely, with sample values.

use std::io::Write as _;

use serde_json::json;

use crate::cli::args::{Common, Map, Output};
use crate::cli::failure::Failure;
use crate::cli::text::{cut, pad, plain};
use crate::cli::view::screen::{Screen, Tone};
use crate::cli::view::sheet;
use crate::engine::OpenedSheet;
use crate::mapping::{Certainty, Column, Kept};

/// Runs the command.
pub(crate) fn run(map: &Map, common: &Common) -> Result<u8, Failure> {
    let opened = sheet::open(&map.reading)?;
    match common.output {
        Output::Json => {
            let document = json!({
                "version": 1,
                "source": opened.source.about,
                "recognised": opened.unrecognised.is_none(),
                "columns": opened.mapping.columns,
            });
            writeln!(crate::cli::view::screen::out(), "{document:#}")?;
        }
        Output::Text => show(&opened)?,
    }
    if let Some(out) = &map.out {
        let text = Kept::of(&opened.mapping).text()?;
        std::fs::write(out, text).map_err(|error| {
            let what = format!("cannot write `{}`: {error}", out.display());
            Failure::usage(what, "check that the folder is there and may be written to")
        })?;
    }
    Ok(0)
}

fn show(opened: &OpenedSheet) -> Result<(), Failure> {
    let mut screen = Screen::stdout();
    screen.line(&sheet::decided(opened))?;
    for note in &opened.source.about.notes {
        screen.line(&format!("note: {}", plain(note)))?;
    }
    if let Some(words) = sheet::unsure(opened) {
        let warning = screen.tone(Tone::Warn, "warning:");
        screen.line(&format!("{warning} {words}"))?;
    }
    if let Some(error) = &opened.unrecognised {
        let warning = screen.tone(Tone::Warn, "warning:");
        screen.line(&format!("{warning} {error}"))?;
        screen.line(&format!("hint: {}", error.help()))?;
    }
    screen.line("")?;
    let heading = format!(
        "{} {} {} {} samples",
        pad("", 4),
        pad("header", 24),
        pad("taken for", 26),
        pad("sure", 8)
    );
    let heading = screen.tone(Tone::Bold, &heading);
    screen.line(&heading)?;
    for column in &opened.mapping.columns {
        let line = line(&screen, column);
        screen.line(&line)?;
    }
    screen.line("")?;
    screen.line(
        "--column HEADER=FIELD takes a column for another field; `rolo help map` shows how",
    )?;
    screen.flush()?;
    Ok(())
}

fn line(screen: &Screen, column: &Column) -> String {
    let letters = crate::model::column_letters(column.index);
    let (sure, tone) = match column.certainty {
        Certainty::Given => ("given", Tone::Good),
        Certainty::Exact => ("exact", Tone::Good),
        Certainty::Alias => ("known", Tone::Good),
        Certainty::Similar => ("similar", Tone::Warn),
        Certainty::None => ("-", Tone::Soft),
    };
    let samples: Vec<String> = column
        .samples
        .iter()
        .map(|sample| cut(&plain(sample), 24))
        .collect();
    let mut line = format!(
        "{} {} {} {} {}",
        pad(&letters, 4),
        pad(&cut(&plain(&column.header), 24), 24),
        pad(&cut(&plain(&column.target.to_string()), 26), 26),
        screen.tone(tone, &pad(sure, 8)),
        samples.join(" | ")
    );
    let mut below = |words: String| {
        line.push('\n');
        line.push_str(&pad("", 5));
        line.push_str(&words);
    };
    if let Some(remark) = &column.remark {
        below(screen.tone(Tone::Soft, &plain(remark)));
    }
    if let Some(field) = &column.suggestion {
        let words = format!("perhaps {field}? --column {letters}={field}");
        below(screen.tone(Tone::Warn, &words));
    }
    line
}
