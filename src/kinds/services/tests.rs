//! The rules of services, without AWS.
