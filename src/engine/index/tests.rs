//! Pairing by what is shared, case by case: rows in, records in, and which row led where.

use serde_json::json;

use super::*;
use crate::backend::{Encoded, Payload, Snapshot};
use crate::model::{Identity, ParentId};
use crate::plan::Change;

struct Case {
    lookup: MatchIndex,
    rows: u64,
}

fn encoded(name: &str, email: &str, phone: &str) -> Encoded<'static> {
    let list = |text: &str| {
        let text = (!text.is_empty()).then(|| text.to_lowercase());
        text.into_iter().collect()
    };
    Encoded {
        payload: Payload::of(json!({"name": name, "email": email, "phone": phone})),
        losses: vec![],
        identity: Identity {
            person: (!name.is_empty()).then(|| name.to_owned()),
            company: None,
            emails: list(email),
            phones: list(phone),
        },
    }
}

impl Case {
    fn new(held: &[(&str, &str, &str, &str)]) -> Self {
        let mut lookup = MatchIndex::new().expect("a file");
        let held: Vec<_> = held
            .iter()
            .map(|(id, name, email, phone)| {
                (RemoteId::new(*id), encoded(name, email, phone).into())
            })
            .collect();
        lookup.hold(&held).expect("held");
        Self { lookup, rows: 0 }
    }

    fn row(&mut self, standing: Standing, remote: Option<&str>, encoded: &Encoded<'_>) {
        self.rows += 1;
        let row = WantedRow {
            number: Some(self.rows),
            row: self.rows,
            scoped: ScopedKey {
                key: ContactKey::new(format!("k{}", self.rows)),
                parent: encoded.payload.parent.clone(),
            },
            elsewhere: None,
            says: None,
            remote: remote.map(RemoteId::new),
            standing,
            matches: MatchKey::of_row(encoded),
        };
        self.lookup.want(&[row]).expect("wanted");
    }

    fn open(mut self, rows: &[(&str, &str, &str)]) -> Self {
        for (name, email, phone) in rows {
            self.row(Standing::Open, None, &encoded(name, email, phone));
        }
        self
    }

    /// Each row in short: `7` by e-mail, `7#` by number, `-` none, `?7,8` several, `!7/2` taken by row 2.
    fn found(self) -> Vec<String> {
        self.lookup.find(&mut |_| Ok(true)).expect("found");
        let short = |row: UndecidedRow| match (row.problem, row.remote, row.by) {
            (Some(MatchProblem::Several(ids)), ..) => {
                let ids: Vec<_> = ids.into_iter().map(RemoteId::into_string).collect();
                format!("?{}", ids.join(","))
            }
            (Some(MatchProblem::Taken(id, row)), ..) => format!("!{id}/{row}"),
            (Some(MatchProblem::NoParent(words)), ..) => words,
            (None, Some(id), Some(MatchBy::NumberAndName)) => format!("{id}#"),
            (None, Some(id), _) => id.into_string(),
            (None, None, _) => "-".to_owned(),
        };
        let pending = self
            .lookup
            .pending(0, 99, NewRows::Undecided)
            .expect("readable");
        pending.into_iter().map(short).collect()
    }
}

const ANNE: (&str, &str, &str) = ("Anne Durand", "anne@example.fr", "0199001234");

#[test]
fn an_address_leads_to_its_record_whatever_the_name() {
    let held = [("7", "Anne Martin", "ANNE@example.fr", "")];
    assert_eq!(Case::new(&held).open(&[ANNE]).found(), ["7"]);
}

#[test]
fn a_number_leads_to_its_record_with_the_name_only() {
    let held = [
        ("7", "DURAND Anne", "old@example.fr", "0199001234"),
        ("8", "Bob Roy", "", "0199001234"),
    ];
    let zoe = ("Zoé Zola", "", "0199001234");
    assert_eq!(Case::new(&held).open(&[ANNE, zoe]).found(), ["7#", "-"]);
}

#[test]
fn people_who_share_an_address_are_told_apart_by_name_or_not_at_all() {
    let info = |name| (name, "info@example.fr", "");
    let rows = [info("Anne Durand"), info("Bob Roy"), info("Zoé Zola")];
    let held = [("7", "Bob Roy", "info@example.fr", "")];
    assert_eq!(Case::new(&held).open(&rows).found(), ["-", "7", "-"]);
    let held = [
        ("7", "Bob Roy", "info@example.fr", ""),
        ("8", "Anne Durand", "info@example.fr", ""),
        ("9", "Bob Roy", "info@example.fr", ""),
    ];
    assert_eq!(Case::new(&held).open(&rows).found(), ["8", "?7,9", "-"]);
}

