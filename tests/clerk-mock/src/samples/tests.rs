//! The toolchain runs them, too.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::generate::{Fault, Generator, Habits, Note};
use super::pattern::Pattern;
use super::random::Random;

const EXAMPLE: Habits = Habits {
    optional: 100,
    null: 0,
    items: (2, 2),
    in_example: true,
    is_blank: false,
};
const RANDOM: Habits = Habits {
    in_example: false,
    ..EXAMPLE
};

struct Sample {
    value: Value,
    /// Whether the table or a rule has a value for each name.
    is_known: bool,
    used: BTreeSet<String>,
}

/// A sample by a table in which a `b_c_id` begins with `bc`.
fn sample(habits: Habits, name: &str, schema: &Value, seed: u64) -> Result<Sample, Fault> {
    let document = json!({ "x-sample-values": {
        "ids": { "b_c": "bc", "c": "c" },
        "fields": {
            "first_name": ["Ada", "Grace"],
            "shops.first_name": ["Corner"],
            "word": ["one", "three"],
            "amount": [500, 7.5],
            "public_metadata": [{ "plan": "pro" }],
            "claims": [{ "role": 1 }, { "role": "admin" }],
        },
    } });
    let used = RefCell::new(BTreeSet::new());
    let missing = RefCell::new(BTreeSet::new());
    let generator = Generator {
        document: &document,
        habits,
        resource: "shops",
        object: "shop",
        notice: &|note, name| {
            let names = match note {
                Note::Used => &used,
                Note::Missing => &missing,
            };
            names.borrow_mut().insert(name.to_owned());
        },
    };
    let value = generator.value(name, None, schema, Random::new(seed))?;
    Ok(Sample {
        value,
        is_known: missing.borrow().is_empty(),
        used: used.take(),
    })
}

#[track_caller]
fn of(name: &str, mut schema: Value) -> Value {
    if schema["type"].is_null() {
        schema["type"] = "string".into();
    }
    let sample = sample(EXAMPLE, name, &schema, 0).unwrap();
    assert!(sample.is_known, "{name}: {}", sample.value);
    sample.value
}

#[track_caller]
fn unknown(name: &str, mut schema: Value) -> Value {
    if schema["type"].is_null() {
        schema["type"] = "string".into();
    }
    let sample = sample(EXAMPLE, name, &schema, 0).unwrap();
    assert!(!sample.is_known, "{name}: {}", sample.value);
    sample.value
}

#[track_caller]
fn assert_form(value: &Value, pattern: &str) {
    let text = value.as_str().unwrap();
    assert!(Pattern::compiled(pattern).unwrap().matches(text), "{text}");
}

fn strings(schema: Value) -> Value {
    let mut items = schema;
    items["type"] = "string".into();
    json!({ "type": "array", "items": items })
}

#[test]
fn the_table_comes_first_and_its_values_for_the_resource_before_all() {
    assert_eq!(of("first_name", json!({})), "Corner");
    let used = sample(EXAMPLE, "first_name", &json!({ "type": "string" }), 0).unwrap();
    assert_eq!(used.used, ["shops.first_name".to_owned()].into());
    let mut three = strings(json!({}));
    three["minItems"] = 3.into();
    assert_eq!(of("words", three), json!(["one", "three", "one"]));
    assert_eq!(of("word", json!({ "minLength": 4 })), "three");
    assert_eq!(of("word", json!({ "pattern": "^t" })), "three");
}

#[test]
fn ids_begin_as_the_table_says_and_have_their_form() {
    assert_form(&of("c_id", json!({})), "^c_2[0-9A-Za-z]{11}$");
    assert_form(&of("first_b_c_id", json!({})), "^bc_2");
    assert_form(&of("first_b_c_ids", strings(json!({})))[1], "^bc_2");
    assert_form(&of("other_id", json!({})), "^other_2");
    assert_form(&of("id", json!({})), "^shop_2");
    assert_form(&of("bCID", json!({})), "^bc_2[0-9A-Za-z]{11}$");
    let by_time = json!({ "pattern": r"^c_\w{27}$" });
    assert_form(&of("c_id", by_time), "^c_2[0-9A-Za-z]{26}$");
    let random = json!({ "pattern": "^c_[0-9A-Fa-f]{32}$" });
    assert_form(&of("c_id", random), "^c_[0-9a-f]{32}$");
    assert_ne!(of("c_id", json!({})), of("other_c_id", json!({})));
}

#[test]
fn the_id_of_an_object_begins_with_its_name() {
    let schema = json!({ "type": "object", "properties": {
        "id": { "type": "string" }, "object": { "type": "string", "enum": ["b_c"] },
    } });
    for habits in [EXAMPLE, RANDOM] {
        let value = sample(habits, "", &schema, 1).unwrap().value;
        assert_form(&value["id"], "^bc_2");
        let id = json!({ "type": "object", "properties": { "id": { "type": "string" } } });
        let list = json!({ "type": "array", "items": id });
        let schema = json!({ "type": "object", "properties": { "b_c": id, "first_b_cs": list } });
        let value = sample(habits, "", &schema, 1).unwrap().value;
        assert_form(&value["b_c"]["id"], "^bc_2");
        assert_form(&value["first_b_cs"][0]["id"], "^bc_2");
    }
}

