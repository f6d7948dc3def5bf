use super::command::options;

#[test]
fn options_are_a_word_each_and_bound_to_where_others_reach_them() {
    for (given, expected) in [
        (&["xray -o -b xray-daemon:2000"][..], &["-o", "-b", "0.0.0.0:2000"][..]),
        (&["/usr/bin/xray", "-o", "-t", "127.0.0.1:2000"], &["-o", "-t", "0.0.0.0:2000"]),
        (&["-o", "--bind=127.0.0.1:3000"], &["-o", "--bind=0.0.0.0:3000"]),
        (&["-o"], &["-o"]),
        (
            &["--role-arn arn:aws:iam::123456789012:role/x"],
            &["--role-arn", "arn:aws:iam::123456789012:role/x"],
        ),
        (&["-n", "us-east-1", "-l", "dev"], &["-n", "us-east-1", "-l", "dev"]),
        (&["xray"], &[]),
    ] {
        assert_eq!(options(given), expected, "{given:?}");
    }
}