#[test]
fn several_records_that_fit_are_never_chosen_from() {
    let twins = [
        ("7", "Anne Durand", "", "0199001234"),
        ("8", "DURAND Anne", "", "0199001234"),
    ];
    let row = ("Anne Durand", "", "0199001234");
    assert_eq!(Case::new(&twins).open(&[row]).found(), ["?7,8"]);
    let mut turned = twins;
    turned.reverse();
    assert_eq!(Case::new(&turned).open(&[row]).found(), ["?7,8"]);
    // A number of its own beside the shared one does not help.
    let row = ("Anne Durand", "new@example.fr", "0199001234");
    assert_eq!(Case::new(&twins).open(&[row]).found(), ["?7,8"]);
    let bare = [("7", "Anne Durand", "", ""), ("8", "Anne Durand", "", "")];
    let row = ("Anne Durand", "", "");
    assert_eq!(Case::new(&bare).open(&[row]).found(), ["?7,8"]);
    // Without a name, an address that two have tells nobody.
    let shared = [
        ("7", "Anne Durand", "info@example.fr", ""),
        ("8", "Bob Roy", "info@example.fr", ""),
    ];
    let row = ("", "info@example.fr", "");
    assert_eq!(Case::new(&shared).open(&[row]).found(), ["?7,8"]);
}

#[test]
fn one_record_is_not_two_rows() {
    let held = [("7", "Anne Durand", "anne@example.fr", "0199001234")];
    let found = Case::new(&held).open(&[ANNE, ANNE]).found();
    assert_eq!(found, ["!7/2", "!7/1"]);
    // Whoever is found by e-mail is not found again by number.
    let other = ("Anne Durand", "a.durand@example.fr", "0199001234");
    assert_eq!(Case::new(&held).open(&[other, ANNE]).found(), ["-", "7"]);
}

#[test]
fn a_record_that_a_link_leads_to_is_no_candidate() {
    let held = [("7", "Anne Durand", "info@example.fr", "0199001234")];
    for standing in [Standing::Apart, Standing::Done, Standing::Linked] {
        let mut case = Case::new(&held);
        case.row(standing, Some("7"), &encoded("", "", ""));
        case.row(
            Standing::Open,
            None,
            &encoded("Anne Durand", "info@example.fr", "0199001234"),
        );
        assert_eq!(case.found().last().map(String::as_str), Some("-"));
    }
    let case = Case::new(&held).open(&[("Anne Durand", "info@example.fr", "")]);
    case.lookup.find(&mut |_| Ok(false)).expect("found");
    let pending = case
        .lookup
        .pending(0, 9, NewRows::Undecided)
        .expect("readable");
    assert_eq!(pending[0].remote, None, "it is somebody else's");
}

#[test]
fn a_record_that_is_gone_makes_place_for_another() {
    let mut case = Case::new(&[("8", "Anne Durand", "anne@example.fr", "")]);
    case.row(
        Standing::Linked,
        Some("7"),
        &encoded(ANNE.0, ANNE.1, ANNE.2),
    );
    let missing = case.lookup.missing(Whose::All).expect("readable");
    assert_eq!(missing.len(), 1);
    case.lookup.lose(missing[0].n).expect("writable");
    assert_eq!(case.found(), ["8"]);
}

#[test]
fn what_could_not_be_judged_keeps_its_record() {
    let anne = encoded(ANNE.0, ANNE.1, ANNE.2);
    let bob = Snapshot::from(encoded("Bob Roy", "bob@example.fr", ""));
    let unknown = Snapshot {
        identity: None,
        record: None,
        ..bob.clone()
    };
    let kept = |case: &Case| {
        let records = [anne.clone().into(), bob.clone(), unknown.clone()];
        records.map(|record| case.lookup.is_perhaps_wanted(&record).expect("readable"))
    };
    let mut case = Case::new(&[]);
    assert_eq!(kept(&case), [false, false, false]);
    case.row(Standing::Apart, None, &anne);
    assert_eq!(
        kept(&case),
        [true, false, true],
        "nobody knows who the last one is"
    );
    let mut case = Case::new(&[]);
    case.row(Standing::Done, Some("7"), &anne);
    assert_eq!(kept(&case), [false, false, false]);
}

