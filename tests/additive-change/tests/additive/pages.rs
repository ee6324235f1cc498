//! Lists: an element of a page that cannot be decoded does not affect the others.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use clerk_api::decode::Shaped;
use clerk_api::transport::{Body, Transport, TransportFuture};
use clerk_api::{Clerk, Error, Items, RetryPolicy};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::document::DOCUMENT;
use super::instances::{Extent, instance};
use super::mutants::{Mutant, Mutants};
use super::mutations::Mutation;
use super::random::Random;
use super::reading::read;
use super::run::same;
use super::text::text;

/// A list operation, without its types.
struct List {
    /// The model of its elements.
    model: &'static str,
    /// The key of the list, unless it is the whole response.
    key: Option<&'static str>,
    stream: fn(Clerk) -> Answer<Vec<Element>>,
    send: fn(Clerk) -> Answer<Result<Value, Error>>,
}

/// An item that can be serialised as JSON.
type Element = Result<Value, Error>;

type Answer<T> = Pin<Box<dyn Future<Output = T>>>;

macro_rules! list {
    ($model:literal, $key:expr, $clerk:ident => $call:expr) => {
        List {
            model: $model,
            key: $key,
            stream: |$clerk| Box::pin(async move { all($call.stream()).await }),
            send: |$clerk| {
                Box::pin(async move {
                    let page = $call.send().await?;
                    Ok(serde_json::to_value(&page.data).expect("JSON"))
                })
            },
        }
    };
}

fn lists() -> [List; 8] {
    [
        list!("User", None, clerk => clerk.users().list()),
        list!("Session", None, clerk => clerk.sessions().list()),
        list!("Invitation", None, clerk => clerk.invitations().list()),
        list!("Organization", Some("data"), clerk => clerk.organizations().list()),
        list!("OrganizationMembership", Some("data"), clerk => {
            clerk.organization_memberships().list("org_1")
        }),
        list!("CommerceSubscriptionItem", Some("data"), clerk => {
            clerk.billing().list_subscription_items()
        }),
        list!("ApiKey", Some("data"), clerk => clerk.api_keys().list("user_1")),
        list!("M2mToken", Some("m2m_tokens"), clerk => clerk.m2m().list_tokens("mch_1")),
    ]
}

async fn all<T: Shaped + DeserializeOwned + Serialize>(mut items: Items<T>) -> Vec<Element> {
    let mut found = Vec::new();
    while let Some(item) = items.try_next().await.transpose() {
        let item = item.map(|item| serde_json::to_value(item).expect("JSON"));
        let is_over = matches!(&item, Err(error) if !error.is_decode());
        found.push(item);
        if is_over {
            break;
        }
    }
    found
}

/// Returns the pages in order, then only errors.
struct Pages(Mutex<VecDeque<String>>);

impl Transport for Pages {
    fn execute(&self, _: http::Request<Body>) -> TransportFuture<'_> {
        let page = self.0.lock().expect("pages").pop_front();
        let status = if page.is_some() { 200 } else { 500 };
        let mut answer = http::Response::new(page.unwrap_or_default().into());
        *answer.status_mut() = status.try_into().expect("a status");
        Box::pin(async { Ok(answer) })
    }
}

fn client(pages: Vec<String>) -> Clerk {
    Clerk::builder()
        .secret_key("sk_test_0123456789")
        .transport(Pages(Mutex::new(pages.into())))
        .retry(RetryPolicy::none())
        .build()
        .expect("a client")
}

/// The response with these elements.
fn page(list: &List, elements: &[Value], total: Value) -> Value {
    match list.key {
        None => json!(elements),
        Some(key) => json!({ key: elements, "total_count": total }),
    }
}

/// Valid elements, tolerated ones, and at least one of the wrong type.
fn elements(list: &List, random: &mut Random) -> Vec<Value> {
    let form = DOCUMENT.form(list.model);
    let changed = |mutants: Vec<Mutant<'_>>| -> Vec<Value> {
        mutants.into_iter().map(|mutant| mutant.changed).collect()
    };
    let surprising = changed(Mutants::changed_often(&DOCUMENT, form, 0, *random));
    let wrong = changed(Mutants::changed_once(
        &DOCUMENT,
        form,
        Mutation::WrongType,
        *random,
    ));
    let mut elements = vec![random.pick(&wrong).clone(), Value::Null];
    for _ in 0..6 {
        elements.push(match random.below(3) {
            0 => random.pick(&wrong).clone(),
            1 => random.pick(&surprising).clone(),
            _ => instance(&DOCUMENT, form, Extent::Some, random),
        });
    }
    random.shuffle(&mut elements);
    elements
}

