//! Each pass alone, on a struct like those that typify generates.

use std::collections::BTreeSet;

use quote::quote;
use syn::{Item, ItemStruct, parse_quote};
use xtask::emit::models::passes::{
    attributes, constructors, docs, field_order, gates, paths, shapes,
};
use xtask::emit::models::{enums, unions};
use xtask::emit::print;
use xtask::ir::Kind;

use crate::fixture::{
    Fixture, boolean, integer, library, list, object, reference, text, timestamp,
};
use crate::golden;

fn check(name: &str, items: Vec<Item>) {
    golden::check(
        name,
        &print::source("", print::file(Vec::new(), items)).unwrap(),
    );
}

fn fixture() -> Fixture {
    let mut fixture = Fixture::new(&["books"]);
    fixture
        .structure(
            "Book",
            &[
                text("type").named("type_").docs("The kind of book."),
                timestamp("printed_at").nullable(),
                list(text("authors")).optional().deprecated().docs(
                    "Who wrote it.\n\nIn the order of the cover, which is not always that of the \
                     alphabet and never that of age.",
                ),
            ],
        )
        .open()
        .docs("A printed work.");
    fixture
}

/// The fields of [`fixture`] as typify writes them: sorted, with its own attributes.
fn raw() -> ItemStruct {
    parse_quote! {
        #[doc = "`Book`"]
        #[derive(:: serde :: Deserialize, :: serde :: Serialize, Clone, Debug)]
        #[serde(deny_unknown_fields)]
        pub struct Book {
            #[doc = "Somebody's words.\nOn two lines."]
            #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
            pub authors: Option<Vec<String>>,
            #[serde(skip_serializing_if = "::std::option::Option::is_none")]
            pub printed_at: Option<crate::types::Timestamp>,
            #[serde(rename = "type")]
            pub kind: String,
            #[serde(flatten)]
            pub extra: serde_json::Map<String, serde_json::Value>,
        }
    }
}

fn ordered(fixture: &Fixture) -> ItemStruct {
    let mut item = raw();
    field_order::apply(&fixture.api, fixture.definition("Book"), &mut item).unwrap();
    item
}

#[test]
fn fields_have_the_order_of_the_description_and_the_names_of_the_representation() {
    let item = ordered(&fixture());
    check("passes/field_order.rs", vec![Item::Struct(item)]);
}

#[test]
fn docs_are_our_own_with_one_attribute_per_line() {
    let fixture = fixture();
    let mut item = ordered(&fixture);
    docs::apply(fixture.definition("Book"), &mut item);
    check("passes/docs.rs", vec![Item::Struct(item)]);
}

#[test]
fn attributes_are_written_anew() {
    let fixture = fixture();
    let mut item = ordered(&fixture);
    attributes::apply(&fixture.api, fixture.definition("Book"), &mut item);
    check("passes/attributes.rs", vec![Item::Struct(item)]);
}

#[test]
fn structs_are_kept_with_types_written_our_way() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.structure("Book", &[]);
    let file: syn::File = syn::parse2(quote! {
        pub mod error {
            pub struct ConversionError;
        }
        pub struct Book {
            pub title: ::std::string::String,
            pub author: ::std::option::Option<::clerk_api::types::Nullable<::std::string::String,>>,
            pub sequel: ::std::option::Option<Book>,
            pub status: ::std::vec::Vec<::clerk_api::models::Status>,
            pub counts: ::std::collections::BTreeMap<::std::string::String, i64>,
            pub rest: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        }
        impl ::std::default::Default for Book {
            fn default() -> Self {
                todo!()
            }
        }
    })
    .unwrap();
    let structs = paths::structs(file.items, &fixture.api).unwrap();
    check(
        "passes/paths.rs",
        structs.into_values().map(Item::Struct).collect(),
    );
}

#[test]
fn unexpected_types_are_rejected() {
    let fixture = fixture();
    for item in [
        parse_quote!(
            pub struct Shelf {}
        ),
        parse_quote!(
            pub struct Book(String);
        ),
        parse_quote!(
            pub enum Book {}
        ),
    ] {
        let error = paths::structs(vec![item], &fixture.api).unwrap_err();
        assert!(error.message.contains("unexpected type"), "{error}");
    }
}

#[test]
fn constructors_take_required_fields_and_setters_the_others() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.open_enum("Status", &[("Lent", "lent")]);
    fixture
        .structure(
            "Change",
            &[
                text("title").docs("The new title."),
                text("author").nullable(),
                object("notes"),
                boolean("is_lent").optional().docs("Whether it is away."),
                list(reference("past", "Status")).optional(),
                integer("pages").nullable().optional().deprecated(),
            ],
        )
        .sent();
    let item = parse_quote! {
        pub struct Change {
            pub title: String,
            pub author: crate::types::Nullable<String>,
            pub notes: crate::types::Object,
            pub is_lent: Option<bool>,
            pub past: Option<Vec<Status>>,
            pub pages: Option<crate::types::Nullable<i64>>,
        }
    };
    let items = constructors::items(&fixture.api, fixture.definition("Change"), &item).unwrap();
    check("passes/constructors.rs", items.into_iter().collect());
}

#[test]
fn only_sent_types_have_constructors() {
    let fixture = fixture();
    let items = constructors::items(&fixture.api, fixture.definition("Book"), &raw()).unwrap();
    assert!(items.is_none());
}

#[test]
fn shapes_are_a_table_of_the_described_fields() {
    let fixture = fixture();
    let items = shapes::items(&fixture.api, fixture.definition("Book"), &ordered(&fixture));
    check("passes/shapes.rs", items.into_iter().collect());
}

#[test]
fn only_received_types_have_shapes() {
    let mut fixture = fixture();
    let item = ordered(&fixture);
    fixture.sent();
    assert!(shapes::items(&fixture.api, fixture.definition("Book"), &item).is_none());
}

#[test]
fn gates_are_on_each_item_after_its_docs() {
    let mut items = vec![
        parse_quote! {
            #[doc = " A printed work."]
            #[non_exhaustive]
            pub struct Book { pub title: String }
        },
        parse_quote! {
            impl Book { pub fn new() -> Self { todo!() } }
        },
        parse_quote! {
            crate::open_enum! { pub enum Side { Left = "left" } }
        },
    ];
    gates::apply(
        &BTreeSet::from(["books".to_owned(), "shops".to_owned()]),
        &mut items,
    );
    check("passes/gates.rs", items);
}

#[test]
fn enums_and_unions_invoke_the_macros_of_the_runtime() {
    let library = library();
    let mut items = Vec::new();
    for name in ["BookStatus", "Language"] {
        let definition = library.definition(name);
        if let Kind::Enum { variants } = &definition.kind {
            items.push(enums::item(definition, variants).unwrap());
        }
    }
    let definition = library.definition("Medium");
    if let Kind::Union { tag, variants } = &definition.kind {
        items.push(unions::item(&library.api, definition, tag, variants).unwrap());
    }
    check("passes/macros.rs", items);
}
