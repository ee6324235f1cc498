//! Compares the schemas of two positions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::description::{At, Description};
use super::schema::{Reference, Schema, reference, target};
use super::walk::{Member, Pair, Walk, What};
use crate::input::vocabulary::{Keyword, Kind, Meaning, SCHEMA, mismatch};

impl<'a> Walk<'a> {
    /// Compares two schemas in the same position; without parts, a schema allows anything.
    pub(super) fn schema(&mut self, old: &[At<'a>], new: &[At<'a>], is_required: bool) {
        let position = [old, new].map(|place| place.iter().map(|at| at.pointer.clone()).collect());
        if !self.seen.insert(position) {
            return;
        }
        match (reference(self.old, old), reference(self.new, new)) {
            (Some(was), Some(is)) => self.references(&was, old, &is, new, is_required),
            _ => self.contents(old, new, is_required),
        }
    }

    /// Compares what two schemas contain, wherever it is written.
    pub(super) fn contents(&mut self, old: &[At<'a>], new: &[At<'a>], is_required: bool) {
        let before = self.found.differences.len();
        let (was, is) = (Schema::of(self.old, old), Schema::of(self.new, new));
        self.merged[0].extend(was.followed.iter().cloned());
        self.merged[1].extend(is.followed.iter().cloned());
        let [shape, other] = [was.shape(), is.shape()];
        let mut places = [(self.old, old), (self.new, new)].into_iter();
        if places.any(|(side, place)| place.iter().any(|at| !is_schema(side, at))) {
            let sides = [old, new].map(|place| place.first().map(|at| at.value.clone()));
            let at = new.first().or(old.first()).map(|at| at.pointer.as_str());
            let (pointer, keyword) = at.and_then(|at| at.rsplit_once('/')).unwrap_or_default();
            self.malformed(&SCHEMA, keyword, sides, pointer);
        } else if shape == other {
            self.keywords_of(&was, &is, &shape, is_required);
        } else {
            let sides = [shape, other].map(|word| Some(Value::String(word)));
            self.changed(
                &SCHEMA,
                "type",
                sides,
                is.pointer_of("type", &was),
                is_required,
            );
        }
        self.otherwise_same(before, old, new);
    }

