//! How the documents of version 2.0 are written in XML.

use crate::api::xml::{Grammar, PLAIN, bare, list};

pub(in super::super::super) const GRAMMAR: Grammar = Grammar {
    namespace: "http://docs.openstack.org/identity/api/v2.0",
    extensions: &[
        (
            "RAX-AUTH",
            "http://docs.rackspace.com/identity/api/ext/RAX-AUTH/v1.0",
        ),
        (
            "RAX-KSKEY",
            "http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0",
        ),
        (
            "OS-KSADM",
            "http://docs.openstack.org/identity/api/ext/OS-KSADM/v1.0",
        ),
        (
            "OS-KSCATALOG",
            "http://docs.openstack.org/identity/api/ext/OS-KSCATALOG/v1.0",
        ),
    ],
    lists: &[
        list("serviceCatalog", "service"),
        bare("endpoints", "endpoint"),
        list("roles", "role"),
        list("tenants", "tenant"),
        list("users", "user"),
        list("credentials", ""),
        list("RAX-AUTH:authenticatedBy", "RAX-AUTH:credential"),
        list("OS-KSADM:services", "OS-KSADM:service"),
        list("OS-KSCATALOG", "OS-KSCATALOG:endpointTemplate"),
        list("values", "version"),
        bare("links", "link"),
        bare("media-types", "media-type"),
    ],
    texts: &["message"],
    renamed: &[("OS-KSCATALOG", "OS-KSCATALOG:endpointTemplates")],
    omitted: &[
        "endpoints_links",
        "roles_links",
        "tenants_links",
        "users_links",
    ],
    ..PLAIN
};

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(body: &Value) -> String {
        let written = GRAMMAR.write(body.to_string().as_bytes(), None);
        let text = String::from_utf8(written.expect("an object")).expect("text");
        let start = text.find("\">").map_or(0, |end| end + 2);
        text[start..].to_owned()
    }

    #[test]
    fn credentials_are_read_by_their_namespace() {
        let key = "<auth xmlns=\"http://docs.openstack.org/identity/api/v2.0\" tenantId=\"1\"><apiKeyCredentials \
            xmlns=\"http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0\" username=\"joe\" apiKey=\"k\"/></auth>";
        assert_eq!(
            GRAMMAR.read(key.as_bytes()),
            Some(json!({"auth": {
                "tenantId": "1",
                "RAX-KSKEY:apiKeyCredentials": {"username": "joe", "apiKey": "k"},
            }}))
        );
        let user = "<user xmlns:a=\"http://docs.openstack.org/identity/api/ext/OS-KSADM/v1.0\" \
            username=\"joe\" a:password=\"p\"/>";
        assert_eq!(
            GRAMMAR.read(user.as_bytes()),
            Some(json!({"user": {"username": "joe", "OS-KSADM:password": "p"}}))
        );
    }

    #[test]
    fn items_of_several_kinds_have_their_own_names() {
        let body = json!({"credentials": [
            {"passwordCredentials": {"username": "joe"}},
            {"RAX-KSKEY:apiKeyCredentials": {"username": "joe", "apiKey": "k"}},
        ]});
        assert_eq!(
            written(&body),
            "<passwordCredentials username=\"joe\"/>\
             <RAX-KSKEY:apiKeyCredentials username=\"joe\" apiKey=\"k\"/></credentials>"
        );
    }

    #[test]
    fn a_catalog_holds_services_that_hold_endpoints() {
        let body = json!({"access": {
            "token": {"id": "t", "RAX-AUTH:authenticatedBy": ["APIKEY"]},
            "serviceCatalog": [{"name": "n", "type": "compute", "endpoints": [{"region": "ORD"}]}],
        }});
        assert_eq!(
            written(&body),
            "<token id=\"t\"><RAX-AUTH:authenticatedBy><RAX-AUTH:credential>APIKEY</RAX-AUTH:credential>\
             </RAX-AUTH:authenticatedBy></token><serviceCatalog><service name=\"n\" type=\"compute\">\
             <endpoint region=\"ORD\"/></service></serviceCatalog></access>"
        );
    }
}