#[test]
fn what_neither_the_table_nor_a_rule_knows_is_noted() {
    assert_eq!(unknown("title", json!({})), "title");
    assert_eq!(unknown("title", json!({ "maxLength": 3 })), "tit");
    assert_eq!(unknown("title", json!({ "minLength": 7 })), "titleti");
    assert_form(&unknown("title", json!({ "pattern": "^x[a-z]{3}$" })), "^x");
    assert_eq!(unknown("title", json!({ "format": "password" })), "title");
    assert_eq!(
        unknown("title", strings(json!({}))),
        json!(["title_1", "title_2"])
    );
}

#[test]
fn formats_have_their_form() {
    assert_eq!(of("to", json!({ "format": "email" })), "ada@example.com");
    let both = of("to", strings(json!({ "format": "email" })));
    assert_eq!(both, json!(["ada@example.com", "grace@example.com"]));
    let address = of("sign_in_url", json!({ "format": "uri" }));
    assert_eq!(address, "https://example.com/sign-in");
    assert_form(
        &of("until", json!({ "format": "date-time" })),
        "^2099-.*:00Z$",
    );
    assert_form(
        &of("until", json!({ "format": "date" })),
        r"^2099-\d\d-\d\d$",
    );
}

#[test]
fn names_that_imply_a_form_have_it() {
    let emails = of("email_addresses", strings(json!({})));
    assert_eq!(emails, json!(["ada@example.com", "grace@example.com"]));
    assert_eq!(
        of("support_email_address", json!({})),
        "support@example.com"
    );
    assert_eq!(
        of("redirect_url", json!({})),
        "https://example.com/redirect"
    );
    assert_form(&of("phone_number", json!({})), r"^\+120155501\d\d$");
    assert_eq!(of("order_by", json!({})), "-created_at");
    assert_form(&of("created_at", json!({})), "^2020-");
    assert_form(&of("expires_at", json!({})), "^2099-");
}

#[test]
fn objects_with_free_members_are_of_the_table() {
    let free = json!({ "type": "object" });
    assert_eq!(
        of("public_metadata", free.clone()),
        json!({ "plan": "pro" })
    );
    assert_eq!(unknown("extra", free), json!({ "extra_key": "extra" }));
    let texts = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    assert_eq!(of("claims", texts), json!({ "role": "admin" }));
    let none = json!({ "type": "object", "additionalProperties": false });
    assert_eq!(of("extra", none), json!({}));
}

#[test]
fn random_values_differ_where_they_must_and_are_the_same_for_a_seed() {
    let text = json!({ "type": "string" });
    for name in [
        "c_id",
        "email_address",
        "phone_number",
        "username",
        "slug",
        "secret",
        "url",
    ] {
        let of = |seed| sample(RANDOM, name, &text, seed).unwrap().value;
        assert_eq!(of(1), of(1), "{name}");
        assert_ne!(of(1), of(2), "{name}");
    }
    let name = sample(RANDOM, "word", &text, 1).unwrap().value;
    assert!(name == "one" || name == "three", "{name}");
}

#[test]
fn something_new_is_empty() {
    let habits = Habits {
        optional: 0,
        null: 100,
        items: (0, 0),
        in_example: false,
        is_blank: true,
    };
    let schema = json!({ "type": "object", "required": ["kind"], "properties": {
        "kind": { "type": "string", "enum": ["book", "map"] },
        "author": { "type": "string", "nullable": true },
        "subtitle": { "type": "string" },
        "pages": { "type": "integer", "minimum": 1 },
        "lent": { "type": "boolean" },
        "tags": { "type": "array", "items": { "type": "string" } },
        "extra": { "type": "object" },
    } });
    assert_eq!(
        sample(habits, "", &schema, 1).unwrap().value,
        json!({
            "kind": "book", "author": null, "pages": 1, "lent": false, "tags": [], "extra": {},
        })
    );
}

#[test]
fn a_kind_of_a_union_has_its_tag() {
    let part = |kind: &str| json!({ "$ref": format!("#/x-{kind}") });
    let document = json!({
        "x-a": { "type": "object", "properties": { "n": { "type": "integer" } } },
        "x-b": { "type": "object", "nullable": true, "properties": { "m": { "type": "boolean" } } },
    });
    let schema = json!({
        "oneOf": [part("a"), part("b")],
        "discriminator": { "propertyName": "kind", "mapping": { "A": "#/x-a", "B": "#/x-b" } },
    });
    let list = json!({ "type": "array", "items": schema });
    let generator = Generator {
        document: &document,
        habits: Habits {
            null: 100,
            ..EXAMPLE
        },
        resource: "",
        object: "",
        notice: &|_, _| {},
    };
    let value = generator.value("", None, &list, Random::new(1)).unwrap();
    assert_eq!(value[0]["kind"], "A");
    assert_eq!(value[1], json!({ "kind": "B", "m": true }));
}

