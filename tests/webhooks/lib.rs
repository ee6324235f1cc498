//! Only tests: webhooks as they arrive, and every kind of event that is described.
