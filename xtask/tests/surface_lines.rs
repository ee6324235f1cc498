//! What a changed line of a record means for callers.

use xtask::review::surface::{Impact, compare};

fn impact(old: &str, new: &str) -> Option<Impact> {
    compare(old, new).impact()
}

#[test]
fn added_removed_and_changed_lines_are_classified() {
    let field = "models::User.locked: bool";
    assert_eq!(impact(field, field), None);
    assert_eq!(impact("", field), Some(Impact::Addition));
    assert_eq!(impact(field, ""), Some(Impact::Breaking));
    assert_eq!(
        impact(field, "models::User.locked: Option<bool>"),
        Some(Impact::Breaking)
    );
    assert_eq!(
        impact(field, "models::User.locked: bool, deprecated"),
        Some(Impact::Deprecation)
    );
    assert_eq!(
        impact("models::User.locked: bool, deprecated", field),
        Some(Impact::Nothing)
    );
}

#[test]
fn a_setter_that_also_accepts_null_is_an_addition() {
    let old = "resources::users::List::query(self, value: impl Into<String>) -> Self";
    let new = "resources::users::List::query(self, value: impl Into<Nullable<String>>) -> Self";
    assert_eq!(impact(old, new), Some(Impact::Addition));
    assert_eq!(impact(new, old), Some(Impact::Breaking));
    let flag = "resources::users::List::query(self, value: bool) -> Self";
    let nullable = "resources::users::List::query(self, value: impl Into<Nullable<bool>>) -> Self";
    assert_eq!(impact(flag, nullable), Some(Impact::Addition));
}

#[test]
fn an_item_that_needs_fewer_features_is_an_addition() {
    let one = "models::Kind: struct, if feature = \"users\"";
    let two = "models::Kind: struct, if any(feature = \"sessions\", feature = \"users\")";
    let none = "models::Kind: struct";
    let both = "models::Kind: struct, if all(feature = \"blocking\", feature = \"users\")";
    for (wider, narrower) in [
        (two, one),
        (none, two),
        (none, one),
        (one, both),
        (two, both),
    ] {
        assert_eq!(impact(narrower, wider), Some(Impact::Addition), "{wider}");
        assert_eq!(
            impact(wider, narrower),
            Some(Impact::Breaking),
            "{narrower}"
        );
    }
    let other = "models::Kind: struct, if feature = \"sessions\"";
    assert_eq!(impact(one, other), Some(Impact::Breaking));
    let not = "models::Kind: struct, if not(feature = \"users\")";
    assert_eq!(impact(one, not), Some(Impact::Breaking));
}

#[test]
fn a_type_that_loses_a_trait_breaks_callers() {
    let plain = "models::Kind: struct, impls Clone + Debug, if feature = \"users\"";
    let more = "models::Kind: struct, impls Clone + Debug + Eq, if feature = \"users\"";
    assert_eq!(impact(plain, more), Some(Impact::Addition));
    assert_eq!(impact(more, plain), Some(Impact::Breaking));
}

#[test]
fn a_struct_that_becomes_a_union_breaks_callers() {
    let (old, new) = ("models::Kind: struct", "models::Kind: union by \"object\"");
    assert_eq!(impact(old, new), Some(Impact::Breaking));
}

#[test]
fn names_of_arguments_matter_only_if_they_are_exchanged() {
    let method = |arguments: &str| format!("resources::users::Users::get({arguments}) -> Get<C>");
    let old = method("&self, user_id: impl Into<String>, at: impl Into<String>");
    let renamed = method("&self, id: impl Into<String>, at: impl Into<String>");
    let exchanged = method("&self, at: impl Into<String>, user_id: impl Into<String>");
    let retyped = method("&self, user_id: i64, at: impl Into<String>");
    assert_eq!(impact(&old, &renamed), Some(Impact::Nothing));
    assert_eq!(impact(&old, &exchanged), Some(Impact::Breaking));
    assert_eq!(impact(&old, &retyped), Some(Impact::Breaking));
}

#[test]
fn a_builder_and_its_call_are_two_items() {
    let old = "resources::users::List: call -> models::Users\nresources::users::List: struct";
    let new = "resources::users::List: call -> Page<models::User>\nresources::users::List: struct";
    let lines = compare(old, new);
    assert_eq!(lines.changed.len(), 1);
    assert_eq!(lines.changed[0].item, "resources::users::List");
}
