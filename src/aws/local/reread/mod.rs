//! What AWS does to a document between the write and the read, at random.
//!
//! The services here answer as AWS was recorded to answer, each time alike. AWS itself does not:
//! who wrote the document, through what, and when, decides in which order and in how many words it
//! comes back, and some of it is another one on each read. With
//! [`Options::reread`](super::Options::reread) every answer comes out in one of the ways that AWS is
//! known to have, and in no other. The services know nothing of it.
//!
//! A module for each service holds its rules, each with its source: *recorded* is an answer of the
//! real service, *documented* is AWS's text. What nothing is known of stays as it is.

mod chance;
mod ecs;
mod iam;
mod json;
mod logs;
mod services;
mod ssm;
mod tagging;
mod trust;
mod xray;

pub(super) use chance::Chance;

use super::reply::Reply;

/// An answer of a service in one of the ways that it may come.
pub(super) fn rewritten(service: &str, reply: Reply, chance: &Chance) -> Reply {
    match reply {
        Reply::Json(mut answer) => {
            match service {
                "ecs" => {
                    ecs::rewrite(&mut answer, chance);
                    services::rewrite(&mut answer, chance);
                }
                "xray" => xray::rewrite(&mut answer, chance),
                "logs" => logs::rewrite(&mut answer, chance),
                "ssm" => ssm::rewrite(&mut answer, chance),
                "tagging" => tagging::rewrite(&mut answer, chance),
                _ => {}
            }
            Reply::Written(json::text(&answer, chance))
        }
        Reply::Xml(mut answer) => {
            if service == "iam" {
                iam::rewrite(&mut answer, chance);
            }
            Reply::Xml(answer)
        }
        written @ Reply::Written(_) => written,
    }
}

#[cfg(test)]
mod tests;
