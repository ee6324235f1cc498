//! A made-up API of a lending library, with every form that an operation can have.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use xtask::ir::{
    Api, Authentication, Body, Cursor, Definition, Field, Kind, Location, Need, Operation,
    Pagination, Requirement, Resource, Response, Type, UnionVariant, Variant,
};

pub(crate) fn api() -> Api {
    let mut api = Api {
        version: "2031-04-05".to_owned(),
        base_url: "https://library.example/v1".to_owned(),
        ..Api::default()
    };
    for resource in [books(), loans()] {
        api.resources.insert(resource.module.clone(), resource);
    }
    api.types = types();
    api
}

fn books() -> Resource {
    Resource {
        module: "books".to_owned(),
        type_name: "Books".to_owned(),
        wire_name: "books".to_owned(),
        operations: vec![
            create_book(),
            delete_book(),
            get_book(),
            import_books(),
            list_books(),
            move_book(),
            set_cover(),
            update_book(),
        ],
        docs: "Books that the library owns.\n\nA book that is lent out is still here.".to_owned(),
    }
}

fn create_book() -> Operation {
    Operation {
        method: "POST".to_owned(),
        error_statuses: vec![400, 422],
        requirements: vec![Requirement {
            location: Location::Body(String::new()),
            when: None,
            need: Need::AnyOf,
            of: vec!["pages".to_owned(), "price".to_owned()],
        }],
        body: Body::Json {
            required: true,
            fields: vec![
                required(parameter("title", Type::STRING)),
                required(nullable(parameter("subtitle", Type::STRING))),
                required(parameter("authors", list(Type::STRING))),
                parameter("pages", Type::INTEGER),
                parameter("price", Type::NUMBER),
                parameter(
                    "published_at",
                    Type::formatted("integer", "unix-milliseconds").unwrap(),
                ),
                parameter("in_print", Type::BOOLEAN),
                parameter("vault_code", Type::formatted("string", "password").unwrap()),
                parameter("condition", named("Condition")),
                parameter("size", named("Size")),
                parameter("labels", Type::Map(Box::new(Type::STRING))),
                parameter("metadata", Type::OBJECT),
                parameter("notes", Type::ANY),
                parameter("shelves", list(list(Type::INTEGER))),
                parameter("conditions", list(named("Condition"))),
                parameter("sizes", list(named("Size"))),
                nullable(parameter("blurb", Type::STRING)),
                nullable(parameter("tags", list(Type::STRING))),
                nullable(parameter("in_stock", Type::BOOLEAN)),
                nullable(parameter("private", Type::OBJECT)),
                nullable(parameter("weights", Type::Map(Box::new(Type::NUMBER)))),
                nullable(parameter("state", named("Condition"))),
                Field {
                    deprecated: true,
                    ..parameter("shelf", Type::STRING)
                },
            ],
        },
        response: json(named("Book")),
        docs: "Adds a book.".to_owned(),
        ..operation("CreateBook", "create", "/books")
    }
}

fn delete_book() -> Operation {
    Operation {
        method: "DELETE".to_owned(),
        path_parameters: vec![book_id()],
        response: json(named("Book")),
        is_response_optional: true,
        idempotent: true,
        deprecated: true,
        error_statuses: vec![404],
        requirements: Vec::new(),
        docs: "Gives a book away.".to_owned(),
        ..operation("DeleteBook", "delete", "/books/{bookID}")
    }
}

fn get_book() -> Operation {
    Operation {
        path_parameters: vec![book_id()],
        query_parameters: vec![required(parameter("edition", Type::INTEGER))],
        response: json(named("Book")),
        idempotent: true,
        error_statuses: vec![401, 403, 404],
        requirements: Vec::new(),
        docs:
            "Finds one book.\n\nThe text of this operation is so long that it does not fit on one \
             line of source and has to be continued on the next."
                .to_owned(),
        ..operation("GetBook", "get", "/books/{bookID}")
    }
}

