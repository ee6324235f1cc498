//! Values that contain no others.

use serde_json::{Value, json};

use super::generate::{Fault, Generation, Note};
use super::pattern::Pattern;
use super::place::Place;
use super::schema::{Kind, View};
use super::{number, text};

/// The longest text.
const MAXIMUM_LENGTH: usize = 100_000;

impl Generation<'_> {
    /// A value of an enum that says something.
    pub(super) fn one_of(&self, values: &[Value], place: Place<'_>) -> Value {
        let said = |value: &&Value| !value.is_null() && **value != "";
        let said: Vec<&Value> = values.iter().filter(said).collect();
        let chosen = match self.habits().is_blank {
            true => values.first(),
            false => place.of(&said).copied(),
        };
        chosen.cloned().unwrap_or_default()
    }

    /// The value of the table that fits.
    pub(super) fn of_table(
        &self,
        place: Place<'_>,
        fits: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        let mut fields = self.table.values(self.of.resource, place.name);
        fields.find_map(|(key, values)| {
            let values: Vec<&Value> = values.iter().filter(|value| fits(value)).collect();
            let value = place.of(&values).copied().cloned()?;
            (self.of.notice)(Note::Used, key);
            Some(value)
        })
    }

    pub(super) fn any(&self, view: &View<'_>, place: Place<'_>) -> Result<Value, Fault> {
        let wrong = match (view.text("$ref"), view.text("type")) {
            (Some(reference), _) => Some(format!("`{reference}` does not resolve")),
            (None, Some(unknown)) => Some(format!("the type `{unknown}` has no sample")),
            (None, None) => None,
        };
        if let Some(wrong) = wrong {
            return Err(Fault::new(wrong, "correct it in an overlay"));
        }
        let known = self.of_table(place, |_| true);
        Ok(known.unwrap_or_else(|| self.plain(place).into()))
    }

    /// A text for a name of which nothing is known.
    pub(super) fn plain(&self, place: Place<'_>) -> String {
        (self.of.notice)(Note::Missing, place.name);
        match place.index {
            _ if !place.in_example => text::words(place.random, " "),
            None => place.name.to_owned(),
            Some(index) => format!("{}_{}", place.name, index + 1),
        }
    }

    pub(super) fn string(&self, view: &View<'_>, place: Place<'_>) -> Result<Value, Fault> {
        let is_secret = view.text("format") == Some("password");
        let format = view.text("format").filter(|_| !is_secret);
        if format == Some("binary") {
            return Ok(Value::Null);
        }
        let minimum = view.count("minLength").unwrap_or(0);
        let maximum = view.count("maxLength").unwrap_or(usize::MAX);
        if minimum > MAXIMUM_LENGTH {
            return Err(Fault::new(
                format!("the sample would have more than {MAXIMUM_LENGTH} characters"),
                "correct `minLength` in an overlay",
            ));
        }
        let pattern = view.text("pattern").map(Pattern::compiled).transpose()?;
        let fits = |text: &str| {
            let has_form = pattern.as_ref().is_none_or(|pattern| pattern.matches(text));
            has_form && (minimum..=maximum).contains(&text.chars().count())
        };
        let of_table = || self.of_table(place, |value| value.as_str().is_some_and(fits));
        let by_rule = || match format {
            Some(format) => text::formatted(format, place).into_iter().collect(),
            None => text::conventional(place, self.table),
        };
        let by_rule = || {
            by_rule()
                .into_iter()
                .find(|text| fits(text))
                .map(Value::from)
        };
        let known = match place.in_example {
            true => of_table().or_else(by_rule),
            false => by_rule().or_else(|| match text::distinct(place, is_secret) {
                Some(text) => fits(&text).then(|| text.into()),
                None => of_table(),
            }),
        };
        if let Some(value) = known {
            return Ok(value);
        }
        if format.is_some_and(|format| text::formatted(format, place).is_none()) {
            return Err(Fault::new(
                format!("the format `{}` has no sample", format.unwrap_or_default()),
                "support it in tests/clerk-mock/src/samples/text.rs, or correct it in an overlay",
            ));
        }
        let plain = self.plain(place);
        let Some(pattern) = &pattern else {
            let length = plain.chars().count().max(minimum).min(maximum);
            return Ok(plain
                .chars()
                .cycle()
                .take(length)
                .collect::<String>()
                .into());
        };
        pattern
            .make(place.random, fits)
            .map(Value::from)
            .ok_or_else(|| {
                Fault::new(
                    "no text was found that matches the pattern and has a length within the bounds",
                    "correct the pattern or the bounds in an overlay",
                )
            })
    }

    /// In an example, the opposite of the server's default.
    pub(super) fn boolean(&self, view: &View<'_>, mut place: Place<'_>) -> Value {
        match place.in_example {
            true => (view.keyword("default") != Some(&json!(true))).into(),
            false => (!self.habits().is_blank && place.random.percent(50)).into(),
        }
    }

    pub(super) fn number(&self, view: &View<'_>, mut place: Place<'_>) -> Result<Value, Fault> {
        let is_whole = view.kind() == Kind::Integer;
        let fits = |value: &Value| {
            let number = value.as_f64();
            let is_within = number.is_some_and(|number| number::is_within(number, view));
            is_within && (!is_whole || value.is_i64())
        };
        let of_table = || self.of_table(place, fits);
        if let Some(value) = place.in_example.then(of_table).flatten() {
            return Ok(value);
        }
        if let Some(moment) = number::moment(view.text("format"), place).map(Value::from)
            && fits(&moment)
        {
            return Ok(moment);
        }
        (self.of.notice)(Note::Missing, place.name);
        let random = place.random;
        let whole = number::whole(
            place.name,
            view,
            (!self.habits().is_blank).then_some(random),
        )?;
        // Quarters are exact in every representation.
        let fraction = json!(whole as f64 + 0.25 * place.random.below(4) as f64);
        Ok(match !is_whole && fits(&fraction) {
            true => fraction,
            false => whole.into(),
        })
    }
}
