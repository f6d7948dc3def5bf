//! Random stacks, and what becomes of them: changed, added, removed and renamed resources,
//! priorities that swap, references, tags.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::chance::Chance;

/// A stack before it is written down.
#[derive(Debug, Clone, Default)]
pub(crate) struct Picture {
    tags: Map<String, Value>,
    rules: Section,
    policies: Section,
    roles: Section,
    families: Section,
    default: Option<Value>,
}

type Section = BTreeMap<String, Value>;

/// A policy that bounds roles: AWS deletes none that does, so that it is never made anew.
const BOUND: &str = "bound";

impl Picture {
    pub(crate) fn random(chance: &mut Chance) -> Self {
        let mut picture = Self { tags: tags(chance), ..Self::default() };
        picture.grow(chance, 55);
        picture
    }

    /// With a say in X-Ray's own rule, which nobody takes back who leaves it out.
    pub(crate) fn with_default(self) -> Self {
        Self { default: Some(json!({"FixedRate": 0.05, "ReservoirSize": 1})), ..self }
    }

    /// What somebody makes of it.
    pub(crate) fn changed(&self, chance: &mut Chance) -> Self {
        let mut after = self.clone();
        if chance.percent(20) {
            after.tags = tags(chance);
        }
        after.swap_priorities(chance);
        for (section, of) in [
            (&self.rules, Kind::Rule),
            (&self.policies, Kind::Policy),
            (&self.roles, Kind::Role),
            (&self.families, Kind::Family),
        ] {
            for (name, body) in section {
                match chance.below(10) {
                    0..=4 => {}
                    5 | 6 => after.alter(chance, of, name),
                    7 => drop(after.section(of).remove(name)),
                    8 => {
                        after.section(of).remove(name);
                        after.section(of).insert(format!("{name}-too"), body.clone());
                    }
                    _ => {
                        after.section(of).remove(name);
                        after.add(chance, of, name);
                    }
                }
            }
        }
        after.grow(chance, 20);
        if after.default.is_none() || chance.percent(20) {
            after.default = default(chance);
            after.default = after.default.or_else(|| self.default.clone());
        }
        after.mend(chance);
        after
    }

    /// The stack file, JSON being YAML. A section without resources stays, so that what was in it is
    /// looked for.
    pub(crate) fn file(&self) -> String {
        let mut file = json!({
            "stack": "shop",
            "account": "123456789012",
            "region": "eu-west-1",
            "tags": self.tags,
            "sampling_rules": self.rules,
            "policies": self.policies,
            "roles": self.roles,
            "task_definitions": self.families,
        });
        if let Some(default) = &self.default {
            file["default_sampling"] = default.clone();
        }
        format!("{file:#}")
    }

    fn section(&mut self, of: Kind) -> &mut Section {
        match of {
            Kind::Rule => &mut self.rules,
            Kind::Policy => &mut self.policies,
            Kind::Role => &mut self.roles,
            Kind::Family => &mut self.families,
        }
    }

    fn grow(&mut self, chance: &mut Chance, percent: u64) {
        for (of, names) in [
            (Kind::Rule, &["a", "b", "c", "d", "e"][..]),
            (Kind::Policy, &["read", "write", BOUND]),
            (Kind::Role, &["app", "exec", "ops"]),
            (Kind::Family, &["web", "daemon"]),
        ] {
            for name in names {
                if chance.percent(percent) && !self.section(of).contains_key(*name) {
                    self.add(chance, of, name);
                }
            }
        }
        self.mend(chance);
    }

    fn add(&mut self, chance: &mut Chance, of: Kind, name: &str) {
        let body = match of {
            Kind::Rule => rule(chance),
            Kind::Policy => policy(chance, name),
            Kind::Role => role(chance, name, self),
            Kind::Family => family(chance, self),
        };
        self.section(of).insert(name.to_owned(), body);
    }

    /// Another value for one field, or for a few.
    fn alter(&mut self, chance: &mut Chance, of: Kind, name: &str) {
        let other = match of {
            Kind::Rule => rule(chance),
            Kind::Policy => policy(chance, name),
            Kind::Role => role(chance, name, self),
            Kind::Family => family(chance, self),
        };
        let body = self.section(of).get_mut(name).and_then(Value::as_object_mut);
        let (Some(body), Value::Object(other)) = (body, other) else { return };
        let mut fields: Vec<_> = body.keys().chain(other.keys()).cloned().collect();
        fields.sort();
        fields.dedup();
        for field in fields {
            if !chance.percent(40) {
                continue;
            }
            match other.get(&field) {
                Some(value) => drop(body.insert(field, value.clone())),
                None => drop(body.remove(&field)),
            }
        }
        let is_bound = name == BOUND;
        body.retain(|field, _| !is_bound || (field != "Path" && field != "Description"));
    }

