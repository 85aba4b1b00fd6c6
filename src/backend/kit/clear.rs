//! Taking values away: an update leaves what a payload is silent about, so what is to go is named beside it, by its
//! place in the record.

use crate::backend::profile::{HeldField, Profile};
use crate::backend::record::Payload;
use crate::model::Field;

/// Names in a payload what an update is to take away: the places of these fields, as far as `place` gives one; the
/// fields that it cannot take away. A place where the payload has a value stays.
pub(in crate::backend) fn fields(
    profile: &Profile,
    payload: &mut Payload,
    fields: &[Field],
    place: impl Fn(&HeldField) -> Option<String>,
) -> Vec<Field> {
    let mut left = Vec::new();
    for field in fields.iter().filter(|field| stands_alone(**field)) {
        for held in profile.holds.iter().filter(|held| held.field == *field) {
            match place(held) {
                Some(place) if !payload.clears.contains(&place) => payload.clears.push(place),
                Some(_) => {}
                None => left.push(*field),
            }
        }
    }
    left
}

/// Whether a field has a value of its own: not what belongs to another, and not what tells where a contact is.
fn stands_alone(field: Field) -> bool {
    !matches!(
        field,
        Field::Key
            | Field::Parent
            | Field::Password
            | Field::Custom
            | Field::Extension(_)
            | Field::Written(_)
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::backend::fixtures::{contact, id, then, update_of, vendor};
    use crate::model::{Field, Kind};
    use crate::wire::{Body, Exchange, Next, Reply, Request};

    /// The requests of an update that clears these fields of a record.
    fn cleared(
        name: &str,
        switches: &[(&str, &str)],
        fields: &[Field],
        held: &Value,
    ) -> Vec<Request> {
        let vendor = vendor(name, switches);
        let row =
            contact(json!({"name": {"full": "Anne Durand", "first": "Anne", "last": "Durand"}}));
        let mut payload = vendor.encode(&row).payload;
        let left = vendor.clear(&mut payload, fields);
        assert_eq!(left, [], "{name}");
        let mut exchange = update_of(vendor.as_ref(), &id("7"), &payload);
        let mut requests = vec![exchange.request.clone()];
        if exchange.request.method.name() == "GET" {
            exchange = then(&exchange, &Reply::json(200, held));
            requests = vec![exchange.request.clone()];
        }
        let good = Reply::json(200, &json!({}));
        while let Ok(Next::Then { rest, .. }) = (exchange.read)(&good) {
            let rest: Exchange<_> = *rest;
            requests.push(rest.request.clone());
            exchange = rest;
        }
        requests
    }

    const PHONE: Field = Field::Phone(Kind::Work);
    const MOBILE: Field = Field::Phone(Kind::Mobile);
    const EMAIL: Field = Field::Email(Kind::Work);

    fn json_of(request: &Request) -> Value {
        match &request.body {
            Body::Json(body) => Value::clone(body),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_cleared_is_sent_as_nothing_and_the_rest_stays() {
        let held = json!({"contact_uuid": "7", "first_name": "Anne", "last_name": "Durand",
            "phone_number": "0199001234", "cell_phone_number": "0639980012", "email": "a@example.fr"});
        let put = cleared("covage", &[], &[PHONE, EMAIL], &held);
        let body = json_of(&put[0]);
        assert_eq!(
            (&body["phone_number"], &body["email"]),
            (&json!(""), &json!(""))
        );
        assert_eq!(body["cell_phone_number"], "0639980012");
        let omit = cleared("covage", &[("empty", "omit")], &[PHONE], &held);
        assert_eq!(json_of(&omit[0])["phone_number"], "");

        let held = json!({"data": {"id": 7, "details": {"names": {"first": "Anne"}, "company": {"name": "Exemple"},
            "phone_numbers": {"land_lines": ["+33199001234"], "mobiles": ["+33639980012"]}}}});
        let post = cleared("allocloud", &[], &[PHONE, Field::Company], &held);
        let details = json_of(&post[0])["data"]["contacts"][0]["details"].clone();
        assert_eq!(details["phone_numbers"]["land_lines"], json!([""]));
        assert_eq!(details["phone_numbers"]["mobiles"], json!(["+33639980012"]));
        assert_eq!(details["company"]["name"], "");

        let held = json!({"data": {"id": 7, "role": "Boss", "phone_numbers":
            {"work": {"number": "1", "extension": null}, "mobile": {"number": "2", "extension": null}}}});
        let fields = [
            PHONE,
            EMAIL,
            Field::Position,
            Field::Primary,
            Field::MailCategories,
        ];
        let patch = cleared("sonar", &[("parent", "5")], &fields, &held);
        let body = json!({"name": "Anne Durand", "role": null, "email_address": null, "primary": false,
            "email_message_categories": [], "phone_numbers": {"mobile": {"number": "2", "extension": null}}});
        assert_eq!(json_of(&patch[0]), body);

        let patch = cleared(
            "orzame",
            &[("parent", "5")],
            &[MOBILE, EMAIL, Field::Primary],
            &json!({}),
        );
        let body = json!({"name": "Anne Durand", "phone": "", "email": "", "default": false});
        assert_eq!(json_of(&patch[0]), body);
    }

    #[test]
    fn details_are_removed_one_by_one_and_parameters_sent_empty() {
        let held = json!({"first_name": "Anne", "other_info": "VIP", "details": [
            {"id": 1, "key": "company", "value": "Exemple"}, {"id": 2, "key": "Email", "value": "a@example.fr"},
            {"id": 3, "key": "Email", "value": "b@example.fr"}, {"id": 4, "key": "Badge", "value": "A-12"}]});
        let fields = [
            Field::Company,
            EMAIL,
            Field::Note,
            Field::Address(Kind::Work, crate::model::AddressPart::City),
        ];
        let requests = cleared("aalam", &[], &fields, &held);
        let Body::Form(parameters) = &requests[0].body else {
            panic!("{requests:?}");
        };
        for name in ["other_info", "address.city"] {
            assert!(
                parameters.contains(&(name.to_owned(), String::new())),
                "{parameters:?}"
            );
        }
        let removed: Vec<_> = requests[1..].iter().map(|request| &*request.path).collect();
        assert_eq!(
            removed,
            [
                "/aalam/base/contact/7/1",
                "/aalam/base/contact/7/2",
                "/aalam/base/contact/7/3"
            ]
        );
    }

    #[test]
    fn what_cannot_be_taken_away_is_told() {
        for (name, fields, left) in [
            (
                "sonar",
                &[Field::FullName, Field::Username, Field::Note][..],
                &[Field::FullName, Field::Username][..],
            ),
            (
                "orzame",
                &[Field::FullName, Field::Position],
                &[Field::FullName],
            ),
            (
                "covage",
                &[Field::Company, Field::Key, Field::Password],
                &[],
            ),
        ] {
            let vendor = vendor(name, &[]);
            let mut payload = vendor
                .encode(&contact(json!({"name": {"full": "Anne"}})))
                .payload;
            assert_eq!(vendor.clear(&mut payload, fields), left, "{name}");
        }
    }
}
