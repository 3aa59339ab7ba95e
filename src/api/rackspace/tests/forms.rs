//! JSON and XML, in both directions, by headers and by endings.

use serde_json::json;

use super::{Cloud, ROOT};

const NAMESPACE: &str = "xmlns=\"http://docs.openstack.org/loadbalancers/api/v1.0\"";

fn xml_cloud() -> Cloud {
    let mut cloud = Cloud::new();
    cloud.headers = vec![
        ("content-type", "application/xml"),
        ("accept", "application/xml"),
    ];
    cloud
}

#[test]
fn a_balancer_is_made_in_xml() {
    let mut cloud = xml_cloud();
    let body = format!(
        "<?xml version=\"1.0\"?><loadBalancer {NAMESPACE} name=\"web &amp; more\" protocol=\"HTTP\" port=\"8080\">\
         <virtualIps><virtualIp type=\"PUBLIC\" ipVersion=\"IPV4\"/></virtualIps>\
         <nodes><node address=\"10.1.1.1\" port=\"80\" condition=\"ENABLED\"/></nodes>\
         <metadata><meta key=\"color\">red</meta></metadata>\
         <connectionLogging enabled=\"true\"/></loadBalancer>"
    );
    let seen = cloud.send("POST", &format!("{ROOT}/loadbalancers"), body);
    assert_eq!(seen.status, 202, "{}", seen.text);
    assert_eq!(seen.headers["content-type"], "application/xml");
    for part in [
        "<loadBalancer ",
        NAMESPACE,
        " name=\"web &amp; more\" id=\"1\"",
        "<virtualIps><virtualIp address=\"198.18.0.1\" id=\"1\" type=\"PUBLIC\" ipVersion=\"IPV4\"/></virtualIps>",
        "<nodes><node address=\"10.1.1.1\" id=\"1\" port=\"80\" ",
        "<metadata><meta id=\"1\" key=\"color\">red</meta></metadata>",
        "<connectionLogging enabled=\"true\"/>",
    ] {
        assert!(seen.text.contains(part), "{part} in {}", seen.text);
    }
    cloud.headers.clear();
    let shown = cloud.get("/loadbalancers/1").json();
    assert_eq!(shown["loadBalancer"]["port"], 8080);
    assert_eq!(
        shown["loadBalancer"]["connectionLogging"],
        json!({"enabled": true})
    );
}

#[test]
fn parts_are_set_in_xml() {
    let mut cloud = xml_cloud();
    cloud.headers.clear();
    cloud.create("web");
    cloud.headers = vec![("content-type", "application/xml")];
    let mut put = |path: &str, body: &str| {
        let seen = cloud.send(
            "PUT",
            &format!("{ROOT}/loadbalancers/1/{path}"),
            body.to_owned(),
        );
        assert_eq!(seen.status, 202, "{path}: {}", seen.text);
        cloud.get(&format!("/loadbalancers/1/{path}")).json()
    };
    assert_eq!(
        put(
            "sessionpersistence",
            "<sessionPersistence persistenceType=\"HTTP_COOKIE\"/>"
        ),
        json!({"sessionPersistence": {"persistenceType": "HTTP_COOKIE"}})
    );
    assert_eq!(
        put(
            "errorpage",
            "<errorpage><content><![CDATA[<html>no</html>]]></content></errorpage>"
        ),
        json!({"errorpage": {"content": "<html>no</html>"}})
    );
    assert_eq!(
        put(
            "connectionthrottle",
            "<connectionThrottle maxConnections=\"7\"/>"
        ),
        json!({"connectionThrottle": {"maxConnections": 7}})
    );
}

#[test]
fn lists_and_metadata_are_added_in_xml() {
    let mut cloud = xml_cloud();
    cloud.headers.clear();
    cloud.create("web");
    cloud.headers = vec![
        ("content-type", "application/xml"),
        ("accept", "application/xml"),
    ];
    let mut post = |path: &str, body: &str| {
        let seen = cloud.send(
            "POST",
            &format!("{ROOT}/loadbalancers/1/{path}"),
            body.to_owned(),
        );
        assert!((200..300).contains(&seen.status), "{path}: {}", seen.text);
        seen.text.replace(&format!(" {NAMESPACE}"), "")
    };
    let added = post(
        "nodes",
        "<nodes><node address=\"10.1.1.9\" port=\"80\" condition=\"ENABLED\"/></nodes>",
    );
    assert!(
        added.contains("<nodes><node address=\"10.1.1.9\" id=\"3\""),
        "{added}"
    );
    let added = post(
        "metadata",
        "<metadata><meta key=\"color\">red</meta></metadata>",
    );
    assert!(
        added.ends_with("<metadata><meta id=\"1\" key=\"color\">red</meta></metadata>"),
        "{added}"
    );
    let added = post(
        "virtualips",
        "<virtualIp type=\"PUBLIC\" ipVersion=\"IPV6\"/>",
    );
    assert!(added.contains("<virtualIp address=\"2001:"), "{added}");
    post(
        "accesslist",
        "<accessList><networkItem address=\"10.0.0.1\" type=\"DENY\"/></accessList>",
    );
}

