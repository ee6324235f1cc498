//! Checks keys, so that a wrong one is named where it is set and not by a 401 later.

use crate::error::Error;
use crate::types::Secret;

pub(super) fn check_secret_key(key: &Secret) -> Result<(), Error> {
    check_form("the secret key", key)?;
    if key.expose().starts_with("pk_") {
        return Err(Error::configuration(
            "a publishable key (pk_…) was given as the secret key; give the secret key (sk_…) of the same instance",
        ));
    }
    Ok(())
}

pub(super) fn check_machine_secret_key(key: &Secret) -> Result<(), Error> {
    check_form("the machine's secret key", key)?;
    if key.expose().starts_with("pk_") {
        return Err(Error::configuration(
            "a publishable key (pk_…) was given as a machine's secret key; give the secret key (ak_…) of the machine",
        ));
    }
    Ok(())
}

fn check_form(what: &str, key: &Secret) -> Result<(), Error> {
    let key = key.expose();
    let wrong = if key.is_empty() {
        "is empty; is the variable or file that it comes from there?"
    } else if key.chars().any(char::is_whitespace) {
        "holds white space; was a line break copied with it?"
    } else if key.chars().any(char::is_control) {
        "holds characters that a header cannot; copy it anew"
    } else {
        return Ok(());
    };
    Err(Error::configuration(format!("{what} {wrong}")))
}