fn import_books() -> Operation {
    Operation {
        method: "POST".to_owned(),
        body: Body::JsonList {
            item: named("Size"),
            docs: "At most ten.".to_owned(),
        },
        response: json(list(named("Book"))),
        docs: "Adds several books.".to_owned(),
        ..operation("ImportBooks", "import", "/books/bulk")
    }
}

fn list_books() -> Operation {
    Operation {
        query_parameters: vec![
            parameter("limit", Type::INTEGER),
            parameter("offset", Type::INTEGER),
            parameter("title", Type::STRING),
            parameter("in_print", Type::BOOLEAN),
            parameter("condition", list(named("Condition"))),
            Field {
                explode: false,
                ..parameter("shelf", list(Type::STRING))
            },
            parameter("flags", list(Type::BOOLEAN)),
            Field {
                name: "type_".to_owned(),
                ..parameter("type", Type::STRING)
            },
            parameter("timeout", Type::INTEGER),
            parameter("stream", Type::BOOLEAN),
            parameter(
                "added_after",
                Type::formatted("integer", "unix-milliseconds").unwrap(),
            ),
        ],
        response: json(named("BookPage")),
        pagination: Some(Pagination {
            item: named("Book"),
            items_key: Some("data".to_owned()),
            max_limit: 500,
            switch: None,
            id: Some("id".to_owned()),
            cursor: Some(Cursor {
                parameter: "starting_after".to_owned(),
                orders: vec!["created_at".to_owned()],
            }),
        }),
        idempotent: true,
        docs: "Lists the books.".to_owned(),
        ..operation("ListBooks", "list", "/books")
    }
}

fn move_book() -> Operation {
    Operation {
        method: "PUT".to_owned(),
        name: "move_".to_owned(),
        type_name: "Move".to_owned(),
        path_parameters: vec![book_id()],
        body: Body::Json {
            required: false,
            fields: vec![parameter("shelf", Type::STRING)],
        },
        idempotent: true,
        docs: "Puts a book on another shelf.".to_owned(),
        ..operation("MoveBook", "move", "/books/{bookID}/place")
    }
}

fn set_cover() -> Operation {
    Operation {
        method: "PUT".to_owned(),
        path_parameters: vec![book_id()],
        body: Body::Multipart {
            file: parameter("file", Type::STRING),
            fields: vec![
                required(parameter("caption", Type::STRING)),
                parameter("page", Type::INTEGER),
                parameter("condition", named("Condition")),
                parameter("back", Type::BOOLEAN),
            ],
        },
        response: json(named("Book")),
        idempotent: true,
        docs: "Replaces the picture of the cover.".to_owned(),
        ..operation("SetCover", "set_cover", "/books/{bookID}/cover")
    }
}

/// Its body repeats the name of the path's parameter, and has a field named like the local
/// variable.
fn update_book() -> Operation {
    Operation {
        method: "PATCH".to_owned(),
        path_parameters: vec![book_id()],
        body: Body::Json {
            required: true,
            fields: vec![
                required(parameter("book_id", Type::STRING)),
                required(parameter("call", Type::STRING)),
                nullable(parameter("title", Type::STRING)),
            ],
        },
        response: json(named("Book")),
        docs: "Changes a book.".to_owned(),
        ..operation("UpdateBook", "update", "/books/{bookID}")
    }
}