#[test]
fn every_report_has_its_element() {
    let mut cloud = xml_cloud();
    cloud.headers.clear();
    cloud.create("web");
    cloud.tick(60);
    let cases = [
        (
            "/loadbalancers.xml",
            "<loadBalancers ",
            "<loadBalancer name=\"web\" id=\"1\"",
        ),
        (
            "/loadbalancers/1/stats.xml",
            "<stats ",
            " connectTimeOut=\"0\"",
        ),
        (
            "/loadbalancers/1/usage.xml",
            "<loadBalancerUsage ",
            "<loadBalancerUsageRecord id=\"1\"",
        ),
        (
            "/loadbalancers/usage.xml",
            "<accountBilling ",
            "<accountUsage><accountUsageRecord ",
        ),
        (
            "/loadbalancers/algorithms.xml",
            "<algorithms ",
            "<algorithm name=\"RANDOM\"/>",
        ),
        (
            "/loadbalancers/protocols.xml",
            "<protocols ",
            "<protocol name=\"FTP\" port=\"21\"/>",
        ),
        (
            "/loadbalancers/alloweddomains.xml",
            "<allowedDomains ",
            "<allowedDomain name=\"example.com\"/>",
        ),
        (
            "/loadbalancers/absolutelimits.xml",
            "<limits ",
            "<absolute><limit name=\"IPV6_LIMIT\" value=\"25\"/>",
        ),
        ("/limits.xml", "<limits ", "<rates><rate uri=\"/v1.0/*\""),
        (
            "/regionalsourceaddresses.xml",
            "<regionalSourceAddresses ",
            "<ipv4Public>198.18.255.5</ipv4Public>",
        ),
        (
            "/loadbalancers/1/nodes/events.xml",
            "<nodeServiceEvents ",
            "<nodeServiceEvent id=\"1\" nodeId=\"1\"",
        ),
        (
            "/loadbalancers/1/healthmonitor.xml",
            "<healthMonitor ",
            "/>",
        ),
    ];
    for (path, root, part) in cases {
        let seen = cloud.get(path);
        assert_eq!(seen.status, 200, "{path}");
        assert!(seen.text.contains(root), "{path}: {}", seen.text);
        assert!(seen.text.contains(part), "{path}: {}", seen.text);
    }
}

#[test]
fn faults_come_in_the_form_that_is_wanted() {
    let mut cloud = xml_cloud();
    let seen = cloud.get("/loadbalancers/7");
    assert!(seen.text.contains("<itemNotFound "), "{}", seen.text);
    assert!(
        seen.text
            .contains("<message>Load balancer not found</message>"),
        "{}",
        seen.text
    );
    let seen = cloud.send(
        "POST",
        &format!("{ROOT}/loadbalancers"),
        "<loadBalancer/>".to_owned(),
    );
    assert!(seen.text.contains("<badRequest "), "{}", seen.text);
    assert!(
        seen.text
            .contains("<validationErrors><message>Must provide a name"),
        "{}",
        seen.text
    );
    let seen = cloud.send(
        "POST",
        &format!("{ROOT}/loadbalancers"),
        "<loadBalancer".to_owned(),
    );
    assert!(
        seen.text
            .contains("<message>JSON does not match the expected schema</message>"),
        "{}",
        seen.text
    );
    cloud.headers = vec![("accept", "application/json, application/xml;q=0.9")];
    assert_eq!(cloud.get("/loadbalancers/7").fault().0, 404);
}

#[test]
fn endings_go_before_headers_and_are_no_part_of_names() {
    let mut cloud = xml_cloud();
    cloud.headers.clear();
    cloud.create("web");
    cloud.headers = vec![("accept", "application/xml")];
    assert_eq!(
        cloud.get("/loadbalancers/1.json").json()["loadBalancer"]["id"],
        1
    );
    assert_eq!(cloud.get("/loadbalancers.json?limit=1").status, 200);
    assert!(cloud.get("/loadbalancers/1").text.starts_with("<?xml"));
    cloud.headers = vec![("accept", "*/*")];
    assert_eq!(
        cloud.get("/loadbalancers/1").json()["loadBalancer"]["id"],
        1
    );
    let seen = cloud.delete("/loadbalancers/1.json");
    assert_eq!((seen.status, &*seen.text), (202, ""));
}
