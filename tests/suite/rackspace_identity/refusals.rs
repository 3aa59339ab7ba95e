//! What is refused, and in which words.

use super::*;

#[test]
fn refusals_are_in_the_words_of_rackspace() {
    let mut cloud = Cloud::of_admin();
    let fault = |cloud: &Cloud, auth| cloud.authenticate(auth).fault();
    assert_eq!(
        fault(&cloud, by_password("admin", "wrong")),
        "401 unauthorized: Unable to authenticate user with credentials provided."
    );
    assert_eq!(
        fault(&cloud, by_key("admin", "wrong")),
        "401 unauthorized: Username or api key is invalid."
    );
    let id = text(&cloud.v2("users?name=admin").json()["user"]["id"]);
    let mut other = by_password("admin", "password");
    other["tenantName"] = "777".into();
    assert_eq!(
        fault(&cloud, other),
        format!(
            "401 unauthorized: Tenant with Name/Id: '777' is not valid for User 'admin' (id: '{id}')"
        )
    );
    let token = json!({"token": {"id": cloud.token}, "tenantId": "777"});
    assert_eq!(
        fault(&cloud, token),
        "401 unauthorized: Token doesn't belong to Tenant with Id/Name: '777'"
    );
    assert_eq!(
        cloud.v2("users/x").fault(),
        "404 itemNotFound: User x not found"
    );
    assert_eq!(
        cloud.get(&format!("{TOKENS}/nope")).fault(),
        "404 itemNotFound: Token not found."
    );
    cloud.token = String::new();
    let nobody = "401 unauthorized: No valid token provided. Please use the 'X-Auth-Token' header with a valid token.";
    assert_eq!(cloud.v2("tenants").fault(), nobody);
    cloud.token = "made-up".to_owned();
    assert_eq!(cloud.v2("tenants").fault(), nobody);
    cloud.log_in("joe", "any");
    assert_eq!(
        cloud.v2("services").fault(),
        "403 forbidden: Not Authorized"
    );
}

/// Bug 8 and the crashes of 10.2 of the original: forms that are none were answered with 500.
#[test]
fn a_form_that_is_none_is_a_bad_request() {
    let cloud = Cloud::of_admin();
    let unparsed = "400 badRequest: Invalid request body: unable to parse Auth data. Please review XML or JSON formatting.";
    for body in ["", "{", "[]", "\"x\"", "7"] {
        let seen = cloud.send("POST", TOKENS, "Content-Type: application/json\r\n", body);
        assert_eq!(seen.code, 400, "{body}: {}", seen.text);
        if !body.is_empty() {
            assert_eq!(seen.fault(), unparsed, "{body}");
        }
    }
    let forms = [
        json!({}),
        json!({"auth": null}),
        json!({"auth": "x"}),
        json!({"auth": {}}),
        json!({"auth": {"passwordCredentials": {"username": "joe"}}}),
        json!({"auth": {"passwordCredentials": {"username": 7, "password": "x"}}}),
        json!({"auth": {"passwordCredentials": "x"}}),
        json!({"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "joe", "apiKey": 5}}}),
        json!({"auth": {"token": {"id": 5}}}),
        json!({"auth": {"token": "x"}}),
        json!({"auth": {"passwordCredentials": {"username": "joe", "password": "x"}, "tenantId": 123}}),
    ];
    for form in forms {
        let seen = cloud.post(TOKENS, &form);
        assert_eq!(
            (seen.code, &seen.fault()[..14]),
            (400, "400 badRequest"),
            "{form}"
        );
    }
    let impersonation = "/identity/v2.0/RAX-AUTH/impersonation-tokens";
    for form in [
        json!({}),
        json!({"RAX-AUTH:impersonation": {}}),
        json!({"RAX-AUTH:impersonation": {"user": {}}}),
        json!({"RAX-AUTH:impersonation": {"user": {"username": "joe"}, "expire-in-seconds": "soon"}}),
        json!({"RAX-AUTH:impersonation": {"user": {"username": "joe"}, "expire-in-seconds": -1}}),
    ] {
        assert_eq!(cloud.post(impersonation, &form).code, 400, "{form}");
    }
    assert_eq!(cloud.v2("users").code, 200, "no name is needed");
}