    /// Two rules each have the other's priority.
    fn swap_priorities(&mut self, chance: &mut Chance) {
        let names: Vec<_> = self.rules.keys().cloned().collect();
        if names.len() < 2 || !chance.percent(40) {
            return;
        }
        let (one, other) = (chance.one(&names).clone(), chance.one(&names).clone());
        let priority = |name: &str| self.rules[name]["Priority"].clone();
        let (first, second) = (priority(&one), priority(&other));
        for (name, priority) in [(one, second), (other, first)] {
            if let Some(rule) = self.rules.get_mut(&name) {
                rule["Priority"] = priority;
            }
        }
    }

    /// No two rules have one priority, and no reference leads nowhere.
    fn mend(&mut self, chance: &mut Chance) {
        let mut taken = Vec::new();
        for rule in self.rules.values_mut() {
            while taken.contains(&rule["Priority"]) {
                rule["Priority"] = json!(1 + chance.below(12));
            }
            taken.push(rule["Priority"].clone());
        }
        let known = |text: &str| {
            let after =
                |prefix: &str| Some(text.strip_prefix(prefix)?.strip_suffix(".arn}")?.to_owned());
            after("${policy.")
                .map(|name| self.policies.contains_key(&name))
                .or_else(|| after("${role.").map(|name| self.roles.contains_key(&name)))
                .unwrap_or(true)
        };
        let lost = |value: &Value| value.as_str().is_some_and(|text| !known(text));
        let mended = |body: &Value| {
            let mut body = body.clone();
            let Some(fields) = body.as_object_mut() else { return body };
            fields.retain(|_, value| !lost(value));
            if let Some(Value::Array(policies)) = fields.get_mut("ManagedPolicies") {
                policies.retain(|policy| !lost(policy));
            }
            let trust = fields.get_mut("AssumeRolePolicyDocument");
            if let Some(principal) =
                trust.and_then(|trust| trust.pointer_mut("/Statement/0/Principal"))
                && lost(&principal["AWS"])
            {
                *principal = json!({"Service": "ecs-tasks.amazonaws.com"});
            }
            body
        };
        let roles = self.roles.iter().map(|(name, body)| (name.clone(), mended(body))).collect();
        let families =
            self.families.iter().map(|(name, body)| (name.clone(), mended(body))).collect();
        (self.roles, self.families) = (roles, families);
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Rule,
    Policy,
    Role,
    Family,
}

fn tags(chance: &mut Chance) -> Map<String, Value> {
    let names = chance.some(&["project", "team", "cost"], 30);
    names.into_iter().map(|name| (name.to_owned(), (*chance.one(&["x", "y"])).into())).collect()
}

/// Sets a field, more or less often.
fn maybe(chance: &mut Chance, body: &mut Value, percent: u64, field: &str, values: &[Value]) {
    if chance.percent(percent) {
        body[field] = chance.one(values).clone();
    }
}

fn default(chance: &mut Chance) -> Option<Value> {
    chance.percent(40).then(
        || json!({"FixedRate": chance.one(&[0.01, 0.05, 0.2]), "ReservoirSize": chance.below(3)}),
    )
}

fn rule(chance: &mut Chance) -> Value {
    let mut body = json!({
        "Priority": 1 + chance.below(12),
        "FixedRate": chance.one(&[0.0, 0.05, 0.5, 1.0]),
        "ReservoirSize": chance.below(4),
    });
    maybe(chance, &mut body, 40, "URLPath", &["/api/*", "/health", "*"].map(Value::from));
    maybe(chance, &mut body, 20, "ServiceName", &["web", "daemon"].map(Value::from));
    maybe(chance, &mut body, 20, "HTTPMethod", &["GET", "POST"].map(Value::from));
    maybe(chance, &mut body, 20, "Attributes", &[json!({"a": "1"}), json!({"a": "2", "b": "3"})]);
    let boosts = [0.5, 0.9].map(|rate| json!({"MaxRate": rate, "CooldownWindowMinutes": 10}));
    maybe(chance, &mut body, 15, "SamplingRateBoost", &boosts);
    maybe(chance, &mut body, 30, "Tags", &[json!({"team": "a"}), json!({"team": "b", "z": "1"})]);
    body
}

fn document(chance: &mut Chance) -> Value {
    let mut actions =
        chance.some(&["xray:PutTraceSegments", "ssm:GetParameters", "s3:GetObject"], 60);
    actions.push("logs:PutLogEvents");
    let effect = if chance.percent(10) { "Deny" } else { "Allow" };
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": effect, "Action": actions, "Resource": "*"}],
    })
}

