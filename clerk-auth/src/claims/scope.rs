//! Lists of features and plans (`fea`, `pla`): `<scope>:<name>`, separated by commas.

/// Whether an element is for the organization, the user, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Organization,
    User,
    Both,
}

impl Scope {
    fn of_element(scope: &str) -> Option<Self> {
        match scope {
            "o" => Some(Self::Organization),
            "u" => Some(Self::User),
            "uo" | "ou" => Some(Self::Both),
            _ => None,
        }
    }

    pub(super) fn has_organization(self) -> bool {
        self != Self::User
    }

    pub(super) fn has_user(self) -> bool {
        self != Self::Organization
    }
}

/// One element of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// `None` if the scope is unknown.
    pub(super) scope: Option<Scope>,
    pub(super) name: &'a str,
}

impl<'a> Element<'a> {
    pub(super) fn is_for_organization(&self) -> bool {
        self.scope.is_some_and(Scope::has_organization)
    }

    /// `None` if there is no colon.
    fn read(element: &'a str) -> Option<Self> {
        let (scope, name) = element.trim().split_once(':')?;
        Some(Self {
            scope: Scope::of_element(scope),
            name,
        })
    }
}

/// The elements of a list, in order. A malformed one is `None`, so that positions are kept.
pub(super) fn elements(list: &str) -> impl Iterator<Item = Option<Element<'_>>> + Clone {
    let list = Some(list).filter(|list| !list.is_empty());
    list.into_iter()
        .flat_map(|list| list.split(','))
        .map(Element::read)
}

/// The names of the elements with a matching scope.
pub(super) fn names(list: Option<&str>, is_meant: fn(Scope) -> bool) -> impl Iterator<Item = &str> {
    let elements = elements(list.unwrap_or_default()).flatten();
    elements
        .filter(move |element| element.scope.is_some_and(is_meant))
        .map(|element| element.name)
}

/// Whether a list has a name, or a scope and a name. Nothing matches if an element is malformed.
pub(super) fn has(list: Option<&str>, asked: &str) -> bool {
    let (scope, asked) = match asked.split_once(':') {
        None => (None, asked),
        Some(("o" | "org" | "organization", name)) => (Some(Scope::Organization), name),
        Some(("u" | "user", name)) => (Some(Scope::User), name),
        Some(_) => return false,
    };
    let list = list.unwrap_or_default();
    !asked.is_empty()
        && elements(list).all(|element| element.is_some())
        && elements(list).flatten().any(|element| {
            element.name == asked
                && match scope {
                    Some(Scope::Organization) => element.is_for_organization(),
                    Some(Scope::User) => element.scope.is_some_and(Scope::has_user),
                    Some(Scope::Both) | None => element.scope.is_some(),
                }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANS: Option<&str> = Some("u:free, o:team ,uo:both,ou:also");

    #[test]
    fn a_name_without_scope_is_looked_for_in_both_lists() {
        for plan in ["free", "team", "both", "also"] {
            assert!(has(PLANS, plan), "{plan}");
        }
        assert!(!has(PLANS, "pro"));
    }

    #[test]
    fn a_scope_narrows_the_search() {
        for scope in ["o", "org", "organization"] {
            let asked = |plan: &str| has(PLANS, &format!("{scope}:{plan}"));
            assert!(asked("team") && asked("both") && asked("also"), "{scope}");
            assert!(!asked("free"), "{scope}");
        }
        for scope in ["u", "user"] {
            let asked = |plan: &str| has(PLANS, &format!("{scope}:{plan}"));
            assert!(asked("free") && asked("both") && asked("also"), "{scope}");
            assert!(!asked("team"), "{scope}");
        }
    }

    #[test]
    fn another_scope_has_nothing() {
        for asked in ["uo:both", "x:both", ":both", "O:team", "orgs:team"] {
            assert!(!has(PLANS, asked), "{asked}");
        }
        assert!(!has(Some("x:pro"), "pro"));
        assert!(!has(Some("x:pro"), "o:pro"));
    }

    #[test]
    fn an_empty_name_is_in_no_list() {
        for asked in ["", "o:", "u:", ":"] {
            assert!(!has(Some("o:,u:,:"), asked), "{asked}");
        }
    }

    #[test]
    fn a_list_that_is_missing_empty_or_malformed_has_nothing() {
        for list in [
            None,
            Some(""),
            Some("pro"),
            Some("o:pro,broken"),
            Some("o:pro,"),
        ] {
            assert!(!has(list, "pro"), "{list:?}");
        }
    }

    #[test]
    fn names_are_separated_by_scope_and_malformed_ones_left_out() {
        let list = Some("u:free,broken,o:team,x:odd,uo:both");
        let organization: Vec<_> = names(list, Scope::has_organization).collect();
        let user: Vec<_> = names(list, Scope::has_user).collect();
        assert_eq!(organization, ["team", "both"]);
        assert_eq!(user, ["free", "both"]);
        assert_eq!(names(None, Scope::has_user).count(), 0);
    }
}