#[test]
fn parents_are_those_of_rows_that_may_be_sent() {
    let mut case = Case::new(&[]);
    for (parent, standing) in [
        ("1", Standing::Apart),
        ("2", Standing::Linked),
        ("3", Standing::Open),
        ("3", Standing::Open),
    ] {
        let under = Payload {
            parent: Some(ParentId::new(parent)),
            ..encoded(ANNE.0, ANNE.1, "").payload
        };
        let row = WantedRow {
            number: Some(1),
            row: 1,
            scoped: ScopedKey {
                key: ContactKey::new(parent),
                parent: under.parent.clone(),
            },
            elsewhere: None,
            says: None,
            remote: None,
            standing,
            matches: vec![],
        };
        case.lookup.want(&[row]).expect("wanted");
    }
    let parents = |whose| {
        let parents = case.lookup.parents(whose).expect("readable").into_iter();
        parents
            .flatten()
            .map(ParentId::into_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(parents(Whose::New), ["3"]);
    assert_eq!(parents(Whose::All), ["2", "3"]);
}

#[test]
fn a_row_without_its_parent_is_looked_for_nowhere() {
    let mut case = Case::new(&[("7", "Anne Durand", "anne@example.fr", "")]);
    let mut row = encoded("Anne Durand", "anne@example.fr", "");
    row.payload.parent = Some(ParentId::new("9"));
    case.row(Standing::Open, None, &row);
    let parent = ParentId::new("9");
    let said = case.lookup.has_no_parent(&parent, "no account 9");
    said.expect("written");
    assert_eq!(case.open(&[ANNE]).found(), ["no account 9", "7"]);
}

#[test]
fn a_row_that_is_done_still_shares_its_address() {
    let info = |name| encoded(name, "info@example.fr", "");
    let held = [("7", "Anne Martin", "info@example.fr", "")];
    for (done, found) in [(false, "7"), (true, "-")] {
        let mut case = Case::new(&held);
        if done {
            case.row(Standing::Done, Some("9"), &info("Bob Roy"));
        }
        case.row(Standing::Open, None, &info("Zoé Zola"));
        case.lookup.sort().expect("sorted");
        assert_eq!(case.found(), [found], "{done}");
    }
}

#[test]
fn new_rows_that_are_decided_are_those_about_which_nothing_was_found() {
    let held = [("7", "Anne Durand", "anne@example.fr", "")];
    let case = Case::new(&held).open(&[ANNE, ("Zoé Zola", "zoe@example.fr", "")]);
    case.lookup.find(&mut |_| Ok(true)).expect("found");
    for (new, wanted) in [
        (NewRows::Decided, vec![1]),
        (NewRows::Undecided, vec![1, 2]),
    ] {
        let pending = case.lookup.pending(0, 99, new).expect("readable");
        let rows: Vec<u64> = pending.iter().map(|row| row.number).collect();
        assert_eq!(rows, wanted, "{new:?}");
    }
}

#[test]
fn a_record_that_says_what_its_one_row_says_is_not_kept() {
    let (anne, bob) = (
        encoded("Anne Durand", "a@example.fr", ""),
        encoded("Bob", "", ""),
    );
    let row = |case: &mut Case, remote: &str| {
        case.row(Standing::Linked, Some(remote), &anne);
        let says = Change::digest_of(&anne.payload).cast_signed();
        let last = "UPDATE wanted SET says = ?1 WHERE n = (SELECT max(n) FROM wanted)";
        case.lookup
            .database
            .execute(last, [says])
            .expect("writable");
    };
    let hold = |case: &mut Case, held: &Encoded<'_>| {
        let held = (RemoteId::new("7"), held.clone().into());
        case.lookup.hold(&[held]).expect("held");
        let pending = case.lookup.pending(0, 9, NewRows::Undecided);
        let same = pending.expect("readable").iter().all(|row| row.is_same);
        let is_missed = !case
            .lookup
            .missing(Whose::All)
            .expect("readable")
            .is_empty();
        (same, case.lookup.count_held().expect("a count"), is_missed)
    };
    let mut case = Case::new(&[]);
    row(&mut case, "7");
    assert_eq!(hold(&mut case, &anne), (true, 0, false));
    assert_eq!(hold(&mut case, &bob), (false, 1, false), "shown once more");
    let mut case = Case::new(&[]);
    row(&mut case, "7");
    row(&mut case, "7");
    assert_eq!(hold(&mut case, &anne), (false, 1, false), "two rows");
    let mut case = Case::new(&[]);
    row(&mut case, "7");
    case.lookup.has_moved = true;
    assert_eq!(
        hold(&mut case, &anne),
        (false, 1, false),
        "it may be another's"
    );
}
