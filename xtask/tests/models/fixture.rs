//! A made-up API with one of everything.

use std::collections::BTreeSet;

use xtask::ir::{Api, Definition, Field, Kind, Resource, Type, UnionVariant, Variant};

/// A field of a struct.
#[derive(Clone)]
pub(crate) struct Property {
    field: Field,
}

pub(crate) fn property(wire_name: &str, ty: Type) -> Property {
    Property {
        field: Field {
            wire_name: wire_name.to_owned(),
            name: wire_name.to_owned(),
            ty,
            required: true,
            nullable: false,
            deprecated: false,
            explode: true,
            docs: String::new(),
        },
    }
}

impl Property {
    pub(crate) fn optional(mut self) -> Self {
        self.field.required = false;
        self
    }

    pub(crate) fn nullable(mut self) -> Self {
        self.field.nullable = true;
        self
    }

    pub(crate) fn deprecated(mut self) -> Self {
        self.field.deprecated = true;
        self
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        self.field.name = name.to_owned();
        self
    }

    pub(crate) fn docs(mut self, docs: &str) -> Self {
        self.field.docs = docs.to_owned();
        self
    }
}

pub(crate) fn text(name: &str) -> Property {
    property(name, Type::STRING)
}

pub(crate) fn secret(name: &str) -> Property {
    property(name, Type::formatted("string", "password").unwrap())
}

pub(crate) fn boolean(name: &str) -> Property {
    property(name, Type::BOOLEAN)
}

pub(crate) fn integer(name: &str) -> Property {
    property(name, Type::INTEGER)
}

pub(crate) fn number(name: &str) -> Property {
    property(name, Type::NUMBER)
}

pub(crate) fn timestamp(name: &str) -> Property {
    property(
        name,
        Type::formatted("integer", "unix-milliseconds").unwrap(),
    )
}

pub(crate) fn any(name: &str) -> Property {
    property(name, Type::ANY)
}

pub(crate) fn object(name: &str) -> Property {
    property(name, Type::OBJECT)
}

pub(crate) fn reference(name: &str, to: &str) -> Property {
    property(name, Type::Named(to.to_owned()))
}

pub(crate) fn list(of: Property) -> Property {
    let ty = Type::List(Box::new(element(&of)));
    property(&of.field.wire_name, ty)
}

pub(crate) fn map(of: Property) -> Property {
    let ty = Type::map_to(element(&of));
    property(&of.field.wire_name, ty)
}

fn element(of: &Property) -> Type {
    let ty = of.field.ty.clone();
    if of.field.nullable {
        Type::Nullable(Box::new(ty))
    } else {
        ty
    }
}

/// An API under construction.
pub(crate) struct Fixture {
    pub(crate) api: Api,
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
        }
    }

    /// Only received, unless [`Self::sent`] follows.
    pub(crate) fn structure(&mut self, name: &str, properties: &[Property]) -> &mut Self {
        let fields = properties
            .iter()
            .map(|property| property.field.clone())
            .collect();
        self.define(
            name,
            Kind::Struct {
                fields,
                open: false,
            },
        )
    }

    pub(crate) fn open_enum(&mut self, name: &str, variants: &[(&str, &str)]) -> &mut Self {
        let variants = variants
            .iter()
            .map(|(name, value)| Variant {
                wire_value: (*value).to_owned(),
                name: (*name).to_owned(),
            })
            .collect();
        self.define(name, Kind::Enum { variants })
    }

    pub(crate) fn union(
        &mut self,
        name: &str,
        tag: &str,
        variants: &[(&str, &str, &str)],
    ) -> &mut Self {
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
            Kind::Union {
                tag: tag.to_owned(),
                variants,
            },
        )
    }

    fn define(&mut self, name: &str, kind: Kind) -> &mut Self {
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
                reference("shelf", "Address").nullable().optional(),
                list(reference("discs", "Disc").nullable()),
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
