//! The settings of the instance, which exist from the start.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::fit::fit;
use super::kinds::{CREATOR, DOMAIN_DEFAULT, key_of_role};
use crate::description::{Operation, description};
use crate::instances::Generator;
use crate::rejection::Rejection;
use crate::samples::random::Random;
use crate::state::record::Record;
use crate::state::table::Table;
use crate::state::{Call, Handler};

const SETTINGS: Table = Table::Settings;
const ORGANIZATIONS: &str = "/instance/organization_settings";
const COMMUNICATION: &str = "/instance/communication";
const COUNTRIES: &str = "blocked_country_codes";
/// The country codes of ISO 3166-1, and the one that Kosovo uses.
const COUNTRY_CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI \
    BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ \
    DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ \
    GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS \
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA \
    ZM ZW";
const MEMBERSHIPS_UNLESS_SET: u64 = 5;

/// The default for the largest number of members of a new organization.
pub(crate) fn memberships(call: &Call<'_>) -> u64 {
    let settings = call.store.get(SETTINGS, ORGANIZATIONS);
    let set = settings.and_then(|settings| settings.number("max_allowed_memberships"));
    set.unwrap_or(MEMBERSHIPS_UNLESS_SET)
}

/// Rejects operations on organizations while they are disabled.
pub(crate) fn check_organizations(call: &Call<'_>) -> Result<(), Rejection> {
    let settings = call.store.get(SETTINGS, ORGANIZATIONS);
    let is_set = |name: &str, value: bool| {
        settings.is_some_and(|settings| settings.body.get(name) == Some(&value.into()))
    };
    let path = call.operation.path.as_str();
    let needs = path.starts_with("/organizations") || !call.text("org_id").is_empty();
    if call.is_strict() && needs && is_set("enabled", false) {
        return Err(Rejection::new(
            StatusCode::FORBIDDEN,
            "organization_not_enabled_in_instance",
            "access denied",
            "Organizations are disabled in the settings of the instance.",
        ));
    }
    let has_slug = path.starts_with("/organizations") && !call.text("slug").is_empty();
    if call.is_strict() && has_slug && is_set("slug_disabled", true) {
        let long = "In the body, slug is not allowed while slugs are disabled.";
        return Err(Rejection::parameter("form_param_unknown", "slug", long));
    }
    Ok(())
}

/// The role of creators of organizations.
pub(crate) fn creator_role(call: &Call<'_>) -> String {
    chosen(call, "creator_role", CREATOR)
}

/// The role of users who join through a domain.
pub(super) fn domain_role(call: &Call<'_>) -> String {
    chosen(call, "domains_default_role", DOMAIN_DEFAULT)
}

fn chosen(call: &Call<'_>, name: &str, default: &str) -> String {
    let settings = call.store.get(SETTINGS, ORGANIZATIONS);
    let role = settings.map_or("", |settings| settings.text(name));
    match role {
        "" => default.to_owned(),
        role => role.to_owned(),
    }
}

/// Changes the key of a role in the settings.
pub(super) fn rename_role(call: &mut Call<'_>, before: &str, after: &str) {
    call.store.change(SETTINGS, ORGANIZATIONS, |settings| {
        for name in ["creator_role", "domains_default_role"] {
            if settings.text(name) == before {
                settings.set(name, after);
            }
        }
    });
}

/// Sets the roles whose ids are in a body.
fn choose_roles(call: &mut Call<'_>) -> Result<(), Rejection> {
    for (given, kept) in [
        ("creator_role_id", "creator_role"),
        ("domains_default_role_id", "domains_default_role"),
    ] {
        let id = call.text(given);
        if id.is_empty() {
            continue;
        }
        if let Some(key) = key_of_role(call, id, given)? {
            call.store
                .change(SETTINGS, ORGANIZATIONS, |settings| settings.set(kept, key));
        }
    }
    Ok(())
}

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let operation = description().operation(operation_id)?;
    let is_one = operation.path.starts_with("/instance")
        || operation.path == "/beta_features/instance_settings";
    let is_kept = matches!(operation.method, Method::GET | Method::PATCH);
    (is_one && is_kept).then_some(settings)
}

fn settings(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let path = call.operation.path.as_str();
    let schema = read(call.operation).cloned().unwrap_or_default();
    let random = Random::new(call.around.seed).branch(path);
    if call.store.get(SETTINGS, path).is_none() {
        let generator = Generator::new(call.around.description, call.around.mode);
        let mut body = match generator.value(&schema, random) {
            Value::Object(body) => body,
            _ => Map::new(),
        };
        if body.contains_key("environment_type") {
            let environment = if call.is_development() {
                "development"
            } else {
                "production"
            };
            body.insert("environment_type".to_owned(), environment.into());
        }
        for (name, value) in [
            ("enabled", json!(true)),
            ("slug_disabled", json!(false)),
            ("max_allowed_memberships", json!(MEMBERSHIPS_UNLESS_SET)),
            ("creator_role", json!(CREATOR)),
            ("domains_default_role", json!(DOMAIN_DEFAULT)),
        ] {
            if let Some(made_up) = body.get_mut(name) {
                *made_up = value;
            }
        }
        let record = Record {
            id: path.to_owned(),
            body,
            hidden: Map::new(),
        };
        call.store.insert(SETTINGS, record);
    }
    if path == ORGANIZATIONS {
        choose_roles(call)?;
    }
    let (description, body) = (call.around.description, &call.checked.body);
    call.store.change(SETTINGS, path, |record| {
        record.apply(description, &schema, body);
    });
    if path == COMMUNICATION && call.body(COUNTRIES).is_array() {
        let known = call.texts(COUNTRIES);
        let known: Vec<&str> = known.into_iter().filter(|code| is_country(code)).collect();
        call.store
            .change(SETTINGS, path, |settings| settings.set(COUNTRIES, known));
    }
    let members = call
        .store
        .get(SETTINGS, path)
        .map(|record| record.body.clone());
    let generator = Generator::blank(call.around.description);
    let schema = call.operation.response_schema().unwrap_or(&schema);
    let members = members.unwrap_or_default();
    Ok(fit(
        call.around.description,
        &generator,
        schema,
        members,
        random,
    ))
}

fn is_country(code: &str) -> bool {
    COUNTRY_CODES.split_whitespace().any(|known| known == code)
}

/// The schema of the settings at the path of an operation.
fn read(operation: &Operation) -> Option<&Value> {
    let at = |wanted: &Operation| wanted.path == operation.path && wanted.method == Method::GET;
    let reading = description().operations().iter().find(|other| at(other));
    reading.unwrap_or(operation).response_schema()
}
