crate::decodable! {
    Book {
        type_: required("type", Shape::String),
        printed_at: nullable("printed_at", Shape::Integer),
        authors: optional("authors", Shape::List(&Shape::String)),
        ..extra
    }
}