fn loans() -> Resource {
    Resource {
        module: "loans".to_owned(),
        type_name: "Loans".to_owned(),
        wire_name: "loans".to_owned(),
        operations: vec![
            Operation {
                query_parameters: vec![
                    parameter("paginated", Type::BOOLEAN),
                    parameter("limit", Type::INTEGER),
                ],
                response: json(list(named("Loan"))),
                pagination: Some(Pagination {
                    item: named("Loan"),
                    items_key: None,
                    max_limit: 100,
                    switch: Some("paginated".to_owned()),
                    id: Some("id".to_owned()),
                    cursor: None,
                }),
                idempotent: true,
                docs: "Lists the loans.".to_owned(),
                ..operation("ListLoans", "list", "/loans")
            },
            Operation {
                type_name: "Loans".to_owned(),
                response: json(Type::OBJECT),
                docs: "Counts the loans.".to_owned(),
                authentication: Authentication::None,
                idempotent: true,
                ..operation("CountLoans", "loans", "/loans/count")
            },
            Operation {
                type_name: "Page".to_owned(),
                authentication: Authentication::MachineSecretKey,
                response: json(named("LoanTokens")),
                pagination: Some(Pagination {
                    item: named("Loan"),
                    items_key: Some("m2m_tokens".to_owned()),
                    max_limit: 20,
                    switch: None,
                    id: None,
                    cursor: None,
                }),
                idempotent: true,
                docs: "Lists the loans of machines.".to_owned(),
                ..operation("ListMachineLoans", "page", "/loans/machines")
            },
        ],
        docs: "Books that readers have taken home.".to_owned(),
    }
}

fn types() -> IndexMap<String, Definition> {
    let book = Kind::Struct {
        fields: vec![Field {
            docs: "Its number.".to_owned(),
            ..required(parameter("id", Type::STRING))
        }],
        open: false,
    };
    let condition = Kind::Enum {
        variants: vec![Variant {
            wire_value: "worn".to_owned(),
            name: "Worn".to_owned(),
        }],
    };
    let place = Kind::Union {
        tag: "object".to_owned(),
        variants: vec![UnionVariant {
            wire_value: "size".to_owned(),
            name: "Size".to_owned(),
            definition: "Size".to_owned(),
        }],
    };
    [
        ("Book", book.clone()),
        ("BookPage", book.clone()),
        ("Condition", condition),
        ("Loan", book.clone()),
        ("LoanTokens", book.clone()),
        ("Place", place),
        ("Size", book),
    ]
    .into_iter()
    .map(|(name, kind)| (name.to_owned(), definition(name, kind)))
    .collect()
}

fn definition(name: &str, kind: Kind) -> Definition {
    Definition {
        name: name.to_owned(),
        kind,
        in_response: true,
        in_request: false,
        resources: BTreeSet::from(["books".to_owned()]),
        deprecated: false,
        docs: format!("A {name}."),
    }
}

/// A `GET` without anything else.
pub(crate) fn operation(operation_id: &str, name: &str, path: &str) -> Operation {
    let mut type_name: String = name.split('_').map(capitalised).collect();
    type_name.retain(|letter| letter != '_');
    Operation {
        operation_id: operation_id.to_owned(),
        name: name.to_owned(),
        type_name,
        wire_name: name.to_owned(),
        method: "GET".to_owned(),
        path: path.to_owned(),
        path_parameters: Vec::new(),
        query_parameters: Vec::new(),
        body: Body::None,
        response: Response::Empty,
        is_response_optional: false,
        pagination: None,
        authentication: Authentication::SecretKey,
        idempotent: false,
        deprecated: false,
        error_statuses: Vec::new(),
        aliases: Vec::new(),
        requirements: Vec::new(),
        docs: format!("Does `{name}`."),
    }
}

pub(crate) fn parameter(name: &str, ty: Type) -> Field {
    Field {
        wire_name: name.to_owned(),
        name: name.to_owned(),
        ty,
        required: false,
        nullable: false,
        deprecated: false,
        explode: true,
        docs: format!("The {}.", name.replace('_', " ")),
    }
}

fn book_id() -> Field {
    required(Field {
        wire_name: "bookID".to_owned(),
        ..parameter("book_id", Type::STRING)
    })
}

pub(crate) fn required(parameter: Field) -> Field {
    Field {
        required: true,
        ..parameter
    }
}

fn nullable(parameter: Field) -> Field {
    Field {
        nullable: true,
        ..parameter
    }
}

fn named(name: &str) -> Type {
    Type::Named(name.to_owned())
}

fn list(item: Type) -> Type {
    Type::List(Box::new(item))
}

fn json(ty: Type) -> Response {
    Response::Json { ty }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}
