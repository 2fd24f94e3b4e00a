//! What each environment variable does, and what is said of one that cannot be used.

use std::path::Path;

use cruddur::Settings;

fn settings(variables: &[(&str, &str)]) -> Result<Settings, String> {
    let lookup = |name: &str| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Settings::from_lookup(4567, lookup).map_err(|error| error.to_string())
}

#[test]
fn unset_and_empty_variables_have_defaults() {
    let expected = Settings {
        host: [127, 0, 0, 1].into(),
        port: 4567,
        backend_url: "http://localhost:4567".to_owned(),
        frontend_url: "http://localhost:3000".to_owned(),
        profiles_url: "http://localhost:4568".to_owned(),
        observatory_url: "http://localhost:4318".to_owned(),
        database: None,
    };
    assert_eq!(settings(&[]), Ok(expected.clone()));
    assert_eq!(
        settings(&[
            ("HOST", ""),
            ("PORT", " "),
            ("BACKEND_URL", ""),
            ("CRUDDUR_DB", "")
        ]),
        Ok(expected)
    );
}

#[test]
fn each_variable_has_its_place() {
    let settings = settings(&[
        ("HOST", "0.0.0.0"),
        ("PORT", "0"),
        ("BACKEND_URL", "https://4567-x.example/"),
        ("FRONTEND_URL", "http://f:1"),
        ("PROFILES_URL", "http://p:2"),
        ("OBSERVATORY_URL", "http://o:3"),
        ("CRUDDUR_DB", "data/cruddur.db"),
    ])
    .expect("all can be used");
    assert_eq!(settings.address().to_string(), "0.0.0.0:0");
    let urls = [
        &settings.backend_url,
        &settings.frontend_url,
        &settings.profiles_url,
        &settings.observatory_url,
    ];
    assert_eq!(
        urls,
        [
            "https://4567-x.example",
            "http://f:1",
            "http://p:2",
            "http://o:3"
        ]
    );
    assert_eq!(
        settings.database.as_deref(),
        Some(Path::new("data/cruddur.db"))
    );
}

#[test]
fn one_that_cannot_be_used_is_named_with_the_cure() {
    for (name, value, expected) in [
        (
            "HOST",
            "localhost",
            "HOST is `localhost`, which is no IP address: correct it, or unset it to have 127.0.0.1",
        ),
        (
            "PORT",
            "65536",
            "PORT is `65536`, which is no port from 0 to 65535: correct it, or unset it to have 4567",
        ),
        (
            "PROFILES_URL",
            "localhost:4568",
            "PROFILES_URL is `localhost:4568`, which is no http address: correct it, or unset it to have http://localhost:4568",
        ),
    ] {
        assert_eq!(settings(&[(name, value)]), Err(expected.to_owned()));
    }
}

#[test]
fn a_key_in_the_place_of_another_value_is_not_shown() {
    let id = format!("AKIA{}", "Q2".repeat(8));
    for key in [
        id.as_str(),
        "hcaik_0a1b",
        "ftp://me:SECRET@x",
        "x?key=SECRET",
    ] {
        assert_eq!(
            settings(&[("PORT", key)]),
            Err("PORT has a value (not shown), which is no port from 0 to 65535: correct it, or unset it to have 4567".to_owned())
        );
        assert_eq!(
            settings(&[("BACKEND_URL", key)]),
            Err("BACKEND_URL has a value (not shown), which is no http address: correct it, or unset it to have http://localhost:4567".to_owned())
        );
    }
}
