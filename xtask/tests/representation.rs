//! The input of the emitters: the intermediate representation of a small description written for
//! this test.

use std::fs;

use serde_json::Value;
use xtask::input::docs::Docs;
use xtask::input::folder::Folder;
use xtask::input::names::Names;
use xtask::ir::{self, Api, Authentication, Body, Kind, Response, Type};
use xtask::normalise;
use xtask::support::error::Findings;

const PATHS: &str = "
  /books:
    get:
      operationId: ListBooks
      x-speakeasy-group: bookShelves
      x-speakeasy-name-override: list
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
        - {name: offset, in: query, schema: {type: integer}}
        - {name: genre, in: query, required: true, schema: {type: string, enum: [novel, essay]}}
      responses:
        '200': {description: '', content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/Book'}}, total_count: {type: integer}}}}}}
        '422': {description: ''}
        '404': {description: ''}
    post:
      operationId: CreateBook
      x-speakeasy-group: bookShelves
      x-speakeasy-name-override: create
      x-clerk-authentication: machine
      requestBody:
        content: {application/json: {schema: {type: object, required: [type], properties: {type: {type: string}, note: {type: string, nullable: true}}}}}
      responses:
        '201': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
  /books/{book_id}/pages/{page_id}:
    delete:
      operationId: DeletePage
      x-speakeasy-group: bookShelves
      x-speakeasy-name-override: deletePage
      deprecated: true
      security: []
      parameters:
        - {name: page_id, in: path, required: true, schema: {type: string}}
        - {name: book_id, in: path, required: true, schema: {type: string}}
      responses: {'204': {description: ''}}";

const SCHEMAS: &str = "
    ClerkErrors: {type: object, properties: {errors: {type: array, items: {}}}}
    Book: {type: object, required: [id], properties: {id: {type: string}, written_at: {type: integer, format: unix-milliseconds, nullable: true}}}";

const DOCS: &str = "
about: Shelves of books.
operations:
  list: {text: Lists books., parameters: {genre: Which kind of book.}}
  create: {text: Adds a book.}
  delete_page: {text: Tears out a page.}";

/// A workspace that contains only these texts.
fn docs(resource: &str) -> Result<Docs, Findings> {
    let root = tempfile::tempdir().expect("a temporary folder");
    let folder = root.path().join("spec/docs");
    for part in ["resources", "models"] {
        fs::create_dir_all(folder.join(part)).expect("a folder");
    }
    let files = [
        ("parameters.yaml", "limit: How many at most."),
        ("fields.yaml", "id: What identifies it."),
        ("resources/book_shelves.yaml", resource),
        (
            "models/books.yaml",
            "Book: {text: A book., fields: {written_at: When it was written.}}",
        ),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("a file");
    }
    let workspace = Folder::new(root.path());
    Findings::gather(|findings| Docs::read(workspace, "spec/docs", findings))
}

fn api(paths: &str) -> Result<Api, Findings> {
    let source: Value = xtask::input::load::parse(
        "test",
        &format!(
            "openapi: 3.0.3\ninfo: {{title: Books, version: '2020-01-01'}}\n\
             servers: [{{url: 'https://api.example/v1/'}}]\npaths: {paths}\n\
             components:\n  schemas: {SCHEMAS}"
        ),
    )?;
    built(&source, &docs(DOCS)?)
}

fn built(source: &Value, docs: &Docs) -> Result<Api, Findings> {
    let names = Names::default();
    Findings::gather(|findings| {
        let document = normalise::document(source, &names, findings);
        ir::build(&document, &names, docs, findings)
    })
}

#[test]
fn resources_and_operations_are_named_and_sorted() {
    let api = api(PATHS).expect("builds");
    assert_eq!(
        (api.version.as_str(), api.base_url.as_str()),
        ("2020-01-01", "https://api.example/v1")
    );
    let resource = &api.resources["book_shelves"];
    assert_eq!(
        (resource.type_name.as_str(), resource.docs.as_str()),
        ("BookShelves", "Shelves of books.")
    );
    let names: Vec<&str> = resource
        .operations
        .iter()
        .map(|operation| operation.name.as_str())
        .collect();
    assert_eq!(names, ["create", "delete_page", "list"]);
}

const OFFSET: &str = "- {name: offset, in: query, schema: {type: integer}}";
const STARTING_AFTER: &str = "
        - {name: starting_after, in: query, schema: {type: string}}";

fn with_cursor(order: &str) -> String {
    assert!(PATHS.contains(OFFSET));
    PATHS.replace(OFFSET, &format!("{OFFSET}{STARTING_AFTER}{order}"))
}

#[test]
fn a_cursor_continues_the_default_order() {
    let by = "
        - {name: order_by, in: query, schema: {type: string";
    for (order, orders) in [
        (String::new(), vec![]),
        (format!("{by}}}}}"), vec![]),
        (
            format!("{by}, default: -written_at}}}}"),
            vec!["written_at"],
        ),
        (
            format!("{by}, default: +written_at}}}}"),
            vec!["written_at"],
        ),
    ] {
        let api = api(&with_cursor(&order)).expect("builds");
        let list = &api.resources["book_shelves"].operations[2];
        let pagination = list.pagination.as_ref().expect("it is paged");
        let cursor = pagination.cursor.as_ref().expect("it has a cursor");
        assert_eq!(cursor.parameter, "starting_after");
        assert_eq!(cursor.orders, orders, "{order}");
    }
}

#[test]
fn a_cursor_requires_items_with_an_id() {
    let paths = with_cursor("").replace("$ref: '#/components/schemas/Book'", "type: string");
    let error = api(&paths).expect_err("texts have no id").to_string();
    assert!(
        error.contains("ListBooks") && error.contains("starting_after"),
        "{error}"
    );
}

#[test]
fn an_operation_on_a_resource_id_can_return_404() {
    let errors = |paths: &str| {
        let api = api(paths).expect("builds");
        let delete = &api.resources["book_shelves"].operations[1];
        assert_eq!(delete.name, "delete_page");
        delete.error_statuses.clone()
    };
    assert_eq!(errors(PATHS), [404]);
    // A value of an enum always exists.
    let id = "required: true, schema: {type: string}";
    let kind = "required: true, schema: {type: string, enum: [first, last]}";
    assert_eq!(PATHS.matches(id).count(), 2);
    assert_eq!(errors(&PATHS.replacen(id, kind, 1)), [404], "one is an id");
    assert!(errors(&PATHS.replace(id, kind)).is_empty());
}

#[test]
fn a_page_has_its_items_its_limit_and_its_errors() {
    let api = api(PATHS).expect("builds");
    let list = &api.resources["book_shelves"].operations[2];
    let pagination = list.pagination.as_ref().expect("it is paged");
    assert_eq!(pagination.item, Type::Named("Book".to_owned()));
    assert_eq!(pagination.items_key.as_deref(), Some("data"));
    assert_eq!(pagination.max_limit, 100);
    assert_eq!(pagination.switch, None);
    assert_eq!(pagination.cursor, None);
    assert_eq!(pagination.id.as_deref(), Some("id"));
    assert_eq!(list.error_statuses, [404, 422]);
    assert!(list.idempotent && list.authentication == Authentication::SecretKey);
    let genre = &list.query_parameters[2];
    assert!(genre.required && genre.docs == "Which kind of book.");
    assert_eq!(genre.ty, Type::Named("ListBooksGenre".to_owned()));
    assert_eq!(list.query_parameters[0].docs, "How many at most.");
    assert_eq!(
        list.query_parameters[1].docs, "Offset.",
        "a name that explains itself"
    );
}

#[test]
fn a_body_with_a_required_field_is_required() {
    let api = api(PATHS).expect("builds");
    let create = &api.resources["book_shelves"].operations[0];
    assert_eq!(create.authentication, Authentication::MachineSecretKey);
    assert!(!create.idempotent);
    let Body::Json { required, fields } = &create.body else {
        panic!("{:?}", create.body)
    };
    assert!(required);
    assert_eq!(
        (fields[0].wire_name.as_str(), fields[0].name.as_str()),
        ("type", "type_")
    );
    assert!(fields[0].required && !fields[0].nullable);
    assert!(!fields[1].required && fields[1].nullable);
}

#[test]
fn path_parameters_are_in_the_order_of_the_path() {
    let api = api(PATHS).expect("builds");
    let delete = &api.resources["book_shelves"].operations[1];
    let names: Vec<&str> = delete
        .path_parameters
        .iter()
        .map(|parameter| parameter.name.as_str())
        .collect();
    assert_eq!(names, ["book_id", "page_id"]);
    assert_eq!(delete.response, Response::Empty);
    assert!(delete.deprecated && delete.authentication == Authentication::None);
}

#[test]
fn types_are_marked_with_their_uses() {
    let api = api(PATHS).expect("builds");
    let names: Vec<&str> = api.types.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["Book", "ListBooksGenre"],
        "the error type belongs to the runtime"
    );
    let book = &api.types["Book"];
    assert!(book.in_response && !book.in_request && book.docs == "A book.");
    let Kind::Struct { fields, open } = &book.kind else {
        panic!("{:?}", book.kind)
    };
    assert!(!open);
    assert_eq!(
        (fields[0].docs.as_str(), fields[1].docs.as_str()),
        ("What identifies it.", "When it was written.")
    );
    assert!(
        fields[1].ty == Type::formatted("integer", "unix-milliseconds").unwrap()
            && fields[1].nullable
            && !fields[1].required
    );
    assert!(api.types["ListBooksGenre"].in_request);
}

#[test]
fn different_success_types_are_rejected() {
    let error = api(&PATHS.replace(
        "'204': {description: ''}",
        "'204': {description: ''}, '200': {description: '', content: {application/json: {schema: {type: string}}}}",
    ))
    .expect_err("the description should be rejected")
    .to_string();
    assert!(
        error.contains("DeletePage") && error.contains("2 different success types"),
        "{error}"
    );
}

#[test]
fn two_operations_with_the_same_name_are_rejected() {
    let error = api(&PATHS.replace("override: create", "override: list"))
        .expect_err("the description should be rejected")
        .to_string();
    assert!(error.contains("book_shelves.list"), "{error}");
}

#[test]
fn two_success_responses_of_the_same_type_are_one() {
    let both = "responses: {'204': {description: ''}, '202': {description: ''}}";
    let paths = PATHS.replace("responses: {'204': {description: ''}}", both);
    assert!(paths.contains(both));
    let api = api(&paths).expect("is built");
    let operation = api.resources["book_shelves"]
        .operations
        .iter()
        .find(|operation| operation.name == "delete_page")
        .expect("the operation");
    assert!(matches!(operation.response, Response::Empty));
}

#[test]
fn an_operation_without_a_text_is_rejected() {
    let source = DOCS.replace("delete_page", "remove_page");
    let document = xtask::input::load::parse(
        "test",
        &format!("openapi: 3.0.3\ninfo: {{title: B, version: '1'}}\nservers: [{{url: 'https://a.example'}}]\npaths: {PATHS}\ncomponents:\n  schemas: {SCHEMAS}"),
    )
    .expect("parses");
    let docs = docs(&source).expect("reads");
    built(&document, &docs).expect("builds");
    let error = Findings::gather(|findings| docs.check_complete(|_| Vec::new(), findings))
        .expect_err("the description should be rejected")
        .to_string();
    assert!(
        error.contains("book_shelves.delete_page") && error.contains("resources/book_shelves.yaml"),
        "{error}"
    );
}

#[test]
fn names_replace_missing_texts_in_an_older_version() {
    let source = DOCS.replace("delete_page", "remove_page");
    let docs = docs(&source).expect("reads");
    let text = |name| docs.operation("book_shelves", name);
    assert_eq!(text("delete_page"), "Delete page.");
    assert_eq!(text("remove_page"), "Tears out a page.");
    assert_eq!(docs.resource("reading_rooms"), "Reading rooms.");
}

#[test]
fn a_text_without_a_counterpart_is_rejected() {
    let docs = docs(&format!("{DOCS}\n  burn: {{text: Burns a book.}}")).expect("reads");
    let error = Findings::gather(|findings| docs.check_all_used(findings))
        .expect_err("the texts should be rejected")
        .to_string();
    assert!(error.contains("book_shelves.burn"), "{error}");
}

#[test]
fn an_unknown_key_in_a_text_file_is_rejected() {
    let error = docs("about: Shelves.\nsummary: Books.")
        .expect_err("the texts should be rejected")
        .to_string();
    assert!(error.contains("`summary`"), "{error}");
}
