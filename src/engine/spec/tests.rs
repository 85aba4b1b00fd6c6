use std::path::Path;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::*;
use crate::mapping::KeptColumn;

fn path() -> impl Strategy<Value = PathBuf> {
    any::<String>().prop_map(PathBuf::from)
}

fn region() -> impl Strategy<Value = Region> {
    select(Region::all().collect::<Vec<_>>())
}

fn rate() -> impl Strategy<Value = Rate> {
    let units = select(vec!["s", "min", "h"]);
    (1..=100_000_u32, units).prop_map(|(n, unit)| format!("{n}/{unit}").parse().expect("a rate"))
}

fn must_keep() -> impl Strategy<Value = MustKeep> {
    select(vec!["", "all", "phone,email", "phone.fax, note"])
        .prop_map(|text| text.parse().expect("fields"))
}

fn most() -> impl Strategy<Value = DeleteLimit> {
    let share = (0..=100_u64).prop_map(|n| format!("{n}%").parse().expect("a percentage"));
    (of(any::<u64>()), of(share)).prop_map(|(count, percent)| DeleteLimit { count, percent })
}

fn source() -> impl Strategy<Value = ContactSource> {
    let (ids, map) = (
        vec(any::<String>(), 0..3),
        btree_map(any::<String>(), any::<String>(), 0..3),
    );
    prop_oneof![
        (path(), of(any::<String>())).prop_map(|(file, name)| ContactSource::Sheet { file, name }),
        (any::<String>(), ids, map).prop_map(|(name, parents, parent_map)| ContactSource::Target {
            name,
            parents,
            parent_map
        }),
    ]
}

fn kept() -> impl Strategy<Value = KeptMapping> {
    let column = (any::<String>(), any::<String>(), of(any::<String>())).prop_map(
        |(name, take, default)| KeptColumn {
            name,
            take,
            default,
            ..KeptColumn::default()
        },
    );
    let constants = btree_map(any::<String>(), any::<String>(), 0..3);
    (path(), vec(column, 0..3), constants).prop_map(|(file, columns, constants)| {
        let content = Kept {
            version: 1,
            columns,
            constants,
            ..Kept::default()
        };
        KeptMapping::of(file, content)
    })
}

fn reading() -> impl Strategy<Value = Reading> {
    let text = || of(any::<String>());
    let unmapped = select(vec![Unmapped::Custom, Unmapped::Drop, Unmapped::Error]);
    (
        (text(), text(), of(any::<char>()), of(any::<u64>())),
        vec(any::<String>(), 0..3),
        (of(kept()), unmapped, any::<bool>(), of(region())),
    )
        .prop_map(
            |((sheet, encoding, delimiter, header_row), columns, rest)| {
                let (mapping, unmapped, no_repair, region) = rest;
                Reading {
                    sheet,
                    encoding,
                    delimiter,
                    header_row,
                    columns,
                    mapping,
                    unmapped,
                    no_repair,
                    region,
                }
            },
        )
}

fn target() -> impl Strategy<Value = TargetSpec> {
    let settings = btree_map(any::<String>(), any::<String>(), 0..4);
    let parent = of(any::<String>().prop_map(ParentId::new));
    (
        (any::<String>(), any::<String>(), of(path()), settings),
        btree_set(any::<String>(), 0..3),
        (of(region()), parent, must_keep()),
    )
        .prop_map(|((name, vendor, file, settings), stated, rest)| {
            let (region, parent, fail_on_loss) = rest;
            TargetSpec {
                name,
                vendor,
                file,
                settings,
                stated,
                region,
                parent,
                fail_on_loss,
            }
        })
}

fn policy() -> impl Strategy<Value = Policy> {
    let modes = select(vec![Mode::Upsert, Mode::Create, Mode::Update, Mode::Mirror]);
    let existing = select(vec![OnExisting::Update, OnExisting::Skip, OnExisting::Fail]);
    let compare = of(select(vec![Compare::Ledger, Compare::Target]));
    let duplicates = select(vec![Duplicates::Warn, Duplicates::Reject]);
    let flags = any::<(bool, bool, bool)>();
    (modes, existing, compare, flags, most(), duplicates).prop_map(
        |(mode, on_existing, compare, flags, max_delete, duplicates)| Policy {
            mode,
            on_existing,
            compare,
            clear_empty: flags.0,
            mirror_all: flags.1,
            max_delete,
            reuse_keys: flags.2,
            duplicates,
        },
    )
}

fn guards() -> impl Strategy<Value = Guards> {
    let share = (0..=100_u64).prop_map(|n| n.to_string().parse().expect("a percentage"));
    let limit = (most(), any::<u64>()).prop_map(|(most, at_least)| UpdateLimit { most, at_least });
    (any::<(bool, bool)>(), of(share), of(limit)).prop_map(
        |((allow_empty, allow_drift), max_shrink, max_update)| Guards {
            allow_empty,
            max_shrink,
            allow_drift,
            max_update,
        },
    )
}

fn delivery() -> impl Strategy<Value = Delivery> {
    (of(rate()), of(any::<u16>()), any::<(u32, u64, u64)>()).prop_map(
        |(rate, concurrency, (stop_after, max_errors, settle_after))| Delivery {
            rate,
            concurrency,
            stop_after,
            max_errors,
            settle_after,
        },
    )
}

fn spec() -> impl Strategy<Value = ImportSpec> {
    (
        source(),
        reading(),
        target(),
        policy(),
        guards(),
        delivery(),
    )
        .prop_map(
            |(source, reading, target, policy, guards, delivery)| ImportSpec {
                version: ImportSpec::VERSION,
                source,
                reading,
                target,
                policy,
                guards,
                delivery,
            },
        )
}

