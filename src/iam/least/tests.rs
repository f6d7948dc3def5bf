use super::*;

fn statements(grants: &[Grant]) -> Vec<Value> {
    let least = least(grants).unwrap();
    least.policy["Statement"].as_array().unwrap().clone()
}

#[test]
fn what_differs_in_one_thing_is_one_statement() {
    let role = |name: &str| format!("arn:aws:iam::1:role/{name}");
    let one = Grant::new("Read", &["iam:GetRole"], [role("a")]);
    let other = Grant::new("Read", &["iam:GetRole"], [role("b")]);
    let more = Grant::new("Read", &["iam:ListRoleTags"], [role("a"), role("b")]);
    assert_eq!(
        statements(&[one.clone(), other, more]),
        [json!({
            "Sid": "Read",
            "Effect": "Allow",
            "Action": ["iam:GetRole", "iam:ListRoleTags"],
            "Resource": ["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"],
        })]
    );
    // Together these would allow each action on both.
    let apart = Grant::new("Read", &["iam:ListRoleTags"], [role("b")]);
    let both = statements(&[one, apart]);
    assert_eq!((both[0]["Sid"].as_str(), both[1]["Sid"].as_str()), (Some("Read"), Some("Read2")));
}

#[test]
fn conditions_go_together_where_all_else_is_equal() {
    let marked = |owner: &str| {
        Grant::new("Gone", &["xray:DeleteSamplingRule"], ["*".to_owned()]).only_if(
            "StringEquals",
            "aws:ResourceTag/tracewright:stack",
            [owner.to_owned()],
        )
    };
    let both = statements(&[marked("b"), marked("a")]);
    assert_eq!(
        both[0]["Condition"],
        json!({"StringEquals": {"aws:ResourceTag/tracewright:stack": ["a", "b"]}})
    );
    let plain = Grant::anywhere("Gone", &["xray:DeleteSamplingRule"]);
    assert_eq!(statements(&[marked("a"), plain]).len(), 2);
}

#[test]
fn what_is_about_nothing_is_left_out() {
    let nothing = Grant::new("Nothing", &["iam:GetRole"], []);
    assert_eq!(least(std::slice::from_ref(&nothing)), None);
    let never = Grant::anywhere("Never", &["iam:PassRole"]).only_if("ArnLike", "k", []);
    assert_eq!(least(&[nothing, never]), None);
}

#[test]
fn a_policy_that_is_too_large_has_fewer_statements_where_that_helps() {
    let grants: Vec<_> = (0..200)
        .map(|at| {
            let role = format!("arn:aws:iam::123456789012:role/{at}");
            let policy = format!("arn:aws:iam::aws:policy/{at}");
            Grant::new("Attach", &["iam:AttachRolePolicy"], [role]).only_if(
                "ArnEquals",
                "iam:PolicyARN",
                [policy],
            )
        })
        .collect();
    let made = |count: usize| {
        let least = least(&grants[..count]).unwrap();
        (least.policy["Statement"].as_array().unwrap().len(), least.widened)
    };
    assert_eq!([made(3), made(40), made(200)], [(3, false), (1, true), (200, false)]);
}

#[test]
fn a_name_is_no_pattern() {
    assert_eq!(literal("a*b?${c}"), "a${*}b${?}${$}{c}");
}