#[track_caller]
fn integers(name: &str, mut schema: Value) -> i64 {
    schema["type"] = "integer".into();
    let value = sample(EXAMPLE, name, &schema, 0).unwrap().value;
    let random = sample(RANDOM, name, &schema, 1).unwrap().value;
    assert!(random.is_i64(), "{random}");
    value.as_i64().unwrap()
}

#[test]
fn numbers_stay_within_their_bounds() {
    for name in ["limit", "offset", "pages", "seconds"] {
        let value = integers(name, json!({ "minimum": 10, "maximum": 12 }));
        assert!((10..=12).contains(&value), "{name}: {value}");
        let value = integers(name, json!({ "maximum": 0 }));
        assert!(value <= 0, "{name}: {value}");
        let value = integers(name, json!({ "minimum": 4.5, "multipleOf": 5 }));
        assert!(value >= 5 && value % 5 == 0, "{name}: {value}");
    }
    assert_eq!(integers("a", json!({ "minimum": 7, "maximum": 7 })), 7);
    let excluded = json!({ "minimum": 0, "exclusiveMinimum": true, "maximum": 1 });
    assert_eq!(integers("limit", excluded), 1);
    assert_ne!(integers("limit", json!({})), integers("offset", json!({})));
}

#[test]
fn bounds_beyond_all_integers_are_ignored() {
    integers(
        "limit",
        json!({
            "minimum": i64::MIN, "exclusiveMinimum": true,
            "maximum": u64::MAX, "exclusiveMaximum": true,
        }),
    );
    integers("limit", json!({ "minimum": i64::MAX }));
}

#[test]
fn the_number_of_the_table_comes_first_where_it_fits() {
    assert_eq!(of("amount", json!({ "type": "integer" })), 500);
    assert_eq!(
        of("amount", json!({ "type": "number", "maximum": 10 })),
        7.5
    );
    let small = json!({ "type": "integer", "minimum": 1, "maximum": 9 });
    assert!((1..=9).contains(&unknown("amount", small).as_i64().unwrap()));
}

#[test]
fn a_fraction_is_a_number_of_quarters_where_there_is_room() {
    let weights = (0..9).map(|seed| {
        let value = sample(RANDOM, "weight", &json!({ "type": "number" }), seed)
            .unwrap()
            .value;
        value.as_f64().unwrap() * 4.0
    });
    let quarters: Vec<f64> = weights.collect();
    assert!(
        quarters.iter().all(|quarter| quarter.fract() == 0.0),
        "{quarters:?}"
    );
    assert!(
        quarters.iter().any(|quarter| quarter % 4.0 != 0.0),
        "{quarters:?}"
    );
    let percent = json!({ "type": "number" });
    for seed in 0..20 {
        let value = sample(RANDOM, "left_percent", &percent, seed)
            .unwrap()
            .value;
        assert!((0.0..=100.0).contains(&value.as_f64().unwrap()), "{value}");
    }
    let three = json!({ "type": "number", "minimum": 3, "maximum": 3 });
    assert_eq!(unknown("weight", three), 3);
}

#[test]
fn a_point_in_time_is_the_beginning_of_a_day_in_examples() {
    let moment = of(
        "created_at",
        json!({ "type": "integer", "format": "unix-milliseconds" }),
    );
    let days = moment.as_i64().unwrap();
    assert_eq!(days % 86_400_000, 0, "{days}");
}

#[test]
fn what_no_value_can_satisfy_is_an_error_with_its_path() {
    let item = |schema: Value| {
        let list = json!({ "type": "array", "items": schema });
        json!({ "type": "object", "properties": { "list": list } })
    };
    for (schema, message) in [
        (
            json!({ "type": "string", "minLength": 4_000_000_000_u64 }),
            "more than 100000 characters",
        ),
        (
            json!({ "type": "string", "format": "isbn" }),
            "the format `isbn` has no sample",
        ),
        (
            json!({ "type": "string", "pattern": "(?=a)b" }),
            "the pattern `(?=a)b` is not supported",
        ),
        (
            json!({ "type": "string", "pattern": "^a{3}$", "minLength": 5 }),
            "no text was found that matches the pattern",
        ),
        (
            json!({ "type": "integer", "minimum": 2, "maximum": 1 }),
            "no number is within the bounds",
        ),
        (json!({ "$ref": "#/b" }), "`#/b` does not resolve"),
        (json!({ "type": "null" }), "the type `null` has no sample"),
    ] {
        for habits in [EXAMPLE, RANDOM] {
            let fault = sample(habits, "a", &item(schema.clone()), 1).err().unwrap();
            assert_eq!(fault.path, ".list[]", "{fault:?}");
            assert!(fault.message.contains(message), "{fault:?}");
        }
    }
    let many = json!({ "type": "array", "minItems": 2, "uniqueItems": true,
                       "items": { "type": "string", "enum": ["a"] } });
    let fault = sample(EXAMPLE, "a", &many, 1).err().unwrap();
    assert!(fault.message.contains("too few distinct"), "{fault:?}");
}
