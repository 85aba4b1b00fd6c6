//! Tables in: a file of any format is opened by its content and read row by row, every cell as text and
//! every row with its place. What the cells mean is not known here. Only this module names csv and calamine.
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use rolo::sheet::{Hints, Source};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("people.csv");
//! std::fs::write(&file, "Name;Town\nAnne Example;Nantes\n")?;
//! let mut source = Source::open(&file, &Hints::default())?;
//! assert_eq!(source.about.delimiter.as_deref(), Some(";"));
//! let mut rows = 0;
//! source.rows(&mut |_row| {
//!     rows += 1;
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(rows, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod about;
mod bounds;
mod charset;
mod codes;
mod csv;
mod dialect;
mod encoding;
mod error;
mod kind;
mod lines;
mod ndjson;
mod opening;
mod out;
mod phonebook;
mod readings;
mod record;
mod row;
mod rows;
mod source;
mod table;
mod vcard;
mod workbook;
mod xml;

pub use about::{About, Format, Hints};
pub use bounds::bounded_input;
pub use codes::CODES;
pub use error::SheetError;
pub use opening::small_text;
pub use out::{OutputFile, OutputFormat, UnknownFormat, UnwritableFile, Writer};
pub use row::{Row, RowRemark};
pub use source::{PREVIEW, Source, serve_workbook};
pub use table::{CsvLines, CsvTable, read_table};
