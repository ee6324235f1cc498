//! Where a call is awaited: it needs a Tokio runtime with all its drivers, and survives the end of one.

use clerk_api::{Clerk, Method};
use http_tests::People;
use test_support::{Reply, Server};
use tokio::runtime::{Builder, Runtime};

use crate::support::{KEY, builder, client, person};

fn whole() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

#[test]
fn a_runtime_without_timers_or_io_is_named_and_does_not_panic() {
    let server = Server::answering(|_| Reply::json(200, person("person_1")));
    let with_limits = client(&server);
    let without = builder(&server)
        .attempt_timeout(None)
        .call_timeout(None)
        .connect_timeout(None)
        .build()
        .expect("a client");
    for clerk in [with_limits, without] {
        let runtimes = [
            Builder::new_current_thread().enable_io().build(),
            Builder::new_current_thread().enable_time().build(),
            Builder::new_current_thread().build(),
            Builder::new_multi_thread()
                .worker_threads(1)
                .enable_io()
                .build(),
        ];
        for runtime in runtimes {
            let people = People::new(clerk.clone());
            let runtime = runtime.expect("a runtime");
            let error = runtime
                .block_on(people.get("person_1").send())
                .expect_err("it lacks something");
            assert!(error.is_configuration(), "{error:?}");
            assert!(error.to_string().contains("enable_all"), "{error}");
            let spawned = people.clone();
            let task = runtime.spawn(async move { spawned.list().stream().try_next().await });
            let error = runtime
                .block_on(task)
                .expect("no panic")
                .expect_err("it lacks something");
            assert!(error.is_configuration(), "{error:?}");
        }
        let people = People::new(clerk);
        whole()
            .block_on(people.get("person_1").send())
            .expect("a person");
    }
}

#[test]
fn a_panic_of_a_transport_stays_a_panic() {
    use clerk_api::transport::{Body, Transport, TransportFuture};

    struct Panicking;
    impl Transport for Panicking {
        fn execute(&self, _: http::Request<Body>) -> TransportFuture<'_> {
            Box::pin(async { panic!("a defect of the transport") })
        }
    }
    let clerk = Clerk::builder()
        .secret_key(KEY)
        .transport(Panicking)
        .build();
    let call = clerk
        .expect("a client")
        .request(Method::GET, "/x")
        .send_bytes();
    let runtime = whole();
    let task = runtime.spawn(call);
    let panic = runtime.block_on(task).expect_err("a panic").into_panic();
    assert_eq!(
        panic.downcast_ref::<&str>(),
        Some(&"a defect of the transport")
    );
}

#[test]
fn a_client_survives_the_runtime_of_its_connections() {
    let server = Server::answering(|_| Reply::json(200, person("person_1")));
    let people = People::new(client(&server));
    for round in 1..=4 {
        let runtime = whole();
        runtime.block_on(async {
            people.create("Ada").send().await.expect("a person");
            people.get("person_1").send().await.expect("a person");
        });
        assert_eq!(server.requests().len(), 2 * round, "nothing was sent twice");
    }
}

#[test]
fn a_file_cannot_be_opened_outside_of_a_runtime() {
    use std::task::{Context, Poll, Waker};

    let mut file = std::pin::pin!(clerk_api::Upload::file(file!()));
    let polled = file.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Err(error)) = polled else {
        panic!("there is no runtime: {polled:?}")
    };
    assert!(error.is_configuration(), "{error:?}");
    assert!(error.to_string().contains("Tokio runtime"), "{error}");
}
