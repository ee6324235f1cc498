//! Only tests: jsonwebtoken with both of its providers of cryptography turned on.
