//! What the operations stage emits for a made-up API, and what it rejects.

mod fixture;
mod golden;

use fixture::{api, operation, parameter, required};
use xtask::emit::calls::Examples;
use xtask::emit::operations;
use xtask::emit::print;
use xtask::ir::{Api, Body, Operation, Type};
use xtask::support::error::{Error, Findings};

/// The text of one emitted file.
fn emitted(path: &str) -> String {
    let files = operations::emit(&api(), &Examples::default()).unwrap();
    let (_, tree) = files
        .iter()
        .find(|(name, _)| name.to_str() == Some(path))
        .unwrap_or_else(|| panic!("{path} is not emitted"));
    print::source("// generated", tree.clone()).unwrap()
}

/// The lines of `text` without their indentation, with broken signatures joined.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn assert_has(text: &str, parts: &[&str]) {
    let text = squeezed(text);
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in the emitted text");
    }
}

/// The fault of an API whose `books` have this additional operation.
fn rejected(operation: Operation) -> Error {
    let mut api: Api = api();
    api.resources["books"].operations.push(operation);
    operations::emit(&api, &Examples::default()).unwrap_err()
}

/// What the check of aliases finds.
fn faults_of_aliases(api: &Api) -> Findings {
    let mut findings = Findings::new();
    operations::aliases::check(api, &mut findings);
    findings
}

#[test]
fn the_root_the_resources_and_each_resource_have_a_file() {
    let files = operations::emit(&api(), &Examples::default()).unwrap();
    let paths: Vec<_> = files
        .iter()
        .map(|(path, _)| path.to_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "mod.rs",
            "resources/mod.rs",
            "resources/books.rs",
            "resources/loans.rs"
        ]
    );
}

#[test]
fn emitted_files_are_as_reviewed() {
    for path in [
        "mod.rs",
        "resources/mod.rs",
        "resources/books.rs",
        "resources/loans.rs",
    ] {
        golden::compare(&format!("operations/expected/{path}"), &emitted(path));
    }
}

#[test]
fn required_values_are_arguments_in_the_order_of_path_query_and_body() {
    assert_has(
        &emitted("resources/books.rs"),
        &[
            "pub fn get(&self, book_id: impl Into<String>, edition: impl Into<i64>) -> Get<C> {",
            "pub fn set_cover( &self, book_id: impl Into<String>, file: Upload, \
             caption: impl Into<String>, ) -> SetCover<C> {",
            "pub fn create( &self, title: impl Into<String>, \
             subtitle: impl Into<Nullable<String>>, \
             authors: impl IntoIterator<Item = impl Into<String>>, ) -> Create<C> {",
            "pub fn import(&self, items: impl IntoIterator<Item = models::Size>) -> Import<C> {",
        ],
    );
}

#[test]
fn each_type_of_a_body_field_is_accepted() {
    assert_has(
        &emitted("resources/books.rs"),
        &[
            "pub fn pages(mut self, value: impl Into<i64>) -> Self",
            "pub fn price(mut self, value: impl Into<f64>) -> Self",
            "pub fn published_at(mut self, value: impl Into<Timestamp>) -> Self",
            "pub fn in_print(mut self, value: bool) -> Self",
            "pub fn vault_code(mut self, value: impl Into<Secret>) -> Self",
            "pub fn condition(mut self, value: impl Into<models::Condition>) -> Self",
            "pub fn size(mut self, value: models::Size) -> Self",
            "pub fn metadata(mut self, value: impl IntoObject) -> Self",
            "pub fn notes(mut self, value: impl Into<Value>) -> Self",
            // Null removes an entry.
            "Item = (impl Into<String>, impl Into<Nullable<String>>)",
            "impl IntoIterator<Item = impl IntoIterator<Item = impl Into<i64>>>",
            "pub fn blurb(mut self, value: impl Into<Nullable<String>>) -> Self",
            "pub fn tags(mut self, value: impl Into<Nullable<Vec<String>>>) -> Self",
            "pub fn private(mut self, value: impl Into<Nullable<Map<String, Value>>>) -> Self",
        ],
    );
}

#[test]
fn lists_in_a_query_are_repeated_or_joined() {
    assert_has(
        &emitted("resources/books.rs"),
        &[
            r#"query_list("condition", value.into_iter().map(Into::into), true);"#,
            r#"query_list("shelf", value.into_iter().map(Into::into), false);"#,
            r#"query_list("flags", value, true);"#,
        ],
    );
}

#[test]
fn names_that_clash_are_separated() {
    let books = emitted("resources/books.rs");
    assert_has(
        &books,
        &[
            // The runtime's methods keep their names.
            r#"pub fn with_timeout(mut self, value: impl Into<i64>) -> Self { self.request.query("timeout", value.into()); self }"#,
            "pub fn with_stream(mut self, value: bool) -> Self",
            // A keyword.
            r#"pub fn type_(mut self, value: impl Into<String>) -> Self { self.request.query("type", value.into()); self }"#,
            "pub fn move_(&self, book_id: impl Into<String>) -> Move<C>",
            // The same name in path and body, and that of the local variable.
            "pub fn update( &self, book_id: impl Into<String>, body_book_id: impl Into<String>, \
             call: impl Into<String>, ) -> Update<C> { \
             let mut call_ = Update::new(&self.client);",
            r#"call_.request.path("bookID", book_id.into());"#,
            r#"call_.request.field("book_id", body_book_id.into());"#,
        ],
    );
    assert_has(
        &emitted("resources/loans.rs"),
        &[
            "pub fn loans(&self) -> LoansCall<C>",
            "pub fn page(&self) -> PageCall<C>",
        ],
    );
}