proptest! {
    #[test]
    fn a_spec_comes_back_from_the_ledger_as_it_was(spec in spec()) {
        let text = spec.to_json().expect("JSON").to_string();
        let json = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(ImportSpec::of_json(&json).expect("a spec"), spec);
    }
}

fn plain() -> ImportSpec {
    ImportSpec {
        version: ImportSpec::VERSION,
        source: ContactSource::Sheet {
            file: "/a.csv".into(),
            name: None,
        },
        reading: Reading::default(),
        target: TargetSpec {
            name: "hq".into(),
            vendor: "v".into(),
            file: None,
            settings: BTreeMap::new(),
            stated: BTreeSet::new(),
            region: None,
            parent: None,
            fail_on_loss: MustKeep::default(),
        },
        policy: Policy {
            mode: Mode::default(),
            on_existing: OnExisting::default(),
            compare: None,
            clear_empty: false,
            mirror_all: false,
            max_delete: DeleteLimit::default(),
            reuse_keys: false,
            duplicates: Duplicates::default(),
        },
        guards: Guards::default(),
        delivery: Delivery::default(),
    }
}

#[test]
fn a_spec_of_the_first_version_sends_a_person_twice_as_it_did() {
    let mut old = plain().to_json().expect("JSON");
    old["version"] = json!(1);
    let policy = old["policy"].as_object_mut().expect("an object");
    policy.remove("duplicates");
    let spec = ImportSpec::of_json(&old).expect("a spec");
    assert_eq!(spec.policy.duplicates, Duplicates::Warn);
}

#[test]
fn a_spec_of_a_newer_rolo_or_of_another_shape_is_refused() {
    let good = plain().to_json().expect("JSON");
    assert!(ImportSpec::of_json(&good).is_ok());
    let with = |pointer: &str, value: Value| {
        let mut json = good.clone();
        *json.pointer_mut(pointer).expect("a member") = value;
        ImportSpec::of_json(&json)
    };
    let newer = with("/version", json!(ImportSpec::VERSION + 1));
    assert!(matches!(newer, Err(SpecError::Newer { found, .. }) if found == 3));
    let mut more = good.clone();
    more["policy"]["namesakes"] = json!("reject");
    let mut less = good.clone();
    less["guards"]
        .as_object_mut()
        .expect("an object")
        .remove("max_update");
    less["delivery"]
        .as_object_mut()
        .expect("an object")
        .remove("stop_after");
    for wrong in [
        with("/policy/mode", json!("obliterate")),
        with("/reading/region", json!("XX")),
        ImportSpec::of_json(&more),
        ImportSpec::of_json(&less),
        ImportSpec::of_json(&json!(null)),
        ImportSpec::of_json(&json!({})),
    ] {
        assert!(matches!(wrong, Err(SpecError::Damaged(_))), "{wrong:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_comes_back_as_it_was() {
    use std::os::unix::ffi::OsStrExt as _;
    let file = Path::new(std::ffi::OsStr::from_bytes(b"/caf\xe9.csv")).to_owned();
    let mut spec = plain();
    spec.source = ContactSource::Sheet {
        file: file.clone(),
        name: None,
    };
    spec.target.file = Some(file);
    let json = spec.to_json().expect("JSON");
    assert_eq!(ImportSpec::of_json(&json).expect("a spec"), spec);
}

#[test]
fn a_mapping_is_kept_without_the_passwords_that_it_gives() {
    let text = "version = 1\n[constants]\n\"portal.password\" = \"canary-1\"\nnote = \"fair\"\n\
                [[column]]\nname = \"Code\"\ntake = \"portal.password\"\ndefault = \"canary-2\"\n\
                values = { a = \"canary-3\" }\n[[column]]\nname = \"Nom\"\ntake = \"name.full\"\n\
                default = \"?\"\n[[column]]\nname = \"Both\"\ntake = \"custom\"\nsplit = \"/\"\n\
                into = [\"portal.username\", \"portal.password\"]\ndefault = \"x/canary-4\"\n";
    let kept = KeptMapping::of("/m.toml".into(), Kept::read(text).expect("a mapping"));
    let json = serde_json::to_string(&kept).expect("JSON");
    assert!(!json.contains("canary"), "{json}");
    assert_eq!(kept.withheld, ["portal.password", "Code", "Both"]);
    assert_eq!(kept.content.constants["note"], "fair");
    assert_eq!(kept.content.columns[1].default.as_deref(), Some("?"));
}

#[test]
fn a_sheet_of_less_than_half_the_rows_has_shrunk() {
    let trips = |allowed: Option<&str>, before, rows| {
        let max_shrink = allowed.map(|text| text.parse().expect("a percentage"));
        let guards = Guards {
            max_shrink,
            ..Guards::default()
        };
        guards.is_shrunken(rows, before)
    };
    for (allowed, before, rows, shrunk) in [
        (None, 1000, 499, true),
        (None, 1000, 500, false),
        (None, 1000, 2000, false),
        (None, 8, 3, true),
        (None, 8, 4, false),
        (None, 5, 1, false),
        (Some("0%"), 3, 2, true),
        (Some("0"), 3, 3, false),
        (Some("30%"), 10, 7, false),
        (Some("30%"), 10, 6, true),
        (Some("100%"), 1000, 1, false),
    ] {
        assert_eq!(
            trips(allowed, before, rows),
            shrunk,
            "{allowed:?}: {before} to {rows}"
        );
    }
}