/// The expected result of an element, or the locations of its errors, relative to the page.
fn expected(list: &List, index: usize, element: &Value) -> Result<Value, Vec<String>> {
    let before = list.key.map_or("$".to_owned(), |key| format!("$.{key}"));
    let in_page = |place: String| place.replacen('$', &format!("{before}[{index}]"), 1);
    read(&DOCUMENT, DOCUMENT.form(list.model), element)
        .map_err(|places| places.into_iter().map(in_page).collect())
}

fn assert_fits(list: &List, found: &Result<Value, Error>, expected: &Result<Value, Vec<String>>) {
    match (found, expected) {
        (Ok(found), Ok(expected)) => {
            same(expected, found).unwrap_or_else(|failure| panic!("{}: {failure}", list.model));
        }
        (Err(error), Err(places)) => {
            let path = error.json_path().unwrap_or("no location").to_owned();
            assert!(error.is_decode(), "{}: {error}", list.model);
            assert!(
                places.contains(&path),
                "{}: {path} is not one of {places:?}",
                list.model
            );
        }
        _ => panic!("{}: {found:?}, expected {expected:?}", list.model),
    }
}

#[tokio::test]
async fn a_stream_yields_an_error_for_each_bad_element_and_continues() {
    for list in lists() {
        for seed in 0..4 {
            let mut random = Random::new(seed).branch(list.model);
            let elements = elements(&list, &mut random);
            let page = page(&list, &elements, json!(elements.len()));
            let found = (list.stream)(client(vec![text(&page, &mut random)])).await;
            assert_eq!(found.len(), elements.len(), "{}, seed {seed}", list.model);
            for (index, (element, found)) in elements.iter().zip(&found).enumerate() {
                assert_fits(&list, found, &expected(&list, index, element));
            }
        }
    }
}

#[tokio::test]
async fn a_page_with_a_bad_element_is_an_error_that_names_it() {
    for list in lists() {
        for seed in 0..4 {
            let mut random = Random::new(seed).branch(list.model);
            let elements = elements(&list, &mut random);
            let page = page(&list, &elements, json!(elements.len()));
            let found = (list.send)(client(vec![text(&page, &mut random)])).await;
            let elements = elements.iter().enumerate();
            let places = elements
                .filter_map(|(index, element)| expected(&list, index, element).err())
                .flatten()
                .collect();
            assert_fits(&list, &found, &Err(places));
        }
    }
}

#[tokio::test]
async fn a_page_of_tolerated_elements_is_decoded() {
    for list in lists() {
        let mut random = Random::new(1).branch(list.model);
        let form = DOCUMENT.form(list.model);
        let elements: Vec<_> = Mutants::changed_often(&DOCUMENT, form, 0, random)
            .into_iter()
            .map(|mutant| mutant.changed)
            .collect();
        let page = page(&list, &elements, json!(elements.len() as f64));
        let found = (list.send)(client(vec![text(&page, &mut random)])).await;
        let read = |element| read(&DOCUMENT, form, element).expect("a tolerated mutation");
        assert_fits(&list, &found, &Ok(elements.iter().map(read).collect()));
    }
}

/// The server may return smaller pages than requested; then only the total shows that there are
/// more.
#[tokio::test]
async fn a_total_written_as_a_float_counts_beside_a_bad_element_too() {
    for list in lists().iter().filter(|list| list.key.is_some()) {
        let mut random = Random::new(1).branch(list.model);
        let pages: Vec<_> = (0..3)
            .map(|_| {
                let page = page(list, &elements(list, &mut random), json!(24.0));
                text(&page, &mut random)
            })
            .collect();
        let found = (list.stream)(client(pages)).await;
        assert_eq!(found.len(), 24, "{}", list.model);
    }
}

#[tokio::test]
async fn a_list_or_total_of_the_wrong_type_is_an_error_that_names_it() {
    for list in lists() {
        let Some(key) = list.key else { continue };
        for (page, place) in [
            (
                json!({ key: [7], "total_count": "1" }),
                "$.total_count".to_owned(),
            ),
            (json!({ key: "none", "total_count": 1 }), format!("$.{key}")),
            (json!({ "total_count": 1 }), "$".to_owned()),
        ] {
            let found = (list.stream)(client(vec![page.to_string()])).await;
            let [Err(error)] = &found[..] else {
                panic!("{}: {found:?}", list.model)
            };
            assert!(error.is_decode(), "{}: {error}", list.model);
            assert_eq!(error.json_path(), Some(&*place), "{}", list.model);
        }
    }
}