#[test]
fn every_form_of_paging_is_passed_to_the_runtime() {
    let loans = emitted("resources/loans.rs");
    assert_has(
        &emitted("resources/books.rs"),
        &[r#"items: Some("data"), max_limit: 500, switch: None"#],
    );
    assert_has(
        &loans,
        &[
            r#"items: None, max_limit: 100, switch: Some("paginated")"#,
            r#"items: Some("m2m_tokens"), max_limit: 20, switch: None"#,
        ],
    );
}

#[test]
fn deprecated_items_are_marked() {
    let books = emitted("resources/books.rs");
    let marks = books.matches("#[deprecated").count();
    assert_eq!(marks, 2, "one method and one setter:\n{books}");
}

#[test]
fn two_operations_with_the_same_name_are_rejected() {
    let error = rejected(operation("GetBookAgain", "get", "/again"));
    assert_eq!(error.location, "operation GetBookAgain (books.get)");
    assert!(error.message.contains("`get`"), "{error}");
    assert!(error.help.contains("overlay"), "{error}");
}

#[test]
fn a_method_that_the_resource_already_has_is_rejected() {
    let error = rejected(operation("NewBook", "new", "/new"));
    assert!(error.message.contains("`new`"), "{error}");
}

#[test]
fn two_setters_with_the_same_name_are_rejected() {
    let error = rejected(Operation {
        query_parameters: vec![
            parameter("timeout", Type::INTEGER),
            parameter("with_timeout", Type::INTEGER),
            parameter("query_with_timeout", Type::INTEGER),
            parameter("with_timeout", Type::INTEGER),
        ],
        ..operation("Clash", "clash", "/clash")
    });
    assert_eq!(error.location, "operation Clash (books.clash)");
    assert!(error.message.contains("`query_with_timeout`"), "{error}");
}

#[test]
fn a_query_of_objects_is_rejected() {
    let error = rejected(Operation {
        query_parameters: vec![required(parameter("filter", Type::OBJECT))],
        ..operation("Filter", "filter", "/filter")
    });
    assert!(error.location.contains("operation Filter"), "{error}");
    assert!(error.location.contains("filter"), "{error}");
    assert!(error.message.contains("text"), "{error}");
}

#[test]
fn an_undefined_type_is_rejected() {
    let error = rejected(Operation {
        body: Body::Json {
            required: true,
            fields: vec![parameter("page", Type::Named("Papyrus".to_owned()))],
        },
        ..operation("Unroll", "unroll", "/unroll")
    });
    assert!(error.location.contains("operation Unroll"), "{error}");
    assert!(error.message.contains("`Papyrus`"), "{error}");
}

#[test]
fn a_resource_that_clashes_with_a_client_method_is_rejected() {
    let mut api = api();
    let mut resource = api.resources["loans"].clone();
    resource.module = "request".to_owned();
    api.resources.insert("request".to_owned(), resource);
    let error = operations::emit(&api, &Examples::default()).unwrap_err();
    assert!(error.message.contains("`request`"), "{error}");
}

/// An API whose operation `name` of `books` has these aliases.
fn with_aliases(name: &str, given: &[&str]) -> Api {
    let mut api: Api = api();
    let operations = &mut api.resources["books"].operations;
    let mut operations = operations.iter_mut();
    let operation = operations.find(|operation| operation.name == name);
    operation.unwrap().aliases = given.iter().map(ToString::to_string).collect();
    api
}

/// The attributes of the operation with their aliases.
fn aliases(name: &str, given: &[&str]) -> String {
    let api = with_aliases(name, given);
    assert_eq!(faults_of_aliases(&api), Findings::new());
    let files = operations::emit(&api, &Examples::default()).unwrap();
    let text = print::source("", files[2].1.clone()).unwrap();
    let before = text.split_once(&format!("pub fn {name}(")).unwrap().0;
    let attributes = before.rsplit_once("    ///").unwrap().1;
    attributes.split_once('\n').unwrap().1.trim().to_owned()
}

#[test]
fn operations_are_found_by_their_ids_by_phrases_and_by_what_the_data_adds() {
    assert_eq!(
        aliases("list", &["find books", "getBookList"]),
        r#"#[doc(alias("ListBooks", "list books", "find books", "getBookList"))]"#
    );
    // The search ignores capitals and underscores, so the id `SetCover` would add nothing.
    assert_eq!(aliases("set_cover", &[]), r#"#[doc(alias("set cover"))]"#);
    let words: Vec<String> = (10..30)
        .map(|number| format!("add a book {number}"))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let lines = aliases("create", &words);
    assert!(lines.lines().count() > 3, "{lines}");
    assert!(lines.lines().all(|line| line.len() < 90), "{lines}");
    assert_eq!(lines.matches("add a book").count(), words.len());
}

#[test]
fn an_alias_that_adds_nothing_is_refused() {
    for (alias, fault) in [
        ("list", "finds the operation already"),
        ("LIST", "finds the operation already"),
        ("listBooks", "finds the operation already"),
        ("list books", "finds the operation already"),
        ("", "is not a name or a phrase"),
        (" books", "is not a name or a phrase"),
        ("\"books\"", "is not a name or a phrase"),
    ] {
        let api = with_aliases("list", &[alias]);
        let error = faults_of_aliases(&api).to_string();
        assert!(error.contains(fault), "{error}");
        assert!(error.contains("spec/docs/aliases.yaml"), "{error}");
    }
    let twice = with_aliases("list", &["books", "Books"]);
    assert_eq!(faults_of_aliases(&twice).len(), 1);
}
