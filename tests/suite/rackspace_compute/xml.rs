//! Calls in XML.

use super::*;

#[test]
fn a_server_lives_and_dies_in_xml() {
    let cloud = Cloud::new();
    let image = cloud.image();
    let made = cloud.xml(
        "POST",
        "/servers",
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <server xmlns=\"http://docs.openstack.org/compute/api/v1.1\" \
             xmlns:OS-DCF=\"http://docs.openstack.org/compute/ext/disk_config/api/v1.1\" \
             name=\"web\" imageRef=\"{image}\" flavorRef=\"2\" OS-DCF:diskConfig=\"AUTO\">\
             <metadata><meta key=\"role\">db</meta></metadata>\
             <personality><file path=\"/etc/motd\">aGVsbG8=</file></personality></server>"
        ),
    );
    assert_eq!(made.status, 202, "{}", made.body);
    assert!(made.head.contains("application/xml"), "{}", made.head);
    assert!(made.body.contains(" adminPass=\""), "{}", made.body);
    let (_, id) = made.body.split_once(" id=\"").expect("an id");
    let id = &id[..36];
    let seen = cloud.xml("GET", &format!("/servers/{id}"), "");
    for part in [
        "xmlns=\"http://docs.openstack.org/compute/api/v1.1\"",
        "status=\"ACTIVE\"",
        "tenantId=\"123456\"",
        "OS-DCF:diskConfig=\"AUTO\"",
        "OS-EXT-STS:task_state=\"None\"",
        "<metadata><meta key=\"role\">db</meta></metadata>",
        "<network id=\"public\"><ip ",
        "<atom:link rel=\"self\" ",
    ] {
        assert!(seen.body.contains(part), "{part}: {}", seen.body);
    }
    let action = format!("/servers/{id}/action");
    for (body, status) in [
        ("<reboot type=\"HARD\"/>", 202),
        ("<resize flavorRef=\"3\"/>", 202),
        ("<confirmResize/>", 204),
        (
            "<createImage name=\"mine\"><metadata><meta key=\"a\">b</meta></metadata></createImage>",
            202,
        ),
    ] {
        let seen = cloud.xml("POST", &action, body);
        assert_eq!(seen.status, status, "{body}: {}", seen.body);
    }
    let seen = cloud.xml(
        "PUT",
        &format!("/servers/{id}/metadata/role"),
        "<meta key=\"role\">web</meta>",
    );
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert!(
        seen.body.ends_with("key=\"role\">web</meta>"),
        "{}",
        seen.body
    );
    for (path, part) in [
        ("/servers.xml", "<server id=\""),
        (
            "/flavors/detail.xml",
            "<OS-FLV-WITH-EXT-SPECS:extra_specs class=\"standard1\" ",
        ),
        ("/images.xml", "<image id=\""),
        (
            "/limits.xml",
            "<limit name=\"maxServerMeta\" value=\"40\"/>",
        ),
        ("/servers/x.xml", "<itemNotFound "),
    ] {
        let path = format!("/compute/v2/{TENANT}{path}");
        let seen = cloud.exchange("GET", &path, "", "");
        assert!(seen.body.contains(part), "{path}: {}", seen.body);
    }
    let plain = format!("/compute/v2/{TENANT}/servers.json");
    let plain = cloud.exchange("GET", &plain, "Accept: application/xml\r\n", "");
    assert_eq!(plain.json()["servers"][0]["id"], id);
    assert_eq!(
        cloud.xml("DELETE", &format!("/servers/{id}"), "").status,
        204
    );
}

#[test]
fn what_is_no_xml_is_refused() {
    let cloud = Cloud::new();
    let seen = cloud.xml("POST", "/servers", "<server");
    assert_eq!(seen.status, 400);
    assert!(seen.body.contains("<badRequest "), "{}", seen.body);
    let path = "/compute/v2.1/servers";
    let seen = cloud.exchange(
        "POST",
        path,
        "Content-Type: application/xml\r\n",
        "<server/>",
    );
    assert_eq!(seen.status, 415);
}
