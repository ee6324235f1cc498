//! A made-up API with one of everything: the normalised document and the representation, kept
//! consistent.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use xtask::ir::{Api, Definition, Field, Kind, Resource, Type, UnionVariant, Variant};

/// A property, in both forms.
#[derive(Clone)]
pub(crate) struct Property {
    field: Field,
    schema: Value,
}

pub(crate) fn property(wire_name: &str, schema: Value, ty: Type) -> Property {
    Property {
        field: Field {
            wire_name: wire_name.to_owned(),
            name: wire_name.to_owned(),
            ty,
            required: true,
            nullable: false,
            deprecated: false,
            docs: String::new(),
        },
        schema,
    }
}

impl Property {
    pub(crate) fn optional(mut self) -> Self {
        self.field.required = false;
        self
    }

    pub(crate) fn nullable(mut self) -> Self {
        self.field.nullable = true;
        self.mark("nullable")
    }

    pub(crate) fn deprecated(mut self) -> Self {
        self.field.deprecated = true;
        self.mark("deprecated")
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        self.field.name = name.to_owned();
        self
    }

    pub(crate) fn docs(mut self, docs: &str) -> Self {
        self.field.docs = docs.to_owned();
        self
    }

    fn mark(mut self, keyword: &str) -> Self {
        if self.schema.get("$ref").is_some() {
            self.schema = json!({ "allOf": [self.schema] });
        }
        self.schema[keyword] = json!(true);
        self
    }
}

pub(crate) fn text(name: &str) -> Property {
    property(name, json!({ "type": "string" }), Type::String)
}

pub(crate) fn secret(name: &str) -> Property {
    property(
        name,
        json!({ "type": "string", "format": "password" }),
        Type::Secret,
    )
}

pub(crate) fn boolean(name: &str) -> Property {
    property(name, json!({ "type": "boolean" }), Type::Boolean)
}

pub(crate) fn integer(name: &str) -> Property {
    property(
        name,
        json!({ "type": "integer", "format": "int64" }),
        Type::Integer,
    )
}

pub(crate) fn number(name: &str) -> Property {
    property(
        name,
        json!({ "type": "number", "format": "double" }),
        Type::Number,
    )
}

pub(crate) fn timestamp(name: &str) -> Property {
    let schema = json!({ "type": "integer", "format": "unix-milliseconds" });
    property(name, schema, Type::Timestamp)
}

pub(crate) fn any(name: &str) -> Property {
    property(name, json!({}), Type::Any)
}

pub(crate) fn object(name: &str) -> Property {
    property(
        name,
        json!({ "type": "object", "additionalProperties": true }),
        Type::Object,
    )
}

pub(crate) fn reference(name: &str, to: &str) -> Property {
    let schema = json!({ "$ref": format!("#/components/schemas/{to}") });
    property(name, schema, Type::Named(to.to_owned()))
}

pub(crate) fn list(of: Property) -> Property {
    let schema = json!({ "type": "array", "items": of.schema });
    let ty = Type::List(Box::new(of.field.ty));
    property(&of.field.wire_name, schema, ty)
}

pub(crate) fn map(of: Property) -> Property {
    let schema = json!({ "type": "object", "additionalProperties": of.schema });
    let ty = Type::Map(Box::new(of.field.ty));
    property(&of.field.wire_name, schema, ty)
}

/// The document and the representation of an API under construction.
pub(crate) struct Fixture {
    pub(crate) api: Api,
    schemas: Map<String, Value>,
}

impl Fixture {
    pub(crate) fn new(resources: &[&str]) -> Self {
        let resource = |name: &str| Resource {
            module: name.to_owned(),
            type_name: name.to_owned(),
            wire_name: name.to_owned(),
            operations: Vec::new(),
            docs: String::new(),
        };
        let resources = resources
            .iter()
            .map(|name| ((*name).to_owned(), resource(name)))
            .collect();
        Self {
            api: Api {
                version: "2001-01-01".to_owned(),
                base_url: "http://books.test".to_owned(),
                resources,
                ..Api::default()
            },
            schemas: Map::new(),
        }
    }

