//! What every target does: a file of these bytes is opened, mapped, and every row of it becomes a contact.

use std::io::Write as _;
use std::ops::ControlFlow;

use rolo::mapping::{Mapping, Options};
use rolo::normalize;
use rolo::sheet::{Hints, Source};

/// Reads the bytes to the end, whatever they are; panics where a promise is broken.
pub fn read(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new_in("/dev/shm").expect("memory");
    file.write_all(bytes).expect("memory");
    let Ok(mut source) = Source::open(file.path(), &Hints::default()) else {
        return;
    };
    let options = Options {
        header_row: source.about.format.is_named().then_some(0),
        ..Options::default()
    };
    let mapping = Mapping::guess(&source.preview, &options)
        .unwrap_or_else(|_| Mapping::custom(&source.preview, &options));
    let normalizing = normalize::Options {
        region: "FR".parse().ok(),
        ..normalize::Options::default()
    };
    let mut last = 0;
    let _ = source.rows(&mut |row| {
        assert!(row.number >= last, "rows are in their order");
        last = row.number;
        if mapping.holds(&row) {
            let (contact, _) = normalize::contact(&mapping.draft(&row), &normalizing);
            let json = serde_json_of(&contact);
            assert!(!json.contains('\u{0}'));
        }
        ControlFlow::Continue(())
    });
}

fn serde_json_of(contact: &rolo::model::Contact) -> String {
    format!("{contact:?}")
}