fn policy(chance: &mut Chance, name: &str) -> Value {
    let mut body = json!({"PolicyDocument": document(chance)});
    if name != BOUND {
        maybe(chance, &mut body, 20, "Path", &["/team/", "/"].map(Value::from));
        maybe(chance, &mut body, 20, "Description", &["one", "two"].map(Value::from));
    }
    maybe(chance, &mut body, 30, "Tags", &[json!({"team": "a"}), json!({"team": "b"})]);
    body
}

/// A role may trust and name only what stands before it, so that nothing goes in a circle.
fn role(chance: &mut Chance, name: &str, picture: &Picture) -> Value {
    let above = picture.roles.keys().find(|other| other.as_str() < name);
    let principal = match above.filter(|_| chance.percent(30)) {
        Some(role) => json!({"AWS": format!("${{role.{role}.arn}}")}),
        None => {
            json!({"Service": chance.one(&["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"])})
        }
    };
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}],
    });
    let mut managed =
        vec!["AWSXRayDaemonWriteAccess".to_owned(), "CloudWatchReadOnlyAccess".to_owned()];
    managed.extend(picture.policies.keys().map(|policy| format!("${{policy.{policy}.arn}}")));
    let mut body = json!({
        "AssumeRolePolicyDocument": trust,
        "ManagedPolicies": chance.some(&managed, 50),
    });
    let inline = chance.some(&["a", "b"], 40);
    if !inline.is_empty() {
        body["InlinePolicies"] =
            inline.into_iter().map(|name| (name.to_owned(), document(chance))).collect();
    }
    maybe(chance, &mut body, 30, "Description", &["what it is for", "more"].map(Value::from));
    maybe(chance, &mut body, 20, "MaxSessionDuration", &[3600, 7200].map(Value::from));
    maybe(chance, &mut body, 15, "Path", &["/team/", "/"].map(Value::from));
    maybe(chance, &mut body, 30, "Tags", &[json!({"team": "a"}), json!({"team": "b", "z": "1"})]);
    if picture.policies.contains_key(BOUND) {
        let bound = format!("${{policy.{BOUND}.arn}}");
        maybe(chance, &mut body, 40, "PermissionsBoundary", &[bound.into()]);
    }
    body
}

fn family(chance: &mut Chance, picture: &Picture) -> Value {
    let mut app = json!({
        "name": "app",
        "image": chance.one(&["shop/web:1", "shop/web:2", "shop/web:3"]),
        "memory": chance.one(&[128, 256]),
    });
    let environment = [
        json!([{"name": "LOG", "value": "info"}]),
        json!([{"name": "LOG", "value": "debug"}, {"name": "A", "value": "1"}]),
        json!([{"name": "DB_PASSWORD", "value": "correct horse"}]),
        json!([{"name": "DB_PASSWORD", "value": "battery staple"}]),
    ];
    maybe(chance, &mut app, 60, "environment", &environment);
    let mut containers = vec![app];
    if chance.percent(30) {
        containers.push(json!({"name": "xray", "image": "amazon/aws-xray-daemon", "memory": 64}));
    }
    let mut body = json!({"containerDefinitions": containers});
    let roles: Vec<_> =
        picture.roles.keys().map(|role| Value::from(format!("${{role.{role}.arn}}"))).collect();
    if !roles.is_empty() {
        maybe(chance, &mut body, 60, "taskRoleArn", &roles);
        maybe(chance, &mut body, 30, "executionRoleArn", &roles);
    }
    let tags = [json!([{"key": "team", "value": "a"}]), json!([{"key": "team", "value": "b"}])];
    maybe(chance, &mut body, 30, "tags", &tags);
    maybe(chance, &mut body, 25, "keep_revisions", &[1, 2].map(Value::from));
    body
}