    pub(crate) fn document(&self) -> Value {
        json!({
            "openapi": "3.0.3",
            "info": { "title": "", "version": "2001-01-01" },
            "paths": { "/books": {} },
            "components": { "schemas": self.schemas },
        })
    }

    /// Only received, unless [`Self::sent`] follows.
    pub(crate) fn structure(&mut self, name: &str, properties: &[Property]) -> &mut Self {
        let schemas: Map<String, Value> = properties
            .iter()
            .map(|property| (property.field.wire_name.clone(), property.schema.clone()))
            .collect();
        let required: Vec<&str> = properties
            .iter()
            .filter(|property| property.field.required)
            .map(|property| property.field.wire_name.as_str())
            .collect();
        let schema = json!({ "type": "object", "properties": schemas, "required": required });
        let fields = properties
            .iter()
            .map(|property| property.field.clone())
            .collect();
        self.define(
            name,
            schema,
            Kind::Struct {
                fields,
                open: false,
            },
        )
    }

    pub(crate) fn open_enum(&mut self, name: &str, variants: &[(&str, &str)]) -> &mut Self {
        let values: Vec<&str> = variants.iter().map(|(_, value)| *value).collect();
        let variants = variants
            .iter()
            .map(|(name, value)| Variant {
                wire_value: (*value).to_owned(),
                name: (*name).to_owned(),
            })
            .collect();
        self.define(
            name,
            json!({ "type": "string", "enum": values }),
            Kind::Enum { variants },
        )
    }

    pub(crate) fn union(
        &mut self,
        name: &str,
        tag: &str,
        variants: &[(&str, &str, &str)],
    ) -> &mut Self {
        let target = |definition: &str| format!("#/components/schemas/{definition}");
        let mapping: Map<String, Value> = variants
            .iter()
            .map(|(_, definition, value)| ((*value).to_owned(), json!(target(definition))))
            .collect();
        let one_of: Vec<Value> = variants
            .iter()
            .map(|(_, definition, _)| json!({ "$ref": target(definition) }))
            .collect();
        let schema = json!({
            "oneOf": one_of,
            "discriminator": { "propertyName": tag, "mapping": mapping },
        });
        let variants = variants
            .iter()
            .map(|(name, definition, value)| UnionVariant {
                wire_value: (*value).to_owned(),
                name: (*name).to_owned(),
                definition: (*definition).to_owned(),
            })
            .collect();
        self.define(
            name,
            schema,
            Kind::Union {
                tag: tag.to_owned(),
                variants,
            },
        )
    }

    fn define(&mut self, name: &str, schema: Value, kind: Kind) -> &mut Self {
        self.schemas.insert(name.to_owned(), schema);
        let definition = Definition {
            name: name.to_owned(),
            kind,
            in_response: true,
            in_request: false,
            resources: BTreeSet::new(),
            deprecated: false,
            docs: String::new(),
        };
        self.api.types.insert(name.to_owned(), definition);
        self
    }

    /// The type defined last.
    fn last(&mut self) -> &mut Definition {
        self.api.types.last_mut().unwrap().1
    }

    /// Keeps unknown fields.
    pub(crate) fn open(&mut self) -> &mut Self {
        let name = self.last().name.clone();
        self.schemas[&name]["additionalProperties"] = json!(true);
        if let Kind::Struct { open, .. } = &mut self.last().kind {
            *open = true;
        }
        self
    }

    pub(crate) fn sent(&mut self) -> &mut Self {
        self.last().in_request = true;
        self.last().in_response = false;
        self
    }

    pub(crate) fn sent_and_received(&mut self) -> &mut Self {
        self.last().in_request = true;
        self
    }

