//! A tour of the client that needs no Clerk account.
//!
//! Without `CLERK_SECRET_KEY` it starts a small server on loopback and calls that; with the key the
//! same code calls Clerk (it only reads):
//!
//! ```sh
//! cargo run -p clerk-api --example quickstart
//! ```

#![allow(clippy::print_stdout, reason = "an example prints its results")]

mod stand_in;

use std::time::Duration;

use clerk_api::{Clerk, Error, RetryPolicy};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clerk = if std::env::var_os("CLERK_SECRET_KEY").is_some() {
        let clerk = Clerk::from_env()?;
        println!("Calling Clerk, because CLERK_SECRET_KEY is set.");
        clerk
    } else {
        let base_url = stand_in::start()?;
        println!("Calling a stand-in at {base_url}; set CLERK_SECRET_KEY to call Clerk.");
        Clerk::builder()
            .secret_key("sk_test_example")
            .base_url(base_url)
            .build()?
    };
    tour(&clerk).await?;
    Ok(())
}

async fn tour(clerk: &Clerk) -> Result<(), Error> {
    // One page, with a filter.
    let page = clerk
        .users()
        .list()
        .order_by("-created_at")
        .limit(2)
        .send()
        .await?;
    println!("first page: {} users", page.data.len());

    // Every page, user by user.
    let mut users = clerk.users().list().limit(2).stream();
    let mut last = None;
    while let Some(user) = users.try_next().await? {
        let created = user.created_at.map(|at| at.to_string());
        println!("  {} created at {}", user.id, created.unwrap_or_default());
        last = Some(user.id);
    }

    // One user, with options of this call and the whole response.
    if let Some(id) = last {
        let response = clerk
            .users()
            .get(&id)
            .timeout(Duration::from_secs(5))
            .retry(RetryPolicy::none())
            .send_raw()
            .await?;
        println!("{id}: HTTP {}", response.status());
        let user = response.into_inner();
        let name = user.first_name.unwrap_or_default();
        println!("  name: {name}, locked: {}", user.locked);
    }

    // An error has the status, the codes and the trace id.
    match clerk.users().get("user_that_does_not_exist").send().await {
        Err(error) if error.is_not_found() => println!("as expected: {error}"),
        Err(error) => return Err(error),
        Ok(user) => println!("there is a user {}", user.id),
    }
    Ok(())
}
