//! What each kind of action does.

use serde_json::json;

use crate::{applied, rejected};

#[test]
fn an_update_merges_into_a_mapping_and_leaves_the_rest() {
    let document = applied(
        "
- target: $.info
  description: why
  update:
    title: Maps
    x-scale: {unit: km}
",
    )
    .unwrap();
    assert_eq!(
        document["info"],
        json!({"title": "Maps", "version": "2031-04-01", "x-scale": {"unit": "km"}})
    );
    assert_eq!(
        document["tags"],
        json!([{"name": "Maps"}, {"name": "Globes"}])
    );
}

#[test]
fn an_update_merges_through_all_levels_and_appends_to_inner_lists() {
    let document = applied(
        "
- target: $
  description: why
  update:
    paths:
      /maps:
        get:
          parameters:
          - name: page
    tags:
    - name: Atlases
",
    )
    .unwrap();
    let parameters = document["paths"]["/maps"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let names: Vec<_> = parameters
        .iter()
        .map(|parameter| &parameter["name"])
        .collect();
    assert_eq!(names, ["scale", "Scale", "page"]);
    assert_eq!(document["tags"][2], json!({"name": "Atlases"}));
    assert_eq!(document["paths"]["/maps"]["get"]["operationId"], "ListMaps");
}

#[test]
fn an_update_appends_an_entry_to_a_list() {
    let document =
        applied("- {target: $.tags, description: why, update: {name: Atlases}}").unwrap();
    assert_eq!(
        document["tags"],
        json!([{"name": "Maps"}, {"name": "Globes"}, {"name": "Atlases"}])
    );
}

#[test]
fn an_update_that_is_a_list_appends_its_entries() {
    let document =
        applied("- {target: $.tags, description: why, update: [{name: A}, {name: B}]}").unwrap();
    assert_eq!(
        document["tags"],
        json!([{"name": "Maps"}, {"name": "Globes"}, {"name": "A"}, {"name": "B"}])
    );
}

#[test]
fn an_update_reaches_every_match_of_a_path_and_nothing_else() {
    let document = applied(
        "- {target: \"$..properties['drawn_at']\", description: why, update: {format: days}}",
    )
    .unwrap();
    let map = &document["components"]["schemas"]["Map"]["properties"];
    assert_eq!(map["drawn_at"]["format"], "days");
    assert_eq!(map["legend"]["properties"]["drawn_at"]["format"], "days");
    assert_eq!(map["sold_at"], json!({"type": "integer"}));
}

#[test]
fn a_new_member_comes_last_and_a_changed_one_keeps_its_place() {
    let document = applied(
        "- {target: $.components.schemas.Map, description: why, update: {new: 1, type: other}}",
    )
    .unwrap();
    let map = document["components"]["schemas"]["Map"]
        .as_object()
        .unwrap();
    let keys: Vec<_> = map.keys().collect();
    assert_eq!(keys, ["type", "properties", "additionalProperties", "new"]);
    assert_eq!(map["type"], "other");
}

#[test]
fn a_boolean_can_become_a_schema() {
    let document = applied(
        "
- target: $.components.schemas.Map
  description: why
  update: {additionalProperties: {type: string}}
",
    )
    .unwrap();
    let additional = &document["components"]["schemas"]["Map"]["additionalProperties"];
    assert_eq!(additional, &json!({"type": "string"}));
}

#[test]
fn a_removal_takes_a_member_and_keeps_the_order_of_the_others() {
    let document = applied("- {target: $.info, description: why, remove: true}").unwrap();
    let keys: Vec<_> = document.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["openapi", "tags", "paths", "components"]);
}

#[test]
fn a_removal_takes_the_entries_that_a_filter_finds() {
    let document = applied(
        "- {target: \"$.paths['/maps'].get.parameters[?@.name == 'Scale']\", description: why, remove: true}",
    )
    .unwrap();
    let parameters = document["paths"]["/maps"]["get"]["parameters"]
        .as_array()
        .unwrap();
    assert_eq!(parameters.len(), 1);
    assert_eq!(parameters[0]["name"], "scale");
}

#[test]
fn a_removal_of_several_entries_takes_each_of_them() {
    let document = applied("- {target: '$.tags[0, 1]', description: why, remove: true}").unwrap();
    assert_eq!(document["tags"], json!([]));
}

#[test]
fn a_removal_takes_a_string_out_of_a_list() {
    let document =
        applied("- {target: \"$..required[?@ == 'ghost']\", description: why, remove: true}")
            .unwrap();
    let schema = &document["paths"]["/maps"]["get"]["responses"]["200"]["content"]["application/json"]
        ["schema"];
    assert_eq!(schema["required"], json!(["kind"]));
}

#[test]
fn a_removal_of_a_path_with_slashes_takes_that_path() {
    let document =
        applied("- {target: \"$.paths['/maps'].delete\", description: why, remove: true}").unwrap();
    assert!(document["paths"]["/maps"].get("delete").is_none());
    assert!(document["paths"]["/maps"].get("get").is_some());
}

#[test]
fn removal_takes_precedence_over_an_update() {
    let document =
        applied("- {target: $.tags, description: why, remove: true, update: {name: A}}").unwrap();
    assert!(document.get("tags").is_none());
}

#[test]
fn a_copy_updates_with_a_value_from_elsewhere() {
    let document = applied(
        "
- target: $.paths['/maps'].delete.responses
  description: why
  update: {'201': {}}
- target: $.paths['/maps'].delete.responses['201']
  description: why
  x-copy: $.paths['/maps'].get.responses['200']
",
    )
    .unwrap();
    assert_eq!(
        document["paths"]["/maps"]["delete"]["responses"]["201"],
        document["paths"]["/maps"]["get"]["responses"]["200"]
    );
}

#[test]
fn a_copy_of_several_locations_is_rejected() {
    let error = rejected("- {target: $.info, description: why, x-copy: '$.tags[*]'}");
    assert!(
        error
            .message
            .contains("`x-copy` does not match exactly one location"),
        "{error}"
    );
}

#[test]
fn an_action_applies_to_the_result_of_the_one_before() {
    let document = applied(
        "
- {target: $.tags, description: why, remove: true}
- {target: $, description: why, update: {tags: [{name: New}]}}
- {target: '$.tags[0]', description: why, update: {name: Newer}}
",
    )
    .unwrap();
    assert_eq!(document["tags"], json!([{"name": "Newer"}]));
}

#[test]
fn functions_of_rfc_9535_are_supported() {
    let document = applied(
        "- {target: \"$.tags[?match(@.name, 'G.*')]\", description: why, update: {x-round: true}}",
    )
    .unwrap();
    assert_eq!(
        document["tags"],
        json!([{"name": "Maps"}, {"name": "Globes", "x-round": true}])
    );
}