    pub(crate) fn reached_by(&mut self, resources: &[&str]) -> &mut Self {
        self.last().resources = resources.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    pub(crate) fn deprecated(&mut self) -> &mut Self {
        self.last().deprecated = true;
        self
    }

    pub(crate) fn docs(&mut self, docs: &str) -> &mut Self {
        self.last().docs = docs.to_owned();
        self
    }

    pub(crate) fn definition(&self, name: &str) -> &Definition {
        &self.api.types[name]
    }
}

/// Every kind of type and of field.
pub(crate) fn library() -> Fixture {
    let mut library = Fixture::new(&["authors", "books", "shops"]);
    library
        .structure(
            "Address",
            &[
                text("street"),
                text("country").nullable(),
                text("floor").optional(),
            ],
        )
        .sent_and_received()
        .reached_by(&["authors", "books", "shops"])
        .docs("Where somebody lives or sells.");
    library
        .structure(
            "Author",
            &[
                text("type").named("type_"),
                text("name").docs("As printed on the cover.\n\nMay hold several names."),
                text("pen_name").nullable(),
                timestamp("born_at").optional(),
                reference("address", "Address").nullable().optional(),
                list(reference("languages", "Language")),
                list(text("awards")).optional(),
                object("details"),
                object("remarks").nullable(),
                map(integer("sales")),
                map(any("links")).optional(),
                any("biography").optional(),
                secret("access_key"),
                boolean("is_alive"),
                number("rating").nullable().optional(),
                reference("agent", "Address").optional().deprecated(),
                text("key#SHA256").named("key_sha256"),
            ],
        )
        .reached_by(&["authors", "books"])
        .docs("Somebody who writes.");
    library
        .structure(
            "AuthorChange",
            &[
                text("name").docs("The new name."),
                reference("agent", "Address").nullable(),
                text("pen_name").nullable().optional(),
                timestamp("born_at").nullable().optional(),
                list(text("awards")).optional(),
                list(reference("languages", "Language"))
                    .nullable()
                    .optional(),
                list(reference("addresses", "Address")).optional(),
                map(integer("sales")).optional(),
                object("details").optional(),
                any("biography").optional(),
                secret("access_key").optional(),
                boolean("is_alive").optional(),
                number("rating").optional(),
                reference("language", "Language").optional(),
                text("type").named("type_").optional().deprecated(),
            ],
        )
        .sent()
        .reached_by(&["authors"])
        .docs("What changes of an author.");
    library
        .structure(
            "Book",
            &[
                text("id"),
                reference("author", "Author"),
                reference("sequel", "Book").nullable().optional(),
                list(reference("editions", "Book")),
                reference("status", "BookStatus"),
                reference("medium", "Medium").nullable(),
            ],
        )
        .reached_by(&["books"])
        .docs("A title, in any edition.");
    library
        .structure("BookFilter", &[text("query").optional()])
        .open()
        .sent()
        .reached_by(&["books"]);
    library
        .open_enum("BookStatus", &[("Lent", "lent"), ("InStock", "in stock")])
        .reached_by(&["books"])
        .docs("Whether it can be had.");
    library
        .structure("Catalogue", &[text("season"), integer("pages").optional()])
        .open()
        .reached_by(&["shops"]);
    library
        .structure("Disc", &[text("object"), integer("minutes")])
        .reached_by(&["books", "shops"]);
    library.structure("Fault", &[text("code")]);
    library
        .open_enum("Language", &[("English", "en"), ("French", "fr")])
        .deprecated()
        .reached_by(&["authors", "books"]);
    library
        .union(
            "Medium",
            "object",
            &[("Disc", "Disc", "disc"), ("Paper", "Paper", "paper")],
        )
        .reached_by(&["books", "shops"])
        .docs("What the words are on.");
    library
        .structure("Paper", &[])
        .reached_by(&["books", "shops"])
        .deprecated();
    library
}
