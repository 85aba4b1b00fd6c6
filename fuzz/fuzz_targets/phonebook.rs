#![no_main]

/// How phonebooks begin: elements below each contact, attributes of it, kinds in attributes.
const STARTS: [&str; 4] = [
    "<YealinkIPPhoneDirectory><DirectoryEntry><Name>A</Name>",
    "<YealinkIPPhoneBook><Menu><Unit Name=\"A\" Phone1=\"1\"",
    "<?xml version=\"1.0\"?><phonebooks><phonebook><contact><person><realName>A</realName></person>",
    "<list><entry surname=\"A\" office1=\"1\"",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let start = STARTS[usize::from(*first) % STARTS.len()];
    rolo_fuzz::read(&[start.as_bytes(), rest].concat());
});
