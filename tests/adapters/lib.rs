//! Only tests: adapters behind real servers on loopback.
