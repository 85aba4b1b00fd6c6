//! Watched text: line numbers, open quotes, long records.

use super::*;

/// Hands out a few bytes at a time, so that every border is met.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(out.len());
        out[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn records(text: &str, step: usize) -> Vec<(u64, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(Watch::new(Drip(text.as_bytes(), step), b','));
    let (mut record, mut found) = (csv::ByteRecord::new(), Vec::new());
    while reader
        .read_byte_record(&mut record)
        .expect("the text is sound")
    {
        let byte = record.position().expect("the reader sets it").byte();
        let cells = record
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).into_owned());
        let cells = cells.collect();
        found.push((reader.get_mut().line_at(byte), cells));
    }
    found
}

#[test]
fn a_record_stands_on_the_line_that_an_editor_shows() {
    let cases: [(&str, &[u64]); 9] = [
        ("a,b\nc,d\ne,f\n", &[1, 2, 3]),
        ("a,b\r\nc,d\r\ne,f", &[1, 2, 3]),
        ("a,b\rc,d\re,f\r", &[1, 2, 3]),
        ("a,b\n\n\nc,d\r\n\r\ne,f\r\n", &[1, 4, 6]),
        ("\r\n\r\na,b\r\n", &[3]),
        ("a,\"x\r\ny\"\r\nc,\"\n\n\"\ne,f", &[1, 3, 6]),
        ("\"\na\"\n\"b\"", &[1, 3]),
        ("a,\"x\"\"\n\"\"\",b\nc,d", &[1, 3]),
        ("a, \"x\ny\" ,b\r\nc,d", &[1, 3]),
    ];
    for (text, lines) in cases {
        for step in [1, 2, 3, 7, 1000] {
            let found: Vec<u64> = records(text, step).iter().map(|record| record.0).collect();
            assert_eq!(found, lines, "{text:?} by {step}");
        }
    }
}

#[test]
fn blanks_before_a_quote_are_no_part_of_the_cell() {
    for step in [1, 2, 5, 1000] {
        let found = records("a,  \"b,c\", d \"e\"\n \"f\"\"\",\" \"\"g\",5\" h\n", step);
        assert_eq!(found[0].1, ["a", "b,c", " d \"e\""], "by {step}");
        assert_eq!(found[1].1, ["f\"", " \"g", "5\" h"], "by {step}");
    }
}

#[test]
fn an_open_quote_names_the_row_where_it_is_opened() {
    let broken = |text: &str| {
        let mut out = Vec::new();
        let error = Watch::new(text.as_bytes(), b',')
            .read_to_end(&mut out)
            .err()?;
        error.get_ref()?.downcast_ref::<TextFault>().copied()
    };
    assert_eq!(broken("a,b\nc,\"d\ne,f\n"), Some(TextFault::Quote(2)));
    assert_eq!(broken("a,b\r\nc,\"d\"\r\n\"e"), Some(TextFault::Quote(3)));
    assert_eq!(broken("a,5\" pipe\nc,d\n"), None);
    let endless = format!("a\n\"b\n{}", "c\n".repeat(1 << 20));
    assert_eq!(broken(&endless), Some(TextFault::Quote(2)));
    let closed_by_the_next = format!("{endless}x,\"d, e\"\n");
    assert_eq!(broken(&closed_by_the_next), Some(TextFault::Quote(2)));
    for end in ["\"", "\"\nd,e\n", "\"\"\"\"\",x", " \"\" \",x"] {
        let closed = format!("{endless}{end}");
        assert_eq!(broken(&closed), Some(TextFault::Long(2)), "{end:?}");
    }
    assert_eq!(
        broken(&format!("a\n{}", "c".repeat(2 << 20))),
        Some(TextFault::Long(2))
    );
}
