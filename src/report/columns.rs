//! The columns that rolo adds to a sheet in `results.csv`.

/// Our columns of `results.csv`, before those of the source.
pub(super) const COLUMNS: [&str; 6] = [
    "rolo_row",
    "rolo_outcome",
    "rolo_id",
    "rolo_codes",
    "rolo_message",
    "rolo_lost",
];
