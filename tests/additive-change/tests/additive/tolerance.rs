//! The tolerance table of the design, row by row.

use additive_change::Model;
use serde_json::Value;

use super::document::DOCUMENT;
use super::instances::{Extent, instance};
use super::mutants::{Mutant, Mutants};
use super::mutations::Mutation;
use super::random::Random;
use super::reading::read;
use super::run::{about, all_models, decode, follows, same};
use super::text::text;

/// Checks that responses of a model are decoded after a mutation.
fn survives(model: &Model, mutation: Mutation, random: Random) -> Result<usize, String> {
    let form = DOCUMENT.form(model.name());
    let mutants = Mutants::changed_once(&DOCUMENT, form, mutation, random);
    // Most mutants of a model are mutations of the same response.
    let mut unchanged = (&Value::Null, Value::Null);
    for mutant in &mutants {
        if *unchanged.0 != mutant.original {
            let decoded = decode(model, &mutant.original.to_string())?;
            let decoded = decoded.map_err(|error| about(mutant, &format!("unchanged, {error}")))?;
            unchanged = (&mutant.original, decoded.json);
        }
        survived(model, mutant, &unchanged.1).map_err(|failure| about(mutant, &failure))?;
    }
    Ok(mutants.len())
}

/// Checks a mutated response whose original became `unchanged`.
fn survived(model: &Model, mutant: &Mutant<'_>, unchanged: &Value) -> Result<(), String> {
    let mut expected = unchanged.clone();
    for (mutation, place) in &mutant.changes {
        mutation.edit(&DOCUMENT, place, &mutant.changed, &mut expected);
    }
    let Some(decoded) = follows(model, mutant)? else {
        return Err("the description itself does not allow it".to_owned());
    };
    same(&expected, &decoded.json)?;
    for (mutation, place) in &mutant.changes {
        let shown = match (mutation, place.path.get(&mutant.changed)) {
            (Mutation::UnknownValue, Some(Value::String(value))) => format!("Unknown({value:?})"),
            (Mutation::UnknownKind, _) => "Unknown(UnknownVariant {".to_owned(),
            _ => continue,
        };
        if !decoded.debug.contains(&shown) {
            return Err(format!("{shown} is not in {}", decoded.debug));
        }
    }
    Ok(())
}

/// Checks that responses of a model are decoded after several mutations.
fn survives_several(model: &Model, random: Random) -> Result<usize, String> {
    let form = DOCUMENT.form(model.name());
    let mutants = Mutants::changed_often(&DOCUMENT, form, 0, random);
    for mutant in &mutants {
        let failure = match follows(model, mutant) {
            Ok(Some(_)) => continue,
            Ok(None) => "the description itself does not allow it".to_owned(),
            Err(failure) => failure,
        };
        return Err(about(mutant, &failure));
    }
    Ok(mutants.len())
}

fn all_survive(mutation: Mutation) {
    let checked = all_models(|model, random| survives(model, mutation, random));
    assert!(
        checked.values().any(|count| *count > 0),
        "nothing was checked"
    );
}

#[test]
fn a_response_as_described_is_printed_unchanged() {
    all_models(|model, mut random| {
        let form = DOCUMENT.form(model.name());
        for _ in 0..8 {
            let answer = instance(&DOCUMENT, form, Extent::Everything, &mut random);
            let decoded = decode(model, &text(&answer, &mut random))?;
            let decoded = decoded.map_err(|error| format!("{error}: {answer}"))?;
            same(&answer, &decoded.json)?;
            if decoded.debug.contains("Unknown(") {
                return Err(format!("a described member is unknown: {}", decoded.debug));
            }
        }
        Ok(8)
    });
}

#[test]
fn optional_and_null_members_are_accepted() {
    all_models(|model, mut random| {
        let form = DOCUMENT.form(model.name());
        for extent in [Extent::Required, Extent::Some, Extent::Some, Extent::Some] {
            let answer = instance(&DOCUMENT, form, extent, &mut random);
            let expected = read(&DOCUMENT, form, &answer).map_err(|places| places.join(", "))?;
            let decoded = decode(model, &text(&answer, &mut random))?;
            let decoded = decoded.map_err(|error| format!("{error}: {answer}"))?;
            same(&expected, &decoded.json)?;
        }
        Ok(4)
    });
}

#[test]
fn an_added_field_is_ignored_or_kept_if_the_object_is_open() {
    all_survive(Mutation::AddedField);
}

#[test]
fn an_unknown_value_of_an_enum_is_kept() {
    all_survive(Mutation::UnknownValue);
}

#[test]
fn an_unknown_kind_of_a_union_is_kept() {
    all_survive(Mutation::UnknownKind);
}

#[test]
fn an_optional_field_may_be_absent() {
    all_survive(Mutation::OptionalDropped);
}

#[test]
fn null_becomes_none_or_the_empty_value() {
    all_survive(Mutation::Null);
}

#[test]
fn a_required_field_that_is_absent_becomes_the_empty_value() {
    all_survive(Mutation::RequiredDropped);
}

#[test]
fn an_integer_may_be_written_as_a_float() {
    all_survive(Mutation::Float);
}

#[test]
fn several_mutations_at_once_are_tolerated() {
    all_models(survives_several);
}

/// Checks that each mutated response is an error that names the location.
fn all_fail(mutation: Mutation) {
    let checked = all_models(|model, random| {
        let form = DOCUMENT.form(model.name());
        let mutants = Mutants::changed_once(&DOCUMENT, form, mutation, random);
        for mutant in &mutants {
            let [(_, place)] = &mutant.changes[..] else {
                return Err("more than one mutation".to_owned());
            };
            let failure = match decode(model, &mutant.text) {
                Ok(Err(error)) if error.json_path() == Some(&place.path.to_string()) => continue,
                Ok(Err(error)) => format!(
                    "it fails at another location: {:?}, {error}",
                    error.json_path()
                ),
                Ok(Ok(_)) => "it was decoded".to_owned(),
                Err(failure) => failure,
            };
            return Err(about(mutant, &failure));
        }
        Ok(mutants.len())
    });
    assert!(
        checked.values().any(|count| *count > 0),
        "nothing was checked"
    );
}

#[test]
fn a_null_object_id_secret_or_timestamp_is_an_error_that_names_its_location() {
    all_fail(Mutation::NeededNull);
}

#[test]
fn an_absent_object_id_secret_or_timestamp_is_an_error_that_names_its_location() {
    all_fail(Mutation::NeededDropped);
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_that_names_its_location() {
    all_fail(Mutation::WrongType);
}

#[test]
fn wrong_types_among_other_mutations_are_errors_that_name_one_of_their_locations() {
    all_models(|model, random| {
        let form = DOCUMENT.form(model.name());
        let mutants = Mutants::changed_often(&DOCUMENT, form, 2, random);
        for mutant in &mutants {
            follows(model, mutant).map_err(|failure| about(mutant, &failure))?;
        }
        Ok(mutants.len())
    });
}
