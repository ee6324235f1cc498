//! Only tests: signatures of webhooks, and every kind of event in the description.
