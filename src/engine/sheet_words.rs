//! An opened sheet in one line: what was decided about it.

use super::sheet::OpenedSheet;

impl OpenedSheet {
    /// What was decided about the sheet, in one line.
    pub fn in_words(&self) -> String {
        let about = &self.source.about;
        let mut parts = Vec::new();
        parts.extend(about.sheet.clone().map(|sheet| format!("sheet `{sheet}`")));
        parts.extend(about.encoding.clone());
        parts.extend(
            about
                .delimiter
                .as_ref()
                .map(|delimiter| match delimiter.as_str() {
                    "\t" => "tab-separated".to_owned(),
                    other => format!("separated by `{other}`"),
                }),
        );
        parts.push(match self.mapping.header_row {
            Some(row) => format!("header on row {row}"),
            None => "no header".to_owned(),
        });
        parts.push(format!("{} columns", self.mapping.columns.len()));
        format!("{}: {}", about.file, parts.join(", "))
    }
}
