crate::decodable! {
    Book {
        type_: required("type", Shape::String),
        printed_at: nullable("printed_at", Shape::Timestamp),
        authors: optional("authors", Shape::List(&Shape::String)),
        ..extra
    }
}