    /// Two components, and what is stated where they are used.
    fn references(
        &mut self,
        was: &Reference<'a>,
        old: &[At<'a>],
        is: &Reference<'a>,
        new: &[At<'a>],
        is_required: bool,
    ) {
        let before = self.found.differences.len();
        self.merged[0].extend(was.wrappers.followed.iter().cloned());
        self.merged[1].extend(is.wrappers.followed.iter().cloned());
        self.meet(&was.component, &is.component);
        let stated = |keyword: &&Keyword| was.wrappers.value(keyword) != is.wrappers.value(keyword);
        let keywords = SCHEMA.keywords.iter().filter(|keyword| is_plain(keyword));
        let stated: Vec<&Keyword> = keywords.filter(stated).collect();
        if !stated.is_empty() {
            let (old, new) = (Schema::of(self.old, old), Schema::of(self.new, new));
            for keyword in stated {
                self.plain(keyword, &old, &new, is_required);
            }
        }
        self.otherwise_same(before, old, new);
    }

    /// Reports another form of schemas in which no difference was found: all keywords were compared,
    /// so their contents are equal, or are compared as components.
    fn otherwise_same(&mut self, before: usize, old: &[At<'a>], new: &[At<'a>]) {
        if self.found.differences.len() > before || self.are_same(old, new) {
            return;
        }
        let form = |place: &[At<'a>]| match place {
            [at] => target(at).unwrap_or("inline"),
            _ => "inline",
        };
        if let Some(at) = new.first().or(old.first()) {
            self.form(&SCHEMA, form(old), form(new), &at.pointer);
        }
    }

    fn are_same(&self, old: &[At<'_>], new: &[At<'_>]) -> bool {
        let mut pairs = old.iter().zip(new);
        old.len() == new.len() && pairs.all(|(old, new)| self.is_same(old.value, new.value))
    }

    fn keywords_of(&mut self, old: &Schema<'a>, new: &Schema<'a>, shape: &str, is_required: bool) {
        for keyword in SCHEMA.keywords {
            let [was, is] = [old, new].map(|side| side.child(keyword.name));
            if was
                .iter()
                .chain(&is)
                .any(|at| mismatch(at.value, keyword.meaning).is_some())
            {
                let sides = [was, is].map(|place| place.first().map(|at| at.value.clone()));
                let pointer = new.pointer_of(keyword.name, old);
                self.malformed(&SCHEMA, keyword.name, sides, pointer);
                continue;
            }
            match keyword.name {
                // References and parts were followed; required names are compared with the
                // properties.
                "$ref" | "allOf" | "required" => {}
                "type" => self.stated_type(keyword, old, new, is_required),
                "discriminator" => self.tag(old, new),
                "enum" => self.values(old, new),
                "properties" => self.properties(old, new),
                "additionalProperties" => self.additional(old, new),
                "items" => self.schema(&old.child("items"), &new.child("items"), false),
                "oneOf" if shape == "union" => self.union(old, new),
                "anyOf" if shape == "union" => {}
                "oneOf" | "anyOf" => self.alternatives(keyword.name, old, new),
                _ if is_plain(keyword) => self.plain(keyword, old, new, is_required),
                name => self.whole(name, old, new),
            }
        }
        let parts = old.parts.iter().chain(&new.parts);
        let names: BTreeSet<String> = parts.flat_map(At::members).map(|(name, _)| name).collect();
        for name in names.iter().filter(|name| SCHEMA.keyword(name).is_none()) {
            self.whole(name, old, new);
        }
    }

    /// A keyword that contains no schemas.
    fn plain(&mut self, keyword: &Keyword, old: &Schema<'a>, new: &Schema<'a>, is_required: bool) {
        let sides = [old, new].map(|side| side.value(keyword));
        let pointer = new.pointer_of(keyword.name, old);
        self.changed(&SCHEMA, keyword.name, sides, pointer, is_required);
    }

    /// Types of the same shape: one that only one side states follows from the rest.
    fn stated_type(
        &mut self,
        keyword: &Keyword,
        old: &Schema<'a>,
        new: &Schema<'a>,
        is_required: bool,
    ) {
        if old.value(keyword).is_some() && new.value(keyword).is_some() {
            self.plain(keyword, old, new, is_required);
        }
    }

    /// The property that has the tag of a union. What it refers to is compared with the kinds.
    fn tag(&mut self, old: &Schema<'a>, new: &Schema<'a>) {
        let Some(Meaning::Node(kind)) = SCHEMA.keyword("discriminator").map(|it| it.meaning) else {
            return;
        };
        let tag = |side: &Schema<'a>| {
            let discriminators = side.child("discriminator");
            let mut names = discriminators
                .iter()
                .filter_map(|at| at.text("propertyName"));
            names.next().map(Value::from)
        };
        let sides = [tag(old), tag(new)];
        let all = [new, old].map(|side| side.child("discriminator"));
        let at = all.iter().flatten().next();
        let pointer = at.map_or("#", |at| &at.pointer);
        self.changed(kind, "propertyName", sides, pointer, false);
        if let ([was], [is]) = (all[1].as_slice(), all[0].as_slice()) {
            self.unknown(kind, was, is);
        }
    }

    /// A keyword with whatever it contains: excluded schemas, and keywords that no table knows.
    fn whole(&mut self, keyword: &str, old: &Schema<'a>, new: &Schema<'a>) {
        let (was, is) = (old.child(keyword), new.child(keyword));
        if !self.are_same(&was, &is) {
            let sides = [was, is].map(|place| place.first().map(|at| at.value.clone()));
            self.changed(&SCHEMA, keyword, sides, new.pointer_of(keyword, old), false);
        }
    }

    fn changed(
        &mut self,
        kind: &'static Kind,
        keyword: &str,
        [old, new]: [Option<Value>; 2],
        pointer: &str,
        is_required: bool,
    ) {
        if old != new {
            self.differ(
                kind,
                keyword,
                What::Value { old, new },
                pointer,
                is_required,
            );
        }
    }

    fn values(&mut self, old: &Schema<'a>, new: &Schema<'a>) {
        match (old.values(), new.values()) {
            (Some(was), Some(is)) => {
                let pointer = new.pointer_of("enum", old);
                let sides = [(was, old), (is, new)].map(|(values, side)| -> Vec<_> {
                    let places = side.child("enum");
                    let values = values.iter().map(Value::to_string);
                    values
                        .map(|value| Member::new(value, places.clone()))
                        .collect()
                });
                self.order(&SCHEMA, "enum", [&sides[0], &sides[1]], pointer);
                self.common(&SCHEMA, "enum", sides);
            }
            (None, None) => self.whole("enum", old, new),
            (was, is) => {
                let sides = [was, is].map(|values| values.map(Value::Array));
                self.changed(&SCHEMA, "enum", sides, new.pointer_of("enum", old), false);
            }
        }
    }

    fn properties(&mut self, old: &Schema<'a>, new: &Schema<'a>) {
        let (were_required, required) = (old.required(), new.required());
        let sides = [(old, new, &were_required), (new, old, &required)];
        let sides = sides.map(|(side, other, required)| -> Vec<_> {
            let properties = side.properties().into_iter();
            let member = |(name, place): (String, Vec<At<'a>>)| {
                let mut member = Member::new(name, place);
                member.is_required = required.contains_key(&member.name);
                // What only one side includes is not part of the other.
                let own = side.place.iter().chain(&other.parts);
                if !own
                    .into_iter()
                    .any(|at| member.pointer.starts_with(&at.pointer))
                {
                    member.pointer = side.pointer_of("properties", side).to_owned();
                }
                member
            };
            properties.map(member).collect()
        });
        self.order(
            &SCHEMA,
            "properties",
            [&sides[0], &sides[1]],
            new.pointer_of("properties", old),
        );
        let undeclared = [&were_required, &required].map(|required| -> Vec<_> {
            let is_declared = |name: &str| sides.iter().flatten().any(|it| it.name == name);
            let names = required.iter().filter(|(name, _)| !is_declared(name));
            let lists = names.map(|(name, list)| Member::new(name.clone(), vec![list.clone()]));
            lists.collect()
        });
        self.common(&SCHEMA, "required", undeclared);
        for (old, new) in self.common(&SCHEMA, "properties", sides) {
            let needed = [&old, &new].map(|member| Some(member.is_required.into()));
            self.changed(&SCHEMA, "required", needed, &new.pointer, true);
            self.schema(&old.place, &new.place, new.is_required);
        }
    }

    fn additional(&mut self, old: &Schema<'a>, new: &Schema<'a>) {
        let ((was, old_place), (is, place)) = (old.additional(), new.additional());
        if was == is {
            self.schema(&old_place, &place, false);
        }
        let sides = [was, is].map(|word| Some(Value::from(word)));
        self.changed(
            &SCHEMA,
            "additionalProperties",
            sides,
            new.pointer_of("additionalProperties", old),
            false,
        );
    }

    /// Alternatives beside properties.
    fn alternatives(&mut self, keyword: &str, old: &Schema<'a>, new: &Schema<'a>) {
        let sides = [old, new].map(|side| -> Vec<_> {
            let alternatives = side.alternatives(keyword).into_iter().enumerate();
            let member = |(index, at)| Member::new(format!("alternative {index}"), vec![at]);
            alternatives.map(member).collect()
        });
        if sides[0].is_empty() == sides[1].is_empty() {
            self.members(&SCHEMA, &SCHEMA, keyword, sides);
        } else {
            self.whole(keyword, old, new);
        }
    }

    /// The kinds of a union: by the values of its tag, others by the components that they are, or by
    /// their positions.
    fn union(&mut self, old: &Schema<'a>, new: &Schema<'a>) {
        if let Some(Meaning::Node(kind)) = SCHEMA.keyword("discriminator").map(|it| it.meaning) {
            let kinds = [old, new].map(|side| -> Vec<_> {
                let tags = side.tags().into_iter();
                tags.map(|(tag, at)| Member::new(tag, vec![at])).collect()
            });
            self.members(kind, &SCHEMA, "mapping", kinds);
        }
        let tags = [old.tags(), new.tags()];
        let has_tag = |name: &str| tags.each_ref().map(|tags| tags.contains_key(name));
        let same = |at: &At<'_>| target(at).map(|component| self.renamed(component).to_owned());
        let mut sides = [(self.old, old), (self.new, new)].map(|(side, schema)| {
            let listed = ["oneOf", "anyOf"].map(|keyword| schema.alternatives(keyword));
            let listed = listed.into_iter().flatten().enumerate();
            let member = |(index, at)| {
                let place = vec![at];
                let component = reference(side, &place)
                    .map(|reference| self.renamed(&reference.component).to_owned());
                let mut all = tags.iter().flatten();
                let tag = all.find(|(_, at)| component.is_some() && same(at) == component);
                let tag = tag.map(|(tag, _)| tag.clone());
                let name = tag.or(component).unwrap_or(format!("alternative {index}"));
                Member::new(name, place)
            };
            listed.map(member).collect::<Vec<_>>()
        });
        // What tags name was compared and, if the tag is new or gone, reported.
        for side in &mut sides {
            side.retain(|member| !matches!(has_tag(&member.name), [true, false] | [false, true]));
        }
        self.suggest(&sides);
        self.members(&SCHEMA, &SCHEMA, "oneOf", sides);
    }

    /// Any component that is gone may be any that is new, under another name.
    fn suggest(&mut self, [old, new]: &[Vec<Member<'a>>; 2]) {
        let lacks = |list: &[Member<'_>], name: &str| list.iter().all(|it| it.name != name);
        for was in old.iter().filter(|member| lacks(new, &member.name)) {
            for is in new.iter().filter(|member| lacks(old, &member.name)) {
                self.candidates.insert(Pair {
                    old: was.name.clone(),
                    new: is.name.clone(),
                });
            }
        }
    }
}

/// Whether a schema, or a reference to one, is written here.
fn is_schema(side: &Description, at: &At<'_>) -> bool {
    let is_reference = |text: &str| side.at(text).is_some();
    at.value.is_object() || at.value.as_str().is_some_and(is_reference)
}

/// Whether a keyword contains values that are no schemas.
fn is_plain(keyword: &Keyword) -> bool {
    let is_value = matches!(
        keyword.meaning,
        Meaning::Text | Meaning::Flag | Meaning::Number | Meaning::Any
    );
    is_value && !matches!(keyword.name, "$ref" | "enum" | "type")
}
